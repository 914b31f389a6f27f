"""One whole run: the true server, its yardsticks, and the generator, each in a process of its own."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text

from madoguchi.services.office import Office
from tools.ports import free_port

from . import city, crowded, measure_booking, paper, rounds, server
from .load import Measured, percentile
from .server import Place, Running

CLIENTS: Final = (1, 8, 32, 128)
SECONDS: Final = 5.0
NOOP_SECONDS: Final = 1.5
RAW_SECONDS: Final = 1.0
WEBHOOK_CLIENTS: Final = 32
VIEWERS: Final = 1_000
CROWD: Final = 3_000
CLICKS: Final = 15
LOBBY: Final = 60
"""People waiting when a clerk calls: a full lobby."""
PHONES: Final = 250

Figures = dict[str, Any]


def run(folder: Path) -> Figures:
    """Every figure, by name; times in milliseconds unless a name says otherwise."""
    line_port = free_port()
    environ = server.environment(folder / "var", line_port=line_port)
    with (
        server.office_of(environ) as office,
        # A process of its own: the generator shares neither a lock nor an event loop with anything.
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as generator,
    ):
        found = city.found(office, counters=2, terminals=max(CLIENTS), phones=PHONES)
        figures: Figures = {"raw_inserts_per_second": raw_inserts(folder / "raw.db")}
        with server.serving(environ) as running:
            place = Place(running, found, office)
            figures["start_seconds"] = round(running.started_in, 2)
            figures["memory_mb_idle"] = _megabytes(running)
            figures["issuing"] = _issuing(place, generator)
            figures["push"] = _push(place, generator)
            figures["memory_mb_viewers"] = figures["push"].pop("memory_mb")
            figures["webhook"] = _webhook(place, generator, line_port)
            figures["crowded"] = _crowded(place, generator, line_port)
            figures["paper"] = paper.run(folder, place)
            figures["memory_mb_end"] = _megabytes(running)
        figures["booking"] = measure_booking.run(folder, generator)
    return figures


def raw_inserts(path: Path) -> float:
    """Rows per second that sqlite3 itself takes from Python, a transaction each, set up like the server's."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE ticket (id INTEGER PRIMARY KEY, token TEXT UNIQUE, number INTEGER)")
    rows, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < RAW_SECONDS:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO ticket (token, number) VALUES (?, ?)", (f"token-{rows}", rows))
        connection.execute("COMMIT")
        rows += 1
    connection.close()
    return round(rows / (time.perf_counter() - begun))


def _issuing(place: Place, generator: ProcessPoolExecutor) -> list[Figures]:
    found = []
    for clients in CLIENTS:
        _empty_waiting_room(place.office)
        noop = _watched(place.server, generator, rounds.noop, place.server.port, clients, NOOP_SECONDS)
        tokens, services = place.city.terminal_tokens, place.city.service_codes
        issued = _watched(
            place.server, generator, rounds.issuing, place.server.port, clients, SECONDS, tokens, services
        )
        found.append({"clients": clients, "noop": noop, "tickets": issued})
    return found


def _push(place: Place, generator: ProcessPoolExecutor) -> Figures:
    _full_lobby(place, generator)
    with _bare() as bare_port:
        found = place.city
        pushed = generator.submit(
            rounds.pushes,
            place.server.port,
            bare_port,
            found.desk_code,
            found.clerk_sessions[0],
            VIEWERS,
            CLICKS,
        ).result()
    return {
        "viewers": pushed.viewers,
        "click_p50_ms": _milliseconds(pushed.click, 50),
        "click_p99_ms": _milliseconds(pushed.click, 99),
        "bare_p50_ms": _milliseconds(pushed.bare, 50),
        "bare_p99_ms": _milliseconds(pushed.bare, 99),
        "ratio": round(pushed.ratio, 2),
        "bytes": pushed.frame_bytes,
        "memory_mb": _megabytes(place.server),
    }


def _crowded(place: Place, generator: ProcessPoolExecutor, line_port: int) -> Figures:
    _full_lobby(place, generator)
    found, before = place.city, place.server.memory
    running = generator.submit(
        crowded.crowded,
        place.server.port,
        line_port,
        found.desk_code,
        found.clerk_sessions[0],
        found.line_users,
        CROWD,
        CLICKS,
    )
    most = before
    while not running.done():
        most = max(most, place.server.memory)
        time.sleep(0.1)
    seen = running.result()
    return {
        "viewers": seen.viewers,
        "kilobytes_a_viewer": round((most - before) / seen.viewers / 1e3, 1),
        "quiet_p95_ms": _milliseconds(sorted(seen.quiet), 95),
        "click_p95_ms": _milliseconds(sorted(seen.crowded), 95),
        "webhook": {**rounds.as_json(seen.webhook), "answered_in_line": seen.answered},
    }


def _milliseconds(ordered: Sequence[float], percent: float) -> float:
    return round(percentile(ordered, percent) * 1e3, 1)


def _webhook(place: Place, generator: ProcessPoolExecutor, line_port: int) -> Figures:
    measured, answered, after = generator.submit(
        rounds.webhooks, place.server.port, line_port, WEBHOOK_CLIENTS, place.city.line_users
    ).result()
    return {**rounds.as_json(measured), "answered_in_line": answered, "answered_seconds": round(after, 1)}


def _watched(running: Running, generator: ProcessPoolExecutor, work: Any, *given: Any) -> Figures:
    cpu = running.cpu_seconds
    measured: Measured = generator.submit(work, *given).result()
    used = (running.cpu_seconds - cpu) / measured.seconds
    return {**rounds.as_json(measured), "server_cpu": round(used, 3)}


def _empty_waiting_room(office: Office) -> None:
    """Each round begins as a morning does: with nobody waiting."""
    with office.change() as unit:
        unit.session.connection().execute(text("UPDATE ticket SET state = 'done' WHERE state = 'waiting'"))


def _full_lobby(place: Place, generator: ProcessPoolExecutor) -> None:
    """`LOBBY` people wait, and nobody else."""
    _empty_waiting_room(place.office)
    found = place.city
    generator.submit(
        rounds.fill_lobby, place.server.port, found.terminal_tokens, found.service_codes, LOBBY
    ).result()


@contextmanager
def _bare() -> Iterator[int]:
    port = free_port()
    with server.child(["-m", "bench.bare", str(port)], port, "/", {}):
        yield port


def _megabytes(running: Running) -> float:
    return round(running.memory / 1e6, 1)
