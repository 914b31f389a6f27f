"""Offices with the golden month in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from golden_kit import Golden, golden_in
from office_kit import only_office_on

from madoguchi.services.office import Office


@pytest.fixture
def golden(office: Office) -> Golden:
    """On SQLite and PostgreSQL."""
    return golden_in(office)


@pytest.fixture
def lite_golden(lite_office: Office) -> Golden:
    """On SQLite only."""
    return golden_in(lite_office)


@pytest.fixture
def office_of(tmp_path: Path) -> Iterator[Callable[[str], Office]]:
    """Opens the office of a database."""
    with ExitStack() as opened:
        yield lambda url: opened.enter_context(only_office_on(url, tmp_path))
