"""The page of statistics: the filters, and figures that are those of the files, letter by letter."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from golden_kit import SEPTEMBER, Golden
from golden_month import spread, waits
from office_kit import clock_of
from reflex.state import State

from madoguchi.services import running, statistics
from madoguchi.services.actors import Actor
from madoguchi.services.statistics import Question
from madoguchi.state import caller, stats_view
from madoguchi.state.stats import StatsState
from madoguchi.state.stats_view import text_of, view_of


class Tab:
    """A tab of the page, by somebody signed in."""

    def __init__(self, who: Actor) -> None:
        root: Any = State(_reflex_internal_init=True)  # type: ignore[call-arg]
        self.page: Any = root.get_substate(StatsState.get_full_name().split("."))
        self.who: Actor | None = who

    def opens(self) -> Tab:
        """What loading does."""
        asyncio.run(self.page.opened())
        return self

    def chooses(self, what: str, value: str) -> Tab:
        """Another value of a filter."""

        async def all_of_it() -> None:
            async for _ in self.page.choose(what, value):
                assert self.page.busy

        asyncio.run(all_of_it())
        assert not self.page.busy
        return self

    def large(self, name: str) -> str:
        """A figure in large."""
        return str(next(one.value for one in self.page.large if one.name == name))


@pytest.fixture
def tab(lite_golden: Golden, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tab]:
    """A clerk's, on the first of October."""
    running.start(lite_golden.office)
    opened = Tab(lite_golden.city.clerk)

    async def actor_of(_token: str) -> Actor | None:
        return opened.who

    monkeypatch.setattr(caller, "caller", lambda: caller.Caller("token", "socket", "tab", "127.0.0.1", ""))
    monkeypatch.setattr(caller, "actor_of", actor_of)
    yield opened
    running.stop()


def test_a_clerk_narrows_the_last_month_down(tab: Tab, lite_golden: Golden) -> None:
    visits, city = lite_golden.month.visits, lite_golden.city
    tab.opens().chooses("preset", "last_month")
    assert (tab.page.first, tab.page.last) == ("2026-09-01", "2026-09-30")
    assert tab.large("来庁者") == f"{len(visits)}"
    tab.chooses("desk", f"{city.desk_id}")
    assert [one.text for one in tab.page.services] == ["すべて", "保育所等利用申込", "児童手当"]
    tab.chooses("service", f"{city.service_id}").chooses("channel", "line")
    mine = [one for one in visits if one.channel == "line" and one.served[0].service == city.service_id]
    assert tab.large("来庁者") == f"{len(mine)}"
    assert "業務: 保育所等利用申込" in tab.page.asked
    assert f"service={city.service_id}&channel=line" in tab.page.xlsx
    # Another desk has no such service.
    tab.chooses("desk", f"{city.other_desk_id}")
    assert (tab.page.service, tab.page.channel) == ("", "line")
    tab.chooses("channel", "").chooses("comparison", "before")
    assert tab.page.large[0].before.startswith("比べた期間 0人（＋")
    tab.who = None
    tab.chooses("desk", "")
    assert tab.page.desk == f"{city.other_desk_id}"


def test_two_days_of_ones_own_choice_and_nonsense(tab: Tab, lite_golden: Golden) -> None:
    tab.opens().chooses("first", "2026-09-14").chooses("last", "2026-09-15")
    assert tab.page.preset == "own"
    assert [one.first for one in tab.page.course.lines] == ["2026/9/14", "2026/9/15"]
    tab.chooses("last", "")
    assert tab.large("来庁者") == f"{sum(one.day.day in (14, 15) for one in lite_golden.month.visits)}"
    tab.chooses("last", "2026-09-01")
    assert tab.page.refusal.startswith("期間を確かめてください")
    for what, value in (
        ("band", "7"),
        ("desk", "99"),
        ("channel", "x"),
        ("comparison", "x"),
        ("preset", "x"),
    ):
        tab.chooses(what, value)
    tab.chooses("counter", "９" * 50).chooses("refusal", "x").chooses("last", "2026-09-30")
    assert (tab.page.band, tab.page.desk, tab.page.channel, tab.page.counter) == ("60", "", "", "")
    assert tab.page.refusal == ""


def test_an_empty_period_says_so(tab: Tab) -> None:
    tab.opens().chooses("first", "2020-01-01").chooses("last", "2020-01-01")
    tab.chooses("last", "2020-02-01")
    assert tab.page.empty
    assert tab.page.heat_lines == []


def test_what_is_read_is_what_is_taken_away(lite_golden: Golden) -> None:
    """Every cell of every table, as the files have it."""
    answer = statistics.statistics(lite_golden.office, lite_golden.city.viewer, Question(SEPTEMBER))
    page = view_of(answer, lite_golden.office.settings.zone)
    for key, table in lite_golden.tables().items():
        lines = page[key].lines
        assert len(lines) == len(table.rows)
        for line, row in zip(lines, table.rows, strict=True):
            cells = row[-len(line.cells) :]
            kinds = [one.kind for one in table.columns[-len(line.cells) :]]
            if key != "summary":
                assert line.cells == [text_of(cell, kind) for cell, kind in zip(cells, kinds, strict=True)]
            assert [one.replace(",", "") for one in line.cells] == [_bare(cell) for cell in cells]
    assert page["large"][1].value == f"{spread(waits(lite_golden.month.visits))[1]}"
    assert len(page["heat_lines"]) == 5
    assert page["heat_lines"][0].cells[0].tone in "12345"


def _bare(cell: object) -> str:
    if cell is None:
        return stats_view.NOTHING
    return f"{cell:%-H:%M}" if hasattr(cell, "hour") else str(cell)


def test_today_so_far(tab: Tab, lite_golden: Golden) -> None:
    clock_of(lite_golden.office).put(datetime(2026, 9, 30, 9, tzinfo=UTC))
    tab.opens().chooses("preset", "today")
    today = sum(one.day.day == 30 for one in lite_golden.month.visits)
    assert tab.large("来庁者") == f"{today}"
