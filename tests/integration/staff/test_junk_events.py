"""Every handler of every page, by everybody, with arguments of every wrong kind."""

from __future__ import annotations

import asyncio
import inspect
import urllib.request
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from reflex_base.registry import RegistrationContext
from socket_office import NAME, PHONE, Started, start
from sqlmodel import col, select
from tab import ROOT, Tab, tab

from madoguchi.state.access import PUBLIC_MODULES, STAFF_MODULES
from madoguchi.store.tables import DayException, Desk, Pool, Reservation, Service, Slot, SlotPlan

MARK = "ハバネロ5521"
"""Stands in everything sent: it shall stand in no log."""
JUNK: tuple[Any, ...] = (
    None,
    -1,
    2**63,
    1.5,
    True,
    "",
    f"{MARK}\0\ud800",
    MARK * 3_000,
    [MARK, [[]]],
    {MARK: {"a": [1]}},
    {"kana": MARK, "phone": [MARK], "search": f"{MARK}\0", "table": f"{MARK}\0", "reason": {}, "over": MARK},
    "9999-12-31",
    "0001-01-01",
    "2027-02-29",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server keeps its things, its log too."""
    return tmp_path_factory.mktemp("junk")


@pytest.fixture(scope="module")
def started(folder: Path, sqlite_template: Path) -> Iterator[Started]:
    """A server whose staff side is open to 10.0.0.0/8, told by the proxy on 127.0.0.1."""
    yield from start(folder, sqlite_template)


def facts(started: Started) -> tuple[Any, ...]:
    """All about places and who has them."""
    with started.office.look() as unit:
        return tuple(
            [{key: value for key, value in vars(row).items() if key[0] != "_"} for row in rows]
            for kind in (Desk, Pool, Service, Slot, SlotPlan, DayException, Reservation)
            for rows in [unit.session.exec(select(kind).order_by(col(kind.id))).all()]  # type: ignore[attr-defined]
        )


async def everything(one: Tab) -> None:
    """Send each kind of junk to each handler, then wait until all of it was worked."""
    # Whatever other tests have loaded: every state of the pages, here and now.
    for module in PUBLIC_MODULES | STAFF_MODULES:
        import_module(module)
    for name, found in sorted(RegistrationContext.ensure_context().event_handlers.items()):
        if not found.states[0].__module__.startswith("madoguchi."):
            continue
        wants = list(inspect.signature(found.handler.fn).parameters)[1:]
        for junk in JUNK if wants else JUNK[:1]:
            await one.send(name, **dict.fromkeys(wants, junk))
        await one.send(name, **{MARK: MARK})
    await one.hydrate()


@pytest.mark.parametrize("login", ["", "mieko", "kansa", "hanako"])
def test_junk_does_nothing_tells_nothing_and_the_server_stays_up(
    started: Started, folder: Path, login: str
) -> None:
    session = started.session(login) if login else ""
    before = facts(started)

    async def story() -> None:
        async with asyncio.timeout(120), tab(started.base, session=session) as one:
            one.patience = 100.0
            if login:
                await one.open_staff()
                for state, handler in (
                    ("reservations____reservations_state", "opened"),
                    ("slots____slots_state", "opened"),
                    ("slots_rules____slot_rules", "opened"),
                    ("reservation_form____reservation_form", "open_new"),
                ):
                    await one.send(f"{ROOT}.madoguchi___state___{state}.{handler}")
            await everything(one)
            told = one.everything()
        assert PHONE not in told
        if login != "hanako":
            assert NAME not in told

    asyncio.run(story())
    assert facts(started) == before
    urllib.request.urlopen(f"{started.base}/healthz", timeout=5).close()
    log = (folder / "server.log").read_text(errors="replace")
    assert MARK not in log
    assert NAME not in log
    assert "ERROR madoguchi" not in log, log[log.index("ERROR madoguchi") :][:4_000]
