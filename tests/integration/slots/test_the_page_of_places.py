"""`/staff/slots`, handler by handler: what it shows, what it changes, and what junk does to it: nothing."""

from __future__ import annotations

import base64
import inspect
from collections.abc import Iterator
from datetime import time
from typing import Any

import pytest
from plan_kit import FRIDAY, Planned
from slots_tab import Tab
from sqlalchemy import update
from sqlmodel import col, func, select

from madoguchi.domain.plan_csv import COLUMNS
from madoguchi.domain.roles import Role
from madoguchi.services import running
from madoguchi.services.actors import Actor
from madoguchi.state.slots_form import read_date
from madoguchi.store.tables import AuditEntry, DayException, Pool, Reservation, Service, Slot, SlotPlan

NAME, PHONE = "モリ ハナ", "0312345678"
"""As `plan_kit` books."""
JUNK: tuple[Any, ...] = (
    None,
    "",
    "x",
    -1,
    10**12,
    True,
    [],
    {},
    {"days": []},
    "2026-99-99",
    "é" * 300,
    1.5,
    "\ud800\0",
)


@pytest.fixture
def tab(lite_plan: Planned, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tab]:
    """An admin's tab, opened."""
    running.start(lite_plan.office)
    yield Tab(monkeypatch, lite_plan.admin).opens()
    running.stop()


def facts(plan: Planned) -> tuple[Any, ...]:
    """What nobody may change by accident."""
    with plan.office.look() as unit:
        ask = unit.session.exec
        return (
            ask(select(Slot.id, Slot.capacity, Slot.taken).order_by(col(Slot.id))).all(),
            ask(select(SlotPlan.effective_from, SlotPlan.bands)).all(),
            ask(select(DayException.day, DayException.kind)).all(),
            ask(select(Pool.name, Pool.closed_on_holidays, Pool.closed_year_end)).all(),
            ask(select(Service.max_party, Service.pool_id).order_by(col(Service.id))).all(),
            ask(select(func.count()).select_from(AuditEntry)).one(),
        )


def test_the_page_opens_with_the_plan_and_the_six_weeks(tab: Tab) -> None:
    assert [one.text for one in tab.slots.pools] == ["保育課｜保育所等利用申込"]
    assert (tab.slots.may_change, tab.cell("9:00", 0), tab.cell("12:00", 0)) == (True, "2", "")
    assert (tab.slots.changes, tab.preview.of_draft, len(tab.preview.weeks)) == ([], False, 42)
    assert tab.preview.weeks[1].cells[0].text == "0/4"
    assert tab.rules.values["max_party"] == "1"


def test_what_is_painted_is_previewed_and_applied(tab: Tab, lite_plan: Planned) -> None:
    at = tab.row("11:00")
    tab.does(tab.slots.set_brush({"every": "15", "capacity": "3"}), tab.slots.paint(4, at, 3, at + 3, False))
    assert (tab.cell("11:00", 3), tab.cell("12:30", 4), tab.cell("11:00", 2)) == ("3×2", "3×2", "2")
    before = facts(lite_plan)
    tab.does(tab.preview.apply())
    assert facts(lite_plan) == before, "not previewed yet"
    tab.does(tab.preview.look())
    assert tab.preview.of_draft
    assert "→" in tab.preview.weeks[1].cells[2].text
    tab.does(tab.preview.apply())
    assert tab.preview.said.startswith("計画を適用しました")
    assert tab.slots.changes == []
    assert lite_plan.slots(FRIDAY)["11:15"] == 3


def test_the_brush_takes_what_a_browser_sends_and_bears_what_is_half_typed(tab: Tab) -> None:
    at = tab.row("11:00")
    tab.does(tab.slots.set_brush({"capacity": 1}), tab.slots.set_brush({"every": 15}))
    for half in ("", "1", None):
        tab.does(tab.slots.set_brush({"every": half}))
    tab.does(tab.slots.paint(4, at, 4, at, False))
    assert (tab.cell("11:00", 4), tab.slots.brush_wrong) == ("1×2", False)
    shown = tab.slots.brush_serial
    tab.does(tab.slots.leave_brush({"every": "15"}))
    assert tab.slots.brush_serial == shown, "the field stays as it was typed"
    tab.does(tab.slots.leave_brush({"every": "1"}))
    assert (tab.slots.brush_every, tab.slots.brush_wrong) == (15, True)
    assert tab.slots.brush_serial > shown
    tab.does(tab.slots.set_brush({"every": "20"}))
    assert (tab.slots.brush_every, tab.slots.brush_wrong) == (20, False)


