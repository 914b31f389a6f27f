"""予約枠: what the page shows of a plan, and what its forms may send."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from madoguchi.domain.levelling import BandSuggestion, Bound
from madoguchi.domain.plan_csv import read, written
from madoguchi.domain.slot_plans import (
    Band,
    Exceptional,
    ExceptionKind,
    Pattern,
    PlanChange,
    PoolPlan,
    changed,
)
from madoguchi.services.plan_previews import DayPreview, TimePreview, TouchedBooking
from madoguchi.state.slots_draft import Draft, exception_words
from madoguchi.state.slots_form import (
    brush_of,
    exception_of,
    read_date,
    read_number,
    read_time,
    span,
    text_of,
)
from madoguchi.state.slots_rules import rules_from, values_of
from madoguchi.state.slots_trial import fewer, sentence
from madoguchi.state.slots_view import grid, heat, month, pattern_options, row_time, touched_lines

TODAY = date(2026, 10, 1)
MONDAY = date(2026, 10, 5)
WEEK = (Band(0, time(9), time(12), 30, 2), Band(1, time(9), time(10), 15, 1))
PLAN = PoolPlan((Pattern(date(2026, 9, 1), WEEK),), {MONDAY: Exceptional(ExceptionKind.CLOSED, note="停電")})
DRAFT = Draft(PLAN, TODAY, MONDAY, WEEK, holidays=True, year_end=True)


def test_the_grid_says_how_many_places_each_half_hour_has() -> None:
    rows, totals = grid(WEEK, whole_day=False)
    assert (rows[0].label, rows[-1].label) == ("8:00", "17:30")
    nine = next(row for row in rows if row.label == "9:00")
    assert [cell.text for cell in nine.cells] == ["2", "1×2", "", "", "", "", ""]
    assert nine.cells[0].label == "月曜 9:00 2枠"
    assert totals[:3] == ["12枠", "4枠", "なし"]
    assert len(grid(WEEK, whole_day=True)[0]) == 48
    assert len(grid((), whole_day=False)[0]) == 20


def test_a_rows_times_reach_to_the_days_last_minute() -> None:
    assert (row_time("9:30"), row_time("9:30", after=True)) == (time(9, 30), time(10))
    assert row_time("23:30", after=True) == time(23, 59)


def test_a_draft_is_only_what_differs() -> None:
    assert DRAFT.change().empty
    assert DRAFT.lines() == []
    other = DRAFT._replace(bands=WEEK[:1], holidays=False).with_days(
        {MONDAY: None, date(2026, 10, 6): Exceptional(ExceptionKind.CAPACITY, 5)}
    )
    assert [name for name, _ in other.lines()] == ["week", "holidays", "day:2026-10-05", "day:2026-10-06"]
    change = other.change()
    assert (change.patterns, change.closed_on_holidays) == ({MONDAY: WEEK[:1]}, False)
    for name, _ in other.lines():
        other = other.without(name)
    assert other.change().empty
    assert DRAFT.with_days({MONDAY: PLAN.exceptions[MONDAY]}).change().empty
    assert DRAFT.without("day:junk") == DRAFT.without("") == DRAFT


def test_a_file_fills_the_grid_with_its_first_pattern() -> None:
    november = date(2026, 11, 2)
    from_file = PlanChange(patterns={november: WEEK[:1], MONDAY: WEEK[1:]}, exceptions={TODAY: None})
    taken = DRAFT.taken_over(from_file)
    assert (taken.first, taken.bands) == (MONDAY, WEEK[1:])
    assert taken.change().patterns == {MONDAY: WEEK[1:], november: WEEK[:1]}


def test_a_file_that_was_written_here_and_changed_is_taken_over_from_tomorrow_on() -> None:
    text = written(PLAN.patterns, {}).replace(",30,2,", ",30,5,")
    taken = DRAFT.taken_over(read(text.encode()))
    assert (taken.first, {band.capacity for band in taken.bands}) == (TODAY + timedelta(days=1), {5, 1})
    plan = changed(PLAN, taken.change(), TODAY)
    assert plan.patterns[0] == PLAN.patterns[0], "what was in force until today stays as it was"
    unchanged = DRAFT.taken_over(read(written(PLAN.patterns, {}).encode()))
    assert unchanged.change().patterns == {}


def test_a_month_marks_closed_days_in_words() -> None:
    weeks = month(PLAN, {MONDAY}, TODAY, (MONDAY, MONDAY))
    days = {day.iso: day for week in weeks for day in week.days if day.iso}
    assert len(days) == 31
    assert (days[f"{MONDAY}"].mark, days[f"{MONDAY}"].chosen) == ("休業*", True)
    assert (days["2026-10-12"].mark, days["2026-10-12"].tone) == ("祝日", "closed")
    assert days["2026-10-19"].places == "12枠"
    assert "停電" in days[f"{MONDAY}"].label


def test_the_six_weeks_tell_by_words_what_is_over_and_what_changes() -> None:
    times = (TimePreview("09:00", 2, 1, 2), TimePreview("09:30", 2, 2, 1), TimePreview("10:00", 2, 2, 0))
    hours, rows = heat([DayPreview(MONDAY, None, "", times), DayPreview(TODAY, None, "研修", ())])
    assert hours == ["9時", "10時"]
    assert [cell.text for cell in rows[0].cells] == ["3/4→3 超", "0/2"]
    assert "枠を超えています" in rows[0].cells[0].label
    assert rows[0].total.text == "3/6→5 超"
    assert (rows[1].note, rows[1].cells[0].text) == ("研修", "")


def test_a_touched_booking_is_offered_its_nearest_place_first() -> None:
    at = datetime(2026, 10, 5, 0, 0, tzinfo=UTC)
    later = at.replace(hour=2)
    line = touched_lines([TouchedBooking(7, "123456", "申込", at, later, (at,))], ZoneInfo("Asia/Tokyo"))[0]
    assert line.when == "10/5(月) 09:00"
    assert (line.chosen, line.options[0].value) == ("ask", later.isoformat())
    assert len(line.options) == 2


def test_plans_that_are_over_are_not_listed() -> None:
    plan = PoolPlan(tuple(Pattern(date(2026, month, 1), WEEK) for month in (1, 9, 11)))
    shown = pattern_options(DRAFT._replace(plan=plan))
    assert [one.value for one in shown] == ["2026-09-01", "2026-11-01"]
    assert shown[0].text.startswith("いまの計画")


@pytest.mark.parametrize("junk", [None, 5, True, "", "x", [], {}, "2026-13-01", "2026-10-01T00:00"])
def test_junk_is_no_date_and_no_time(junk: object) -> None:
    assert read_date(junk) is None
    assert read_time(junk) is None


@pytest.mark.parametrize("junk", [None, True, -1, "-1", "1.5", "", "１２", 10**9, "9" * 9, [], 2.0])
def test_junk_is_no_number(junk: object) -> None:
    assert read_number(junk) is None


@pytest.mark.parametrize("sent", [3, "3"])
def test_a_number_field_is_read_whether_it_sends_a_number_or_its_text(sent: object) -> None:
    assert text_of({"places": sent}, "places") == "3"
    assert brush_of({"every": sent, "capacity": sent}) == (None, 3)
    special = exception_of({"places": sent}, "capacity", MONDAY)
    assert special is not None
    assert special.capacity == 3


@pytest.mark.parametrize("junk", [None, True, False, 1.0, 10**400, -(10**400), [], {}])
def test_what_no_number_field_sends_is_read_as_nothing(junk: object) -> None:
    assert text_of({"capacity": junk}, "capacity") == ""
    assert brush_of({"capacity": junk}) == (None, None)


def test_a_brush_is_bounded_and_may_have_no_places() -> None:
    assert brush_of({"every": "5", "capacity": "0"}) == (5, 0)
    assert brush_of({"every": 240, "capacity": 200}) == (240, 200)
    assert brush_of({"every": "4", "capacity": "201"}) == (None, None)
    assert brush_of({"every": "241", "capacity": ""}) == (None, None)
    assert brush_of({"capacity": -1}) == (None, None)


def test_only_places_inside_a_table_are_a_span() -> None:
    assert span(3, 1, 7) == [1, 2, 3]
    for one, other in ((-1, 2), (0, 7), ("0", 1), (None, 1), (True, 1), (0.0, 1)):
        assert span(one, other, 7) == []


def test_an_exception_comes_out_of_a_form() -> None:
    form = {"starts": "09:00", "ends": "12:00", "every": "30", "places": "3", "note": " 研修 "}
    special = exception_of(form, "special", MONDAY)
    assert special is not None
    assert special.bands == (Band(0, time(9), time(12), 30, 3),)
    assert exception_words(special) == "臨時の開設 09:00〜12:00 3枠（研修）"
    assert exception_of(form, "usual", MONDAY) is None
    assert exception_words(exception_of(form, "capacity", MONDAY)) == "1回 3枠に変更（研修）"
    assert exception_words(exception_of({}, "closed", MONDAY)) == "休業"


RULES = {
    "opens_amount": "2",
    "opens_unit": "months",
    "opens_at": "09:00",
    "closes_amount": "1",
    "closes_unit": "business_days",
    "closes_at": "17:00",
    "max_open": "1",
    "max_in_period": "0",
    "period_days": "0",
    "max_party": "4",
    "early_minutes": "30",
    "late_minutes": "15",
    "late_policy": "keep_time",
    "remind_days": "3",
    "remind_at": "17:00",
    "remind_same_day_at": "",
    "offer_minutes": "60",
}


def test_rules_go_into_the_form_and_come_back() -> None:
    rules = rules_from(RULES)
    assert rules is not None
    assert rules.remind_same_day_at is None
    assert values_of(rules) == RULES


@pytest.mark.parametrize("field", RULES)
def test_rules_with_a_field_missing_or_wrong_are_none(field: str) -> None:
    without = {name: value for name, value in RULES.items() if name != field}
    assert (rules_from(without) is None) == (field != "remind_same_day_at")
    assert rules_from({**RULES, field: "何か"}) is None


@pytest.mark.parametrize("bound", Bound)
def test_each_reason_is_one_sentence(bound: Bound) -> None:
    one = BandSuggestion(0, 540, 2, 4, bound, 3.0, 1.5, 20.0, 0.0, 12.0, 0.8)
    said = sentence(one)
    assert said.endswith("。")
    assert said.count("。") == 1


def test_room_that_nobody_asks_for_is_said_in_plain_words() -> None:
    one = BandSuggestion(0, 540, 2, 3, Bound.DEMAND, 3.0, 1.5, 20.0, 0.0, 12.0, 0.59)
    assert sentence(one) == "あと1枠置けますが、予約の希望はほかの時間で足りています（窓口の忙しさ59%）。"


def test_a_suggestion_owns_up_to_those_it_has_no_place_for() -> None:
    assert fewer(4, 4) == fewer(4, 3) == ""
    assert fewer(4, 1_010) == "提案では、枠がなくて予約できない人がいまより1,006件増えます（4件→1,010件）。"
