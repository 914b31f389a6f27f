"""Slots are made from the plan: as far ahead as needed, holidays and the year's end left out, none lost."""

from __future__ import annotations

import os
import time as clock
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from office_kit import City, clock_of
from plan_kit import FRIDAY, NINE, TOKYO, Planned, all_week, band, planned, weekdays
from sqlmodel import func, select

from madoguchi.domain.booking_rules import OpensUnit
from madoguchi.domain.slot_plans import Exceptional, ExceptionKind, PlanChange
from madoguchi.jobs import run_job
from madoguchi.services import plan_changes, plan_previews, service_rules, slots
from madoguchi.services.office import Office
from madoguchi.store.tables import Service, Slot

MORNING = {"09:00": 2, "09:30": 2, "10:00": 2, "10:30": 2, "11:00": 2, "11:30": 2}
CULTURE_DAY = date(2026, 11, 3)
"""A Tuesday."""


def change(plan: Planned, wanted: PlanChange) -> plan_changes.Applied:
    """Make a change that touches no booking."""
    seen = plan_previews.preview(plan.office, plan.admin, plan.pool_id, wanted)
    assert not seen.touched
    return plan_changes.apply(
        plan.office, plan.admin, plan.pool_id, wanted, version=seen.version, shown=[], moves={}
    )


def count(office: Office) -> int:
    with office.look() as unit:
        return unit.session.exec(select(func.count()).select_from(Slot)).one()


def test_places_reach_six_weeks_beyond_what_may_be_booked(plan: Planned) -> None:
    last = max(day.day for day in slots.calendar(plan.office, plan.city.service_id))
    assert plan.slots(FRIDAY) == MORNING
    furthest = date(2026, 10, 1) + timedelta(days=30 + 42)
    assert plan.slots(furthest - timedelta(days=1)) == MORNING
    assert plan.slots(furthest + timedelta(days=1)) == {}
    assert last >= date(2026, 10, 31)


def test_each_night_adds_a_day_and_a_second_run_adds_nothing(plan: Planned) -> None:
    clock_of(plan.office).advance(days=1)
    assert run_job(plan.office, "make-slots") == "new=0 changed=0", "the new last day is a Sunday"
    clock_of(plan.office).advance(days=1)
    assert run_job(plan.office, "make-slots") == "new=6 changed=0"
    assert run_job(plan.office, "make-slots") == "new=0 changed=0"


def test_holidays_and_the_years_end_have_no_places(lite_office: Office, lite_city: City) -> None:
    plan = planned(lite_office, lite_city, all_week())
    assert plan.slots(CULTURE_DAY) == {}
    assert plan.slots(CULTURE_DAY + timedelta(days=1)) == MORNING
    clock_of(lite_office).put(datetime(2026, 12, 1, 9, tzinfo=TOKYO))
    run_job(lite_office, "make-slots")
    assert [plan.slots(date(2026, 12, 28)), plan.slots(date(2027, 1, 4))] == [MORNING, MORNING]
    closed = [date(2026, 12, 29) + timedelta(days=ahead) for ahead in range(6)]
    assert [plan.slots(day) for day in closed] == [{}] * 6
    change(plan, PlanChange(closed_year_end=False))
    assert plan.slots(date(2026, 12, 30)) == MORNING
    assert plan.slots(date(2027, 1, 1)) == {}, "New Year's Day is a holiday too"
    change(plan, PlanChange(closed_on_holidays=False))
    assert plan.slots(date(2027, 1, 1)) == MORNING


def test_a_special_opening_overrules_a_holiday_and_another_capacity_does_not(plan: Planned) -> None:
    special = Exceptional(ExceptionKind.SPECIAL, bands=(band(0, 13, 14, 60, 5),), note="休日開庁")
    change(plan, PlanChange(exceptions={CULTURE_DAY: special}))
    assert plan.slots(CULTURE_DAY) == {"13:00": 5}
    change(plan, PlanChange(exceptions={CULTURE_DAY: Exceptional(ExceptionKind.CAPACITY, 9)}))
    assert plan.slots(CULTURE_DAY) == {}
    change(plan, PlanChange(exceptions={FRIDAY: Exceptional(ExceptionKind.CAPACITY, 9)}))
    assert plan.slots(FRIDAY) == dict.fromkeys(MORNING, 9)
    change(plan, PlanChange(exceptions={FRIDAY: None}))
    assert plan.slots(FRIDAY) == MORNING


def test_a_new_pattern_takes_over_on_its_day(plan: Planned) -> None:
    monday = date(2026, 10, 12)
    assert change(plan, PlanChange(patterns={monday - timedelta(days=7): weekdays(ends=10)})).new == 0
    assert plan.slots(FRIDAY) == MORNING
    assert plan.slots(monday - timedelta(days=6)) == {"09:00": 2, "09:30": 2}
    assert plan.slots(monday) == {}, "a holiday"


def test_a_time_that_the_plan_gives_up_stays_as_a_row_and_comes_back(plan: Planned) -> None:
    before = count(plan.office)
    gone = plan.slot(FRIDAY, time(11))
    today = date(2026, 10, 1)
    change(plan, PlanChange(patterns={today: weekdays(ends=10)}))
    assert (plan.slot(FRIDAY, time(11)).id, plan.slot(FRIDAY, time(11)).capacity) == (gone.id, 0)
    assert count(plan.office) == before
    change(plan, PlanChange(patterns={today: weekdays(capacity=3)}))
    assert (plan.slot(FRIDAY, time(11)).id, plan.slot(FRIDAY, time(11)).capacity) == (gone.id, 3)


def test_places_made_without_a_plan_stay_as_they_are(office: Office, city: City) -> None:
    with office.change() as unit:
        service = unit.session.get_one(Service, city.service_id)
        slots.make_slots(unit, service, [FRIDAY], [NINE], 4)
    assert run_job(office, "make-slots") == "new=0 changed=0"
    with office.look() as unit:
        assert [row.capacity for row in unit.session.exec(select(Slot)).all()] == [4]


def test_rules_that_open_further_ahead_make_places_at_once(plan: Planned) -> None:
    rules = service_rules.rules_for(plan.office, plan.admin, plan.city.service_id)
    wanted = replace(rules, opens_amount=6, opens_unit=OpensUnit.MONTHS, opens_at=NINE)
    assert service_rules.save_rules(plan.office, plan.admin, plan.city.service_id, wanted) == rules
    assert plan.slots(date(2027, 5, 10)) == MORNING


@pytest.fixture
def new_york() -> Iterator[None]:
    """The machine's zone, as a server abroad has it."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "America/New_York"
    clock.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    clock.tzset()


@pytest.mark.usefixtures("new_york")
def test_the_machines_own_zone_changes_nothing(lite_office: Office, lite_city: City) -> None:
    # The night on which New York turns its clocks back: one o'clock comes twice there.
    clock_of(lite_office).put(datetime(2026, 10, 31, 23, 30, tzinfo=TOKYO))
    plan = planned(lite_office, lite_city, all_week(starts=0, ends=23, every=60))
    hours = [f"{hour:02}:00" for hour in range(23)]
    for day in (date(2026, 11, 1), date(2026, 11, 2), date(2027, 1, 10)):
        assert list(plan.slots(day)) == hours
    assert plan.slots(date(2026, 10, 31)) == {}
    seen = plan_previews.preview(lite_office, plan.admin, plan.pool_id, PlanChange())
    assert seen.days[0].day == date(2026, 10, 31)
    assert [one.at for one in seen.days[1].times] == hours
