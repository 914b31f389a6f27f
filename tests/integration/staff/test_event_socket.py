"""Anyone can send any event over the socket. Here somebody does, against a started server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from reflex_base.registry import RegistrationContext
from socket_office import NAME, PHONE, Started, start
from sqlmodel import select
from tab import CONTACT, ROOT, SIGNED_IN, TODAY, Tab, tab

from madoguchi.services import sessions
from madoguchi.store.tables import AuditEntry

FAILED = f"{ROOT}.reflex___state____frontend_event_exception_state"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Started]:
    """A server whose staff side is open to 10.0.0.0/8, told by the proxy on 127.0.0.1."""
    yield from start(tmp_path_factory.mktemp("socket"), sqlite_template)


def run(work: Callable[[], Awaitable[None]]) -> None:
    """Run one story, within a time."""

    async def bounded() -> None:
        async with asyncio.timeout(40):
            await work()

    asyncio.run(bounded())


async def storm(one: Tab, started: Started) -> None:
    """Send every staff event there is, and `setvar` of every state; then wait until all were worked."""
    waiting = {"shown": 1, "ticket_id": 1, "service_id": started.city.service_id, "form": "x" * 32}
    reservation = {"reservation_id": started.reservation_id}
    ids = {"desk_id": str(started.city.desk_id), "counter_id": str(started.city.counter_ids[0])}
    given = {**waiting, **reservation, **ids}
    for name, found in sorted(RegistrationContext.ensure_context().event_handlers.items()):
        if not found.states[0].__module__.startswith("madoguchi."):
            continue
        if name.endswith(".setvar"):
            await one.send(name, var_name="desk_id", value=1)
        else:
            wants = found.handler.fn.__code__.co_varnames[1 : found.handler.fn.__code__.co_argcount]
            await one.send(name, **{key: given[key] for key in wants if key in given})
    await one.hydrate()


def test_a_stranger_changes_nothing_and_learns_nothing(started: Started) -> None:
    number = started.issue()
    before = started.facts()

    async def story() -> None:
        async with tab(started.base) as one:
            await storm(one, started)
            assert one.shown(TODAY, "waiting") == []
            assert one.shown(SIGNED_IN, "name") == ""
        for secret in (number, NAME, PHONE, "hanako", "保育課", "708192"):
            assert secret not in one.everything()

    run(story)
    assert started.facts() == before


@pytest.mark.parametrize("session", ["nonsense", "x" * 3000, '"; DROP TABLE staff; --'])
def test_a_made_up_session_is_no_session(started: Started, session: str) -> None:
    before = started.facts()

    async def story() -> None:
        async with tab(started.base, session=session) as one:
            await storm(one, started)
            assert one.shown(TODAY, "waiting") == []

    run(story)
    assert started.facts() == before


def test_a_session_counts_only_at_a_permitted_address(started: Started) -> None:
    number = started.issue()
    session = started.session("hanako")
    before = started.facts()

    async def story() -> None:
        for address in ("203.0.113.9", "10.1.2.3, 203.0.113.9", "nonsense"):
            async with tab(started.base, session=session, address=address) as one:
                await storm(one, started)
                assert number not in one.everything()

    run(story)
    assert started.facts() == before


def test_a_viewer_sees_the_queue_and_cannot_act(started: Started) -> None:
    number = started.issue()
    session = started.session("mieko")
    before = started.facts()

    async def story() -> None:
        async with tab(started.base, session=session) as one:
            await one.open_staff()
            await one.until(lambda: bool(one.shown(TODAY, "waiting")))
            await storm(one, started)
            assert number in one.everything()
            assert one.shown(SIGNED_IN, "may_call") is False
            assert PHONE not in one.everything()

    run(story)
    assert started.facts() == before


def test_an_auditor_does_not_see_the_queue(started: Started) -> None:
    number = started.issue()
    session = started.session("kansa")

    async def story() -> None:
        async with tab(started.base, session=session) as one:
            await one.open_staff()
            await one.until(lambda: one.shown(SIGNED_IN, "known") is True)
            await storm(one, started)
            assert number not in one.everything()

    run(story)


def test_a_clerk_calls_and_every_other_browser_sees_it_at_once(started: Started) -> None:
    session, looking = started.session("hanako"), started.session("mieko")
    started.issue()

    async def story() -> None:
        async with tab(started.base, session=session) as clerk, tab(started.base, session=looking) as viewer:
            await clerk.open_staff()
            await viewer.open_staff()
            await viewer.until(lambda: bool(viewer.shown(TODAY, "waiting")))
            await clerk.send(f"{TODAY}.choose_counter", counter_id=str(started.city.counter_ids[0]))
            await clerk.until(lambda: clerk.shown(TODAY, "counter_id") == started.city.counter_ids[0])
            await clerk.send(f"{TODAY}.call_next", shown=0)
            await clerk.until(lambda: bool(clerk.shown(TODAY, "current_number")))
            number = clerk.shown(TODAY, "current_number")
            await viewer.until(
                lambda: number in {line["number"] for line in viewer.shown(TODAY, "counters") or []}
            )
            await clerk.send(f"{TODAY}.undo")
            await clerk.until(lambda: clerk.shown(TODAY, "current_number") == "")
            await viewer.until(lambda: number in {row["number"] for row in viewer.shown(TODAY, "waiting")})

    run(story)


def test_what_cannot_be_done_is_told_in_words(started: Started) -> None:
    session = started.session("ichiro")

    async def story() -> None:
        async with tab(started.base, session=session) as one:
            await one.open_staff()
            await one.send(f"{TODAY}.call_next", shown=0)
            await one.until(lambda: bool(one.shown(TODAY, "refusal")))
            assert one.shown(TODAY, "refusal") == "先に窓口番号を選んでください。"
            await one.send(f"{TODAY}.choose_counter", counter_id=str(started.city.counter_ids[2]))
            await one.until(lambda: one.shown(TODAY, "counter_id") == started.city.counter_ids[2])
            assert one.shown(TODAY, "refusal") == ""
            for handler, payload in (
                ("recall", {"shown": 999_999}),
                ("call_row", {"ticket_id": "not a number"}),
                ("hold", {"shown": None}),
                ("hand_over", {"shown": [1], "service_id": {}}),
                ("check_in", {"reservation_id": -1}),
            ):
                await one.send(f"{TODAY}.ask_hand_over")
                await one.send(f"{TODAY}.{handler}", **payload)
                await one.until(lambda: bool(one.shown(TODAY, "refusal")))
                assert one.shown(TODAY, "refusal") != "処理できませんでした。もう一度お試しください。", (
                    handler
                )
                await one.send(f"{TODAY}.choose_desk", desk_id=str(started.city.desk_id))
                await one.until(lambda: one.shown(TODAY, "refusal") == "")

    run(story)


def test_a_contact_is_shown_to_one_tab_on_demand_and_hidden_again(started: Started) -> None:
    session, other = started.session("hanako"), started.session("ichiro")

    async def story() -> None:
        async with tab(started.base, session=session) as asking, tab(started.base, session=other) as looking:
            await asking.open_staff()
            await looking.open_staff()
            await looking.until(lambda: bool(looking.shown(TODAY, "reservations")))
            assert PHONE not in asking.everything()
            await asking.send(f"{CONTACT}.show", reservation_id=started.reservation_id)
            await asking.until(lambda: asking.shown(CONTACT, "phone") == PHONE)
            assert asking.shown(CONTACT, "kana") == NAME
            await asking.send(f"{CONTACT}.hide")
            await asking.until(lambda: asking.shown(CONTACT, "phone") == "")
            assert PHONE not in str(await asking.hydrate())
            assert PHONE not in looking.everything()

    run(story)
    with started.office.look() as unit:
        looks = unit.session.exec(select(AuditEntry).where(AuditEntry.action == "see_contact")).all()
    assert [row.subject for row in looks] == [f"reservation:{started.reservation_id}"]


def test_an_ended_session_is_led_out_by_itself_and_told_nothing_more(started: Started) -> None:
    session = started.session("hanako")

    async def story() -> None:
        async with tab(started.base, session=session) as one:
            await one.open_staff()
            await one.until(lambda: bool(one.shown(TODAY, "reservations")))
            sessions.sign_out(started.office, session)
            await one.until(lambda: one.shown(SIGNED_IN, "gone") is True)
            assert one.shown(TODAY, "reservations") == one.shown(TODAY, "waiting") == []
            before = started.facts()
            await storm(one, started)
            assert started.facts() == before

    run(story)


@asynccontextmanager
async def _inheriting(started: Started, token: str) -> AsyncIterator[Tab]:
    """A tab under another's token, granted once the server has noticed that the other is gone."""
    while True:
        async with tab(started.base, token=token) as one:
            await one.settle()
            if one.token == token:
                yield one
                return