def test_a_booking_made_after_the_preview_is_shown_first(tab: Tab, lite_plan: Planned) -> None:
    tab.does(
        tab.slots.choose_day(f"{FRIDAY}"),
        tab.slots.choose_kind("closed"),
        tab.slots.add_days({"from": f"{FRIDAY}", "to": f"{FRIDAY}", "note": "停電"}),
        tab.preview.look(),
    )
    booked = lite_plan.book(FRIDAY)
    tab.does(tab.preview.apply())
    assert "まだ何も変更していません" in tab.preview.refusal
    assert len(lite_plan.slots(FRIDAY)) == 6
    assert len(tab.slots.changes) == 1, "the draft is still there"
    tab.does(tab.preview.look())
    assert [one.id for one in tab.preview.touched] == [booked]
    tab.does(tab.preview.apply())
    assert len(lite_plan.slots(FRIDAY)) == 6, "nobody has decided yet"
    tab.does(tab.preview.choose_all(False), tab.preview.apply())
    assert "1件は「要調整」" in tab.preview.said
    assert [one.id for one in tab.preview.over] == [booked]
    line = tab.preview.over[0]
    tab.does(tab.preview.settle(booked))
    assert lite_plan.slot(FRIDAY).taken == 1, "no place was chosen"
    tab.does(tab.preview.choose_over(booked, line.options[0].value), tab.preview.settle(booked))
    assert (lite_plan.slot(FRIDAY).taken, tab.preview.over_times) == (0, 0)


def test_a_booking_of_later_years_is_decided_too(tab: Tab, lite_plan: Planned) -> None:
    """Every place that was ever held has a number: they have six digits after the first October or two."""
    booked, late = lite_plan.book(FRIDAY), 1_234_567
    with lite_plan.office.change() as unit:
        unit.session.connection().execute(
            update(Reservation).where(col(Reservation.id) == booked).values(id=late)
        )
    tab.does(
        tab.slots.choose_day(f"{FRIDAY}"),
        tab.slots.choose_kind("closed"),
        tab.slots.add_days({"from": f"{FRIDAY}", "to": f"{FRIDAY}"}),
        tab.preview.look(),
        tab.preview.choose(late, ""),
    )
    assert tab.preview.undecided == 0
    tab.does(tab.preview.apply())
    line = tab.preview.over[0]
    tab.does(tab.preview.choose_over(late, line.options[0].value), tab.preview.settle(late))
    assert lite_plan.reservation(late).day != FRIDAY


def test_the_draft_goes_back_step_by_step_and_as_a_whole(tab: Tab) -> None:
    tab.does(
        tab.slots.close_holidays(False),
        tab.slots.paint_times({"days": "weekdays", "starts": "13:10", "ends": "14:00"}),
        tab.slots.copy_weekday({"source": "6"}),
    )
    assert [one.value for one in tab.slots.changes] == ["week", "holidays"]
    assert tab.slots.totals[0] == "なし"
    tab.does(tab.slots.step_back())
    assert tab.cell("13:00", 0) == "2"
    tab.does(tab.slots.discard())
    assert tab.slots.changes == []
    tab.does(tab.slots.step_back(), tab.slots.drop_change("week"))
    assert [one.value for one in tab.slots.changes] == ["holidays"]


def test_figures_follow_a_draft_that_is_thrown_away(tab: Tab) -> None:
    at = tab.row("11:00")
    tab.does(tab.slots.paint(4, at, 4, at, True), tab.preview.look(), tab.preview.follow())
    assert tab.preview.of_draft, "there still is a draft"
    assert "→" in tab.preview.weeks[1].cells[2].text
    tab.does(tab.slots.discard(), tab.preview.follow())
    assert (tab.preview.of_draft, tab.preview.serial) == (False, tab.slots.serial)
    assert "→" not in tab.preview.weeks[1].cells[2].text


def test_the_figures_say_when_they_were_read(tab: Tab, lite_plan: Planned) -> None:
    before = tab.preview.read_at
    now = lite_plan.office.clock.now().astimezone(lite_plan.office.settings.zone)
    assert before == f"{now.hour}:{now.minute:02}"


