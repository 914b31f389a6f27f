"""A dashboard as one clerk's page shows it."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from madoguchi.domain.roles import Role
from madoguchi.domain.terminal_health import Finding, Health, Reason
from madoguchi.services import running
from madoguchi.services.actors import Actor
from madoguchi.services.dashboard import (
    CounterView,
    Dashboard,
    QueueRow,
    ReservationRow,
    ServiceChoice,
    TerminalState,
)
from madoguchi.state.today import TodayState
from madoguchi.state.today_view import row_of, view_of

NOW = datetime(2026, 10, 1, 1, 23, 45, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Tokyo")
ME = Actor(7, "佐藤", Role.CLERK, 1)


def queue_row(ticket_id: int, **facts: object) -> QueueRow:
    """A plain paper ticket, with what differs."""
    plain = QueueRow(
        ticket_id=ticket_id,
        number=f"A{ticket_id:03}",
        service="児童手当",
        channel="paper",
        state="waiting",
        waited_minutes=12,
        issued_at=NOW,
        called_at=None,
        counter_id=None,
        appointment="",
        priority=0,
        calls=0,
        bound=False,
        queued_at=NOW,
    )
    return replace(plain, **facts)  # type: ignore[arg-type]


def board(**facts: object) -> Dashboard:
    """A desk with nobody, with what differs."""
    empty = Dashboard(
        desk_id=1,
        desk_code="childcare",
        desk_name="保育課",
        open=True,
        paused=False,
        stopped=False,
        closed=False,
        waiting=(),
        waiting_count=0,
        on_hold=(),
        missed=(),
        finished=(),
        counters=(),
        reservations=(),
        services=(ServiceChoice(3, "nursery", "A", "保育所"),),
        longest_wait=0,
        places_left_today=5,
        line_health="ok",
        terminals=(),
        generated_at=NOW,
    )
    return replace(empty, **facts)  # type: ignore[arg-type]


def test_every_value_of_the_view_is_a_variable_of_the_state() -> None:
    assert set(view_of(board(), ME, ZONE)) <= set(TodayState.vars)


def test_my_counter_is_the_one_where_i_sit() -> None:
    called = queue_row(9, state="called", calls=2)
    counters = (
        CounterView(1, "1", 8, "鈴木", queue_row(8, state="called"), NOW),
        CounterView(2, "2", 7, "佐藤", called, NOW),
        CounterView(3, "3", None, "", None, None),
    )
    view = view_of(board(counters=counters), ME, ZONE)
    assert (view["counter_id"], view["counter_label"]) == (2, "2")
    assert (view["current_id"], view["current_number"]) == (9, "A009")
    assert view["current_flags"] == ["紙", "呼出2回"]
    assert view["current_since"] == 1790817825000
    assert [(one.caption, one.number, one.mine) for one in view["counters"]] == [
        ("1番（鈴木）", "A008", False),
        ("2番（佐藤）", "A009", True),
        ("3番", "", False),
    ]


def test_without_a_counter_nothing_is_current() -> None:
    view = view_of(board(counters=(CounterView(1, "1", 8, "鈴木", queue_row(8), NOW),)), ME, ZONE)
    assert (view["counter_id"], view["current_id"], view["current_since"]) == (0, 0, 0)


def test_flags_say_what_is_special_in_words() -> None:
    assert row_of(queue_row(1)).flags == []
    booked = row_of(queue_row(1, channel="reservation", appointment="10:30", priority=1))
    assert (booked.channel, booked.flags) == ("予約 10:30", ["優先"])
    assert row_of(queue_row(1, bound=True)).flags == ["LINE通知"]
    assert (row_of(queue_row(1, channel="line", bound=True)).channel, row_of(queue_row(1)).channel) == (
        "LINE",
        "紙",
    )
    assert row_of(queue_row(1, state="missed", calls=3)).flags == ["呼出3回"]


def test_how_many_more_wait_than_are_listed_is_told() -> None:
    view = view_of(board(waiting=tuple(map(queue_row, range(1, 101))), waiting_count=130), ME, ZONE)
    assert (len(view["waiting"]), view["waiting_more"], view["waiting_count"]) == (100, 30, 130)


def test_reservations_that_stand_or_ended_are_shown_and_held_places_are_not() -> None:
    rows = tuple(
        ReservationRow(number, f"10000{number}", "10:30", "保育所", state, False, "line", "")
        for number, state in enumerate(("held", "booked", "checked_in", "done", "cancelled", "missed"))
    )
    shown = view_of(board(reservations=rows), ME, ZONE)["reservations"]
    assert [(one.state, one.waits) for one in shown] == [
        ("予約", True),
        ("受付済み", False),
        ("終了", False),
        ("取消", False),
        ("来庁なし", False),
    ]


def to_come(number: int, **facts: object) -> ReservationRow:
    """A booking of 10:30 that is awaited, with what differs."""
    plain = ReservationRow(number, f"10000{number}", "10:30", "保育所", "booked", False, "line", "")
    return replace(plain, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reached", "others", "words"),
    [
        (0, 0, ""),
        (2, 0, "これから来られる予約が2件あります。2件にはLINEで知らせます。"),
        (0, 1, "これから来られる予約が1件あります。1件はLINEで知らせられないので、電話で知らせてください。"),
        (
            2,
            1,
            "これから来られる予約が3件あります。そのうち2件にはLINEで知らせます。"
            "1件はLINEで知らせられないので、電話で知らせてください。",
        ),
    ],
)
def test_before_closing_the_bookings_still_to_come_are_counted(reached: int, others: int, words: str) -> None:
    rows = (
        *(to_come(number) for number in range(reached)),
        *(to_come(5 + number, reached=False) for number in range(others)),
        to_come(8, late=True, reached=False),
        to_come(9, state="checked_in"),
    )
    assert view_of(board(reservations=rows), ME, ZONE)["close_warning"] == words


def test_at_a_closed_desk_those_to_be_telephoned_are_marked() -> None:
    rows = (to_come(1), to_come(2, reached=False), to_come(3, reached=False, late=True))
    for closed in (True, False):
        shown = view_of(board(reservations=rows, closed=closed), ME, ZONE)["reservations"]
        assert [one.telephone for one in shown] == [False, closed, False]


def test_times_are_the_offices() -> None:
    assert view_of(board(), ME, ZONE)["updated"] == "10:23:45"


def test_health_is_told_in_words_and_by_a_mark() -> None:
    silent = TerminalState("ロビー", Health((Finding(Reason.SILENT, 4),)))
    view = view_of(board(line_health="late", terminals=(silent,)), ME, ZONE)
    assert (view["line_ok"], view["line_health"]) == (False, "送信が遅れています")
    assert (view["printer_ok"], view["printer_health"]) == (False, "連絡なし")


def test_rows_hold_no_more_than_the_page_shows() -> None:
    assert set(asdict(row_of(queue_row(1)))) == {
        "ticket_id",
        "number",
        "service",
        "channel",
        "waited",
        "flags",
        "why",
        "first",
        "expected",
    }


def test_a_row_tells_in_how_many_minutes_it_is_expected() -> None:
    assert row_of(queue_row(1)).expected == ""
    assert row_of(queue_row(1, expected=(5, 10))).expected == "あと5～10分"
    assert row_of(queue_row(1, expected=(5, 5))).expected == "あと5分"


def test_the_ticket_at_my_counter_tells_why_it_went_first() -> None:
    called = queue_row(9, state="called", priority=1, priority_reason="unwell", calls=1)
    view = view_of(board(counters=(CounterView(2, "2", 7, "佐藤", called, NOW),)), ME, ZONE)
    assert view["current_flags"] == ["紙", "優先（体調がすぐれない）"]


def test_a_page_follows_a_clock_that_was_put_back_but_not_a_board_overtaken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened = SimpleNamespace(settings=SimpleNamespace(zone=ZONE))
    monkeypatch.setattr(running, "office", lambda: opened)
    page = TodayState()  # type: ignore[call-arg]
    page.desk_id = 1
    page._show(board(desk_name="first"), ME)
    page._show(board(desk_name="overtaken", generated_at=NOW - timedelta(seconds=2)), ME)
    assert page.desk_name == "first"
    page._show(board(desk_name="an hour back", generated_at=NOW - timedelta(hours=1)), ME)
    assert page.desk_name == "an hour back"


def test_a_menu_closes_when_its_ticket_leaves_the_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "office", lambda: SimpleNamespace(settings=SimpleNamespace(zone=ZONE)))
    page = TodayState()  # type: ignore[call-arg]
    page.desk_id, page.menu_id = 1, 3
    page._show(board(waiting=(queue_row(3),)), ME)
    assert page.menu_id == 3
    page._show(board(waiting=(queue_row(4),), generated_at=NOW + timedelta(seconds=1)), ME)
    assert page.menu_id == 0
