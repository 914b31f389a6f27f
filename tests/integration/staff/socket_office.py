"""A started server and the office behind it, for tests that speak with its event socket."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from office_kit import City, office_on, small_city
from sqlmodel import func, select
from staff_kit import PASSWORD, sign_ins

from madoguchi.services import issuing, sessions
from madoguchi.services.actors import Actor
from madoguchi.services.clock import SystemClock
from madoguchi.services.office import Office
from madoguchi.services.slots import pool_of
from madoguchi.services.staff_accounts import sign_in
from madoguchi.store.tables import AuditEntry, Contact, Reservation, Service, Slot, Ticket

ROOT_FOLDER = Path(__file__).resolve().parents[3]
NAME, PHONE = "ヌルマエ ツヅミ", "080-9876-4321"
"""Unlike any example that the pages themselves show."""


@dataclass(frozen=True)
class Started:
    """The server, and its office seen from here."""

    base: str
    office: Office
    city: City
    reservation_id: int

    def session(self, login: str) -> str:
        """A new session's token."""
        return sign_in(self.office, login, PASSWORD, "10.1.2.3")

    def actor(self, login: str) -> Actor:
        """The member of staff."""
        found = sessions.actor_of(self.office, self.session(login))
        assert found is not None
        return found

    def issue(self) -> str:
        """One more who waits; the number."""
        return issuing.issue_at_desk(
            self.office, self.city.clerk, service_id=self.city.service_id, form=os.urandom(8).hex()
        ).number

    def facts(self) -> tuple[Any, ...]:
        """What no stranger may change: tickets, and the log of staff's actions."""
        with self.office.look() as unit:
            tickets = unit.session.exec(select(Ticket.id, Ticket.state, Ticket.version)).all()
            return tuple(tickets), unit.session.exec(select(func.count()).select_from(AuditEntry)).one()


def start(folder: Path, sqlite_template: Path) -> Iterator[Started]:
    """A server whose staff side is open to 10.0.0.0/8, told by the proxy on 127.0.0.1."""
    shutil.copyfile(sqlite_template, folder / "madoguchi.db")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    office = office_on(f"sqlite:///{folder / 'madoguchi.db'}", folder)
    office = Office(office.settings, office.database, SystemClock())
    city = small_city(office)
    sign_ins(office, city)
    reservation_id = _reservation(office, city)
    given = {
        "MADOGUCHI_ENV": "demo",
        "MADOGUCHI_VAR_DIR": str(folder),
        "MADOGUCHI_SECRET_KEY": office.settings.secret_key.get_secret_value(),
        "MADOGUCHI_PORT": str(port),
        "MADOGUCHI_PUBLIC_URL": base,
        "MADOGUCHI_LINE_API_HOST": "http://127.0.0.1:9",
        "MADOGUCHI_STAFF_NETWORKS": "10.0.0.0/8",
        "MADOGUCHI_TRUSTED_PROXIES": "127.0.0.1/32",
        "PYTHONPATH": str(ROOT_FOLDER),
    }
    log = (folder / "server.log").open("wb")
    command = [sys.executable, str(Path(__file__).with_name("socket_server.py"))]
    process = subprocess.Popen(
        command, cwd=ROOT_FOLDER, env={**os.environ, **given}, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        _wait_until_ready(base, process, folder / "server.log")
        yield Started(base, office, city, reservation_id)
    finally:
        process.terminate()
        process.wait(10)
        log.close()
        office.database.close()


def _wait_until_ready(base: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = monotonic() + 60
    while monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"{base}/healthz", timeout=2).close()
            return
        except OSError:
            sleep(0.05)
    pytest.fail(log.read_text(errors="replace")[-3000:])


def _reservation(office: Office, city: City) -> int:
    with office.change() as unit:
        contact = Contact(
            kana=NAME, kana_key=NAME, phone="+818098764321", created_at=unit.now, visit_day=unit.today
        )
        pool = pool_of(unit, unit.session.get_one(Service, city.service_id))
        slot = Slot(pool_id=pool, starts_at=unit.now, day=unit.today, capacity=1, taken=1)
        unit.session.add_all([contact, slot])
        unit.session.flush()
        assert slot.id is not None
        row = Reservation(
            code="708192",
            desk_id=city.desk_id,
            service_id=city.service_id,
            slot_id=slot.id,
            day=unit.today,
            starts_at=unit.now,
            state="booked",
            channel="line",
            contact_id=contact.id,
            created_at=unit.now,
            booked_at=unit.now,
        )
        unit.session.add(row)
        unit.session.flush()
        assert row.id is not None
        return row.id