def test_nobody_inherits_a_tab_by_knowing_its_token(started: Started) -> None:
    session, other = started.session("hanako"), started.session("ichiro")
    shown = started.issue()

    async def story() -> None:
        async with tab(started.base, session=session) as clerk:
            await clerk.open_staff()
            await clerk.until(lambda: shown in clerk.everything())
        async with _inheriting(started, clerk.token) as thief, tab(started.base, session=other) as working:
            await working.open_staff()
            # Pushed to every tab of the desk, while the thief has said nothing yet and only listens.
            await working.send(f"{TODAY}.walk_in", service_id=started.city.service_id, form="f" * 32)
            await working.until(lambda: bool(working.shown(TODAY, "walk_in_number")))
            pushed = working.shown(TODAY, "walk_in_number")
            await working.until(lambda: pushed in {row["number"] for row in working.shown(TODAY, "waiting")})
            await thief.settle()
            assert thief.heard == []
            state = await thief.hydrate()
            assert state[TODAY]["waiting_rx_state_"] == []
            assert shown not in thief.everything()
            assert pushed not in thief.everything()

    run(story)


def test_the_next_member_of_staff_at_the_same_tab_starts_from_nothing(started: Started) -> None:
    first, second = started.session("hanako"), started.session("kansa")
    number = started.issue()

    async def story() -> None:
        async with tab(started.base, session=first) as one:
            await one.open_staff()
            await one.until(lambda: number in one.everything())
        async with tab(started.base, session=second, token=one.token) as other:
            await other.open_staff()
            await other.until(lambda: other.shown(SIGNED_IN, "name") == "kansaさん")
            assert number not in other.everything()

    run(story)


