"""The HTTP side of a small city, answering in this process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from api_kit import http_of
from office_kit import City
from starlette.testclient import TestClient

from madoguchi.services import terminals
from madoguchi.services.office import Office


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
