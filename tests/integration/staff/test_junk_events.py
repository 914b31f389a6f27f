"""Every handler of every page, by everybody, with arguments of every wrong kind."""

from __future__ import annotations

import asyncio
import inspect
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from reflex.state import BaseState
from reflex_base.registry import RegistrationContext
from socket_office import NAME, PHONE, Started, start
from sqlmodel import col, select
from tab import ROOT, SPACE, TODAY, Tab, tab

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

FRAMES: tuple[Any, ...] = (
    None,
    7,
    MARK,
    [],
    [MARK, {}],
    {},
    {"name": MARK},
    {"name": None, "payload": None},
    {"name": f"{ROOT}.hydrate", "payload": [MARK], "token": 5, "router_data": MARK},
    {"name": f"{ROOT}.hydrate", "payload": {}, "token": MARK * 1_000, "router_data": {"headers": MARK}},
    {"name": ["x"], "payload": {MARK: 1}, "router_data": {"query": {MARK: [MARK]}, "asPath": 5}},
)
"""What is no event at all."""


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
    """Send each kind of junk to each handler, Reflex's own too, then wait until all of it was worked."""
    # Whatever other tests have loaded: every state of the pages, here and now.
    for module in PUBLIC_MODULES | STAFF_MODULES:
        import_module(module)
    for name, found in sorted(RegistrationContext.ensure_context().event_handlers.items()):
        kind = found.states[0]
        if not kind.__module__.startswith(("madoguchi.", "reflex.")):
            continue
        wants = list(inspect.signature(found.handler.fn).parameters)[1:]
        # Each of Reflex's own hydrations sends everything back: two kinds of them are enough.
        own = kind.__module__.startswith("reflex.")
        for junk in JUNK[-5:-3] if own else JUNK if wants else JUNK[:1]:
            await one.send(name, **dict.fromkeys(wants, junk))
        await one.send(name, **{MARK: MARK})
        if name.endswith(".setvar"):
            await set_all(one, name, kind)
    for frame in FRAMES:
        await one._client.emit("event", frame, namespace=SPACE)
    await one.hydrate()


async def set_all(one: Tab, setvar: str, kind: type[BaseState]) -> None:
    """Try to set every variable of a state, those that are kept from the browser too, by `setvar`."""
    for variable in kind.get_fields():
        await one.send(setvar, var_name=variable, value=MARK)


@pytest.mark.parametrize("login", ["", "mieko", "kansa", "hanako", "kacho"])
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
        if login not in {"hanako", "kacho"}:
            assert NAME not in told

    asyncio.run(story())
    assert facts(started) == before
    urllib.request.urlopen(f"{started.base}/healthz", timeout=5).close()
    log = (folder / "server.log").read_text(errors="replace")
    assert MARK not in log
    assert NAME not in log
    assert "ERROR madoguchi" not in log, log[log.index("ERROR madoguchi") :][:4_000]


@pytest.mark.parametrize(
    "address", ["203.0.113.9", "::ffff:203.0.113.9", "2001:db8::1", "10.1.2.3, 203.0.113.9"]
)
def test_an_administrator_at_a_forbidden_address_does_and_learns_no_more_than_a_stranger(
    started: Started, address: str
) -> None:
    session, number = started.session("kacho"), started.issue()
    before, acts = facts(started), started.facts()

    async def story() -> None:
        async with asyncio.timeout(60), tab(started.base, session=session, address=address) as one:
            one.patience = 50.0
            for name, found in sorted(RegistrationContext.ensure_context().event_handlers.items()):
                if found.states[0].__module__ in STAFF_MODULES:
                    wants = list(inspect.signature(found.handler.fn).parameters)[1:]
                    await one.send(name, **dict.fromkeys(wants, 1))
            await one.hydrate()
            assert one.shown(TODAY, "waiting") == []
            assert not [secret for secret in (number, NAME, PHONE, "保育課") if secret in one.everything()]

    asyncio.run(story())
    assert (facts(started), started.facts()) == (before, acts)


def test_there_is_no_door_for_files(started: Started) -> None:
    for path in ("/_upload", "/_upload/x", "/auth-codespace"):
        request = urllib.request.Request(f"{started.base}{path}", b"--x", method="POST")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=5)
        assert refused.value.code in {404, 405}, path
