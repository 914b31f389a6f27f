"""A terminal's life as open pages see it, over the real socket: coded, paired, out of paper, shut out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from socket_office import Started, start
from staff_kit import PASSWORD
from tab import ROOT, SIGNED_IN, TODAY, Tab, tab

from madoguchi.domain.roles import Role
from madoguchi.services import staff_accounts, terminals, ticket_paper
from madoguchi.store.tables import Terminal

TERMINALS = f"{ROOT}.madoguchi___state___settings_terminals____settings_terminals"
PAPER = f"{ROOT}.madoguchi___state___settings_paper____settings_paper"
CALLING = f"{ROOT}.madoguchi___state___settings_calling____settings_calling"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Started]:
    """A server with an administrator."""
    for one in start(tmp_path_factory.mktemp("terminals"), sqlite_template):
        staff_accounts.create_staff(
            one.office,
            municipality_code="mori",
            login="kanri",
            display_name="管理",
            role=Role.ADMIN,
            password=PASSWORD,
        )
        terminals.revoke(one.office, one.city.terminal_id)
        yield one


def run(work: Callable[[], Awaitable[None]]) -> None:
    """Run one story, within a time."""

    async def bounded() -> None:
        async with asyncio.timeout(40):
            await work()

    asyncio.run(bounded())


async def open_settings(one: Tab) -> None:
    """What the page's loading does."""
    await one.hydrate()
    for event in (f"{SIGNED_IN}.arrive", f"{CALLING}.opened", f"{TERMINALS}.opened"):
        await one.send(event)
    await one.until(lambda: one.shown(CALLING, "desk_id") is not None)
    await one.settle()


def lines(one: Tab) -> list[dict[str, Any]]:
    """The terminals that the page lists."""
    return one.shown(TERMINALS, "lines") or []


async def api(started: Started, path: str, token: str = "", **body: Any) -> httpx.Response:
    """What a terminal says to the server."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(base_url=started.base, trust_env=False, timeout=10) as client:
        return await client.post(f"/api/v1/terminal/{path}", json=body, headers=headers)


async def reports(started: Started, token: str, printer: str, **facts: Any) -> int:
    """A heartbeat; the answer's status."""
    clock = started.office.clock.now().isoformat()
    body = {"printer": printer, "version": "0.1.0", "unsent": 0, "clock": clock, **facts}
    return (await api(started, "status", token, **body)).status_code


def test_from_the_code_to_being_shut_out(started: Started) -> None:
    admin, clerk = started.session("kanri"), started.session("hanako")
    codes: list[str] = []

    async def story() -> None:
        async with tab(started.base, session=admin) as keeper, tab(started.base, session=clerk) as desk:
            await open_settings(keeper)
            await desk.open_staff()
            await keeper.send(f"{TERMINALS}.make_code", form_data={"name": "1階ロビー"})
            await keeper.until(lambda: bool(keeper.shown(TERMINALS, "code")))
            codes.append(code := keeper.shown(TERMINALS, "code"))

            paired = await api(started, "pair", code=code)
            token = paired.json()["device_token"]
            await keeper.until(lambda: [one["name"] for one in lines(keeper)] == ["1階ロビー"])
            await keeper.until(lambda: keeper.shown(TERMINALS, "code") == "")
            assert "つながりました" in keeper.shown(TERMINALS, "said")
            terminal_id = lines(keeper)[0]["id"]

            assert await reports(started, token, "ok") == 200
            await desk.until(lambda: desk.shown(TODAY, "printer_health") == "正常")
            await reports(started, token, "paper_out", unsent=2)
            await desk.until(lambda: bool(desk.shown(TODAY, "terminal_warnings")))
            (warning,) = desk.shown(TODAY, "terminal_warnings")
            assert warning["what"] == "発券機: 用紙切れ、未送信2件"
            await keeper.until(lambda: lines(keeper)[0]["level"] == "trouble")
            await reports(started, token, "ok")
            await desk.until(lambda: desk.shown(TODAY, "terminal_warnings") == [])

            await keeper.send(f"{TERMINALS}.revoke", answer="revoke")
            await keeper.hydrate()
            assert lines(keeper), "nothing was asked, so nothing is answered"
            await keeper.send(f"{TERMINALS}.ask_revoke", terminal_id=terminal_id)
            await keeper.send(f"{TERMINALS}.revoke", answer="yes")
            await keeper.hydrate()
            assert lines(keeper), "only by the exact word"
            await keeper.send(f"{TERMINALS}.ask_revoke", terminal_id=terminal_id)
            await keeper.send(f"{TERMINALS}.revoke", answer="revoke")
            await keeper.until(lambda: lines(keeper) == [])
            async with asyncio.timeout(10):
                while await reports(started, token, "ok") != 401:
                    await asyncio.sleep(0.1)
            assert code not in desk.everything()

    run(story)
    (code,) = codes
    log = (started.office.settings.var_dir / "server.log").read_text()
    assert "refused" not in log
    assert not {one for one in (code, code.replace("-", "")) if one in log}


