"""Offices of staff tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from office_kit import City, small_city
from staff_kit import browser, running_office, sign_ins

from madoguchi.services import staff_accounts
from madoguchi.services.office import Office
from madoguchi.state import caller


@pytest.fixture(autouse=True)
def fresh_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is remembered from another test, and passwords are hashed for speed, not for strength."""
    monkeypatch.setattr(staff_accounts, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    staff_accounts._nobodys_hash.cache_clear()
    watch = staff_accounts.Watch()
    monkeypatch.setattr(staff_accounts.sign_in, "__kwdefaults__", {"watch": watch})
    caller.forget()


@pytest.fixture
def open_office(sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    """A running office whose staff side is open to 10.0.0.0/8 only, through no proxy."""
    networks = {"staff_networks": "10.0.0.0/8", "terminal_networks": "10.5.0.0/16"}
    with running_office(sqlite_url, tmp_path, **networks) as office:
        yield office


@pytest.fixture
def mori(open_office: Office) -> City:
    """The small city in it, whose people can sign in."""
    city = small_city(open_office)
    sign_ins(open_office, city)
    return city


@pytest.fixture
def client(open_office: Office, mori: City) -> Iterator[httpx.Client]:
    """A browser inside the office."""
    with browser(open_office) as one:
        yield one
