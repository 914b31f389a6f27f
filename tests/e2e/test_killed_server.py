"""kill -9 of the server: what was committed is sent after the next start, once, and every screen comes back.

Real processes: the server, the stand-in for LINE, SIGKILL.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect
from sqlmodel import col, select
from stage import ROOT, City, People, free_ports

from madoguchi.domain.roles import Role
from madoguchi.services import calling, counters
from madoguchi.services.actors import Actor
from madoguchi.services.office import Office, open_office
from madoguchi.settings import load_settings
from madoguchi.store.tables import Counter, OutboxMessage, Staff, Ticket
from tools.ports import wait_until, wait_until_answers

pytestmark = pytest.mark.e2e

_PATIENCE = 30.0
_BACK_SECONDS = 5.0
"""Within so long after the server answers again, all screens show the truth."""


@dataclass
class Deployment:
    """A server and the stand-in for LINE, each its own process on its own port."""

    environ: dict[str, str]
    app: str
    line: str
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *module: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen([sys.executable, "-m", *module], cwd=ROOT, env=self.environ)
        self.processes.append(process)
        return process

    def serve(self) -> subprocess.Popen[bytes]:
        process = self.start("madoguchi", "serve")
        assert wait_until_answers(f"{self.app}/readyz", _PATIENCE, lambda: process.poll() is None)
        return process

    def run(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "madoguchi", *arguments]
        subprocess.run(command, cwd=ROOT, env=self.environ, check=True)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = httpx.request(method, f"{self.line}/control/{path}", json=body, trust_env=False, timeout=20)
        answer.raise_for_status()
        return answer.json()

    def settings(self) -> dict[str, Any]:
        """The same settings, for services run by the test itself."""
        return {"env": "demo", "var_dir": self.environ["MADOGUCHI_VAR_DIR"]}

    def heard(self, name: str) -> str:
        """Everything that the account has said to the citizen, as text."""
        return str(self.control("GET", f"users/{name}/messages?side=account"))


def until(done: Callable[[], bool]) -> None:
    assert wait_until(done, _PATIENCE, lambda: True), "it did not happen in time"


def countdown(seconds: float) -> Callable[[], float]:
    """Tells the milliseconds that are left of them; at least one, as none would mean no limit."""
    end = time.monotonic() + seconds
    return lambda: max(1.0, (end - time.monotonic()) * 1000)


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    """A demo database on a server of its own; one citizen has chosen the childcare desk."""
    app, line, printer = free_ports(3)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MADOGUCHI_")} | {
        "MADOGUCHI_ENV": "demo",
        "MADOGUCHI_PORT": str(app),
        "MADOGUCHI_PUBLIC_URL": f"http://127.0.0.1:{app}",
        "MADOGUCHI_LINE_API_HOST": f"http://127.0.0.1:{line}",
        "MADOGUCHI_VAR_DIR": str(tmp_path),
        "SANDBOX_PORT": str(line),
        "SANDBOX_PRINTER_PORT": str(printer),
        "SANDBOX_WEBHOOK_URL": f"http://127.0.0.1:{app}/line/webhook",
    }
    made = Deployment(environ, f"http://127.0.0.1:{app}", f"http://127.0.0.1:{line}")
    try:
        made.run("migrate")
        made.run("seed-demo")
        stand_in = made.start("sandbox")
        assert wait_until_answers(made.line, _PATIENCE, lambda: stand_in.poll() is None)
        yield made
    finally:
        for process in made.processes:
            process.kill()
            process.wait()


def tap(city: Deployment, label: str) -> None:
    """Tap a control as soon as it is there."""
    until(lambda: f"'label': '{label}'" in str(city.control("GET", "users/hanako/controls")))
    city.control("POST", "users/hanako/tap", {"label": label})


def befriend(city: Deployment) -> None:
    city.control("POST", "users/hanako/follow")
    tap(city, "みどり市")
    tap(city, "保育課")


def kill(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGKILL)
    server.wait()


def rows(city: Deployment) -> list[OutboxMessage]:
    office = open_office(load_settings(**city.settings()))
    with office.look() as unit:
        found = list(unit.session.exec(select(OutboxMessage)).all())
    office.database.close()
    return found


def at_counter_one(office: Office) -> tuple[Actor, int]:
    """The clerk, and counter 1."""
    with office.look() as unit:
        staff = unit.session.exec(select(Staff).where(col(Staff.login) == "clerk")).one()
        counter_id = unit.session.exec(select(col(Counter.id)).where(col(Counter.label) == "1")).first() or 0
    return Actor(staff.id or 0, staff.display_name, Role.CLERK, staff.municipality_id), counter_id


def call_hanako(city: Deployment) -> str:
    """The clerk calls everybody up to the newest ticket, on the same database; its number."""
    office = open_office(load_settings(**city.settings()))
    clerk, counter_id = at_counter_one(office)
    counters.take_counter(office, clerk, counter_id)
    called = calling.call_next(office, clerk, counter_id, None)
    while called.number != "A004":
        called = calling.call_next(office, clerk, counter_id, called.ticket_id)
    office.database.close()
    return called.number


def test_killed_between_commit_and_push_and_again_while_pushing(deployment: Deployment) -> None:
    server = deployment.serve()
    befriend(deployment)
    deployment.control("POST", "users/hanako/text", {"text": "順番待ちをする"})
    tap(deployment, "保育所等利用申込")
    until(lambda: "A004" in deployment.heard("hanako"))
    kill(server)

    assert call_hanako(deployment) == "A004"
    deployment.control(
        "POST", "faults", {"kind": "timeout_after", "endpoint": "push", "times": 1, "seconds": 60}
    )
    server = deployment.serve()
    until(lambda: "A004番の方" in deployment.heard("hanako"))
    kill(server)

    deployment.serve()
    until(lambda: all(row.state in ("sent", "dropped") for row in rows(deployment)))
    called = [row for row in rows(deployment) if row.kind == "ticket_called"]
    assert [(row.state, row.attempts) for row in called] == [("sent", 2)]
    messages = deployment.control("GET", "users/hanako/messages?side=account")["messages"]
    assert sum("A004番の方" in str(one["preview"]) for one in messages) == 1


def test_board_dashboard_and_phone_come_back_with_the_truth(deployment: Deployment, browser: Browser) -> None:
    server = deployment.serve()
    people = People(browser, City(deployment.app, "", deployment.line, Path()), [], [])
    office = open_office(load_settings(**deployment.settings()))
    with office.look() as unit:
        waits = select(col(Ticket.token)).where(
            col(Ticket.letter) == "B", col(Ticket.number) == 1, col(Ticket.service_day) == unit.today
        )
        token = unit.session.exec(waits).first()
    phone = people.bare_page(390, 844)
    phone.goto(f"{deployment.app}/t/{token}")
    desk, lobby = people.clerk().sit_at("1番").next("A001"), people.lobby()
    lobby.shows("A001", "1")

    kill(server)
    expect(phone.get_by_test_id("ticket-stale")).to_be_visible()
    expect(lobby.page.get_by_test_id("board-stale")).to_be_visible()
    # While nobody could see it, the truth went on.
    clerk, counter_id = at_counter_one(office)
    with office.look() as unit:
        there = counters.current(unit, counter_id)
        current = None if there is None else there.id
    assert calling.call_next(office, clerk, counter_id, current).number == "B001"
    office.database.close()

    deployment.serve()
    left = countdown(_BACK_SECONDS)
    state = phone.get_by_test_id("ticket-state")
    expect(state).to_have_attribute("data-state", "called", timeout=left())
    expect(desk.page.get_by_test_id("current-number")).to_have_text("B001", timeout=left())
    expect(lobby.calling("B001", "1")).to_be_visible(timeout=left())
    expect(phone.get_by_test_id("ticket-stale")).to_be_hidden(timeout=left())
    expect(lobby.page.get_by_test_id("board-stale")).to_be_hidden(timeout=left())
    for context in people.contexts:
        context.close()