def test_the_calendar_follows_the_days_that_are_typed(tab: Tab) -> None:
    shown = tab.slots.day_serial
    tab.does(tab.slots.type_day({"from": "2026-12-28"}), tab.slots.type_day({"to": "2027-01-05"}))
    assert (tab.slots.day_from, tab.slots.day_to, tab.slots.month_name) == (
        "2026-12-28",
        "2027-01-05",
        "2027年1月",
    )
    chosen = [day.number for week in tab.slots.month for day in week.days if day.chosen]
    assert chosen == ["1", "2", "3", "4", "5"]
    for half in ("0002-12-28", "2026-09-30", "2031-01-01", ""):
        tab.does(tab.slots.type_day({"from": half}))
    assert (tab.slots.day_from, tab.slots.month_name) == ("2026-12-28", "2027年1月")
    assert tab.slots.day_serial == shown, "the fields stay as they were typed"
    tab.does(tab.slots.choose_day(f"{FRIDAY}"))
    assert tab.slots.day_serial > shown


def test_exceptions_of_each_kind_go_into_the_draft(tab: Tab) -> None:
    days = {"from": f"{FRIDAY}", "to": f"{FRIDAY}"}
    tab.does(
        tab.slots.choose_kind("special"),
        tab.slots.add_days({**days, "starts": "18:00", "ends": "20:00", "every": "30", "places": "1"}),
    )
    assert tab.slots.changes[0].text == "10/2(金) 臨時の開設 18:00〜20:00 1枠"
    tab.does(tab.slots.choose_kind("capacity"), tab.slots.add_days({**days, "places": "9"}))
    assert tab.slots.changes[0].text == "10/2(金) 1回 9枠に変更"
    tab.does(tab.slots.choose_kind("usual"), tab.slots.add_days(days))
    assert tab.slots.changes == []


def test_a_months_calendar_goes_a_year_ahead_and_never_back(tab: Tab) -> None:
    tab.does(tab.slots.show_month(-1))
    assert tab.slots.month_name == "2026年10月"
    for _ in range(20):
        tab.does(tab.slots.show_month(1))
    assert tab.slots.month_name == "2027年11月"


def test_files_and_pasted_tables_are_read_into_the_draft(tab: Tab) -> None:
    table = ",".join(COLUMNS) + f"\n休業,{FRIDAY},,,,,,研修"
    tab.does(tab.slots.read_file(base64.b64encode(table.encode("cp932")).decode()))
    assert tab.slots.changes[0].text == "10/2(金) 休業（研修）"
    tab.does(tab.slots.read_text({"table": table.replace("休業", "休み")}))
    assert "2行目の「種別」" in tab.slots.refusal
    tab.does(tab.slots.read_file("あ"), tab.slots.read_file("A" * 400_000))
    assert "大きすぎます" in tab.slots.refusal
    tab.does(tab.slots.read_text({"table": table.replace(f"{FRIDAY}", "2020-01-01")}))
    assert "過ぎた日" in tab.slots.refusal
    assert len(tab.slots.changes) == 1


def test_a_week_is_copied_into_the_draft(tab: Tab) -> None:
    tab.does(
        tab.slots.copy_week({"source": f"{FRIDAY}", "as": "days", "from": "2026-10-19", "to": "2026-10-25"})
    )
    assert len(tab.slots.changes) == 7
    tab.does(tab.slots.copy_week({"source": f"{FRIDAY}", "as": "days", "from": "2026-10-19"}))
    assert tab.slots.refusal


def test_a_plan_to_come_is_listed_and_can_be_taken_back(tab: Tab) -> None:
    at = tab.row("9:00")
    tab.does(
        tab.slots.choose_first("2026-10-12"),
        tab.slots.paint(0, at, 4, at, True),
        tab.preview.look(),
        tab.preview.apply(),
    )
    assert [one.value for one in tab.slots.patterns] == ["2026-10-01", "2026-10-12"]
    tab.does(tab.slots.load_pattern("2026-10-12"))
    assert (tab.slots.first, tab.cell("9:00", 0)) == ("2026-10-12", "")
    tab.does(tab.slots.discard(), tab.slots.remove_pattern("2026-10-01"))
    assert tab.slots.changes == [], "it is in force"
    tab.does(tab.slots.remove_pattern("2026-10-12"), tab.preview.look(), tab.preview.apply())
    assert [one.value for one in tab.slots.patterns] == ["2026-10-01"]


