"""The real queue beside a plain one: whatever is clicked, both show the same people in the same order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from office_kit import clock_of
from plain_queue import Person
from two_desks import MINUTE, TwoDesks, id_of

from madoguchi.domain.order import OrderKind
from madoguchi.domain.priorities import PriorityReason
from madoguchi.domain.returning import ReturnRule
from madoguchi.services import (
    absences,
    calling,
    checkup,
    counters,
    dashboard,
    handing_over,
    handling,
    issuing,
    prioritizing,
    reopening,
    tickets,
    undoing,
)
from madoguchi.store.tables import Ticket

SEATS = st.integers(0, 2)
"""Which clerk: two at the one desk, one at the other."""
PICKS = st.integers(0, 30)
APPOINTMENTS = st.none() | st.integers(-15, 12)
LEADS_TO = {
    "serve": {"called": "serving"},
    "miss": {"called": "missed"},
    "hold": {"called": "on_hold", "serving": "on_hold"},
    "finish": {"called": "done", "serving": "done"},
}
AT_COUNTER = ("called", "serving")
EVERY_STATE = ("waiting", *AT_COUNTER, "on_hold", "missed", "done", "cancelled")


def with_any(*states: str):  # type: ignore[no-untyped-def]
    """Only while somebody is in one of these states."""
    return precondition(lambda machine: bool(machine.desks.people(*states)))


class Clicks(RuleBasedStateMachine):
    """Three clerks, two desks, whoever comes with a phone."""

    desks: TwoDesks

    @initialize(
        kind=st.sampled_from(OrderKind),
        returns=st.sampled_from(ReturnRule),
        calls_in_vain=st.integers(0, 2),
        crowd=st.lists(APPOINTMENTS, min_size=3, max_size=8),
    )
    def open_the_desks(
        self, kind: OrderKind, returns: ReturnRule, calls_in_vain: int, crowd: list[int | None]
    ) -> None:
        self.desks = TwoDesks(kind.value, returns.value, calls_in_vain)
        self.came = 0
        for appointment in crowd:
            self._comes(self.desks.city.service_id, appointment)

    def teardown(self) -> None:
        if hasattr(self, "desks"):
            assert checkup.findings(self.desks.office) == []
            self.desks.close()

    @rule(minutes=st.sampled_from((0.21, 1.03, 3.1, 7.07, 11.13)))
    def time_passes(self, minutes: float) -> None:
        clock_of(self.desks.office).advance(minutes=minutes)
        self.desks.moved_on()

    @rule(other_service=st.booleans(), appointment=APPOINTMENTS)
    def somebody_comes(self, other_service: bool, appointment: int | None) -> None:
        city = self.desks.city
        self._comes(city.other_service_id if other_service else city.service_id, appointment)

    def _comes(self, service: int, appointment: int | None) -> None:
        city, office, now = self.desks.city, self.desks.office, self.desks.moment()
        self.came += 1
        issued = issuing.issue_at_desk(office, city.clerk, service_id=service, form=str(self.came))
        person = Person(f"{self.came:04}", now, service=service)
        if appointment is not None:
            person.appointment = now + appointment * MINUTE
        with office.change() as unit:
            ticket = unit.session.get_one(Ticket, issued.id)
            ticket.appointment_at, ticket.line_user_id = person.appointment, city.line_user_ids[0]
        self.desks.rooms[city.desk_id].people.append(person)
        self.desks.moved_on()

    @rule(place=SEATS)
    def next_is_called(self, place: int) -> None:
        seat, now = self.desks.seats[place], self.desks.moment()
        room = self.desks.rooms[seat.desk]
        there, following = room.at(seat.counter), room.next(seat.counter, now)

        def plainly() -> None:
            if there is not None:
                room.make_room(there)
            if following is not None:
                room.call(following, seat.counter, now)

        expected = None if there is None else id_of(there)
        self.desks.click(
            seat,
            lambda: calling.call_next(self.desks.office, seat.clerk, seat.counter, expected),
            None if there is following is None else plainly,
        )

    @with_any("waiting", "on_hold", "missed")
    @rule(place=SEATS, pick=PICKS)
    def one_is_called_out_of_turn(self, place: int, pick: int) -> None:
        seat, now = self.desks.seats[place], self.desks.moment()
        room, there = self.desks.rooms[seat.desk], self.desks.rooms[seat.desk].at(seat.counter)
        chosen = self._picked(pick, "waiting", "on_hold", "missed")

        def plainly() -> None:
            if there is not None:
                room.make_room(there)
            room.call(chosen, seat.counter, now)

        possible = chosen in room.people and seat.counter not in room.paused
        self.desks.click(
            seat,
            lambda: calling.call_chosen(self.desks.office, seat.clerk, seat.counter, id_of(chosen)),
            plainly if possible else None,
        )

    @with_any(*AT_COUNTER)
    @rule(pick=PICKS)
    def one_is_called_again(self, pick: int) -> None:
        now = self.desks.moment()
        seat, there = self._standing(pick)
        self.desks.click(
            seat,
            lambda: calling.recall(self.desks.office, seat.clerk, seat.counter, id_of(there)),
            lambda: self.desks.room_of(there).call_again(there, now),
        )

    @with_any(*AT_COUNTER)
    @rule(pick=PICKS, verb=st.sampled_from(tuple(LEADS_TO)))
    def something_is_done_at_the_counter(self, pick: int, verb: str) -> None:
        self.desks.moment()
        seat, there = self._standing(pick)
        service = getattr(handling, verb)
        leads_to = LEADS_TO[verb].get(there.state)

        def plainly() -> None:
            there.state = str(leads_to)

        self.desks.click(
            seat,
            lambda: service(self.desks.office, seat.clerk, seat.counter, id_of(there)),
            plainly if leads_to else None,
        )

    @with_any(*AT_COUNTER)
    @rule(pick=PICKS, to=st.integers(0, 2))
    def one_is_handed_over(self, pick: int, to: int) -> None:
        self.desks.moment()
        seat, there = self._standing(pick)
        service, desk = list(self.desks.services.items())[to]

        def plainly() -> None:
            there.state, there.counter, there.service = "waiting", None, service
            self.desks.room_of(there).people.remove(there)
            self.desks.rooms[desk].people.append(there)

        self.desks.click(
            seat,
            lambda: handing_over.hand_over(
                self.desks.office, seat.clerk, seat.counter, id_of(there), service
            ),
            plainly,
        )

    @with_any("on_hold", "missed")
    @rule(place=SEATS, pick=PICKS)
    def one_waits_again(self, place: int, pick: int) -> None:
        seat, now = self.desks.seats[place], self.desks.moment()
        one = self._picked(pick, "on_hold", "missed")

        def plainly() -> None:
            if one.state == "missed":
                self.desks.room_of(one).come_back(one, now)
            else:
                one.state, one.counter = "waiting", None

        self.desks.click(seat, lambda: handling.resume(self.desks.office, seat.clerk, id_of(one)), plainly)

    @with_any("waiting", "on_hold")
    @rule(place=SEATS, pick=PICKS, urgent=st.booleans())
    def one_gets_priority(self, place: int, pick: int, urgent: bool) -> None:
        seat, _ = self.desks.seats[place], self.desks.moment()
        one = self._picked(pick, "waiting", "on_hold")
        reason = PriorityReason.UNWELL if urgent else None
        self.desks.click(
            seat,
            lambda: prioritizing.prioritize(self.desks.office, seat.clerk, id_of(one), reason),
            lambda: self.desks.room_of(one).prioritize(one, urgent),
        )

    @with_any("waiting", "on_hold", *AT_COUNTER)
    @rule(place=SEATS, pick=PICKS)
    def one_is_cancelled(self, place: int, pick: int) -> None:
        seat, _ = self.desks.seats[place], self.desks.moment()
        one = self._picked(pick, "waiting", "on_hold", *AT_COUNTER)
        self.desks.click(
            seat,
            lambda: handling.cancel_ticket(self.desks.office, seat.clerk, id_of(one)),
            None if one.state == "serving" else lambda: self.desks.room_of(one).cancel(one),
        )

    @with_any("done", "cancelled")
    @rule(place=SEATS, pick=PICKS)
    def one_is_opened_again(self, place: int, pick: int) -> None:
        seat, _ = self.desks.seats[place], self.desks.moment()
        one, room = self._picked(pick, "done", "cancelled"), self.desks.rooms[seat.desk]
        cancelled = one.state == "cancelled"

        def plainly() -> None:
            one.state, one.counter = ("waiting", None) if cancelled else ("serving", seat.counter)

        free = one in room.people and room.at(seat.counter) is None
        self.desks.click(
            seat,
            lambda: reopening.reopen(self.desks.office, seat.clerk, seat.counter, id_of(one)),
            plainly if cancelled or free else None,
        )

    @rule(place=SEATS)
    def a_counter_pauses_or_goes_on(self, place: int) -> None:
        seat, _ = self.desks.seats[place], self.desks.moment()
        room = self.desks.rooms[seat.desk]
        room.paused ^= {seat.counter}
        counters.pause(self.desks.office, seat.clerk, seat.counter, seat.counter in room.paused)
        self.desks.moved_on()

    @rule(place=st.integers(0, 1), takes=st.sampled_from(("service_id", "other_service_id", None)))
    def a_counter_takes_one_service_or_all(self, place: int, takes: str | None) -> None:
        seat = self.desks.seats[place]
        only = None if takes is None else int(getattr(self.desks.city, takes))
        counters.choose_services(self.desks.office, seat.clerk, seat.counter, [only] if only else [])
        self.desks.rooms[seat.desk].takes[seat.counter] = only
        self.desks.moved_on()

    @with_any("called")
    @rule(silence=st.sampled_from((0.02, 3.1)))
    def nobody_comes_for_a_while(self, silence: float) -> None:
        clock_of(self.desks.office).advance(minutes=silence)
        now = self.desks.moment()
        self.desks.moved_on()
        absent = [one for room in self.desks.rooms.values() for one in room.who_never_came(now)]
        assert absences.mark_absent(self.desks.office) == len(absent)
        for one in absent:
            one.state = "missed"
            self.desks.just_absent[one.counter or 0] = one

    @precondition(lambda self: bool(self.desks.just_absent))
    @rule(pick=PICKS)
    def one_is_not_absent_after_all(self, pick: int) -> None:
        self.desks.moment()
        seats = [seat for seat in self.desks.seats if seat.counter in self.desks.just_absent]
        seat = seats[pick % len(seats)]
        one = self.desks.just_absent.pop(seat.counter)
        shown = dashboard.dashboard(self.desks.office, seat.clerk, seat.desk).counters
        (click,) = (counter.absent for counter in shown if counter.id == seat.counter)
        assert click is not None
        undoing.undo(self.desks.office, seat.clerk, click.batch or "")
        one.state, one.excused = "called", True

    @with_any("waiting", "called")
    @rule(pick=PICKS, by=st.integers(1, 4))
    def a_citizen_lets_others_pass(self, pick: int, by: int) -> None:
        self._postponed(pick, by, None)

    @with_any("waiting", "called")
    @rule(pick=PICKS, minutes=st.sampled_from((-1, 1.5, 8, 30)))
    def a_citizen_goes_later(self, pick: int, minutes: float) -> None:
        self._postponed(pick, None, minutes)

    def _postponed(self, pick: int, by: int | None, minutes: float | None) -> None:
        now, one = self.desks.moment(), self._picked(pick, "waiting", "called")
        room, until = self.desks.room_of(one), None if minutes is None else now + timedelta(minutes=minutes)
        self.desks.tap(
            lambda: tickets.postpone_own(self.desks.office, self._phone, id_of(one), by, until),
            _if(room.may_postpone(one, by, until, now), lambda: room.postpone(one, by, until, now)),
        )

    @precondition(lambda self: any(one.postponed for one in self.desks.people("waiting", "called")))
    @rule(pick=PICKS)
    def a_citizen_stays_where_they_were(self, pick: int) -> None:
        now = self.desks.moment()
        moved = [one for one in self.desks.people("waiting", "called") if one.postponed]
        one = moved[pick % len(moved)]
        room = self.desks.room_of(one)
        self.desks.tap(
            lambda: tickets.undo_postponing(self.desks.office, self._phone, id_of(one)),
            _if(room.may_regret(one, now), lambda: room.regret(one)),
        )

    @with_any("missed")
    @rule(pick=PICKS)
    def a_citizen_comes_back(self, pick: int) -> None:
        now, one = self.desks.moment(), self._picked(pick, "missed")
        room = self.desks.room_of(one)

        def plainly() -> None:
            one.returned = True
            room.come_back(one, now)

        self.desks.tap(
            lambda: tickets.return_own(self.desks.office, self._phone, id_of(one)),
            _if(not one.returned and room.in_time(one, now), plainly),
        )

    @rule(pick=PICKS)
    def a_citizen_leaves(self, pick: int) -> None:
        self.desks.moment()
        one = self._picked(pick, *EVERY_STATE)
        self.desks.tap(
            lambda: tickets.cancel_own(self.desks.office, self._phone, id_of(one)),
            _if(one.state in ("waiting", "on_hold", "called"), lambda: self.desks.room_of(one).cancel(one)),
        )

    @precondition(lambda self: self.desks.newest is not None)
    @rule()
    def the_last_click_is_taken_back(self) -> None:
        assert self.desks.newest is not None
        seat, batch, before = self.desks.newest
        self.desks.moment()
        now = {one.number: one.state for one in self.desks.people(*EVERY_STATE)}
        people = [one for room in before.values() for one in room.people]
        back = [one for one in people if one.state in AT_COUNTER and now[one.number] != one.state]

        def undone() -> None:
            undoing.undo(self.desks.office, seat.clerk, batch)

        if any(one.counter != seat.counter for one in back):
            # Nobody is put before a colleague.
            self.desks.refused(undone)
            return
        undone()
        for one in back:
            one.excused = one.excused or now[one.number] == "missed"
        self.desks.rooms = before
        self.desks.moved_on()

    @invariant()
    def both_show_the_same(self) -> None:
        self.desks.compare()

    @property
    def _phone(self) -> int:
        return self.desks.city.line_user_ids[0]

    def _picked(self, pick: int, *states: str) -> Person:
        found = self.desks.people(*states)
        return found[pick % len(found)]

    def _standing(self, pick: int):  # type: ignore[no-untyped-def]
        found = self.desks.standing()
        return found[pick % len(found)]


def _if(possible: bool, plainly: Callable[[], object]) -> Callable[[], object] | None:
    return plainly if possible else None


TestClicks = Clicks.TestCase
TestClicks.settings = settings(max_examples=30, stateful_step_count=40, deadline=None)
