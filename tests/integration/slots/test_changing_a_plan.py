"""A change that touches bookings shows them, asks, and loses none."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from office_kit import City, clock_of
from plan_kit import FRIDAY, NINE, THURSDAY, TOKYO, Planned, band, planned, weekdays
from sqlmodel import col, select

from madoguchi.domain.booking import CancelReason
from madoguchi.domain.citizens import Citizen
from madoguchi.domain.errors import Refusal
from madoguchi.domain.slot_plans import Exceptional, ExceptionKind, PlanChange
from madoguchi.services import (
    audit,
    booking,
    checkup,
    holds,
    plan_changes,
    plan_previews,
    pools,
    waiting_list,
)
from madoguchi.services.office import Office
from madoguchi.services.plan_previews import Preview
from madoguchi.store.tables import AuditEntry, OutboxMessage, SlotPlan, WaitingListEntry

CLOSED = PlanChange(exceptions={FRIDAY: Exceptional(ExceptionKind.CLOSED, note="停電")})
ONE_PLACE = PlanChange(exceptions={FRIDAY: Exceptional(ExceptionKind.CAPACITY, 1)})


def see(plan: Planned, change: PlanChange) -> Preview:
    return plan_previews.preview(plan.office, plan.admin, plan.pool_id, change)


def make(
    plan: Planned, change: PlanChange, seen: Preview, moves: dict[int, datetime] | None = None
) -> plan_changes.Applied:
    return plan_changes.apply(
        plan.office,
        plan.admin,
        plan.pool_id,
        change,
        version=seen.version,
        shown=[one.id for one in seen.touched],
        moves=moves or {},
    )


def local(day: date, at: time) -> datetime:
    return datetime.combine(day, at, TOKYO)


def line_booking(plan: Planned, at: time = NINE, day: date = FRIDAY) -> int:
    citizen = Citizen(line_user_id=plan.city.line_user_ids[0])
    slot = plan.slot(day, at)
    held = holds.hold(plan.office, citizen, service_id=plan.city.service_id, slot_id=slot.id or 0)
    made = booking.book(
        plan.office,
        citizen,
        reservation_id=held.reservation_id,
        kana="モリ ハナ",
        phone="0312345678",
        language="ja",
    )
    return made.id


def test_who_booked_last_is_touched_first_and_each_gets_an_own_place(plan: Planned) -> None:
    first, second = plan.book(FRIDAY), plan.book(FRIDAY)
    seen = see(plan, ONE_PLACE)
    assert [one.id for one in seen.touched] == [second]
    assert seen.touched[0].nearest == local(FRIDAY, time(9, 30))
    assert seen.touched[0].service == "保育所等利用申込"
    both = see(plan, CLOSED)
    assert [one.id for one in both.touched] == [second, first]
    near = [one.nearest for one in both.touched]
    thursday = local(THURSDAY, time(11, 30))
    assert near[1] == thursday
    assert near[0] == thursday, "it has two places"


def test_nobody_is_offered_a_day_on_which_they_come_anyway(plan: Planned) -> None:
    line_booking(plan, time(11), THURSDAY)
    touched = line_booking(plan)
    (one,) = see(plan, CLOSED).touched
    assert one.id == touched
    assert one.nearest is not None
    days = {moment.astimezone(TOKYO).date() for moment in (one.nearest, *one.others)}
    assert THURSDAY not in days
    make(plan, CLOSED, see(plan, CLOSED), {touched: one.nearest})
    assert checkup.findings(plan.office) == []


def test_a_preview_changes_nothing_and_shows_six_weeks(plan: Planned) -> None:
    plan.book(FRIDAY)
    seen = see(plan, CLOSED)
    assert len(seen.days) == 42
    friday = seen.days[1]
    assert (friday.day, friday.closed, friday.note) == (FRIDAY, "exception", "停電")
    nine = friday.times[0]
    assert (nine.at, nine.before, nine.after, nine.taken) == ("09:00", 2, 0, 1)
    assert seen.before - seen.after == 12
    assert len(plan.slots(FRIDAY)) == 6
    assert see(plan, PlanChange()).touched == ()


def test_kept_bookings_stand_beyond_the_capacity_and_are_listed(plan: Planned) -> None:
    first, second = plan.book(FRIDAY), plan.book(FRIDAY)
    done = make(plan, CLOSED, see(plan, CLOSED))
    assert (done.kept, done.moved) == ((first, second), ())
    slot = plan.slot(FRIDAY)
    assert (slot.capacity, slot.taken) == (0, 2)
    listed, times = plan_previews.over_full(plan.office, plan.admin, plan.pool_id)
    assert ([one.id for one in listed], times) == ([second, first], 1)
    booking.cancel_booking(plan.office, plan.admin, second, reason=CancelReason.OTHER)
    listed, _ = plan_previews.over_full(plan.office, plan.admin, plan.pool_id)
    assert [one.id for one in listed] == [first]
    assert checkup.findings(plan.office) == []


def test_moved_bookings_get_the_named_place_and_are_told(plan: Planned) -> None:
    line = line_booking(plan)
    phone = plan.book(FRIDAY)
    change = PlanChange(patterns={THURSDAY: weekdays(starts=13, ends=15)})
    seen = see(plan, change)
    assert [one.id for one in seen.touched] == [phone, line]
    moves = {one.id: one.nearest for one in seen.touched if one.nearest}
    assert moves == {line: local(FRIDAY, time(13)), phone: local(FRIDAY, time(13))}, "a time that is new"
    done = make(plan, change, seen, moves)
    assert done.moved == tuple(sorted([line, phone]))
    assert plan.reservation(line).starts_at == local(FRIDAY, time(13))
    assert (plan.slot(FRIDAY).taken, plan.slot(FRIDAY, time(13)).taken) == (0, 2)
    with plan.office.look() as unit:
        told = unit.session.exec(
            select(OutboxMessage).where(col(OutboxMessage.kind) == "booking_changed")
        ).all()
        assert [one.reservation_id for one in told] == [line]
        actions = [one.action for one in unit.session.exec(select(AuditEntry)).all()]
    assert actions.count("move_booking") == 2
    assert actions[-1] == "change_plan"
    assert checkup.findings(plan.office) == []
    assert audit.broken_at(plan.office) is None


def test_nothing_is_changed_when_the_bookings_are_no_longer_those_shown(plan: Planned) -> None:
    seen = see(plan, CLOSED)
    plan.book(FRIDAY)
    with pytest.raises(Refusal, match="plan_changed_meanwhile"):
        make(plan, CLOSED, seen)
    assert len(plan.slots(FRIDAY)) == 6


def test_nothing_is_changed_when_the_plan_is_no_longer_the_one_shown(plan: Planned) -> None:
    seen = see(plan, CLOSED)
    make(plan, ONE_PLACE, see(plan, ONE_PLACE))
    with pytest.raises(Refusal, match="plan_changed_meanwhile"):
        make(plan, CLOSED, seen)


def test_nothing_is_changed_when_a_chosen_place_is_gone(plan: Planned) -> None:
    moved = plan.book(FRIDAY)
    seen = see(plan, CLOSED)
    for wrong in (local(FRIDAY, time(9, 30)), local(date(2026, 9, 30), NINE), local(FRIDAY, time(3))):
        with pytest.raises(Refusal, match="plan_changed_meanwhile"):
            make(plan, CLOSED, seen, {moved: wrong})
    with pytest.raises(Refusal, match="plan_changed_meanwhile"):
        make(plan, CLOSED, seen, {moved + 100: local(FRIDAY, NINE)})
    assert len(plan.slots(FRIDAY)) == 6
    assert plan.reservation(moved).starts_at == local(FRIDAY, NINE)


def test_more_moves_than_others_can_wait_for_are_refused(lite_plan: Planned) -> None:
    seen = see(lite_plan, CLOSED)
    moves = dict.fromkeys(range(1, plan_changes.MOST_MOVES + 2), local(FRIDAY, NINE))
    with pytest.raises(Refusal, match="plan_too_many_moves"):
        make(lite_plan, CLOSED, seen, moves)


def test_a_place_that_is_held_is_left_to_who_holds_it(plan: Planned) -> None:
    citizen = Citizen(line_user_id=plan.city.line_user_ids[0])
    slot = plan.slot(FRIDAY)
    booked = plan.book(FRIDAY)
    holds.hold(plan.office, citizen, service_id=plan.city.service_id, slot_id=slot.id or 0)
    seen = see(plan, ONE_PLACE)
    assert seen.touched == ()
    make(plan, ONE_PLACE, seen)
    assert plan.slot(FRIDAY).taken == 2
    assert plan.reservation(booked).state == "booked"


def test_a_raised_capacity_is_offered_to_who_waits(plan: Planned) -> None:
    for at in (9, 10, 11):
        for minute in (0, 30):
            for _ in range(2):
                plan.book(FRIDAY, time(at, minute))
    user = plan.city.line_user_ids[1]
    assert waiting_list.ask(plan.office, line_user_id=user, service_id=plan.city.service_id, day=FRIDAY)
    change = PlanChange(exceptions={FRIDAY: Exceptional(ExceptionKind.CAPACITY, 3)})
    make(plan, change, see(plan, change))
    with plan.office.look() as unit:
        assert unit.session.exec(select(WaitingListEntry.state)).one() == "offered"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (PlanChange(patterns={date(2026, 9, 30): weekdays()}), "plan_past"),
        (PlanChange(exceptions={date(2026, 9, 30): None}), "plan_past"),
        (PlanChange(exceptions={FRIDAY: Exceptional(ExceptionKind.CAPACITY)}), "plan_capacity"),
        (PlanChange(exceptions={FRIDAY: Exceptional(ExceptionKind.CAPACITY, 201)}), "plan_capacity"),
        (PlanChange(exceptions={FRIDAY: Exceptional(ExceptionKind.CLOSED, note="あ" * 101)}), "plan_note"),
        (PlanChange(patterns={FRIDAY: (band(1), band(1, 10, 11))}), "plan_overlap"),
        (PlanChange(patterns={FRIDAY: (band(1, every=1),)}), "plan_band"),
        (
            PlanChange(exceptions={FRIDAY + timedelta(days=at): None for at in range(401)}),
            "plan_too_many_days",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(lite_plan: Planned, change: PlanChange, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        see(lite_plan, change)


def test_a_capacity_for_a_day_before_every_plan_is_refused(lite_office: Office, lite_city: City) -> None:
    plan = planned(lite_office, lite_city, ())
    with plan.office.change() as unit:
        unit.session.exec(select(SlotPlan)).one().effective_from = date(2026, 11, 1)
    with pytest.raises(Refusal, match="plan_no_pattern"):
        see(plan, ONE_PLACE)


def test_two_services_share_one_pool_of_places(plan: Planned) -> None:
    office, city = plan.office, plan.city
    own = [one for one in pools.pools_of(office, plan.admin) if city.other_service_id in dict(one.services)]
    assert own == []
    assert pools.choose_pool(office, plan.admin, city.other_service_id, plan.pool_id) == plan.pool_id
    assert len(pools.pools_of(office, plan.admin)[0].services) == 2
    plan.book(FRIDAY)
    slot = plan.slot(FRIDAY)
    shared = booking.book_at_desk(
        office,
        plan.admin,
        service_id=city.other_service_id,
        slot_id=slot.id or 0,
        kana="オカ",
        phone="0312345678",
        form="shared",
    )
    assert plan.slot(FRIDAY).taken == 2
    with pytest.raises(Refusal, match="sold_out"):
        plan.book(FRIDAY)
    with pytest.raises(Refusal, match="pool_has_bookings"):
        pools.choose_pool(office, plan.admin, city.other_service_id, None)
    booking.cancel_booking(office, plan.admin, shared.id, reason=CancelReason.OTHER)
    alone = pools.choose_pool(office, plan.admin, city.other_service_id, None)
    assert alone != plan.pool_id
    with pytest.raises(Refusal, match="unknown_pool"):
        pools.choose_pool(office, plan.admin, city.other_desk_service_id, plan.pool_id)


def test_the_pool_can_be_renamed(lite_plan: Planned) -> None:
    pools.rename_pool(lite_plan.office, lite_plan.admin, lite_plan.pool_id, "  2階の 相談席 ")
    assert pools.pools_of(lite_plan.office, lite_plan.admin)[0].name == "2階の 相談席"
    for wrong in ("", "   ", "あ" * 61, "a\x00b"):
        with pytest.raises(Refusal, match="pool_name"):
            pools.rename_pool(lite_plan.office, lite_plan.admin, lite_plan.pool_id, wrong)


def test_today_only_times_that_are_still_to_come_are_changed(plan: Planned) -> None:
    early = plan.slot(FRIDAY)
    clock_of(plan.office).put(local(FRIDAY, time(10, 15)))
    make(plan, CLOSED, see(plan, CLOSED))
    assert plan.slot(FRIDAY).capacity == early.capacity
    assert list(plan.slots(FRIDAY)) == ["09:00", "09:30", "10:00"]