def test_rules_are_saved_told_and_put_back(tab: Tab, lite_plan: Planned) -> None:
    form = {**tab.rules.values, "max_party": "4"}
    tab.does(tab.rules.save(form))
    assert (tab.rules.said, tab.rules.values["max_party"]) == ("保存しました。", "4")
    tab.does(tab.rules.undo())
    assert (tab.rules.said, tab.rules.values["max_party"]) == ("元に戻しました。", "1")
    tab.does(tab.rules.save({**form, "max_party": "99"}))
    assert "来庁人数" in tab.rules.refusal
    tab.does(tab.rules.save({}), tab.rules.undo())
    with lite_plan.office.look() as unit:
        assert unit.session.get_one(Service, lite_plan.city.service_id).max_party == 1


def test_pools_are_renamed_and_the_last_booking_keeps_a_service_where_it_is(
    tab: Tab, lite_plan: Planned
) -> None:
    with lite_plan.office.change() as unit:
        unit.session.get_one(Service, lite_plan.city.other_service_id).bookable = True
    tab.does(tab.rules.rename({"name": "相談席"}))
    assert (tab.slots.pool_name, tab.slots.pools[0].text) == ("相談席", "保育課｜相談席")
    tab.does(tab.rules.choose_service(f"{lite_plan.city.other_service_id}"))
    tab.does(tab.rules.draw_from({"pool": f"{lite_plan.pool_id}"}))
    assert tab.slots.pool_services == "保育所等利用申込、児童手当"
    lite_plan.book(FRIDAY, time(9))
    tab.does(tab.rules.choose_service(f"{lite_plan.city.service_id}"), tab.rules.draw_from({"pool": "own"}))
    assert "先の予約が1件" in tab.rules.refusal


def test_a_rehearsal_without_a_past_says_so(tab: Tab) -> None:
    tab.does(tab.trial.rehearse({"share": "25"}), tab.trial.take())
    assert (tab.trial.share, tab.trial.lines) == (25, [])
    assert "試算できません" in tab.trial.refusal


def test_junk_changes_nothing_and_breaks_nothing(tab: Tab, lite_plan: Planned) -> None:
    lite_plan.book(FRIDAY)
    before = facts(lite_plan)
    for state in (tab.slots, tab.preview, tab.rules, tab.trial):
        for name, handler in type(state).event_handlers.items():
            if name == "setvar":
                continue
            wanted = len(inspect.signature(handler.fn).parameters) - 1
            for junk in JUNK:
                tab.does(getattr(state, name)(*[junk] * wanted))
            tab.does(tab.slots.discard())
    assert facts(lite_plan) == before
    tab.opens()
    assert tab.cell("9:00", 0) == "2"
    assert read_date(tab.slots.first) is not None


@pytest.mark.parametrize("role", [Role.CLERK, Role.VIEWER, Role.AUDITOR, None])
def test_the_services_refuse_who_may_not_even_when_the_gate_is_not_asked(
    tab: Tab, lite_plan: Planned, role: Role | None
) -> None:
    before = facts(lite_plan)
    city = lite_plan.city.municipality_id
    tab.who = None if role is None else Actor(lite_plan.city.clerk.staff_id, "誰か", role, city)
    tab.does(
        tab.slots.close_holidays(False),
        tab.preview.look(),
        tab.preview.apply(),
        tab.rules.save({**tab.rules.values, "max_party": "4"}),
        tab.rules.rename({"name": "誰か"}),
        tab.rules.draw_from({"pool": "own"}),
    )
    assert facts(lite_plan) == before


def test_nothing_of_who_booked_is_kept_or_shown(tab: Tab, lite_plan: Planned) -> None:
    lite_plan.book(FRIDAY)
    tab.does(
        tab.slots.choose_kind("closed"),
        tab.slots.add_days({"from": f"{FRIDAY}", "to": f"{FRIDAY}"}),
        tab.preview.look(),
    )
    assert tab.preview.touched
    kept = tab.kept()
    for secret in (NAME, "モリ", PHONE, "+8131234"):
        assert secret not in kept
