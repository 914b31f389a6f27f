"""``python -m bench.bytes``: plant names and numbers through the real doors, mask, and search every byte.

The true server answers meanwhile: citizens book on ``/book``, write their names into the chat and give half
typed forms up; clerks register callers, look at contacts, search for names and print the day with them.
Four months later by ``--now`` the job masks, and no file of the deployment may hold a whole name or number.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import redis
from sqlalchemy import text

from madoguchi.services.office import Office
from tools.ports import free_port

from . import city, load, server
from .booking import Visit, book_link, hold, tabs
from .http import request_bytes
from .line_end import LineEnd, line_end
from .own_postgres import own_server, programs
from .page import PATIENCE, Page, page
from .planted import MOST, Person, found_in, people

COOKIE: Final = "madoguchi_staff"
RESERVATIONS: Final = "reflex___state____state.madoguchi___state___reservations____reservations_state"
FORM: Final = "reflex___state____state.madoguchi___state___reservation_form____reservation_form"
CONTACT: Final = "reflex___state____state.madoguchi___state___contact____contact_state"
TOGETHER: Final = 100
BY_STAFF: Final = 20
"""One in so many is registered by a clerk for a caller."""
LEFT: Final = 10
"""One in so many fills the form in and closes the page."""
MONTHS_LATER: Final = timedelta(days=125)


@dataclass
class Outcome:
    """What a run found. `before` and `after` count whole names and numbers by file and form."""

    planted: int = 0
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    searched: dict[str, int] = field(default_factory=dict)
    """Bytes that were searched afterwards, by place."""
    said: str = ""
    """What the job answered."""
    masking_seconds: float = 0.0


def run(folder: Path, count: int, *, on_postgresql: bool = False) -> Outcome:
    """Plant `count` names, mask and search; everything is written under `folder`."""
    var_dir, line_port = folder / "var", free_port()
    with _database(own=on_postgresql) as (url, own_files):
        environ = server.environment(var_dir, line_port=line_port, database_url=url)
        with server.office_of(environ) as office:
            found = city.found(office, counters=1, terminals=1, phones=0)
            log = var_dir / "log" / "server.log"
            with server.serving(environ, log=log) as running:
                planted = people(count)
                line = asyncio.run(_plant(office, found, running.port, line_port, planted))
                places = {"var": var_dir, **own_files}
                if on_postgresql:
                    # As PostgreSQL does by itself sooner or later: it keeps frequent values for its planner.
                    with office.database.engine.begin() as connection:
                        connection.execute(text("ANALYZE"))
                _command(environ, "backup")
                outcome = Outcome(planted=_stored(office))
                outcome.before = _search(places, line)[0]
                _mask(outcome, environ, office.clock.now() + MONTHS_LATER)
                outcome.after, outcome.searched = _search(places, line)
    return outcome


@contextmanager
def _database(*, own: bool) -> Iterator[tuple[str, dict[str, Path]]]:
    """The URL and where its files are; an empty URL is SQLite beside everything else."""
    if not own:
        yield "", {}
        return
    with own_server() as (url, folder):
        yield url, {"postgresql": folder}


def _mask(outcome: Outcome, environ: Mapping[str, str], now: datetime) -> None:
    """By hand, beside the running server."""
    begun = time.monotonic()
    outcome.said = _command(environ, "jobs", "run", "masking", "--now", now.isoformat())
    outcome.masking_seconds = time.monotonic() - begun


def _command(environ: Mapping[str, str], *words: str) -> str:
    """Run a command of the product; what it printed."""
    command = [sys.executable, "-m", "madoguchi", *words]
    done = subprocess.run(
        command, cwd=server.ROOT, env={**os.environ, **environ}, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


async def _plant(
    office: Office, found: city.City, port: int, line_port: int, planted: Sequence[Person]
) -> LineEnd:
    by_staff = planted[::BY_STAFF]
    by_themselves = [one for at, one in enumerate(planted) if at % BY_STAFF]
    slots = [city.add_slot(office, found.service_ids[0], len(planted), hours_later=hour) for hour in range(8)]
    day = (office.clock.now() + timedelta(days=1)).astimezone(office.settings.zone).date().isoformat()
    async with line_end(line_port) as line:
        for first in range(0, len(by_themselves), TOGETHER):
            some = by_themselves[first : first + TOGETHER]
            users = city.add_phones(office, found.desk_id, len(some))
            visits = [
                Visit(book_link(office, user, found.desk_id), found.service_codes[0], day, slots[at % 8])
                for at, user in enumerate(users)
            ]
            async with tabs(port, visits) as opened:
                await asyncio.gather(*map(_book, opened, visits, some, range(first, first + len(some))))
        await _tell_in_the_chat(port, by_themselves[:TOGETHER], line)
        await _at_the_desk(port, found, by_staff, day)
        return line


async def _book(tab: Page, visit: Visit, person: Person, number: int) -> None:
    """Hold a place, leave the fields one by one, send the form; or close the page before that."""
    assert await hold(tab, visit.slot_id), tab.shown["error"]
    await tab.send("check_kana", typed=person.kana)
    await tab.send("check_phone", typed=person.typed)
    if number % LEFT == 0:
        return
    await tab.send("submit", form_data={"kana": person.kana, "phone": person.typed})
    await tab.until(lambda shown: shown.get("phase") == "done" or shown.get("error"))
    assert tab.shown["phase"] == "done", tab.shown["error"]


async def _tell_in_the_chat(port: int, some: Sequence[Person], line: LineEnd) -> None:
    """People write anything. Until it is answered, what they wrote is kept."""
    user = city.line_user(10_000)
    requests = [
        load.webhook_request(
            server.CHANNEL_SECRET, [load.message_event(user, f"{one.kana}です。電話は{one.typed}です")]
        )
        for one in some
    ]
    answers, _ = await load.ask_all(port, 8, requests)
    assert {answer.status for answer in answers} == {200}
    assert await line.replied(len(requests), PATIENCE) == len(requests)


async def _at_the_desk(port: int, found: city.City, callers: Sequence[Person], day: str) -> None:
    """Register callers, look at each contact, search for names and numbers, correct one, print the day."""
    cookie = f"{COOKIE}={found.clerk_sessions[0]}"
    async with page(port, RESERVATIONS, "/staff/reservations", cookie) as tab:
        await tab.send("opened")
        await tab.until(lambda shown: shown.get("desk_id"))
        for caller in callers:
            await tab.send_to(FORM, "open_new")
            await tab.until(lambda shown: shown.get("panel") == "create")
            await tab.send_to(FORM, "check_kana", typed_name=caller.kana)
            await tab.send_to(FORM, "check_phone", typed_number=caller.typed)
            await tab.send_to(FORM, "register", form_data={"kana": caller.kana, "phone": caller.typed})
            await tab.until(lambda shown: shown.get("panel") == "detail")
            await tab.send_to(CONTACT, "show", reservation_id=tab.shown["chosen"]["id"])
        for wrong in ("ヌメヨ?", callers[0].kana, callers[-1].typed):
            await tab.send("search", form_data={"search": wrong})
        await tab.send_to(FORM, "open_edit")
        await tab.send_to(FORM, "fill_in")
        # What is sent with wrong arguments ends in an error, and errors end in the log.
        await tab.send_to(FORM, "save", form_data=[callers[0].kana], phone=callers[0].typed)
        await tab.send_to(FORM, "register", wrong=callers[0].kana)
        await tab.send("search", form_data={"search": callers[0].kana})
        await tab.until(lambda shown: shown.get("searched"))
    await _print(port, found, cookie, day)


async def _print(port: int, found: city.City, cookie: str, day: str) -> None:
    body = urlencode({"desk": found.desk_id, "day": day, "names": 1}).encode()
    headers = {
        "cookie": cookie,
        "origin": f"http://127.0.0.1:{port}",
        "content-type": "application/x-www-form-urlencoded",
    }
    sheet = request_bytes("POST", "/staff/reservations/print", headers, body)
    (answer,), _ = await load.ask_all(port, 1, [sheet])
    assert answer.status == 200, answer.body
    assert found_in(answer.body), "the sheet shows no names"


def _stored(office: Office) -> int:
    with office.look() as unit:
        return int(unit.session.execute(text("SELECT count(*) FROM contact")).scalar_one())


def _search(places: Mapping[str, Path], line: LineEnd) -> tuple[Counter[str], dict[str, int]]:
    """Every whole name and number in the files, in what was sent to LINE, and in Redis where one answers."""
    found: Counter[str] = Counter()
    searched: Counter[str] = Counter()
    for name, content in _contents(places, line):
        place = name.partition("/")[0]
        searched[place] += len(content)
        for form, count in found_in(content).items():
            found[f"{name}: {form}"] += count
    return found, dict(searched)


def _contents(places: Mapping[str, Path], line: LineEnd) -> Iterator[tuple[str, bytes]]:
    for place, folder in places.items():
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield f"{place}/{path.relative_to(folder)}", path.read_bytes()
    yield "LINE", repr((line.pushes, line.replies)).encode()
    try:
        server_of_redis = redis.Redis(socket_connect_timeout=1)
        for key in server_of_redis.scan_iter(count=1000):
            content: Any = server_of_redis.dump(key)
            yield "Redis", bytes(key) + (content or b"")
    except redis.RedisError:
        return


def main() -> int:
    """Run on one database and tell; 1 when anything was found."""
    parser = argparse.ArgumentParser(prog="python -m bench.bytes", description=__doc__)
    parser.add_argument("--names", type=int, default=MOST, help=f"how many to plant, {MOST} at most")
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL server of its own")
    options = parser.parse_args()
    if options.postgresql and programs() is None:
        sys.stderr.write("the programs of a PostgreSQL server (initdb) are not installed\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="madoguchi-bytes-") as folder:
        outcome = run(Path(folder), min(options.names, MOST), on_postgresql=options.postgresql)
    print(f"contacts planted: {outcome.planted}")
    print(f"found before masking: {outcome.before.total()}, in {len(outcome.before)} files and forms")
    print(f"masking: {outcome.said} ({outcome.masking_seconds:.1f} s with the start of Python)")
    print(f"searched afterwards: {outcome.searched} bytes")
    print(f"found after masking: {dict(outcome.after) or 'nothing'}")
    return 1 if outcome.after or not outcome.before else 0


if __name__ == "__main__":
    sys.exit(main())
