"""Network, printer, server and terminal fail at 200 random points while tickets are tapped.

No number twice, none lost: what was shown or printed waits at the server, and nobody else does.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx
import pytest
from chaos_kit import Fingers, Network, Papers
from office_kit import MORNING, small_city
from sqlalchemy import select
from sqlmodel import col

from kiosk.journal import Journal
from kiosk.lease_book import LeaseBook
from kiosk.link import Pace
from madoguchi.services import checkup, terminals
from madoguchi.services.office import Office
from madoguchi.store.tables import LeasedNumber, LeaseTrouble, Service, Ticket
from tests.concurrency.chaos_processes import QUICK, Lobby, Place, start_server, start_terminal
from tools.ports import free_port

pytestmark = [pytest.mark.concurrency, pytest.mark.anyio]

SEED = 20261001
CUTS = 200
RECOVERS = 0.1
"""How often everything is well again before the next thing fails."""
FINGERS = 5
PATIENCE = 40.0
SERVICES = ("nursery", "allowance")
PRINTER_FAULTS = ({"paper": "out"}, {"cover_open": True}, {"plugged": False})
PRINTER_WELL = {"paper": "ok", "cover_open": False, "plugged": True}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Town:
    """One office with its terminals, all of which can be killed."""

    place: Place
    office: Office
    network: Network
    papers: Papers
    lobbies: list[Lobby]
    server: BaseProcess | None = None
    terminals: dict[int, BaseProcess] = field(default_factory=dict)

    def start(self) -> None:
        """Start everything that does not run."""
        if self.server is None:
            self.server = start_server(self.place)
        for number, lobby in enumerate(self.lobbies):
            if number not in self.terminals:
                self.terminals[number] = start_terminal(lobby)

    async def kill_server(self) -> None:
        """As the kernel would."""
        await _killed(self.server)
        self.server = None

    async def kill_terminal(self, number: int) -> None:
        """As a power cut would."""
        await _killed(self.terminals.pop(number, None))

    async def state(self, lobby: Lobby) -> dict[str, Any]:
        """What its screen shows; nothing while it does not answer."""
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{lobby.port}", trust_env=False) as screen:
            try:
                return dict((await screen.get("/api/state", timeout=2)).json())
            except httpx.HTTPError:
                return {}

    async def recovered(self) -> None:
        """Until every terminal knows the server, holds numbers, and has told all."""
        async with asyncio.timeout(PATIENCE):
            for lobby in self.lobbies:
                while not _is_well(await self.state(lobby)) or _unsent(lobby):
                    await asyncio.sleep(0.02)

    async def all_told(self) -> None:
        """Until nothing is left to be told or printed."""
        loop = asyncio.get_running_loop()
        patient_until = loop.time() + PATIENCE
        while left := [work for lobby in self.lobbies for work in _open_works(lobby)]:
            assert loop.time() < patient_until, left
            await asyncio.sleep(0.05)

    def waiting(self) -> dict[str, Ticket]:
        """Who waits, by token."""
        with self.office.look() as unit:
            query = select(Ticket).where(col(Ticket.state) == "waiting")
            return {one.token: one for one in unit.session.execute(query).scalars()}


@asynccontextmanager
async def town(folder: Path, url: str, pace: Pace, terminals_: int, lease: int) -> AsyncIterator[Town]:
    papers = Papers()
    door = await papers.printer.listen(0)
    shift = MORNING - datetime.now(UTC)
    printer_port = door.sockets[0].getsockname()[1]
    place = Place(folder, url, free_port(), free_port(), printer_port, lease, shift)
    office = place.office()
    small_city(office)
    with office.change() as unit:
        for service in unit.session.execute(select(Service)).scalars():
            service.number_last = 9999
    lobbies = [_lobby(place, office, folder / f"terminal-{number}", pace) for number in range(terminals_)]
    network = Network(place.line_port, place.server_port)
    await network.restore()
    found = Town(place, office, network, papers, lobbies)
    found.start()
    try:
        yield found
    finally:
        for number in list(found.terminals):
            await found.kill_terminal(number)
        await found.kill_server()
        await network.refuse()
        door.close()
        office.database.close()


def _lobby(place: Place, office: Office, folder: Path, pace: Pace) -> Lobby:
    folder.mkdir()
    code = terminals.make_pairing_code(office, "childcare", folder.name)
    return Lobby(place, folder, free_port(), code, pace)


async def test_whatever_fails_every_number_is_one_person(tmp_path: Path, sqlite_url: str) -> None:
    async with town(tmp_path, sqlite_url, QUICK, terminals_=1, lease=60) as all_of_it:
        await all_of_it.recovered()
        fingers = Fingers(all_of_it.lobbies[0].port, SERVICES, SEED, hurry=1.0)
        tapping = [asyncio.create_task(fingers.tap(number)) for number in range(FINGERS)]
        happened = await _fail_again_and_again(all_of_it, random.Random(SEED))
        fingers.tapping = False
        await asyncio.gather(*tapping)
        await all_of_it.recovered()
        await all_of_it.all_told()
        assert sum(happened.values()) == CUTS
        # A test in which nothing is given proves nothing.
        assert len(fingers.shown) > CUTS / 4, (fingers.shown, fingers.turned_away)
        _every_number_is_one_person(all_of_it, fingers.shown)


async def _fail_again_and_again(there: Town, chance: random.Random) -> Counter[str]:
    happened: Counter[str] = Counter()
    for _ in range(CUTS):
        what = chance.choices(("network", "answers", "printer", "server", "terminal"), (4, 3, 4, 3, 4))[0]
        happened[what] += 1
        match what:
            case "network":
                await there.network.refuse()
            case "answers":
                there.network.lose_answers()
            case "printer":
                there.papers.printer.change(chance.choice(PRINTER_FAULTS))
            case "server":
                await there.kill_server()
            case "terminal":
                await there.kill_terminal(0)
        await asyncio.sleep(chance.uniform(0, 0.15))
        there.papers.printer.change(PRINTER_WELL)
        there.network.break_all()
        await there.network.restore()
        there.start()
        if chance.random() < RECOVERS:
            await there.recovered()
        await asyncio.sleep(chance.uniform(0, 0.1))
    return happened


def _every_number_is_one_person(there: Town, shown: dict[str, str]) -> None:
    waiting = there.waiting()
    numbers = Counter(f"{one.letter}{one.number:03d}" for one in waiting.values())
    assert numbers.most_common(1)[0][1] == 1, "no number twice"
    by_key = {(one.origin or "").rpartition(":")[2]: one for one in waiting.values()}
    assert len(by_key) == len(waiting), "one ticket a finger"
    told = {key: f"{by_key[key].letter}{by_key[key].number:03d}" for key in shown if key in by_key}
    assert told == shown, "what was shown waits under that number"
    printed = there.papers.tokens()
    assert set(printed) == set(waiting), "what was printed waits, and nobody waits without a paper"
    with there.office.look() as unit:
        assert unit.session.execute(select(LeaseTrouble)).first() is None
        given = list(
            unit.session.execute(select(LeasedNumber).where(col(LeasedNumber.key).is_not(None))).scalars()
        )
    assert len({one.key for one in given}) == len(given) > 0
    assert {one.ticket_id for one in given} == {one.id for one in waiting.values() if one.number > 9000}, (
        "each spooled one is a ticket, once"
    )
    assert checkup.findings(there.office) == []


async def test_three_hundred_taps_in_ten_seconds_at_three_terminals(tmp_path: Path, sqlite_url: str) -> None:
    async with town(tmp_path, sqlite_url, Pace(), terminals_=3, lease=20) as all_of_it:
        await all_of_it.recovered()
        fingers = [Fingers(lobby.port, SERVICES, SEED, 0) for lobby in all_of_it.lobbies]
        await asyncio.gather(*(_hundred_taps(one) for one in fingers))
        shown = {key: number for one in fingers for key, number in one.shown.items()}
        assert (len(shown), len(set(shown.values()))) == (300, 300)
        waiting = all_of_it.waiting()
        assert Counter(f"{one.letter}{one.number:03d}" for one in waiting.values()) == Counter(shown.values())


async def _hundred_taps(fingers: Fingers) -> None:
    """A hundred fingers within ten seconds, each of which bounces: the same touch twice at once."""
    chance = random.Random(fingers.port)

    async def tap(after: float) -> None:
        await asyncio.sleep(after)
        await fingers.tap_once(screen, chance.choice(SERVICES), "ja", bounces=2)

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{fingers.port}", trust_env=False) as screen:
        await asyncio.gather(*(tap(chance.uniform(0, 9.9)) for _ in range(100)))


async def _killed(process: BaseProcess | None) -> None:
    if process is None or process.pid is None:
        return
    os.kill(process.pid, signal.SIGKILL)
    await asyncio.to_thread(process.join)


def _is_well(state: dict[str, Any]) -> bool:
    return state.get("phase") == "ready" and len(state["offers"]) == len(SERVICES)


def _unsent(lobby: Lobby) -> int:
    with _journal(lobby) as journal:
        return LeaseBook(journal).unsent()


def _open_works(lobby: Lobby) -> list[object]:
    """Numbers not told, touches not settled, papers not printed."""
    owed = "SELECT key, stage, paper, reason FROM touch WHERE stage <> 'issued' OR paper <> 'printed'"
    with _journal(lobby) as journal:
        return [*LeaseBook(journal).undelivered(9), *journal.db.execute(owed).fetchall()]


@contextmanager
def _journal(lobby: Lobby) -> Iterator[Journal]:
    opened = Journal(lobby.folder / "journal.sqlite3")
    try:
        yield opened
    finally:
        opened.close()
