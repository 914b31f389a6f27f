"""A waiting room as one would keep it on paper: a list of people and a few loops.

It knows nothing of databases, versions, locks or order keys, and was written without the product's code.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

LEAD = timedelta(minutes=5)
PATIENCE = timedelta(minutes=20)
APPOINTMENTS_IN_A_ROW = 2
SILENCE = timedelta(minutes=3)
KIND_FOR = timedelta(minutes=10)
PASSED_ON_RETURN = {"next": 0, "after_three": 3, "back": None}
POSTPONED_AT_MOST = 2
REGRETS_WITHIN = timedelta(minutes=10)


@dataclass(eq=False)
class Person:
    """Somebody with a number."""

    number: str
    place: datetime
    bit: Fraction = Fraction(0)
    """Of those who share a moment: how far behind it."""
    state: str = "waiting"
    counter: int | None = None
    service: int = 0
    priority: bool = False
    appointment: datetime | None = None
    later: datetime | None = None
    """Asked not to be called before."""
    calls: int = 0
    """Since the counter called them out of the room."""
    called: datetime | None = None
    excused: bool = False
    """A clerk has seen them after all: one more call before they are absent by themselves."""
    postponed: int = 0
    returned: bool = False
    regrets: list[tuple[datetime, Person]] = field(default_factory=list)
    """How they stood before each postponing since which nothing else was done to them."""


@dataclass
class PlainQueue:
    """The room, its desk's rules, its counters and the calls of the day."""

    kind: str = "appointments_first"
    returns: str = "after_three"
    calls_in_vain: int = 0
    """After so many somebody is absent who has not come; 0: however many."""
    people: list[Person] = field(default_factory=list)
    turns: list[bool] = field(default_factory=list)
    """Of each call in somebody's turn: whether it was an appointment's."""
    paused: set[int] = field(default_factory=set)
    takes: dict[int, int | None] = field(default_factory=dict)
    """The one service of a counter that does not take all."""

    def waiting(self, now: datetime, counter: int | None = None) -> list[Person]:
        """Everybody who waits (whom the counter takes), in calling order: one after the other is picked."""
        wanted = self.takes.get(counter or 0)
        there = [one for one in self.people if one.state == "waiting" and wanted in (None, one.service)]
        left = [one for one in there if self.is_ready(one, now)]
        later = sorted(
            (one for one in there if one not in left), key=lambda one: (one.place, one.bit, one.number)
        )
        turns, ordered = list(self.turns), []
        while left:
            first = self._pick(left, now, turns)
            if not first.priority:
                turns.append(self.is_due(first, now))
            left.remove(first)
            ordered.append(first)
        return ordered + later

    def next(self, counter: int, now: datetime) -> Person | None:
        """Whom the counter calls next."""
        if counter in self.paused:
            return None
        return next((one for one in self.waiting(now, counter) if self.is_ready(one, now)), None)

    def call(self, one: Person, counter: int, now: datetime) -> None:
        """Call somebody who waits, is on hold or was absent."""
        if one.state == "waiting" and not one.priority:
            self.turns.append(self.is_due(one, now))
        one.counter, one.calls, one.later = counter, 0, None
        one.regrets.clear()
        self.call_again(one, now)

    def call_again(self, one: Person, now: datetime) -> None:
        """Announce them once more, also whom the clerk believed to be there."""
        one.state, one.calls, one.called, one.excused = "called", one.calls + 1, now, False

    def at(self, counter: int) -> Person | None:
        """Who stands at the counter."""
        there = [one for one in self.people if one.state in ("called", "serving")]
        return next((one for one in there if one.counter == counter), None)

    def make_room(self, one: Person) -> None:
        """The clerk turns to somebody else: who was called in vain is absent, anybody else has finished."""
        one.state = "missed" if one.state == "called" and self._in_vain(one) else "done"

    def who_never_came(self, now: datetime) -> list[Person]:
        """Those who are absent by now without a click."""
        there = [one for one in self.people if one.state == "called" and not one.excused]
        return [one for one in there if self._in_vain(one) and self._since(one, now) >= SILENCE]

    def in_time(self, one: Person, now: datetime) -> bool:
        """Whether an absent one is back soon enough after the last call for the desk's kindness."""
        return self._since(one, now) <= KIND_FOR

    def come_back(self, one: Person, now: datetime) -> None:
        """An absent one waits again, where the desk's rule says, and nowhere better than before."""
        one.state, one.counter = "waiting", None
        others = PASSED_ON_RETURN[self.returns] if self.in_time(one, now) else None
        if others != 0:
            self.let_pass(one, others, now)

    def cancel(self, one: Person) -> None:
        """Somebody is not in the queue any more; opened again, they stand where they stood."""
        one.state = "cancelled"
        one.regrets.clear()

    def prioritize(self, one: Person, urgent: bool) -> None:
        """Let them go before others, or not any more."""
        if one.priority != urgent:
            one.priority = urgent
            one.regrets.clear()

    def may_postpone(self, one: Person, by: int | None, until: datetime | None, now: datetime) -> bool:
        """Twice at most; there must be somebody to let pass, and the time must be to come."""
        if one.state != "waiting" or one.postponed >= POSTPONED_AT_MOST or (until and until <= now):
            return False
        moved = copy.copy(one)
        return by is None or self._without(one, moved).let_pass(moved, by, now) > 0

    def postpone(self, one: Person, by: int | None, until: datetime | None, now: datetime) -> None:
        """Let the next `by` pass, or keep the place and be called no earlier than `until`."""
        one.regrets.append((now, copy.copy(one)))
        one.postponed += 1
        if by is None:
            one.later = until
        else:
            self.let_pass(one, by, now)

    def may_regret(self, one: Person, now: datetime) -> bool:
        """Whether the last postponing was the last that happened to them, and not long ago."""
        return one.state == "waiting" and bool(one.regrets) and now - one.regrets[-1][0] <= REGRETS_WITHIN

    def regret(self, one: Person) -> None:
        """Stand again as before the last postponing."""
        _, before = one.regrets.pop()
        one.place, one.bit, one.appointment = before.place, before.bit, before.appointment
        one.priority, one.later, one.postponed = before.priority, before.later, before.postponed

    def let_pass(self, one: Person, others: int | None, now: datetime) -> int:
        """Let so many of those pass who may be called now (None: all); how many passed.

        Of all the places right behind somebody it is the nearest where enough have passed and nobody else
        is worse off; of two as near, the one among their own kind, appointment or not.
        """
        one.later = None
        before = self.waiting(now)
        at = before.index(one)
        behind = [other for other in before[at + 1 :] if self.is_ready(other, now)]
        enough = len(behind) if others is None else min(others, len(behind))
        found = []
        for last in behind:
            moved = self._right_behind(one, last, now)
            after = self._without(one, moved).waiting(now)
            passed = after.index(moved) - at
            worse = [
                other for other in before if other is not one and after.index(other) > before.index(other)
            ]
            if passed >= enough and not worse:
                found.append((passed, self.is_due(one, now) != self.is_due(last, now), moved))
        if not enough or not found:
            return 0
        passed, _, moved = min(found, key=lambda place: place[:2])
        one.place, one.bit = moved.place, moved.bit
        one.appointment, one.priority = moved.appointment, moved.priority
        return passed

    def is_due(self, one: Person, now: datetime) -> bool:
        """Whether an appointment's time has come."""
        return self.kind != "arrival" and one.appointment is not None and one.appointment - LEAD <= now

    def is_ready(self, one: Person, now: datetime) -> bool:
        """Whether they may be called in their turn."""
        return one.later is None or one.later <= now

    def _in_vain(self, one: Person) -> bool:
        return 0 < self.calls_in_vain <= one.calls

    def _since(self, one: Person, now: datetime) -> timedelta:
        return now - (one.called or now)

    def _without(self, one: Person, instead: Person) -> PlainQueue:
        room = copy.copy(self)
        room.people = [instead if other is one else other for other in self.people]
        return room

    def _right_behind(self, one: Person, last: Person, now: datetime) -> Person:
        """Wherever `last` goes, `one` goes right behind; an appointment is given up behind one without."""
        moved = copy.copy(one)
        moved.priority = one.priority and last.priority
        if self.is_due(last, now):
            moved.place, moved.appointment = last.appointment or now, last.appointment
        else:
            moved.place = last.place
            if self.is_due(one, now):
                moved.appointment = None
        sharing = [other.bit for other in self.people if moved.place in (other.place, other.appointment)]
        moved.bit = (last.bit + min([bit for bit in sharing if bit > last.bit], default=Fraction(1))) / 2
        return moved

    def _pick(self, left: list[Person], now: datetime, turns: list[bool]) -> Person:
        urgent = [one for one in left if one.priority]
        if self.kind == "ratio":
            return self._in_turn(urgent, turns, now) if urgent else self._in_turn(left, turns, now)
        return self._first(urgent or left, now)

    def _in_turn(self, some: list[Person], turns: list[bool], now: datetime) -> Person:
        due = [one for one in some if self.is_due(one, now)]
        others = [one for one in some if one not in due]
        if due and others and not some[0].priority:
            run = 0
            while run < len(turns) and turns[-1 - run]:
                run += 1
            return self._first(others if run >= APPOINTMENTS_IN_A_ROW else due, now)
        return self._first(due or others, now)

    def _first(self, some: list[Person], now: datetime) -> Person:
        def since(one: Person) -> tuple[bool, datetime, Fraction, str]:
            if self.is_due(one, now) and one.appointment is not None:
                return (False, one.appointment, one.bit, one.number)
            if self.kind == "appointments_first" and one.place + PATIENCE <= now:
                return (False, one.place + PATIENCE, one.bit, one.number)
            return (True, one.place, one.bit, one.number)

        return min(some, key=since)