@pytest.mark.parametrize("name", ["nothing.of.the.kind", "", f"{ROOT}._get_state", "a" * 5000])
def test_an_event_that_is_none_harms_nobody(started: Started, name: str) -> None:
    async def story() -> None:
        async with tab(started.base) as one:
            await one.send(name, x=1)
            assert ROOT in await one.hydrate()

    run(story)


def test_no_log_keeps_the_session_or_what_was_typed(started: Started) -> None:
    session = started.session("hanako")

    async def story() -> None:
        async with tab(started.base, session=session) as one:
            await one.send("no.such.handler", kana=NAME, phone=PHONE)
            await one.send(f"{TODAY}.undo", **{NAME: PHONE})
            await one.send(f"{FAILED}.handle_frontend_exception", info=NAME, component_stack=PHONE)
            await one.hydrate()

    run(story)
    log = (started.office.settings.var_dir / "server.log").read_text(encoding="utf-8")
    assert "Error processing event queue entry" in log
    assert "TypeError" in log
    assert [secret for secret in (session, NAME, PHONE) if secret in log] == []


def test_another_sites_page_cannot_open_the_socket(started: Started) -> None:
    from socketio.exceptions import ConnectionError as Refused  # noqa: PLC0415

    async def story() -> None:
        one = Tab("0" * 8)
        with pytest.raises(Refused):
            await one._client.connect(
                f"{started.base}?token={one.token}",
                headers={"Origin": "https://evil.example", "Cookie": "madoguchi_staff=x"},
                namespaces=["/_event"],
                socketio_path="_event",
                transports=["websocket"],
            )

    run(story)
