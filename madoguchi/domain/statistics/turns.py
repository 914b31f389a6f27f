"""A turn: one service that somebody came for, from arriving to the end, as one whole number of 64 bits.

Years of visits are counted by looking at such numbers; whoever is behind them is not in there. From the
lowest bit: service 15, counter 15 (0: none), quarter of an hour of the day in which waiting began 7, minutes
waited 11, minutes of handling 11, outcome 2, channel 2, whether it is the visit's first turn 1.
"""

from __future__ import annotations

import math
from datetime import date, datetime, tzinfo
from enum import IntEnum
from typing import Final, NamedTuple

from ..past_visits import FORGOTTEN, local_minutes, waiting_from
from ..tickets import AT_COUNTER, Channel, TicketState

QUARTER: Final = 15
"""Minutes."""
LARGEST_ID: Final = (1 << 15) - 1
"""Of services and counters."""
NONE: Final = (1 << 11) - 1
"""No such time."""
UNFINISHED: Final = NONE - 1
"""Handled, but nobody said when it ended: no handling time."""
_LONGEST: Final = NONE - 2
CHANNELS: Final = (Channel.LINE, Channel.PAPER, Channel.STAFF, Channel.RESERVATION)

SERVICE: Final = LARGEST_ID
COUNTER_AT, QUARTER_AT, WAIT_AT, HANDLING_AT, OUTCOME_AT, CHANNEL_AT, FIRST_AT = 15, 30, 37, 48, 59, 61, 63
COUNTER: Final = LARGEST_ID << COUNTER_AT
QUARTERS: Final = 127 << QUARTER_AT
WAIT: Final = NONE << WAIT_AT
HANDLING: Final = NONE << HANDLING_AT
OUTCOME: Final = 3 << OUTCOME_AT
CHANNEL: Final = 3 << CHANNEL_AT
FIRST: Final = 1 << FIRST_AT


class Outcome(IntEnum):
    """What became of it."""

    OPEN = 0
    DONE = 1
    MISSED = 2
    CANCELLED = 3


_OUTCOMES: Final = {
    TicketState.DONE: Outcome.DONE,
    TicketState.MISSED: Outcome.MISSED,
    TicketState.CANCELLED: Outcome.CANCELLED,
}


class Turn(NamedTuple):
    """One row of the raw events. Moments are aware."""

    service_id: int
    counter_id: int | None
    state: TicketState
    channel: Channel
    first: bool
    """False for what follows with the same number."""
    came_at: datetime
    """When the number was taken; of what follows, when the turn before was finished."""
    appointment_at: datetime | None
    answered_at: datetime | None
    """When waiting ended: the first call; of what follows, the call that was answered."""
    called_at: datetime | None
    """When handling began: the call that was answered."""
    finished_at: datetime | None
    own_wish: bool
    """Its holder let others pass or chose a time: how long that took says nothing about the office."""


def packed(turn: Turn, day: date, zone: tzinfo) -> int:
    """The turn of that day as a number. Raises `OverflowError` for an id beyond `LARGEST_ID`."""
    counter = turn.counter_id or 0
    if turn.service_id > LARGEST_ID or counter > LARGEST_ID:
        raise OverflowError(f"service {turn.service_id}, counter {counter}")
    came = local_minutes(turn.came_at, day, zone)
    quarter = min(95, max(0, int(came // QUARTER)))
    outcome = _OUTCOMES.get(turn.state, Outcome.OPEN)
    return (
        turn.service_id
        | counter << COUNTER_AT
        | quarter << QUARTER_AT
        | _waited(turn) << WAIT_AT
        | _handled(turn) << HANDLING_AT
        | outcome << OUTCOME_AT
        | CHANNELS.index(turn.channel) << CHANNEL_AT
        | turn.first << FIRST_AT
    )


def _waited(turn: Turn) -> int:
    seen = turn.state is TicketState.DONE or turn.state in AT_COUNTER
    if not seen or turn.own_wish or turn.answered_at is None:
        return NONE
    appointment = None if turn.appointment_at is None else turn.appointment_at.timestamp()
    began = waiting_from(turn.came_at.timestamp(), appointment)
    return whole_minutes(turn.answered_at.timestamp() - began)


def _handled(turn: Turn) -> int:
    if turn.state is not TicketState.DONE:
        return NONE
    if turn.called_at is None or turn.finished_at is None:
        return UNFINISHED
    minutes = whole_minutes((turn.finished_at - turn.called_at).total_seconds())
    return UNFINISHED if minutes > FORGOTTEN else minutes


def whole_minutes(seconds: float) -> int:
    """As people count: half a minute is one; less than nothing is nothing."""
    return min(_LONGEST, max(0, math.floor(seconds / 60 + 0.5)))


def service_of(word: int) -> int:
    """The service's id."""
    return word & SERVICE


def counter_of(word: int) -> int:
    """The counter's id; 0 without one."""
    return word >> COUNTER_AT & LARGEST_ID


def quarter_of(word: int) -> int:
    """The quarter of an hour, from midnight."""
    return word >> QUARTER_AT & 127


def wait_of(word: int) -> int:
    """Minutes waited, or `NONE`."""
    return word >> WAIT_AT & NONE


def handling_of(word: int) -> int:
    """Minutes of handling, `NONE` or `UNFINISHED`."""
    return word >> HANDLING_AT & NONE


def outcome_of(word: int) -> Outcome:
    """What became of it."""
    return Outcome(word >> OUTCOME_AT & 3)


def channel_of(word: int) -> Channel:
    """The door it came through."""
    return CHANNELS[word >> CHANNEL_AT & 3]
