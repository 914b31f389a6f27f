"""The figures of a period, from the days of its desks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from ..booking import ReservationState
from ..tickets import Channel
from . import counting
from .counting import Minutes
from .days import CAME, DeskDay, Told
from .spread import Spread, spread_of
from .turns import CHANNEL_AT, CHANNELS, COUNTER, COUNTER_AT, SERVICE, Outcome

BANDS: Final = (15, 30, 60)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is counted. None and empty: all."""

    service_ids: Collection[int] | None = None
    counter_id: int | None = None
    channel: Channel | None = None
    band: int = 60
    """Minutes of a time band: one of `BANDS`."""
    by_day: bool = True
    """The course of the period by day; else by month."""

    def takes(self, service_id: int) -> bool:
        """Whether the service is among those wanted."""
        return self.service_ids is None or service_id in self.service_ids


@dataclass(frozen=True, slots=True)
class Group:
    """Visitors of one kind, what became of their turns, and how long those took."""

    visitors: int = 0
    done: int = 0
    missed: int = 0
    cancelled: int = 0
    still_open: int = 0
    waiting: Spread = field(default_factory=Spread)
    handling: Spread = field(default_factory=Spread)
    unfinished: int = 0
    """Done without a usable end."""

    @property
    def turns(self) -> int:
        """All of them, whatever became of them."""
        return self.done + self.missed + self.cancelled + self.still_open


@dataclass(frozen=True, slots=True)
class Point:
    """A day, or the month that begins with `first`."""

    first: date
    visitors: int
    booked: int
    waiting: Spread


@dataclass(frozen=True, slots=True)
class Bookings:
    """What became of bookings."""

    came: int = 0
    missed: int = 0
    cancelled: int = 0
    still_open: int = 0

    @property
    def all(self) -> int:
        """How many there were."""
        return self.came + self.missed + self.cancelled + self.still_open


@dataclass(frozen=True, slots=True)
class Figures:
    """All that is told of a period. Ids stand for services and counters."""

    days: int
    """Days on which anybody came."""
    total: Group
    walk_in: Group
    with_booking: Group
    by_service: tuple[tuple[int, Group], ...]
    by_channel: tuple[tuple[Channel, Group], ...]
    by_counter: tuple[tuple[int, Group], ...]
    """Of done turns only."""
    by_band: tuple[tuple[int, Group], ...]
    """By the minute of the day at which the band begins; visitors and waiting only."""
    heat: tuple[tuple[int, int, int], ...]
    """Weekday (Monday 0), hour, visitors."""
    weekdays: tuple[int, ...]
    """How many days of each weekday somebody came on."""
    course: tuple[Point, ...]
    waits: tuple[tuple[int, int], ...]
    """Minutes waited, and how many did."""
    bookings: Bookings
    bookings_by_service: tuple[tuple[int, Bookings], ...]
    places: tuple[tuple[int, int, int], ...]
    """Hour, capacity, taken."""
    told: Told
    told_by_service: tuple[tuple[int, Told], ...]
    told_by_hour: tuple[tuple[int, Told], ...]


def figures_of(days: Iterable[DeskDay], wanted: Wanted, pool_ids: Collection[int] | None = None) -> Figures:
    """The figures of what is `wanted`; `pool_ids` are the pools of its services, None for all."""
    found = [one for one in days if one.turns or one.booked or one.places or one.told]
    words = [(one.day, _chosen(one.turns, wanted)) for one in found]
    counted = counting.counted(words, wanted.by_day)
    by_service = counted.by(lambda key: key & SERVICE)
    by_channel = counted.by(lambda key: key >> CHANNEL_AT & 3)
    by_booking = counted.by(lambda key: CHANNELS[key >> CHANNEL_AT & 3] is Channel.RESERVATION)
    bookings = _bookings(found, wanted)
    told = [one for day in found for one in day.told if wanted.takes(one.service_id)]
    return Figures(
        days=len({day for day, chosen in words if len(chosen)}),
        total=_group(counted.all()),
        walk_in=_group(by_booking.get(False)),
        with_booking=_group(by_booking.get(True)),
        by_service=tuple((one, _group(by_service[one])) for one in sorted(by_service)),
        by_channel=tuple(
            (channel, _group(by_channel[place]))
            for place, channel in enumerate(CHANNELS)
            if place in by_channel
        ),
        by_counter=tuple(
            (counter, _group(minutes)) for counter, minutes in sorted(counted.by_counter().items()) if counter
        ),
        by_band=tuple((one, _group(minutes)) for one, minutes in counted.by_band(wanted.band)),
        heat=counted.heat(),
        weekdays=counted.weekdays,
        course=tuple(
            Point(first, visitors, booked, spread_of(waits))
            for first, visitors, booked, waits in counted.course
        ),
        waits=tuple(sorted(counted.all().waiting.items())),
        bookings=_sum(bookings.values()),
        bookings_by_service=tuple(sorted(bookings.items())),
        places=_places(found, pool_ids),
        told=_told_sum(told),
        told_by_service=_told_by(told, 0),
        told_by_hour=_told_by(told, 1),
    )


