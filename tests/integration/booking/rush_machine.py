"""Everything that citizens, staff and time do to places, in any order, and what must hold after each step."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any, ClassVar, Final

from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from madoguchi.domain.booking import TAKES_PLACE, CancelReason
from madoguchi.domain.citizens import Citizen
from madoguchi.domain.errors import Refusal
from madoguchi.domain.roles import Role
from madoguchi.services import booking, checkup, checkup_booking, holds, moving, reminders, waiting_list
from madoguchi.services.actors import Actor
from madoguchi.services.booking_limits import VISITS
from madoguchi.services.booking_together import BookWish, book_together
from madoguchi.services.booking_views import BookingView
from madoguchi.services.holding_together import HoldWish, hold_together
from madoguchi.services.office import Office
from madoguchi.store.booking import lock_slot
from madoguchi.store.tables import OutboxMessage, Reservation, Service, Slot, WaitingListEntry
from tests.integration.booking.booking_city import TUESDAY, City, furnished, opened

DAYS: Final = [TUESDAY + timedelta(days=ahead) for ahead in range(3)]
TIMES: Final = (time(10), time(14))
SLOTS: Final = len(DAYS) * len(TIMES)
LINE_USERS: Final = 3
PEOPLE: Final = LINE_USERS + 1
LIMITS: Final = [(0, 0, 1), (2, 0, 1), (0, 1, 2), (0, 2, 3)]
"""Open bookings at most, bookings in a period at most (0: any), and that period's days."""
KANA, PHONE = "ヤマダ", "03-1234-5678"
EXPECTED: Final = {
    "already_booked",
    "booking_ended",
    "change_too_late",
    "hold_lapsed",
    "slot_closed",
    "sold_out",
    "sold_out_near",
    "too_many_bookings",
    "too_many_visits",
    "unknown_reservation",
    "wait_not_full",
    "wait_too_many",
}
who = some.integers(0, PEOPLE - 1)
in_line = some.integers(0, LINE_USERS - 1)
which = some.integers(0, SLOTS - 1)
newest = some.integers(1, 5)
form = some.integers(0, 2)


