"""The HTTP side of a small city, answering in this process."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from office_kit import City, office_on, small_city
from starlette.applications import Starlette
from starlette.testclient import TestClient

from madoguchi import api
from madoguchi.services import running, terminals
from madoguchi.services.office import Office


def http_of(office: Office) -> Starlette:
    """The API of `office`, alive as long as its lifespan."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        running.start(office)
        async with api.running(office):
            yield
        running.stop()

    return Starlette(routes=api.routes(), lifespan=lifespan)


@pytest.fixture
def lite_office(tmp_path: Path, sqlite_template: Path) -> Iterator[Office]:
    """An empty office on SQLite only: for what does not depend on the database."""
    copy = tmp_path / "madoguchi.db"
    shutil.copyfile(sqlite_template, copy)
    opened = office_on(f"sqlite:///{copy}", tmp_path)
    yield opened
    opened.database.close()


@pytest.fixture
def lite_city(lite_office: Office) -> City:
    """A small city in it."""
    return small_city(lite_office)


@pytest.fixture
def client(office: Office, city: City) -> Iterator[TestClient]:
    """A client of the API, on SQLite and on PostgreSQL."""
    with TestClient(http_of(office), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def lite_client(lite_office: Office, lite_city: City) -> Iterator[TestClient]:
    """A client of the API, on SQLite only."""
    with TestClient(http_of(lite_office), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def lite_terminal(lite_client: TestClient, lite_office: Office) -> dict[str, str]:
    """The headers of a paired terminal."""
    return paired(lite_client, lite_office)


@pytest.fixture
def terminal(client: TestClient, office: Office) -> dict[str, str]:
    """The headers of a paired terminal."""
    return paired(client, office)


def paired(client: TestClient, office: Office) -> dict[str, str]:
    """Pair a terminal over HTTP; the headers that it then sends."""
    code = terminals.make_pairing_code(office, "childcare", "ロビー")
    answer = client.post("/api/v1/terminal/pair", json={"code": code})
    assert answer.status_code == 201, answer.text
    return {"Authorization": f"Bearer {answer.json()['device_token']}"}
