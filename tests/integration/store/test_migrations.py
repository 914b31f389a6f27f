"""Migrations make exactly the tables that the code has, on both databases, and can be taken back."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
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