def test_a_clerk_sees_the_terminals_and_changes_none(started: Started) -> None:
    made = terminals.make_pairing_code(started.office, "childcare", "ロビー")
    terminal_id = terminals.pair(started.office, made).terminal.id

    async def story() -> None:
        async with tab(started.base, session=started.session("hanako")) as one:
            await open_settings(one)
            await one.until(lambda: [line["name"] for line in lines(one)] == ["ロビー"])
            for event, payload in (
                ("make_code", {"form_data": {"name": "x"}}),
                ("edit", {"terminal_id": terminal_id}),
                ("rename", {"form_data": {"name": "x"}}),
                ("ask_revoke", {"terminal_id": terminal_id}),
                ("revoke", {"answer": "revoke"}),
            ):
                await one.send(f"{TERMINALS}.{event}", **payload)
            await one.hydrate()
            assert not one.shown(TERMINALS, "code")
            assert not one.shown(TERMINALS, "asked")

    run(story)
    with started.office.look() as unit:
        row = unit.session.get_one(Terminal, terminal_id)
        assert (row.name, row.revoked_at) == ("ロビー", None)


def test_a_clerk_previews_the_paper_and_changes_nothing(started: Started) -> None:
    png = "iVBORw0KGgo="

    async def story() -> None:
        async with tab(started.base, session=started.session("hanako")) as one:
            await open_settings(one)
            await one.send(f"{PAPER}.opened")
            await one.send(f"{PAPER}.choose_language", language="en")
            await one.until(lambda: one.shown(PAPER, "language") == "en")
            for event, payload in (
                ("type_in", {"name": "line_1", "value": "x"}),
                ("save", {"form_data": {"line_1": "x"}}),
                ("read_logo", {"data": png}),
                ("drop_logo", {}),
                ("undo", {}),
            ):
                await one.send(f"{PAPER}.{event}", **payload)
            await one.hydrate()
            assert [said[0]["text"] for said in one.shown(PAPER, "sketch")["closing"]] != ["x"]
            assert not one.shown(PAPER, "refusal")

    run(story)
    assert ticket_paper.paper_of(started.office, started.city.desk_id) == ticket_paper.Paper()


@pytest.mark.parametrize("junk", [None, "", -1, True, 10**12, {"a": 1}, ["1"]])
def test_junk_is_no_terminal(started: Started, junk: Any) -> None:
    async def story() -> None:
        async with tab(started.base, session=started.session("kanri")) as one:
            await open_settings(one)
            await one.send(f"{TERMINALS}.ask_revoke", terminal_id=junk)
            await one.send(f"{TERMINALS}.make_code", form_data=junk)
            await one.send(f"{TERMINALS}.rename", form_data=junk)
            await one.send(f"{TERMINALS}.revoke", answer=junk)
            await one.hydrate()
            assert not one.shown(TERMINALS, "asked")
            assert not one.shown(TERMINALS, "code")

    run(story)
