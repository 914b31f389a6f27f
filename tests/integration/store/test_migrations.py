"""Migrations make exactly the tables that the code has, on both databases, and can be taken back."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from office_kit import own_postgres_database
from sqlalchemy import inspect

from madoguchi.store import migrate
from madoguchi.store.engine import Database, open_database
from madoguchi.store.tables import METADATA


@pytest.fixture
def database(database_url: str) -> Database:
    """A migrated database."""
    return open_database(database_url)


def test_nothing_is_left_to_migrate(database: Database) -> None:
    assert migrate.is_current(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    database.close()


def test_running_it_again_changes_nothing(database: Database) -> None:
    migrate.upgrade(database)
    assert migrate.is_current(database)
    database.close()


def test_a_new_file_is_made_and_taken_back(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'folder' / 'new.db'}")
    assert not migrate.is_current(database)
    migrate.upgrade(database)
    assert "ticket" in inspect(database.engine).get_table_names()
    config = migrate.config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert set(inspect(database.engine).get_table_names()) == {"alembic_version"}
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    if request.param == "sqlite":
        database = open_database(f"sqlite:///{tmp_path / 'old.db'}")
        yield database
        database.close()
        return
    with own_postgres_database(f"madoguchi_migrate_{os.getpid()}") as url:
        database = open_database(url)
        yield database
        database.close()


def test_places_and_bookings_of_the_first_schema_move_along(empty: Database) -> None:
    database = empty
    _to(database, "0001")
    with database.engine.begin() as connection:
        for statement in OLD_ROWS:
            connection.exec_driver_sql(statement)
    migrate.upgrade(database)
    with database.engine.connect() as connection:
        pools = connection.exec_driver_sql(
            "SELECT service.code, pool.desk_id, slot.taken, service.opens_amount, "
            "service.opens_unit, service.closes_amount, reservation.party "
            "FROM reservation JOIN slot ON slot.id = reservation.slot_id "
            "JOIN pool ON pool.id = slot.pool_id JOIN service ON service.pool_id = pool.id"
        ).all()
        assert pools == [("tax", 1, 1, 14, "days", 90, 1)]
    _to(database, "0001", down=True)
    with database.engine.connect() as connection:
        kept = "SELECT service_id, taken FROM slot"
        assert connection.exec_driver_sql(kept).all() == [(2, 1)]


OLD_ROWS = (
    "INSERT INTO municipality (id, code, names) VALUES (1, 'mori', '{}')",
    "INSERT INTO desk (id, municipality_id, code, names, places, phone, opens_at, closes_at, weekdays, "
    "closed_on_holidays, near_threshold, paused) VALUES (1, 1, 'd', '{}', '{}', '', '08:30:00', '17:15:00', "
    "'[0]', true, 3, false)",
    *(
        "INSERT INTO service (id, desk_id, code, names, letter, number_first, number_last, "
        "estimated_minutes, items, bookable, walk_in, opens_days_before, closes_minutes_before, position) "
        f"VALUES ({number}, 1, '{code}', '{{}}', '{letter}', 1, 999, 10, '{{}}', true, true, 14, 90, 0)"
        for number, code, letter in ((1, "child", "A"), (2, "tax", "B"))
    ),
    "INSERT INTO slot (id, service_id, starts_at, day, capacity, taken) "
    "VALUES (7, 2, '2026-12-01 01:00:00.000000', '2026-12-01', 2, 1)",
    "INSERT INTO reservation (id, code, desk_id, service_id, slot_id, day, starts_at, state, channel, "
    "language, created_at) VALUES (1, '123456', 1, 2, 7, '2026-12-01', '2026-12-01 01:00:00.000000', "
    "'booked', 'staff', 'ja', '2026-11-01 01:00:00.000000')",
)


def _to(database: Database, revision: str, *, down: bool = False) -> None:
    config = migrate.config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, revision)
