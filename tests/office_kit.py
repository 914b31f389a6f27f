"""Small offices for tests: a migrated database, a clock that stands still, one desk with its people."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event

from bench import postgres
from madoguchi.domain.roles import Role
from madoguchi.services.actors import Actor
from madoguchi.services.clock import SetClock
from madoguchi.services.office import Office
from madoguchi.settings import Settings, load_settings
from madoguchi.store.engine import Database, open_database
from madoguchi.store.tables import METADATA, Counter, Desk, LineUser, Municipality, Service, Staff, Terminal

MORNING = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)
"""Thursday, ten o'clock in Japan."""


def test_settings(var_dir: Path, **overrides: object) -> Settings:
    """Settings of a test: no environment needed."""
    given: dict[str, object] = {
        "env": "test",
        "var_dir": var_dir,
        "secret_key": "a-secret-key-for-tests-0123456789abcdef",
        "line_channel_secret": "test-channel-secret",
        "line_channel_token": "test-channel-token",
        "line_basic_id": "@test",
        "public_url": "http://127.0.0.1:3000",
    }
    return load_settings(**{**given, **overrides})


test_settings.__test__ = False  # type: ignore[attr-defined]


def office_on(url: str, var_dir: Path, now: datetime = MORNING, **overrides: object) -> Office:
    """An office on a migrated database, its clock a `SetClock`."""
    settings = test_settings(var_dir, database_url=url, **overrides)
    opened = open_database(url) if url.startswith("sqlite") else _opened(url)
    return Office(settings, opened, SetClock(now))


@contextmanager
def only_office_on(url: str, var_dir: Path) -> Iterator[Office]:
    """The same for a test that opens no other; every connection is closed afterwards."""
    settings = test_settings(var_dir, database_url=url)
    opened = _on_file(url) if url.startswith("sqlite") else _opened(url)
    yield Office(settings, opened, SetClock(MORNING))
    opened.close()


# An engine that stays has its statements built: they are two fifths of what a test costs.
_opened = cache(open_database)


_files: list[str] = []


@cache
def _on_the_newest_file() -> Database:
    database = open_database(f"sqlite:///{_files[-1]}")

    def connect(_dialect: object, _record: object, arguments: list[str], _named: object) -> None:
        arguments[0] = _files[-1]

    event.listen(database.engine, "do_connect", connect)
    return database


def _on_file(url: str) -> Database:
    _files.append(url.removeprefix("sqlite:///"))
    return _on_the_newest_file()


def clock_of(office: Office) -> SetClock:
    """The office's clock, to be put forward."""
    assert isinstance(office.clock, SetClock)
    return office.clock


@dataclass(frozen=True)
class City:
    """The ids of a small city: one desk with two services, three counters, two clerks, four phones."""

    municipality_id: int
    desk_id: int
    service_id: int
    other_service_id: int
    counter_ids: tuple[int, ...]
    clerk: Actor
    second_clerk: Actor
    viewer: Actor
    auditor: Actor
    line_user_ids: tuple[int, ...]
    terminal_id: int
    other_desk_id: int
    other_desk_service_id: int


def small_city(office: Office) -> City:
    """Fill an empty office. Codes: city ``mori``, desks ``childcare`` and ``tax``, services ``nursery``,
    ``allowance`` (letters A and B) and ``bill`` (C); the desks are open from 8:30 to 17:15 on weekdays."""
    with office.change() as unit:
        session = unit.session

        def add(row: object) -> int:
            session.add(row)
            session.flush()
            return int(row.id)  # type: ignore[attr-defined]

        city = add(Municipality(code="mori", names={"ja": "森市", "en": "Mori City"}))
        hours = {"opens_at": time(8, 30), "closes_at": time(17, 15), "phone": "+81312345678"}
        desk = add(
            Desk(
                municipality_id=city,
                code="childcare",
                names={"ja": "保育課", "en": "Childcare"},
                places={"ja": "本庁舎2階", "en": "Main building 2F"},
                **hours,
            )
        )
        tax = add(
            Desk(
                municipality_id=city,
                code="tax",
                names={"ja": "税務課", "en": "Tax"},
                places={"ja": "1階"},
                **hours,
            )
        )
        nursery = add(_service(desk, "nursery", "A", "保育所等利用申込", "Nursery", bookable=True))
        allowance = add(_service(desk, "allowance", "B", "児童手当", "Allowance"))
        bill = add(_service(tax, "bill", "C", "納税相談", "Tax bills"))
        counters = tuple(add(Counter(desk_id=desk, label=label)) for label in ("1", "2", "3"))
        staff = [
            Actor(add(_staff(city, login, role)), login, role, city)
            for login, role in (
                ("sato", Role.CLERK),
                ("suzuki", Role.CLERK),
                ("viewer", Role.VIEWER),
                ("auditor", Role.AUDITOR),
            )
        ]
        users = tuple(
            add(LineUser(user_id=f"U{number:032x}", desk_id=desk, created_at=unit.now))
            for number in range(1, 5)
        )
        terminal = add(Terminal(desk_id=desk, name="ロビー", token_hash="0" * 64, paired_at=unit.now))
    return City(city, desk, nursery, allowance, counters, *staff, users, terminal, tax, bill)


def _service(desk_id: int, code: str, letter: str, ja: str, en: str, *, bookable: bool = False) -> Service:
    return Service(desk_id=desk_id, code=code, names={"ja": ja, "en": en}, letter=letter, bookable=bookable)


def _staff(municipality_id: int, login: str, role: Role) -> Staff:
    return Staff(
        municipality_id=municipality_id, login=login, display_name=login, role=role.value, password_hash="!"
    )


@contextmanager
def own_postgres_database(name: str) -> Iterator[str]:
    """The URL of a new, empty PostgreSQL database; dropped afterwards. A missing server fails in CI."""
    server = postgres.server_url()
    if server is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL does not answer")
        pytest.skip("PostgreSQL does not answer")
    with postgres.own_database(server, name) as url:
        # What tests write need not outlive a power cut; what others see of it is the same.
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
        yield url


_RESTART_IDS = """
SELECT setval(quote_ident(sequencename)::regclass, start_value, false)
FROM pg_sequences WHERE schemaname = current_schema()
"""


def empty_postgres_database(url: str) -> None:
    """Take every row out of a migrated database; ids start at 1 again."""
    # TRUNCATE gives each table and index a new file; emptying a few rows is twenty times as fast.
    deletes = [f'DELETE FROM "{table.name}"' for table in reversed(METADATA.sorted_tables)]
    database = open_database(url)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("; ".join(deletes))
        connection.exec_driver_sql(_RESTART_IDS)
    database.close()
