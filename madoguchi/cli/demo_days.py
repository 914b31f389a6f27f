"""A day at a made-up desk, played event by event, with the waiting times that would have been told."""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import count
from typing import Final
from zoneinfo import ZoneInfo

from madoguchi.domain.forecast import BUDGET, Booked, OpenCounter, Situation, Visit, forecast
from madoguchi.domain.habits import Habits, Pace, learn, pace_of
from madoguchi.domain.order import Policy, Waiting, order_key
from madoguchi.domain.past_days import Day, Seen, day_of
from madoguchi.domain.promises import Promise, stretch_of
from madoguchi.domain.queue_line import Line
from madoguchi.domain.tickets import TicketState

LEARN_FROM: Final = 28
"""Days, as `services/forecasts.py` has it; so are the next three."""
NEWEST_PROMISES: Final = 400
_BOOKED_AHEAD: Final = 240.0
_LATE: Final = 20.0


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who takes a number. Times are minutes after local midnight."""

    id: int
    service_id: int
    arrives: float
    minutes: float
    """At the counter, before what hour and counters do to it; how long it waits for one who is not there."""
    appointment: float | None = None
    absent: bool = False
    patience: float = math.inf
    """Minutes after which this one gives up and says so."""


@dataclass(frozen=True, slots=True)
class Course:
    """What a day brings. The desk that plays it does not tell the forecast."""

    day: date
    guests: Sequence[Guest]
    shifts: Mapping[int, Sequence[tuple[float, float]]]
    """When each counter calls, by its id; whoever has begun a visit ends it."""
    booked: Sequence[tuple[int, float]]
    """Service and time of every appointment, also of those who never come."""
    slower: Callable[[int, int], float]
    """Factor of an hour and a number of open counters."""
    pause: Callable[[], float]
    """Minutes before a call."""


@dataclass(slots=True)
class Played:
    """What became of a guest; `told` is low, high, people before and counters."""

    guest: Guest
    state: TicketState = TicketState.WAITING
    called: float | None = None
    finished: float | None = None
    counter_id: int | None = None
    told: tuple[int, int, int, int] | None = None


class Teller:
    """Learns and tells as the office does: from the days before, today's visits and outcomes so far."""

    def __init__(
        self, set_minutes: Mapping[int, float], *, budget: int = BUDGET, refresh: float = 2.0
    ) -> None:
        """`budget` as of `forecast`, `refresh`: minutes for which today's pace is held."""
        self._set_minutes = set_minutes
        self._budget = budget
        self._refresh = refresh
        self._past: list[Day] = []
        self._outcomes: deque[Promise] = deque(maxlen=NEWEST_PROMISES)
        self._habits: Habits | None = None
        self._day = date.min
        self._today: tuple[float, Pace, tuple[float, float]] = (-math.inf, Pace(), (1.0, 1.0))

    def begin(self, day: date) -> None:
        """A day begins: learn from those before it."""
        first = day - timedelta(days=LEARN_FROM)
        self._past = [one for one in self._past if one.day >= first]
        self._habits = learn(self._past, self._set_minutes, day)
        self._day = day
        self._today = (-math.inf, Pace(), (1.0, 1.0))

    def tell(
        self, situation: Situation, ended: Callable[[], list[Seen]], ahead: int, service_id: int
    ) -> tuple[int, int]:
        """Low and high minutes, as they are shown."""
        assert self._habits is not None
        if situation.minute >= self._today[0] + self._refresh:
            handled = day_of(self._day, ended()).handled
            self._today = (situation.minute, pace_of(self._habits, handled), stretch_of(self._outcomes))
        _, pace, stretch = self._today
        found = forecast(situation, self._habits, pace, stretch, budget=self._budget)
        return found.of(ahead, service_id=service_id).shown

    def came(self, guest: Guest, told: tuple[int, int, int, int], called: float) -> Promise:
        """A guest is called: the outcome counts from here on."""
        low, high, ahead, counters = told
        promise = Promise(
            low=low,
            high=high,
            ahead=ahead,
            counters=counters,
            waited=called - guest.arrives,
            set_minutes=self._set_minutes[guest.service_id],
            hour=int(guest.arrives // 60),
        )
        self._outcomes.appendleft(promise)
        return promise

    def end(self, tickets: Sequence[Seen]) -> None:
        """The day is over."""
        self._past.append(day_of(self._day, tickets))


def play(
    course: Course, zone: ZoneInfo, policy: Policy, teller: Teller | None, *, tell: bool = True
) -> tuple[list[Played], list[Promise]]:
    """The day's tickets in the order of their numbers, and what was promised and what became of it.

    Without `tell` the teller only learns.
    """
    day = _Day(course, zone, policy, teller if tell else None)
    if teller is not None:
        teller.begin(course.day)
    day.run()
    if teller is not None:
        teller.end(day.ended())
    return day.tickets, day.promises


class _Day:
    def __init__(self, course: Course, zone: ZoneInfo, policy: Policy, teller: Teller | None) -> None:
        self._course = course
        self._policy = policy
        self._teller = teller
        self._midnight = datetime.combine(course.day, time(), zone)
        self._line = Line(policy)
        self._waiting: dict[int, tuple[Waiting, Played]] = {}
        self._at: dict[int, Played | None] = {}
        """By open counter, who is there."""
        self._idle: set[int] = set()
        self._booked = sorted(course.booked, key=lambda one: one[1])
        self._events: list[tuple[float, int, Callable[[float], None]]] = []
        self._serial = count()
        self.tickets: list[Played] = []
        self.promises: list[Promise] = []

    def run(self) -> None:
        for guest in sorted(self._course.guests, key=lambda one: (one.arrives, one.id)):
            self._later(guest.arrives, partial(self._arrives, guest))
        for counter_id, spans in self._course.shifts.items():
            for begin, end in spans:
                self._later(begin, partial(self._opens, counter_id))
                self._later(end, partial(self._closes_if_idle, counter_id))
        while self._events:
            at, _, happens = heapq.heappop(self._events)
            happens(at)

    def ended(self) -> list[Seen]:
        """The tickets that have ended, as they are learned from."""
        return [
            Seen(
                one.guest.service_id,
                one.state,
                one.guest.arrives,
                one.called,
                one.finished,
                one.counter_id,
                one.guest.appointment,
            )
            for one in self.tickets
            if one.state in (TicketState.DONE, TicketState.MISSED, TicketState.CANCELLED)
        ]

    def _later(self, at: float, happens: Callable[[float], None]) -> None:
        heapq.heappush(self._events, (at, next(self._serial), happens))

    def _moment(self, at: float) -> datetime:
        return self._midnight + timedelta(minutes=at)

    def _arrives(self, guest: Guest, at: float) -> None:
        if guest.appointment is not None:
            self._booked.remove((guest.service_id, guest.appointment))
        appointment = None if guest.appointment is None else self._moment(guest.appointment)
        entry = Waiting(guest.id, self._moment(at), appointment_at=appointment, service_id=guest.service_id)
        played = Played(guest)
        if self._teller is not None:
            played.told = self._told(self._teller, entry, at)
        self.tickets.append(played)
        self._waiting[guest.id] = (entry, played)
        self._line.add(entry, self._moment(at))
        if guest.patience < math.inf:
            self._later(at + guest.patience, partial(self._gives_up, guest.id))
        if self._idle:
            counter_id = min(self._idle)
            self._idle.remove(counter_id)
            self._later(at + self._course.pause(), partial(self._calls, counter_id))

    def _told(self, teller: Teller, entry: Waiting, at: float) -> tuple[int, int, int, int]:
        now = self._moment(at)
        key = order_key(entry, self._policy, now)
        others = [one for one, _ in self._waiting.values()]
        ahead = sum(order_key(one, self._policy, now) < key for one in others)
        situation = Situation(
            now=now,
            minute=at,
            weekday=self._course.day.weekday(),
            services=sorted({one.service_id for one in self._course.guests}),
            waiting=others,
            counters=[OpenCounter(visit=self._visit(one, at)) for one in self._at.values()],
            seats=len(self._course.shifts),
            booked=[
                Booked(service_id, at - booked, self._moment(booked))
                for service_id, booked in self._booked
                if at - _LATE <= booked <= at + _BOOKED_AHEAD
            ],
            policy=self._policy,
        )
        low, high = teller.tell(situation, self.ended, ahead, entry.service_id)
        return low, high, ahead, len(situation.counters)

    @staticmethod
    def _visit(one: Played | None, at: float) -> Visit | None:
        if one is None or one.called is None:
            return None
        return Visit(one.guest.service_id, at - one.called, arrived=not one.guest.absent)

    def _gives_up(self, guest_id: int, at: float) -> None:
        if guest_id in self._waiting:
            _, played = self._waiting.pop(guest_id)
            played.state, played.finished = TicketState.CANCELLED, at

    def _opens(self, counter_id: int, at: float) -> None:
        if counter_id not in self._at:
            self._at[counter_id] = None
            self._calls(counter_id, at)

    def _closes_if_idle(self, counter_id: int, _at: float) -> None:
        if counter_id in self._idle:
            self._idle.remove(counter_id)
            del self._at[counter_id]

    def _calls(self, counter_id: int, at: float) -> None:
        spans = self._course.shifts[counter_id]
        last = max(end for _, end in spans)
        on_shift = any(begin <= at < end for begin, end in spans)
        # After the end of its last shift a counter goes on until nobody waits.
        if not on_shift and at < last:
            del self._at[counter_id]
            return
        played = self._next(at)
        if played is None:
            if on_shift:
                self._idle.add(counter_id)
            else:
                del self._at[counter_id]
            return
        self._at[counter_id] = played
        guest = played.guest
        played.called, played.counter_id, played.state = at, counter_id, TicketState.CALLED
        minutes = guest.minutes
        if not guest.absent:
            minutes *= self._course.slower(int(at // 60), len(self._at))
        if self._teller is not None and played.told is not None:
            self.promises.append(self._teller.came(guest, played.told, at))
        self._later(at + minutes, partial(self._ends, counter_id, played))

    def _next(self, at: float) -> Played | None:
        while (entry := self._line.take(self._moment(at))) is not None:
            if entry.ticket_id in self._waiting:
                return self._waiting.pop(entry.ticket_id)[1]
        return None

    def _ends(self, counter_id: int, played: Played, at: float) -> None:
        self._at[counter_id] = None
        if played.guest.absent:
            played.state = TicketState.MISSED
            self._calls(counter_id, at)
            return
        played.state, played.finished = TicketState.DONE, at
        self._later(at + self._course.pause(), partial(self._calls, counter_id))
