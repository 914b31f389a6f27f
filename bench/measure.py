"""One whole run: the true server, its yardsticks, and the generator, each in a process of its own."""

from __future__ import annotations

import os
import platform
import sqlite3
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text

from madoguchi.services.office import Office
from tools.ports import free_port

from . import city, measure_booking, paper, rounds, server, years
from .load import Measured, percentile
from .server import Place, Running
from .viewers import crowd_apart

CLIENTS: Final = (1, 8, 32, 128)
SECONDS: Final = 5.0
NOOP_SECONDS: Final = 1.5
RAW_SECONDS: Final = 1.0
WEBHOOK_CLIENTS: Final = 32
VIEWERS: Final = 1_000
CROWD: Final = 3_000
CLICKS: Final = 100
"""A round; fewer would make the 95th of a hundred little else than the slowest."""
LOBBY: Final = 2 * CLICKS + 60
"""People waiting when a clerk begins to call: still a full lobby after two rounds of clicks."""
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
        figures: Figures = {"method": _method(), "raw_inserts_per_second": raw_inserts(folder / "raw.db")}
        with server.serving(environ) as running:
            place = Place(running, found, office)
            figures["start_seconds"] = round(running.started_in, 2)
            figures["memory_mb_idle"] = _megabytes(running)
            figures["issuing"] = _issuing(place, generator)
            figures["push"] = _push(place, generator)
            figures["memory_mb_viewers"] = figures["push"].pop("memory_mb")
            figures["webhook"] = _webhook(place, generator, line_port)
            figures |= _clerk(place, generator, line_port)
            figures["paper"] = paper.run(folder, place)
            figures["memory_mb_end"] = _megabytes(running)
        figures["booking"] = measure_booking.run(folder, generator)
    figures["years"] = years.run(folder)
    return figures


def _method() -> Figures:
    return {"cores": len(os.sched_getaffinity(0)), "python": platform.python_version(), "lobby": LOBBY}


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
        "clicks": CLICKS,
        "click_p50_ms": _milliseconds(pushed.click, 50),
        "click_p99_ms": _milliseconds(pushed.click, 99),
        "bare_p50_ms": _milliseconds(pushed.bare, 50),
        "bare_p99_ms": _milliseconds(pushed.bare, 99),
        "ratio": round(pushed.ratio, 2),
        "bytes": pushed.frame_bytes,
        "memory_mb": _megabytes(place.server),
    }


def _clerk(place: Place, generator: ProcessPoolExecutor, line_port: int) -> Figures:
    """A clerk clicks with nobody at the boards, then while thousands look; then LINE delivers events, too."""
    _full_lobby(place, generator)
    found, port = place.city, place.server.port
    clicking = partial(rounds.own_screen, port, found.clerk_sessions[0], CLICKS)
    quiet, before = generator.submit(clicking).result(), place.server.memory
    with crowd_apart(port, f"/api/v1/boards/{found.desk_code}/events", CROWD) as boards:
        crowded, grown = generator.submit(clicking).result(), place.server.memory - before
        webhook = _webhook(place, generator, line_port)
    return {
        "own_screen": {
            "clicks": CLICKS,
            "quiet_p50_ms": _milliseconds(quiet, 50),
            "quiet_p95_ms": _milliseconds(quiet, 95),
            "crowded_p50_ms": _milliseconds(crowded, 50),
            "crowded_p95_ms": _milliseconds(crowded, 95),
        },
        "crowded": {
            "viewers": CROWD,
            "kilobytes_a_viewer": round(grown / CROWD / 1e3, 1),
            "boards_lost": boards.lost,
            "webhook": webhook,
        },
    }


def _milliseconds(ordered: Sequence[float], percent: float) -> float:
    return round(percentile(ordered, percent) * 1e3, 1)


def _webhook(place: Place, generator: ProcessPoolExecutor, line_port: int) -> Figures:
    measured, answered, after = generator.submit(
        rounds.webhooks, place.server.port, line_port, WEBHOOK_CLIENTS, place.city.line_users
    ).result()
    return {
        **rounds.as_json(measured),
        "events": rounds.EVENTS,
        "answered_in_line": answered,
        "answered_seconds": round(after, 1),
    }


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
