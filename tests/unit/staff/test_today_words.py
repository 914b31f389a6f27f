"""What a clerk reads about who is next, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from test_today_view import ME, NOW, ZONE, board, queue_row

from madoguchi.domain.order import Reason, Why
from madoguchi.domain.priorities import PriorityReason
from madoguchi.services.dashboard import CounterView, FinishedRow, ServiceChoice
from madoguchi.services.dashboard_next import NextUp
from madoguchi.services.steps import Outcome, Unreached
from madoguchi.state.today_view import absent_line, row_of, view_of
from madoguchi.state.today_words import PRIORITIES, next_sentence, not_reached, place_sentence

AT = datetime(2026, 10, 1, 1, 30, tzinfo=UTC)
"""Half past ten in Japan."""


def counter(why: Why | None, moment: datetime = AT, **facts: object) -> CounterView:
    """My counter with somebody next for that reason."""
    ratio = (3, 1) if why in {Why.TURN_OF_APPOINTMENTS, Why.TURN_OF_OTHERS} else (0, 0)
    up = None if why is None else NextUp(12, "A012", Reason(why, moment, ratio), moment, "unwell", 60)
    return replace(CounterView(2, "2", 7, "佐藤", None, None, next=up), **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("why", "now", "sentence"),
    [
        (Why.PRIORITY, AT, "優先（体調がすぐれない）のため"),
        (Why.APPOINTMENT, AT, "予約10:30の時刻になったため"),
        (Why.APPOINTMENT, AT - timedelta(minutes=5), "予約10:30の時刻が近いため"),
        (Why.WAITED_OUT, AT, "60分以上待っているため、予約より先に"),
        (Why.TURN_OF_APPOINTMENTS, AT, "予約の番です（予約3人のあと1人）"),
        (Why.TURN_OF_OTHERS, AT, "当日受付の番です（予約3人のあと1人）"),
        (Why.ARRIVAL, AT + timedelta(minutes=25), "いちばん長く（25分）待っているため"),
    ],
)
def test_one_sentence_says_who_is_next_and_why(why: Why, now: datetime, sentence: str) -> None:
    assert next_sentence(counter(why), 3, now, ZONE) == f"次は A012。{sentence}"


def test_a_counter_that_takes_some_services_says_so() -> None:
    said = next_sentence(counter(Why.ARRIVAL, services=(3,)), 3, AT, ZONE)
    assert said == "次は A012。受ける業務の中で、いちばん長く（0分）待っているため"


def test_when_nobody_who_waits_can_be_called_here_that_is_said() -> None:
    assert next_sentence(counter(None), 2, AT, ZONE) == "この窓口でいま呼べる人はいません"
    assert next_sentence(counter(None), 0, AT, ZONE) == ""


def test_every_reason_for_a_priority_has_words() -> None:
    assert set(PRIORITIES) == {reason.value for reason in PriorityReason}


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"not_before": "10:40", "later": True}, "10:40から呼ぶ約束です。それまでは順番が来ません"),
        ({"priority": 1, "priority_reason": "infant"}, "優先（妊娠中・乳児連れ）の人です"),
        ({"appointment": "11:00"}, "予約11:00の人です。時刻になると先に呼びます"),
        ({}, "10:23の順番です（7分待ち）"),
        ({"queued_at": NOW + timedelta(minutes=5)}, "10:28の順番です（受付は10:23）"),
    ],
)
def test_each_row_can_say_by_what_it_has_its_place(facts: dict[str, object], sentence: str) -> None:
    assert (
        place_sentence(queue_row(1, **facts), NOW + timedelta(minutes=7), ZoneInfo("Asia/Tokyo")) == sentence
    )


def test_rows_tell_what_is_special_about_them() -> None:
    allowance = ServiceChoice(4, "allowance", "B", "児童手当")
    row = queue_row(
        1,
        not_before="10:40",
        later=True,
        postponed=2,
        bound=True,
        unreachable=True,
        priority=1,
        priority_reason="unwell",
        route=(allowance,),
    )
    assert row_of(row).flags == [
        "優先",
        "10:40から",
        "あとまわし2回",
        "LINE不達・声で呼ぶ",
        "このあと 児童手当",
    ]


def test_called_and_served_are_told_apart_each_with_its_own_time() -> None:
    served = queue_row(9, state="serving", serving_at=NOW)
    shown = view_of(board(counters=(CounterView(2, "2", 7, "佐藤", served, NOW),)), ME, ZONE)
    assert (shown["current_served"], shown["current_since"]) == (True, 1790817825000)
    assert [one.note for one in shown["counters"]] == ["対応中"]
    called = view_of(
        board(counters=(CounterView(2, "2", 7, "佐藤", queue_row(9, state="called"), NOW),)), ME, ZONE
    )
    assert (called["current_served"], called["counters"][0].note) == (False, "呼出中")


def test_my_counter_tells_what_it_takes_and_whom_nobody_takes() -> None:
    services = (ServiceChoice(3, "nursery", "A", "保育所"), ServiceChoice(4, "allowance", "B", "児童手当"))
    mine = counter(None, services=(4,), uncovered=2, paused=True)
    shown = view_of(board(counters=(mine,), services=services), ME, ZONE)
    assert (shown["counter_takes"], shown["counter_uncovered"], shown["counter_paused"]) == (
        "児童手当",
        2,
        True,
    )
    assert [(one.id, one.taken) for one in shown["counter_services"]] == [(3, False), (4, True)]
    everything = view_of(board(counters=(counter(None),), services=services), ME, ZONE)
    assert everything["counter_takes"] == "すべて"


def test_the_key_opens_what_ended_last_at_my_counter() -> None:
    ended = (
        FinishedRow(31, "A031", "保育所", False, 1, "10:22"),
        FinishedRow(30, "A030", "保育所", True, 2, "10:20"),
    )
    shown = view_of(board(counters=(counter(None),), finished=ended), ME, ZONE)
    assert (shown["newest_id"], shown["newest_number"]) == (30, "A030")
    assert [one.ended for one in shown["finished"]] == ["10:22 終了", "10:20 取消"]
    others = view_of(board(counters=(counter(None),), finished=ended[:1]), ME, ZONE)
    assert others["newest_id"] == 31


def test_an_absence_without_a_click_is_told_at_the_counter_that_called() -> None:
    done = Outcome("b1", 12, "A012", NOW)
    desk = board(counters=(counter(None, absent=done), CounterView(3, "3", 8, "鈴木", None, None)))
    assert absent_line(desk, 2) == ("b1", "A012 を自動で不在にしました", 1790817825000)
    assert absent_line(desk, 3) == ("", "", 0)


def test_a_clerk_reads_where_the_citizen_cannot_go_on_to_and_why() -> None:
    closed = Unreached("A012", {"ja": "市民課"}, {"ja": "住民票"}, "desk_closed")
    assert not_reached(closed) == "A012 は市民課（住民票）へ進めません。本日の受付が終わっています"
    assert "新しい番号が必要です" in not_reached(replace(closed, why="number_taken_there"))
