"""Whatever people do in whatever order, the count of taken places is the count of those who have one."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from datetime import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from madoguchi.domain.booking import TAKES_PLACE
from madoguchi.domain.errors import Refusal
from madoguchi.services import booking, holds
from madoguchi.store.tables import Slot
from tests.integration.booking.booking_city import City, furnished, opened

TIMES = (time(10), time(10, 30), time(11))
EXPECTED = {
    "sold_out", "already_booked", "hold_lapsed", "booking_ended", "unknown_reservation", "slot_closed"
}  # fmt: skip
who = some.integers(0, 3)
which = some.integers(0, len(TIMES) - 1)


@pytest.fixture(autouse=True)
def _template(sqlite_template: Path) -> None:
    Rush.template = sqlite_template


class Rush(RuleBasedStateMachine):
    """Four people, three times with one or two places each."""

    template: Path

    @initialize(capacity=some.integers(1, 2))
    def open(self, capacity: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="rush-"))
        shutil.copyfile(self.template, self.folder / "city.db")
        self.city: City = furnished(opened(f"sqlite:///{self.folder / 'city.db'}", self.folder))
        self.slots = [self.city.slot(at=at, capacity=capacity) for at in TIMES]
        self.people = [self.city.citizen() for _ in range(4)]
        self.made: list[int] = []

    def _try(self, action: object, *arguments: object, **named: object) -> object:
        try:
            return action(self.city.office, *arguments, **named)  # type: ignore[operator]
        except Refusal as refusal:
            if refusal.code not in EXPECTED:
                raise
            return None

    @rule(person=who, slot=which)
    def hold(self, person: int, slot: int) -> None:
        held = self._try(booking.hold, line_user_id=self.people[person], slot_id=self.slots[slot])
        if isinstance(held, booking.Held):
            self.made.append(held.reservation_id)

    @rule(person=who, back=some.integers(1, 4))
    def book(self, person: int, back: int) -> None:
        if len(self.made) >= back:
            self._try(
                booking.book,
                line_user_id=self.people[person],
                reservation_id=self.made[-back],
                kana="ヤマダ",
                phone="03-1234-5678",
                language="ja",
            )

    @rule(person=who, back=some.integers(1, 4))
    def release(self, person: int, back: int) -> None:
        if len(self.made) >= back:
            self._try(booking.release, line_user_id=self.people[person], reservation_id=self.made[-back])

    @rule(person=who, back=some.integers(1, 4))
    def cancel(self, person: int, back: int) -> None:
        if len(self.made) >= back:
            self._try(booking.cancel_booking_own, self.people[person], self.made[-back])

    @rule(slot=which, form=some.integers(0, 2))
    def telephone(self, slot: int, form: int) -> None:
        self._try(
            booking.book_at_desk,
            self.city.clerk,
            slot_id=self.slots[slot],
            kana="スズキ",
            phone="03-1234-5678",
            form=str(form),
        )

    @rule()
    def lapse(self) -> None:
        holds.lapse_holds(self.city.office)

    @rule(minutes=some.sampled_from([1, 5, 11]))
    def wait(self, minutes: int) -> None:
        self.city.clock.advance(minutes=minutes)

    @invariant()
    def counts_agree(self) -> None:
        if not hasattr(self, "city"):
            return
        standing = [one for one in self.city.reservations() if one.state in TAKES_PLACE]
        holders = Counter(one.slot_id for one in standing)
        with self.city.office.look() as unit:
            for slot in unit.session.execute(select(Slot)).scalars():
                assert slot.taken == holders[slot.id or 0] <= slot.capacity
        booked = [
            (one.line_user_id, one.day) for one in standing if one.state == "booked" and one.line_user_id
        ]
        assert len(booked) == len(set(booked))
        assert len(self.city.messages("booking_made")) == sum(
            one.booked_at is not None and one.line_user_id is not None for one in self.city.reservations()
        )

    def teardown(self) -> None:
        if hasattr(self, "city"):
            self.city.office.database.close()
            shutil.rmtree(self.folder)


class TestRush(Rush.TestCase):  # type: ignore[misc, name-defined]
    settings = settings(
        max_examples=15,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
