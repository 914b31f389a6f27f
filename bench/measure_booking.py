"""The booking rounds of a run: the true server on each database, beside what the database takes at best."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from madoguchi.services.office import Office
from madoguchi.store.tables import Slot
from tools.ports import free_port

from . import city, postgres, server
from .booking import Visit, book_link, booking
from .load import Measured
from .raw_booking import bookings_per_second
from .rounds import as_json

CLIENTS: Final = 500
TIMES: Final = 10
ROUNDS: Final = 3
"""The one in the middle is told: the first warms up, and others use the machine too."""

Figures = dict[str, Any]


def run(folder: Path, generator: Executor) -> list[Figures]:
    """A row for SQLite, and one for PostgreSQL where a server answers."""
    rows = [_on("SQLite", f"sqlite:///{folder / 'booking.db'}", folder, generator)]
    with own_postgres("booking") as url:
        if url is not None:
            rows.append(_on("PostgreSQL", url, folder, generator))
    return rows


@contextmanager
def own_postgres(what: str) -> Iterator[str | None]:
    """The URL of a database of its own on the server that answers; None without one."""
    found = postgres.server_url()
    if found is None:
        yield None
        return
    with postgres.own_database(found, f"madoguchi_bench_{what}_{os.getpid()}") as url:
        yield url


def _on(name: str, url: str, folder: Path, generator: Executor) -> Figures:
    line_port = free_port()
    environ = server.environment(folder / name, line_port=line_port, database_url=url)
    with server.office_of(environ) as office:
        raw = bookings_per_second(url)
        found = city.found(office, counters=1, terminals=1, phones=0)
        with server.serving(environ) as running:
            rounds: list[Measured] = []
            for number in range(ROUNDS):
                visits = _visits(office, found, number)
                rounds.append(generator.submit(booking, running.port, line_port, visits).result())
    middle = sorted(rounds, key=lambda one: one.rate)[ROUNDS // 2]
    return {"database": name, "raw_per_second": raw, **as_json(middle)}


def _visits(office: Office, found: city.City, number: int) -> list[Visit]:
    """Everybody wants one of the round's times, which have as many places as are wanted."""
    slots = [
        city.add_slot(office, found.service_ids[0], CLIENTS // TIMES, hours_later=number * TIMES + at)
        for at in range(TIMES)
    ]
    with office.look() as unit:
        days = {slot: unit.session.get_one(Slot, slot).day.isoformat() for slot in slots}
    return [
        Visit(book_link(office, user, found.desk_id), found.service_codes[0], days[slot], slot)
        for at, user in enumerate(city.add_phones(office, found.desk_id, CLIENTS))
        for slot in (slots[at % TIMES],)
    ]