class Rush(RuleBasedStateMachine):
    """Three people in LINE and a guest, three days with two times of one or two places each."""

    template: ClassVar[Path]

    def office_in(self, folder: Path) -> Office:
        """An empty office."""
        shutil.copyfile(self.template, folder / "city.db")
        return opened(f"sqlite:///{folder / 'city.db'}", folder)

    @initialize(capacity=some.integers(1, 2), limits=some.sampled_from(LIMITS))
    def open(self, capacity: int, limits: tuple[int, int, int]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="rush-"))
        self.city: City = furnished(self.office_in(self.folder))
        self.office, self.clock, self.clerk = self.city.office, self.city.clock, self.city.clerk
        self.admin = Actor(self.clerk.staff_id, "admin", Role.ADMIN, self.clerk.municipality_id)
        self.limits = limits
        with self.office.change() as unit:
            service = unit.session.get_one(Service, self.city.nursery)
            service.max_open, service.max_in_period, service.period_days = limits
        self.slots = [self.city.slot(day, at, capacity) for day in DAYS for at in TIMES]
        self.users = [self.city.citizen() for _ in range(LINE_USERS)]
        self.people = [*map(Citizen.in_line, self.users), Citizen.with_code("ABCD-EFGH-JKLM")]
        self.latest = self.clock.now()
        self.excess = Counter[int]()
        """Places beyond a slot's capacity that staff made so."""
        self.told, self.perhaps = set[str](), set[str]()
        """Causes of messages that must have been written, and of those that may."""

    # What citizens do.

    @rule(person=who, slot=which)
    def hold(self, person: int, slot: int) -> None:
        self._try(lambda: holds.hold(self.office, **self._wish(person, slot)))

    @rule(slot=which, other=which)
    def all_hold_at_once(self, slot: int, other: int) -> None:
        wishes = [
            HoldWish(who, self.city.nursery, self.slots[(slot, other)[at % 2]])
            for at, who in enumerate([*self.people, self.people[0]])
        ]
        self._expect(hold_together(self.office, wishes))

    @rule(person=who, back=newest)
    def book(self, person: int, back: int) -> None:
        if found := self._newest(back):
            wish = self._form(self.people[person], found.id or 0)
            self._booked(self._expect(book_together(self.office, [wish])))

    @rule()
    def all_book_at_once(self) -> None:
        mine = {(one.line_user_id, one.guest): one.id or 0 for one in self.city.reservations()}
        wishes = [
            self._form(who, mine[who.line_user_id, who.guest])
            for who in self.people
            if (who.line_user_id, who.guest) in mine
        ]
        self._booked(self._expect(book_together(self.office, wishes)))

    @rule(person=who, back=newest)
    def release(self, person: int, back: int) -> None:
        if found := self._newest(back):
            holds.release(self.office, self.people[person], found.id or 0)

    @rule(person=who, back=newest)
    def cancel(self, person: int, back: int) -> None:
        if found := self._newest(back):
            self._try(lambda: booking.cancel_booking_own(self.office, self.people[person], found.id or 0))
            self._gone(found)

    @rule(person=who, back=newest, slot=which)
    def move(self, person: int, back: int, slot: int) -> None:
        if found := self._newest(back):
            self._try(
                lambda: moving.move_own(self.office, self.people[person], found.id or 0, self.slots[slot])
            )
            self._moved(found)

    @rule(person=in_line, day=some.sampled_from(DAYS))
    def ask_to_be_told(self, person: int, day: date) -> None:
        self._try(lambda: waiting_list.ask(self.office, **self._list(person, day)))

    @rule(person=in_line, day=some.sampled_from(DAYS))
    def leave_the_list(self, person: int, day: date) -> None:
        waiting_list.leave(self.office, **self._list(person, day))

    @rule(person=in_line, day=some.sampled_from(DAYS))
    def somebody_waits_for_a_full_day(self, person: int, day: date) -> None:
        first = DAYS.index(day) * len(TIMES)
        for at in range(first, first + len(TIMES)):
            for number in range(3):
                self._at_desk(self.clerk, at, f"full-{at}-{number}", "")
        self.ask_to_be_told(person, day)

    @rule()
    def who_was_offered_a_place_books_it(self) -> None:
        offered = [one for one in self._all(WaitingListEntry) if one.state == "offered"]
        forms = [self._form(Citizen.in_line(one.line_user_id), one.reservation_id or 0) for one in offered]
        self._booked(self._expect(book_together(self.office, forms)))

    # What staff do.

    @rule(slot=which, form=form)
    def telephone(self, slot: int, form: int) -> None:
        self._at_desk(self.clerk, slot, str(form), "")

    @rule(slot=which, form=form)
    def telephone_beyond_the_capacity(self, slot: int, form: int) -> None:
        self.excess[self.slots[slot]] += 1
        self._at_desk(self.admin, slot, f"beyond-{form}", "家族そろって来られるため")

    @rule(back=newest, slot=which, beyond=some.booleans())
    def move_at_the_desk(self, back: int, slot: int, beyond: bool) -> None:
        if found := self._newest(back):
            self.excess[self.slots[slot]] += beyond
            reason = "本人の希望" if beyond else ""
            self._try(
                lambda: moving.move_at_desk(
                    self.office, self.admin, found.id or 0, self.slots[slot], over_reason=reason
                )
            )
            self._moved(found)

    @rule(back=newest)
    def cancel_at_the_desk(self, back: int) -> None:
        if found := self._newest(back):
            reason = CancelReason.OFFICE_CLOSED
            self._try(lambda: booking.cancel_booking(self.office, self.clerk, found.id or 0, reason=reason))
            self._gone(found)

    @rule(slot=which, capacity=some.integers(0, 3))
    def change_the_capacity(self, slot: int, capacity: int) -> None:
        with self.office.change() as unit:
            row = lock_slot(unit.session, self.slots[slot])
            assert row is not None
            row.capacity = capacity
            self.excess[self.slots[slot]] = max(0, row.taken - capacity)

    # What time does.

    @rule()
    def give_back_what_lapsed(self) -> None:
        holds.lapse_holds(self.office)

    @rule()
    def offer_what_is_free(self) -> None:
        waiting_list.offer_free_places(self.office)

    @rule()
    def remind(self) -> None:
        reminders.remind(self.office)

    @rule(minutes=some.sampled_from([1, 5, 11, 61, 400, -7, -90]))
    def clock_jumps(self, minutes: int) -> None:
        self.clock.advance(minutes=minutes)
        self.latest = max(self.latest, self.clock.now())

    # What must hold whatever they did.

    @invariant()
    def the_books_add_up(self) -> None:
        if not hasattr(self, "city"):
            return
        # So that no two steps happen in the same instant.
        self.clock.advance(seconds=1)
        self._places()
        self._people()
        self._offers()
        self._messages()
        with self.office.look() as unit:
            wrong = list(checkup_booking.findings(unit))
        assert [one for one in wrong if "ran out long ago" not in one] == []

    def _places(self) -> None:
        takers = Counter(one.slot_id for one in self.city.reservations() if one.state in TAKES_PLACE)
        for slot in self._all(Slot):
            assert slot.taken == takers[slot.id]
            beyond = max(0, slot.taken - slot.capacity)
            assert beyond <= self.excess[slot.id], "more than there are, and nobody of the staff wanted it"
            self.excess[slot.id] = beyond

    def _people(self) -> None:
        max_open, most, days = self.limits
        for person in self.people:
            visits = [one for one in self.city.reservations() if holds.is_own(person, one)]
            on = [one.day for one in visits if one.state in VISITS]
            assert len(on) == len(set(on))
            for first in on if most else []:
                assert sum(first <= day < first + timedelta(days=days) for day in on) <= most
            # Days that were over count again after the clock was put back.
            if max_open and self.latest.date() == self.clock.now().date():
                assert len([day for day in on if day >= self.office.today()]) <= max_open
        for one in self.city.reservations():
            assert (one.contact_id is not None) == (one.booked_at is not None)

    def _offers(self) -> None:
        held = {one.id: one for one in self.city.reservations() if one.state == "held"}
        entries = {one.reservation_id: one for one in self._all(WaitingListEntry) if one.reservation_id}
        for number, entry in entries.items():
            if entry.state == "offered":
                assert held[number].line_user_id == entry.line_user_id
        for message in self.city.messages("place_offered"):
            if message.reservation_id in held:
                assert entries[message.reservation_id].state in ("offered", "cancelled")

    def _messages(self) -> None:
        kinds = ("booking_made", "booking_changed", "booking_cancelled")
        causes = Counter(one.cause for one in self._all(OutboxMessage) if one.kind in kinds)
        assert set(causes.values()) <= {1}
        assert self.told <= causes.keys() <= self.told | self.perhaps

    def teardown(self) -> None:
        if hasattr(self, "city"):
            found = checkup.findings(self.office)
            self.office.database.close()
            shutil.rmtree(self.folder)
            assert [one for one in found if "ran out long ago" not in one] == []

    # How.

    def _try(self, action: Callable[[], object]) -> object:
        try:
            return action()
        except Refusal as refusal:
            if refusal.code not in EXPECTED:
                raise
            return None

    def _expect(self, answers: Sequence[Any]) -> list[Any]:
        for answer in answers:
            assert not isinstance(answer, Exception) or answer.code in EXPECTED, answer  # type: ignore[attr-defined]
        return [answer for answer in answers if not isinstance(answer, Exception)]

    def _all(self, table: type[Any]) -> list[Any]:
        with self.office.look() as unit:
            return list(unit.session.execute(select(table)).scalars())

    def _newest(self, back: int) -> Reservation | None:
        every = self.city.reservations()
        return every[-back] if len(every) >= back else None

    def _now(self, before: Reservation) -> Reservation:
        return next(one for one in self.city.reservations() if one.id == before.id)

    def _wish(self, person: int, slot: int) -> dict[str, Any]:
        return {
            "citizen": self.people[person],
            "service_id": self.city.nursery,
            "slot_id": self.slots[slot],
        }

    def _form(self, citizen: Citizen, reservation_id: int) -> BookWish:
        return BookWish(citizen, reservation_id, KANA, PHONE, "ja")

    def _list(self, person: int, day: date) -> dict[str, Any]:
        return {"line_user_id": self.users[person], "service_id": self.city.nursery, "day": day}

    def _at_desk(self, actor: Actor, slot: int, form: str, reason: str) -> None:
        self._try(
            lambda: booking.book_at_desk(
                self.office,
                actor,
                service_id=self.city.nursery,
                slot_id=self.slots[slot],
                kana=KANA,
                phone=PHONE,
                form=form,
                over_reason=reason,
            )
        )

    def _booked(self, made: list[BookingView]) -> None:
        in_line = {one.id for one in self.city.reservations() if one.line_user_id is not None}
        self.told |= {f"booked:{one.id}" for one in made if one.id in in_line}

    def _moved(self, before: Reservation) -> None:
        after = self._now(before)
        if after.moved_at != before.moved_at and after.line_user_id is not None:
            assert after.moved_at is not None
            cause = f"booking_changed:{after.id}:{after.slot_id}:{int(after.moved_at.timestamp() * 1000)}"
            self._tells(cause, after)

    def _gone(self, before: Reservation) -> None:
        after = self._now(before)
        if before.state == "booked" and after.state == "cancelled" and after.line_user_id is not None:
            self._tells(f"booking_cancelled:{after.id}", after)

    def _tells(self, cause: str, about: Reservation) -> None:
        # What would come after the visit has begun, as in the night before it, is not written.
        soon = about.starts_at - self.clock.now() < timedelta(hours=12)
        (self.perhaps if soon else self.told).add(cause)
