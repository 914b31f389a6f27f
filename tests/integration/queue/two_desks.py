"""Two desks, three clerks and whoever comes, in the product and on paper: every click is made in both."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from office_kit import City, clock_of, office_on, small_city
from plain_queue import (
    APPOINTMENTS_IN_A_ROW,
    KIND_FOR,
    PATIENCE,
    SILENCE,
    Person,
    PlainQueue,
)
from sqlalchemy import select
from sqlmodel import col

from madoguchi.domain.errors import Refusal
from madoguchi.domain.roles import Role
from madoguchi.services import counters, dashboard, positions
from madoguchi.services.actors import Actor
from madoguchi.services.office import Office
from madoguchi.services.steps import Outcome
from madoguchi.store import migrate
from madoguchi.store.engine import open_database
from madoguchi.store.tables import Counter, Desk, Staff, Ticket

MINUTE = timedelta(minutes=1)


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


class Seat(NamedTuple):
    """A clerk at a counter of a desk."""

    clerk: Actor
    counter: int
    desk: int


class Click(NamedTuple):
    """The newest click that can be taken back: whose, which, and the rooms before it."""

    seat: Seat
    batch: str
    before: dict[int, PlainQueue]


class TwoDesks:
    """The office, and for each of its desks the room on paper."""

    def __init__(self, kind: str, returns: str, calls_in_vain: int) -> None:
        self._folder = TemporaryDirectory()
        here = Path(self._folder.name)
        self.office: Office = office_on(_Template.copied_to(here / "a.db"), here)
        self.city: City = small_city(self.office)
        self.rooms = {
            desk: PlainQueue(kind, returns, calls_in_vain)
            for desk in (self.city.desk_id, self.city.other_desk_id)
        }
        self.services = {
            self.city.service_id: self.city.desk_id,
            self.city.other_service_id: self.city.desk_id,
            self.city.other_desk_service_id: self.city.other_desk_id,
        }
        """Each with its desk."""
        for desk in self.rooms:
            self._set_rules(desk, kind, returns, calls_in_vain)
        self.seats = self._seats()
        self.newest: Click | None = None
        self.just_absent: dict[int, Person] = {}
        """By counter, as long as nothing else happened."""

    def close(self) -> None:
        """Give everything back."""
        self.office.database.close()
        self._folder.cleanup()

    def moment(self) -> datetime:
        """The next moment: no two things happen at the same."""
        clock_of(self.office).advance(milliseconds=1)
        return self.office.clock.now()

    def people(self, *states: str) -> list[Person]:
        """Those of both rooms in these states, in the order they came."""
        found = [one for room in self.rooms.values() for one in room.people if one.state in states]
        return sorted(found, key=lambda one: one.number)

    def standing(self) -> list[tuple[Seat, Person]]:
        """Who stands before which clerk."""
        there = [(seat, self.rooms[seat.desk].at(seat.counter)) for seat in self.seats]
        return [(seat, one) for seat, one in there if one is not None]

    def room_of(self, one: Person) -> PlainQueue:
        """Where somebody is."""
        return next(room for room in self.rooms.values() if one in room.people)

    def click(self, seat: Seat, really: Callable[[], Outcome], plainly: Callable[[], None] | None) -> None:
        """A clerk's click in both worlds; `plainly` None: the real one must refuse and change nothing."""
        if plainly is None:
            self.refused(really)
            return
        before = copy.deepcopy(self.rooms)
        outcome = really()
        plainly()
        self.moved_on()
        if outcome.batch:
            self.newest = Click(seat, outcome.batch, before)

    def tap(self, really: Callable[[], object], plainly: Callable[[], object] | None) -> None:
        """A citizen's tap in both worlds; `plainly` None: the real one changes nothing."""
        if plainly is None:
            with suppress(Refusal):
                really()
            return
        really()
        plainly()
        self.moved_on()

    def refused(self, really: Callable[[], object]) -> None:
        """It must be refused."""
        try:
            really()
        except Refusal:
            return
        raise AssertionError("was not refused")

    def moved_on(self) -> None:
        """From here on the click before is not taken back any more."""
        self.newest, self.just_absent = None, {}

    def compare(self) -> None:
        """States, counters, order, who is next where, and how many are before each: all the same."""
        now = self.office.clock.now()
        for desk, room in self.rooms.items():
            if not room.people:
                continue
            waiting = room.waiting(now)
            with self.office.look() as unit:
                here = select(Ticket).where(col(Ticket.desk_id) == desk)
                real = {ticket.id: ticket for ticket in unit.session.execute(here).scalars()}
                ready = [real[id_of(one)] for one in waiting if room.is_ready(one, now)]
                before = [positions.ahead_of(unit, ticket) for ticket in ready]
            assert {id_of(one): one.state for one in room.people} == {
                ticket_id: ticket.state for ticket_id, ticket in real.items()
            }
            for one in room.people:
                if one.state in ("called", "serving"):
                    assert real[id_of(one)].counter_id == one.counter
            shown = dashboard.dashboard(self.office, self.city.clerk, desk)
            assert [row.ticket_id for row in shown.waiting] == [id_of(one) for one in waiting]
            assert before == list(range(len(before)))
            for counter in shown.counters:
                if counter.staff_id is not None and counter.id not in room.paused:
                    following = room.next(counter.id, now)
                    up = None if counter.next is None else counter.next.ticket_id
                    assert up == (following and id_of(following))

    def _set_rules(self, desk_id: int, kind: str, returns: str, calls_in_vain: int) -> None:
        with self.office.change() as unit:
            desk = unit.session.get_one(Desk, desk_id)
            desk.order_kind, desk.ratio_appointments, desk.ratio_others = kind, APPOINTMENTS_IN_A_ROW, 1
            desk.patience = PATIENCE // MINUTE
            desk.absent_after_calls = calls_in_vain
            desk.absent_after_minutes = SILENCE // MINUTE
            desk.return_rule, desk.return_within = returns, KIND_FOR // MINUTE
            desk.closes_at = time(23, 59)

    def _seats(self) -> tuple[Seat, ...]:
        city = self.city
        with self.office.change() as unit:
            counter = Counter(desk_id=city.other_desk_id, label="7")
            staff = Staff(
                municipality_id=city.municipality_id,
                login="tanaka",
                display_name="tanaka",
                role=Role.CLERK.value,
                password_hash="!",
            )
            unit.session.add_all([counter, staff])
            unit.session.flush()
            third = Actor(staff.id or 0, "tanaka", Role.CLERK, city.municipality_id)
            there = counter.id or 0
        seats = (
            Seat(city.clerk, city.counter_ids[0], city.desk_id),
            Seat(city.second_clerk, city.counter_ids[1], city.desk_id),
            Seat(third, there, city.other_desk_id),
        )
        for seat in seats:
            counters.take_counter(self.office, seat.clerk, seat.counter)
        return seats


def id_of(one: Person) -> int:
    """The ticket's id: nothing else makes tickets here, so the first one has id 1."""
    return int(one.number)
