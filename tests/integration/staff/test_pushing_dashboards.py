"""The notifier: one question per desk and moment, shown in every tab that may see it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from office_kit import City, clock_of
from staff_kit import PASSWORD

from madoguchi.services import dashboard, issuing, sessions, terminals
from madoguchi.services.actors import Actor
from madoguchi.services.dashboard import Dashboard
from madoguchi.services.office import Office
from madoguchi.services.staff_accounts import sign_in
from madoguchi.state import caller, notifier
from madoguchi.state.notifier import CalendarNotifier, MessagesNotifier, Notifier, Tab


class Wall:
    """A screen that writes down what it is shown."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, int]] = []
        self.followed: list[str] = []
        self.led_out: list[str] = []
        self.boards: list[Dashboard] = []
        self.gone: set[str] = set()
        self.failing: set[str] = set()
        self._news = asyncio.Event()

    def connected(self, tab: Tab) -> bool:
        return tab.tab not in self.gone

    async def show(self, tab: Tab, actor: Actor, board: Dashboard) -> None:
        self._news.set()
        if tab.tab in self.failing:
            raise RuntimeError("this tab fails")
        self.shown.append((tab.tab, len(board.waiting)))
        self.boards.append(board)

    async def follow(self, tab: Tab, actor: Actor) -> None:
        self.followed.append(tab.tab)
        self._news.set()

    async def lead_out(self, tab: Tab) -> None:
        self.led_out.append(tab.tab)
        self._news.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def pushing(office: Office, wall: Wall, kind: type[Notifier] = Notifier) -> AsyncIterator[Notifier]:
    """A notifier at work."""
    one = kind()
    stop = office.changes.listen(one.hear)
    task = asyncio.create_task(one.run(office, wall))
    await asyncio.sleep(0)
    try:
        yield one
    finally:
        stop()
        task.cancel()


def tab_of(office: Office, city: City, name: str, login: str = "hanako", desk_id: int = 0) -> Tab:
    """A tab of someone who has just signed in."""
    token = sign_in(office, login, PASSWORD, "10.1.2.3")
    actor = sessions.actor_of(office, token)
    assert actor is not None
    return Tab(name, f"socket-{name}", token, actor.staff_id, desk_id or city.desk_id)


def issue(office: Office, city: City, form: str) -> None:
    """One more waits."""
    issuing.issue_at_desk(office, city.clerk, service_id=city.service_id, form=form)


def run(story: Callable[[], Awaitable[None]]) -> None:
    """Run one story."""
    asyncio.run(asyncio.wait_for(story(), 20))  # type: ignore[arg-type]


