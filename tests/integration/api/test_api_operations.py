"""What operators ask: alive, ready, figures."""

from pathlib import Path

from office_kit import City, clock_of, test_settings
from starlette.applications import Starlette
from starlette.testclient import TestClient

from madoguchi import api
from madoguchi.services import health, issuing
from madoguchi.services.clock import SystemClock
from madoguchi.services.office import Office
from madoguchi.store.engine import open_database


def test_alive_and_ready(client: TestClient) -> None:
    assert client.get("/healthz").text == "ok\n"
    ready = client.get("/readyz")
    assert (ready.status_code, ready.text) == (200, "ready\n")


def test_alive_but_not_ready_while_the_office_is_not_open() -> None:
    client = TestClient(Starlette(routes=api.routes()))
    assert client.get("/healthz").status_code == 200
    ready = client.get("/readyz")
    assert (ready.status_code, ready.text) == (503, "the boards are not running\n")
    busy = client.get("/api/v1/desks")
    assert (busy.status_code, busy.json()["code"]) == (503, "busy")


def test_a_database_that_was_not_migrated_is_not_ready(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    empty = Office(test_settings(tmp_path, database_url=url), open_database(url), SystemClock())
    assert health.unready(empty) == "the database is not migrated"
    empty.database.close()


def test_figures_count_what_is_there(client: TestClient, office: Office, city: City) -> None:
    for number in range(3):
        issuing.issue_at_terminal(
            office,
            terminal_id=city.terminal_id,
            desk_id=city.desk_id,
            service_code="nursery",
            language="ja",
            key=f"figure-{number}",
        )
    lines = client.get("/metrics").text.splitlines()
    assert 'madoguchi_tickets_today{desk="childcare",state="waiting"} 3' in lines
    assert "madoguchi_board_viewers 0" in lines
    assert lines.count("# TYPE madoguchi_tickets_today gauge") == 1
    clock_of(office).advance(days=1)
    assert not [
        line for line in client.get("/metrics").text.splitlines() if line.startswith("madoguchi_tickets")
    ]
