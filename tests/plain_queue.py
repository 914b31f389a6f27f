"""A waiting room as one would keep it on paper: a list of people and a few loops.

It knows nothing of databases, versions, locks or order keys, and was written without the product's code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

LEAD = timedelta(minutes=5)
PATIENCE = timedelta(minutes=20)
APPOINTMENTS_IN_A_ROW = 2


@dataclass
class Person:
    """Somebody with a number."""

    number: str
    place: datetime
    state: str = "waiting"
    counter: int | None = None
    priority: bool = False
    appointment: datetime | None = None


@dataclass
class PlainQueue:
    """The room, its desk's kind of order, and the calls of the day."""

    kind: str = "appointments_first"
    people: list[Person] = field(default_factory=list)
    turns: list[bool] = field(default_factory=list)
    """Of each call in somebody's turn: whether it was an appointment's."""

    def waiting(self, now: datetime) -> list[Person]:
        """Everybody who waits, in calling order: one after the other is picked from who is left."""
        left = [one for one in self.people if one.state == "waiting"]
        turns, ordered = list(self.turns), []
        while left:
            first = self._pick(left, now, turns)
            if not first.priority:
                turns.append(self.is_due(first, now))
            left.remove(first)
            ordered.append(first)
        return ordered

    def call(self, one: Person, counter: int, now: datetime) -> None:
        """Call somebody who waits, is on hold or was absent."""
        if one.state == "waiting" and not one.priority:
            self.turns.append(self.is_due(one, now))
        one.state, one.counter = "called", counter

    def at(self, counter: int) -> Person | None:
        """Who stands at the counter."""
        there = [one for one in self.people if one.state in ("called", "serving")]
        return next((one for one in there if one.counter == counter), None)

    def back_after(self, one: Person, others: int, now: datetime) -> None:
        """Wait again behind the next so many of those who took their place no earlier."""
        one.state, one.counter = "waiting", None
        ordered = self.waiting(now)
        after = [other for other in ordered[ordered.index(one) + 1 :] if other.place >= one.place][:others]
        if after:
            one.place = after[-1].place + timedelta(microseconds=1)

    def is_due(self, one: Person, now: datetime) -> bool:
        """Whether an appointment's time has come."""
        return self.kind != "arrival" and one.appointment is not None and one.appointment - LEAD <= now

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
        def since(one: Person) -> tuple[bool, datetime, str]:
            if self.is_due(one, now) and one.appointment is not None:
                return (False, one.appointment, one.number)
            if self.kind == "appointments_first" and one.place + PATIENCE <= now:
                return (False, one.place + PATIENCE, one.number)
            return (True, one.place, one.number)

        return min(some, key=since)