def test_a_rush_of_changes_is_one_question_and_every_tab_gets_the_last_state(
    open_office: Office, mori: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    real = dashboard.dashboard

    def counting(office: Office, actor: Actor, desk_id: int) -> Dashboard:
        asked.append(desk_id)
        return real(office, actor, desk_id)

    monkeypatch.setattr(dashboard, "dashboard", counting)
    monkeypatch.setattr(notifier, "GATHER_SECONDS", 0.5)

    async def story() -> None:
        wall = Wall()
        async with pushing(open_office, wall) as one:
            for name in ("a", "b", "c"):
                one.register(tab_of(open_office, mori, name))
            for number in range(20):
                issue(open_office, mori, f"form{number}")
            await wall.until(lambda: {("a", 20), ("b", 20), ("c", 20)} <= set(wall.shown))
        assert len(asked) == len(wall.shown) // 3
        assert len(asked) <= 2

    run(story)


def test_only_tabs_of_the_desk_that_changed_are_shown_anew(open_office: Office, mori: City) -> None:
    async def story() -> None:
        wall = Wall()
        async with pushing(open_office, wall) as one:
            one.register(tab_of(open_office, mori, "here"))
            one.register(tab_of(open_office, mori, "elsewhere", desk_id=mori.other_desk_id))
            issue(open_office, mori, "f1")
            await wall.until(lambda: ("here", 1) in wall.shown)
        assert {name for name, _ in wall.shown} == {"here"}

    run(story)


def test_tabs_that_are_gone_are_forgotten(open_office: Office, mori: City) -> None:
    async def story() -> None:
        wall = Wall()
        async with pushing(open_office, wall) as one:
            one.register(tab_of(open_office, mori, "closed"))
            one.register(tab_of(open_office, mori, "open"))
            wall.gone.add("closed")
            issue(open_office, mori, "f1")
            await wall.until(lambda: ("open", 1) in wall.shown)
            assert {tab.tab for tab in one.tabs()} == {"open"}
        assert "closed" not in {name for name, _ in wall.shown}
        assert wall.led_out == []

    run(story)


def test_who_may_not_look_any_more_is_led_out(open_office: Office, mori: City) -> None:
    async def story() -> None:
        wall = Wall()
        async with pushing(open_office, wall) as one:
            ended, auditor = (
                tab_of(open_office, mori, "ended"),
                tab_of(open_office, mori, "auditor", login="kansa"),
            )
            for tab in (ended, auditor, tab_of(open_office, mori, "open")):
                one.register(tab)
            sessions.sign_out(open_office, ended.session)
            caller.forget()
            issue(open_office, mori, "f1")
            await wall.until(lambda: ("open", 1) in wall.shown)
        assert sorted(wall.led_out) == ["auditor", "ended"]
        assert {name for name, _ in wall.shown} == {"open"}

    run(story)


def test_one_tab_that_fails_does_not_keep_the_others_waiting(open_office: Office, mori: City) -> None:
    async def story() -> None:
        wall = Wall()
        wall.failing.add("a")
        async with pushing(open_office, wall) as one:
            for name in ("a", "b"):
                one.register(tab_of(open_office, mori, name))
            issue(open_office, mori, "f1")
            await wall.until(lambda: ("b", 1) in wall.shown)
            issue(open_office, mori, "f2")
            await wall.until(lambda: ("b", 2) in wall.shown)

    run(story)


def test_waiting_minutes_are_shown_anew_without_any_change(
    open_office: Office, mori: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifier, "CHECK_SECONDS", 0.02)
    monkeypatch.setattr(notifier, "REFRESH_SECONDS", 0.05)

    async def story() -> None:
        wall = Wall()
        async with pushing(open_office, wall) as one:
            one.register(tab_of(open_office, mori, "a"))
            await wall.until(lambda: len(wall.shown) >= 2)

    run(story)


def test_a_terminal_that_fell_silent_is_told_without_any_change(
    open_office: Office, mori: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifier, "CHECK_SECONDS", 0.02)
    monkeypatch.setattr(notifier, "REFRESH_SECONDS", 0.05)

    async def story() -> None:
        wall = Wall()

        def levels() -> list[str]:
            return [one.health.level.value for one in wall.boards[-1].terminals] if wall.boards else []

        terminals.report(open_office, mori.terminal_id, printer="ok", version="0.1.0", unsent=0)
        async with pushing(open_office, wall) as one:
            one.register(tab_of(open_office, mori, "a"))
            await wall.until(lambda: levels() == ["ok"])
            clock_of(open_office).advance(minutes=3)
            await wall.until(lambda: levels() == ["trouble"])
            terminals.report(open_office, mori.terminal_id, printer="ok", version="0.1.0", unsent=0)
            await wall.until(lambda: levels() == ["ok"])

    run(story)


def test_pages_that_belong_to_no_desk_are_refreshed_without_an_error(
    open_office: Office, mori: City, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("CHECK_SECONDS", "REFRESH_SECONDS", "MESSAGES_SECONDS"):
        monkeypatch.setattr(notifier, name, 0.02)

    async def story() -> None:
        wall = Wall()
        async with pushing(open_office, wall, MessagesNotifier) as one:
            one.register(replace(tab_of(open_office, mori, "a"), desk_id=0))
            await wall.until(lambda: len(wall.followed) >= 2)

    run(story)
    assert caplog.messages == []


def test_a_tab_that_goes_to_another_page_is_pushed_that_page_only(open_office: Office, mori: City) -> None:
    tab = tab_of(open_office, mori, "a")
    try:
        for one in (notifier.CALENDARS, notifier.TERMINALS, notifier.NOTIFIER):
            one.register(tab)
        notifier.leave_others(notifier.NOTIFIER, tab.tab)
        assert notifier.NOTIFIER.tabs() == (tab,)
        assert notifier.CALENDARS.tabs() == notifier.TERMINALS.tabs() == ()
    finally:
        notifier.NOTIFIER.forget(tab.tab)


def test_an_ended_session_is_noticed_within_ten_seconds() -> None:
    assert caller.REMEMBER_SECONDS + notifier.CHECK_SECONDS <= 10


def test_calendars_of_the_desk_follow_its_changes_and_ask_for_themselves(
    open_office: Office, mori: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifier, "CALENDAR_SECONDS", 0.2)

    async def story() -> None:
        wall = Wall()
        async with pushing(open_office, wall, CalendarNotifier) as one:
            one.register(tab_of(open_office, mori, "here"))
            one.register(tab_of(open_office, mori, "elsewhere", desk_id=mori.other_desk_id))
            one.register(tab_of(open_office, mori, "no-clerk", login="kansa"))
            for number in range(10):
                issue(open_office, mori, f"form{number}")
            await wall.until(lambda: "here" in wall.followed)
            one.register(tab_of(open_office, mori, "no-clerk", login="kansa"))
            issue(open_office, mori, "later")
            await wall.until(lambda: wall.led_out != [] and wall.followed.count("here") >= 2)
        assert set(wall.followed) == {"here"}
        assert len(wall.followed) <= 4
        assert wall.shown == []
        assert set(wall.led_out) == {"no-clerk"}

    run(story)
