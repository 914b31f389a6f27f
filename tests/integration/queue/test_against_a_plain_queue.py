"""The real queue beside a plain one: whatever is clicked, both show the same people in the same order."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from office_kit import City, clock_of, office_on, small_city
from plain_queue import APPOINTMENTS_IN_A_ROW, PATIENCE, Person, PlainQueue

from madoguchi.domain.errors import Refusal
from madoguchi.domain.order import OrderKind
from madoguchi.domain.priorities import PriorityReason
from madoguchi.services import calling, checkup, counters, dashboard, handling, issuing, prioritizing, undoing
from madoguchi.services.office import Office
from madoguchi.services.steps import Outcome
from madoguchi.store import migrate
from madoguchi.store.engine import open_database
from madoguchi.store.tables import Desk, Ticket

PLACES = st.integers(0, 1)
"""Which of the two clerks, each at their own counter."""


class _Template:
    folder: TemporaryDirectory[str] | None = None

    @classmethod
    def copied_to(cls, target: Path) -> str:
        """The address of a fresh migrated database there."""
        if cls.folder is None:
            cls.folder = TemporaryDirectory()
            database = open_database(f"sqlite:///{cls.folder.name}/empty.db")
            migrate.upgrade(database)
            with database.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            database.close()
        shutil.copyfile(Path(cls.folder.name) / "empty.db", target)
        return f"sqlite:///{target}"


class TwoCounters(RuleBasedStateMachine):
    """Two clerks, one desk, whoever comes."""

    office: Office
    city: City
    model: PlainQueue

    @initialize(kind=st.sampled_from(OrderKind))
    def open_the_desk(self, kind: OrderKind) -> None:
        self.folder = TemporaryDirectory()
        self.office = office_on(_Template.copied_to(Path(self.folder.name) / "a.db"), Path(self.folder.name))
        self.city = small_city(self.office)
        self.model = PlainQueue(kind.value)
        self.last: tuple[int, Outcome, PlainQueue] | None = None
        self.forms = 0
        with self.office.change() as unit:
            desk = unit.session.get_one(Desk, self.city.desk_id)
            desk.order_kind, desk.ratio_appointments, desk.ratio_others = kind.value, APPOINTMENTS_IN_A_ROW, 1
            desk.patience = PATIENCE // timedelta(minutes=1)
            desk.absent_after_calls = 0
        for place in (0, 1):
            counters.take_counter(self.office, self._clerk(place), self.city.counter_ids[place])

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            assert checkup.findings(self.office) == []
            self.office.database.close()
            self.folder.cleanup()

    @rule(minutes=st.sampled_from((0.2, 1, 7, 11)))
    def time_passes(self, minutes: float) -> None:
        clock_of(self.office).advance(minutes=minutes)
        self.last = None

    @rule(other_service=st.booleans(), appointment=st.none() | st.integers(-15, 12))
    def somebody_comes(self, other_service: bool, appointment: int | None) -> None:
        self.forms += 1
        service = self.city.other_service_id if other_service else self.city.service_id
        clock_of(self.office).advance(milliseconds=1)
        issued = issuing.issue_at_desk(self.office, self.city.clerk, service_id=service, form=str(self.forms))
        now = self.office.clock.now()
        person = Person(f"{self.forms:04}", now)
        if appointment is not None:
            person.appointment = now + timedelta(minutes=appointment)
            with self.office.change() as unit:
                unit.session.get_one(Ticket, issued.id).appointment_at = person.appointment
        self.model.people.append(person)
        self.last = None

    @rule(place=PLACES)
    def next_is_called(self, place: int) -> None:
        counter = self.city.counter_ids[place]
        now, there = self.office.clock.now(), self.model.at(counter)
        order = self.model.waiting(now)

        def plainly() -> None:
            if there is not None:
                there.state = "done"
            if order:
                self.model.call(order[0], counter, now)

        expected = None if there is None else self._id(there)
        self._both(
            place,
            lambda: calling.call_next(self.office, self._clerk(place), counter, expected),
            plainly if there is not None or order else None,
        )

    @rule(place=PLACES, pick=st.integers(0, 30))
    def one_is_called_out_of_turn(self, place: int, pick: int) -> None:
        counter = self.city.counter_ids[place]
        found = [one for one in self.model.people if one.state in ("waiting", "on_hold", "missed")]
        if not found:
            return
        chosen, there = found[pick % len(found)], self.model.at(counter)
        now = self.office.clock.now()

        def plainly() -> None:
            if there is not None:
                there.state = "done"
            self.model.call(chosen, counter, now)

        self._both(
            place,
            lambda: calling.call_chosen(self.office, self._clerk(place), counter, self._id(chosen)),
            plainly,
        )

    @rule(place=PLACES, verb=st.sampled_from(("serve", "miss", "hold", "finish", "recall")))
    def something_is_done_at_the_counter(self, place: int, verb: str) -> None:
        counter = self.city.counter_ids[place]
        there = self.model.at(counter)
        if there is None:
            return
        service = calling.recall if verb == "recall" else getattr(handling, verb)
        leads_to = {
            "serve": {"called": "serving"},
            "miss": {"called": "missed"},
            "hold": {"called": "on_hold", "serving": "on_hold"},
            "finish": {"called": "done", "serving": "done"},
            "recall": {"called": "called", "serving": "called"},
        }[verb].get(there.state)

        def plainly() -> None:
            there.state = str(leads_to)

        self._both(
            place,
            lambda: service(self.office, self._clerk(place), counter, self._id(there)),
            plainly if leads_to else None,
        )

    @rule(place=PLACES, pick=st.integers(0, 30))
    def one_waits_again(self, place: int, pick: int) -> None:
        found = [one for one in self.model.people if one.state in ("on_hold", "missed")]
        if not found:
            return
        one, now = found[pick % len(found)], self.office.clock.now()

        def plainly() -> None:
            if one.state == "missed":
                self.model.back_after(one, 3, now)
            else:
                one.state, one.counter = "waiting", None

        self._both(place, lambda: handling.resume(self.office, self._clerk(place), self._id(one)), plainly)

    @rule(place=PLACES, pick=st.integers(0, 30), urgent=st.booleans())
    def one_gets_priority(self, place: int, pick: int, urgent: bool) -> None:
        found = [one for one in self.model.people if one.state in ("waiting", "on_hold")]
        if not found:
            return
        one = found[pick % len(found)]
        reason = PriorityReason.UNWELL if urgent else None

        def plainly() -> None:
            one.priority = urgent

        self._both(
            place,
            lambda: prioritizing.prioritize(self.office, self._clerk(place), self._id(one), reason),
            plainly,
        )

    @rule(place=PLACES, pick=st.integers(0, 30))
    def one_is_cancelled(self, place: int, pick: int) -> None:
        found = [one for one in self.model.people if one.state in ("waiting", "on_hold", "called")]
        if not found:
            return
        one = found[pick % len(found)]

        def plainly() -> None:
            one.state = "cancelled"

        self._both(
            place, lambda: handling.cancel_ticket(self.office, self._clerk(place), self._id(one)), plainly
        )

    @precondition(lambda self: getattr(self, "last", None) is not None)
    @rule()
    def the_last_click_is_taken_back(self) -> None:
        assert self.last is not None
        place, outcome, before = self.last
        undoing.undo(self.office, self._clerk(place), outcome.batch or "")
        self.model, self.last = before, None

    @invariant()
    def both_show_the_same(self) -> None:
        if not hasattr(self, "model"):
            return
        with self.office.look() as unit:
            real = {number: unit.session.get_one(Ticket, number) for number in range(1, self.forms + 1)}
        assert [real[self._id(one)].state for one in self.model.people] == [
            one.state for one in self.model.people
        ]
        for one in self.model.people:
            if one.state in ("called", "serving"):
                assert real[self._id(one)].counter_id == one.counter
        shown = dashboard.dashboard(self.office, self.city.clerk, self.city.desk_id)
        assert [row.ticket_id for row in shown.waiting] == [
            self._id(one) for one in self.model.waiting(self.office.clock.now())
        ]

    def _both(self, place: int, really: Callable[[], Outcome], plainly: Callable[[], None] | None) -> None:
        """Do it in both worlds; `plainly` None: the real one must refuse and change nothing."""
        if plainly is None:
            try:
                really()
            except Refusal:
                return
            raise AssertionError("was not refused")
        before = copy.deepcopy(self.model)
        outcome = really()
        plainly()
        self.last = (place, outcome, before) if outcome.batch else None

    def _clerk(self, place: int):  # type: ignore[no-untyped-def]
        return (self.city.clerk, self.city.second_clerk)[place]

    def _id(self, one: Person) -> int:
        # Nothing else makes tickets here: the first one has id 1.
        return int(one.number)


TestTwoCounters = TwoCounters.TestCase
TestTwoCounters.settings = settings(max_examples=30, stateful_step_count=40, deadline=None)
