"""kill -9 of the server under an open ticket page: the page comes back by itself, with the truth."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlmodel import col, select
from stage import ROOT, free_ports

from madoguchi.domain.roles import Role
from madoguchi.services import calling, counters, issuing
from madoguchi.services.actors import Actor
from madoguchi.services.issuing import IssuedTicket
from madoguchi.services.office import Office, open_office
from madoguchi.settings import load_settings
from madoguchi.store.tables import Counter, Desk, Staff, Terminal
from tools.ports import wait_until_answers

pytestmark = pytest.mark.e2e

_PATIENCE = 30.0
_BACK_WITHIN = 5.0


@dataclass
class Server:
    """A real server on a demo city of its own, and the same database for the clerk."""

    address: str
    environ: dict[str, str]
    office: Office
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "madoguchi", "serve"]
        self.process = process = subprocess.Popen(command, cwd=ROOT, env=self.environ)
        assert wait_until_answers(f"{self.address}/readyz", _PATIENCE, lambda: process.poll() is None)

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    app, line = free_ports(2)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MADOGUCHI_")} | {
        "MADOGUCHI_ENV": "demo",
        "MADOGUCHI_PORT": str(app),
        "MADOGUCHI_PUBLIC_URL": f"http://127.0.0.1:{app}",
        "MADOGUCHI_LINE_API_HOST": f"http://127.0.0.1:{line}",
        "MADOGUCHI_VAR_DIR": str(tmp_path),
    }
    subprocess.run([sys.executable, "-m", "madoguchi", "seed-demo"], cwd=ROOT, env=environ, check=True)
    office = open_office(load_settings(env="demo", var_dir=str(tmp_path)))
    running = Server(f"http://127.0.0.1:{app}", environ, office)
    try:
        running.start()
        yield running
    finally:
        running.kill()
        office.database.close()


def paper(office: Office) -> IssuedTicket:
    with office.change() as unit:
        desk_id = unit.session.exec(select(col(Desk.id)).where(col(Desk.code) == "childcare")).one() or 0
        terminal = Terminal(desk_id=desk_id, name="ロビー", token_hash="0" * 64, paired_at=unit.now)
        unit.session.add(terminal)
        unit.session.flush()
        terminal_id = terminal.id or 0
    return issuing.issue_at_terminal(
        office,
        terminal_id=terminal_id,
        desk_id=desk_id,
        service_code="nursery",
        language="ja",
        key="a-paper-ticket",
    )


def call_up_to(office: Office, number: str) -> None:
    """Call everybody up to `number`, by the database alone: no server hears of it."""
    with office.look() as unit:
        staff = unit.session.exec(select(Staff).where(col(Staff.login) == "clerk")).one()
        counter_id = unit.session.exec(select(col(Counter.id)).where(col(Counter.label) == "1")).first() or 0
    clerk = Actor(staff.id or 0, staff.display_name, Role.CLERK, staff.municipality_id)
    counters.take_counter(office, clerk, counter_id)
    called = calling.call_next(office, clerk, counter_id, None)
    while called.number != number:
        called = calling.call_next(office, clerk, counter_id, called.ticket_id)


def test_a_phone_shows_the_call_within_five_seconds_of_the_servers_return(
    server: Server, browser: Browser
) -> None:
    mine = paper(server.office)
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="ja-JP", is_mobile=True)
    page = context.new_page()
    page.goto(f"{server.address}/t/{mine.token}")
    expect(page.get_by_test_id("ticket-ahead")).to_have_attribute("data-ahead", str(mine.waiting_ahead))
    server.kill()
    expect(page.get_by_test_id("ticket-stale")).to_be_visible(timeout=10_000)
    expect(page.get_by_test_id("ticket-number")).to_have_text(mine.number)
    call_up_to(server.office, mine.number)
    server.start()
    back = time.monotonic()
    expect(page.get_by_test_id("ticket-counter")).to_have_text("1番窓口", timeout=_BACK_WITHIN * 1000)
    expect(page.get_by_test_id("ticket-stale")).to_be_hidden(timeout=1_000)
    assert time.monotonic() - back < _BACK_WITHIN
    context.close()