def _chosen(turns: Sequence[int], wanted: Wanted) -> Sequence[int]:
    if wanted.service_ids is not None and len(wanted.service_ids) != 1:
        services = frozenset(wanted.service_ids)
        turns = [one for one in turns if one & SERVICE in services]
    mask = bits = 0
    if wanted.service_ids is not None and len(wanted.service_ids) == 1:
        mask, bits = SERVICE, next(iter(wanted.service_ids))
    if wanted.counter_id is not None:
        mask, bits = mask | COUNTER, bits | wanted.counter_id << COUNTER_AT
    if wanted.channel is not None:
        mask, bits = mask | 3 << CHANNEL_AT, bits | CHANNELS.index(wanted.channel) << CHANNEL_AT
    return [one for one in turns if one & mask == bits] if mask else turns


def _group(minutes: Minutes | None) -> Group:
    if minutes is None:
        return Group()
    outcomes = minutes.outcomes
    return Group(
        visitors=minutes.visitors,
        done=outcomes[Outcome.DONE],
        missed=outcomes[Outcome.MISSED],
        cancelled=outcomes[Outcome.CANCELLED],
        still_open=outcomes[Outcome.OPEN],
        waiting=spread_of(minutes.waiting),
        handling=spread_of(minutes.handling),
        unfinished=minutes.unfinished,
    )


def _bookings(days: Iterable[DeskDay], wanted: Wanted) -> dict[int, Bookings]:
    found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for day in days:
        for service_id, state, count in day.booked:
            if wanted.takes(service_id):
                found[service_id]["came" if state in CAME else state] += count
    return {
        service_id: Bookings(
            came=by_state["came"],
            missed=by_state[ReservationState.MISSED.value],
            cancelled=by_state[ReservationState.CANCELLED.value],
            still_open=by_state[ReservationState.BOOKED.value],
        )
        for service_id, by_state in found.items()
    }


def _sum(bookings: Iterable[Bookings]) -> Bookings:
    all_of = list(bookings)
    return Bookings(
        came=sum(one.came for one in all_of),
        missed=sum(one.missed for one in all_of),
        cancelled=sum(one.cancelled for one in all_of),
        still_open=sum(one.still_open for one in all_of),
    )


def _places(days: Iterable[DeskDay], pool_ids: Collection[int] | None) -> tuple[tuple[int, int, int], ...]:
    capacity: dict[int, int] = defaultdict(int)
    taken: dict[int, int] = defaultdict(int)
    for day in days:
        for one in day.places:
            if pool_ids is None or one.pool_id in pool_ids:
                capacity[one.quarter // 4] += one.capacity
                taken[one.quarter // 4] += one.taken
    return tuple((hour, capacity[hour], taken[hour]) for hour in sorted(capacity))


def _told_by(told: Sequence[Told], column: int) -> tuple[tuple[int, Told], ...]:
    found: dict[int, list[Told]] = defaultdict(list)
    for one in told:
        found[int(one[column])].append(one)
    return tuple((key, _told_sum(found[key])) for key in sorted(found))


def _told_sum(told: Iterable[Told]) -> Told:
    columns = list(zip(*told, strict=True))[2:] or [()] * 6
    return Told(0, 0, *(sum(column) for column in columns))
