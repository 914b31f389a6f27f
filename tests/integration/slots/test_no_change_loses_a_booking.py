"""Whatever plans are made one after another: no booking is lost, no place is forgotten, none taken back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from office_kit import City, clock_of, office_on, small_city
from plan_kit import FRIDAY, THURSDAY, TOKYO, Planned, planned
from sqlmodel import col, func, select

from madoguchi.domain.booking import TAKES_PLACE, ReservationState
from madoguchi.domain.errors import Refusal
from madoguchi.domain.plan_painting import joined
from madoguchi.domain.slot_plans import Band, Exceptional, ExceptionKind, PlanChange
from madoguchi.services import checkup, making_slots, plan_changes, plan_previews
from madoguchi.services.office import Office
from madoguchi.store.tables import Reservation, Slot

DAYS = [THURSDAY + timedelta(days=ahead) for ahead in range(6)]
STATES = [state.value for state in TAKES_PLACE]


@some.composite
def weeks(draw: some.DrawFn) -> tuple[Band, ...]:
    """A week of up to two bands a day."""
    found = []
    for weekday in range(7):
        hour = draw(some.integers(8, 10))
        for _ in range(draw(some.integers(0, 2))):
            end = hour + draw(some.integers(1, 2))
            every, capacity = draw(some.sampled_from([30, 60])), draw(some.integers(0, 3))
            found.append(Band(weekday, time(hour), time(end), every, capacity))
            hour = end
    return joined(found)


exceptionals = some.one_of(
    some.none(),
    some.just(Exceptional(ExceptionKind.CLOSED)),
    some.integers(0, 4).map(lambda capacity: Exceptional(ExceptionKind.CAPACITY, capacity)),
    some.integers(8, 15).map(
        lambda hour: Exceptional(ExceptionKind.SPECIAL, bands=(Band(0, time(hour), time(hour + 2), 30, 2),))
    ),
)
switches = some.sampled_from([None, True, False])
changes = some.builds(
    PlanChange,
    patterns=some.dictionaries(some.sampled_from(DAYS), weeks(), max_size=1),
    exceptions=some.dictionaries(some.sampled_from(DAYS), exceptionals, max_size=3),
    closed_on_holidays=switches,
    closed_year_end=switches,
)
steps = some.one_of(
    some.tuples(some.just("change"), changes, some.booleans()),
    some.tuples(some.just("book"), some.integers(0, 40), some.booleans()),
    some.tuples(some.just("night"), some.just(0), some.booleans()),
)


@dataclass
class Books:
    """What must stay true, and what was booked."""

    plan: Planned
    booked: dict[int, str] = field(default_factory=dict)
    """Reservation id → its code when it was made."""
    rows: set[int] = field(default_factory=set)
    turn: Iterator[int] = field(default_factory=count)

    def take(self, step: tuple[str, object, bool]) -> None:
        kind, what, move = step
        if kind == "change" and isinstance(what, PlanChange):
            self.change(what, move)
        elif kind == "book" and isinstance(what, int):
            self.book(what)
        else:
            making_slots.make_all(self.plan.office)
        self.check()

    def book(self, place: int) -> None:
        with self.plan.office.look() as unit:
            free = unit.session.exec(
                select(Slot)
                .where(
                    col(Slot.taken) < col(Slot.capacity),
                    col(Slot.starts_at) > unit.now,
                    col(Slot.day) <= DAYS[-1],
                )
                .order_by(col(Slot.starts_at))
            ).all()
        if free:
            slot = free[place % len(free)]
            local = slot.starts_at.astimezone(TOKYO)
            made = self.plan.book(slot.day, local.time())
            self.booked[made] = self.plan.reservation(made).code

    def change(self, change: PlanChange, move: bool) -> None:
        plan = self.plan
        try:
            seen = plan_previews.preview(plan.office, plan.admin, plan.pool_id, change)
        except Refusal as refused:
            assert refused.code in {"plan_no_pattern"}  # noqa: PT017  the only one that may come here
            return
        moves = {one.id: one.nearest for one in seen.touched if move and one.nearest}
        done = plan_changes.apply(
            plan.office,
            plan.admin,
            plan.pool_id,
            change,
            version=seen.version,
            shown=[one.id for one in seen.touched],
            moves=moves,
        )
        assert set(done.moved) | set(done.kept) == {one.id for one in seen.touched}
        listed, _ = plan_previews.over_full(plan.office, plan.admin, plan.pool_id)
        assert set(done.kept) <= {one.id for one in listed}
        for reservation_id, moment in moves.items():
            assert plan.reservation(reservation_id).starts_at == moment

    def check(self) -> None:
        with self.plan.office.look() as unit:
            rows = set(unit.session.exec(select(Slot.id)).all())
            taken = unit.session.exec(select(func.sum(Slot.taken))).one() or 0
            standing = unit.session.exec(select(Reservation).where(col(Reservation.state).in_(STATES))).all()
        assert rows >= self.rows, "a slot's row is gone"
        self.rows = {row or 0 for row in rows}
        assert taken == len(standing) == len(self.booked)
        assert {one.id: one.state for one in standing} == dict.fromkeys(
            self.booked, ReservationState.BOOKED.value
        )
        assert checkup.findings(self.plan.office) == []


def play(office: Office, city: City, story: list[tuple[str, object, bool]]) -> None:
    books = Books(planned(office, city))
    clock_of(office).put(datetime.combine(THURSDAY, time(8, 40), TOKYO))
    books.check()
    for step in story:
        books.take(step)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(story=some.lists(steps, min_size=4, max_size=14))
def test_random_plans_lose_nothing(story: list[tuple[str, object, bool]], sqlite_template: Path) -> None:
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "plans.db"
        shutil.copyfile(sqlite_template, copy)
        office = office_on(f"sqlite:///{copy}", Path(folder))
        try:
            play(office, small_city(office), story)
        finally:
            office.database.close()


@pytest.mark.parametrize("move", [True, False])
def test_one_long_story_on_either_database(office: Office, city: City, move: bool) -> None:
    closed, one = Exceptional(ExceptionKind.CLOSED), Exceptional(ExceptionKind.CAPACITY, 1)
    narrow = tuple(Band(weekday, time(11), time(12), 60, 1) for weekday in range(7))
    story: list[tuple[str, object, bool]] = [("book", place, move) for place in range(0, 30, 3)]
    for change in (
        PlanChange(exceptions={FRIDAY: one}),
        PlanChange(patterns={THURSDAY: narrow}),
        PlanChange(exceptions={FRIDAY: closed}, closed_on_holidays=False),
        PlanChange(exceptions={FRIDAY: None}, patterns={THURSDAY: ()}),
        PlanChange(patterns={date(2026, 10, 3): narrow}),
    ):
        story += [("change", change, move), ("night", 0, move), ("book", 1, move)]
    play(office, city, story)
