"""LINE送信: the month's quota, what became of the messages, and who is not reached. No names, no LINE ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from ..domain.languages import localized
from ..domain.numbers import label
from ..domain.quota import Forecast, forecast
from ..domain.roles import Permission
from ..store import desks as desk_rows
from ..store import messages as rows
from ..store import reaching
from . import quota
from .actors import Actor
from .office import Office, Unit

MOST: Final = 200
DAYS: Final = 7
"""Today and the days before it that are shown."""


@dataclass(frozen=True)
class MessageLine:
    """One message; `about`: the ticket's number or the booking's code, empty for neither."""

    id: int
    at: datetime
    kind: str
    state: str
    failure: str
    about: str
    desk: str


@dataclass(frozen=True)
class DayCount:
    """How many of a day's messages of one kind are in one state, or ``answered`` by a reply instead."""

    day: date
    kind: str
    state: str
    number: int


@dataclass(frozen=True)
class UnreachedLine:
    """Whose turn has to be told by voice; `blocked`: else the last call did not arrive."""

    ticket_id: int
    number: str
    desk: str
    state: str
    blocked: bool


@dataclass(frozen=True)
class Messages:
    """The page at `now`. Quota and connection are the account's; all else is of the own municipality."""

    quota: quota.State
    forecast: Forecast
    sent_at: datetime | None
    failed_at: datetime | None
    """When LINE last did not take a message, and why; of the days shown."""
    failed_why: str
    waiting: int
    """Messages that are due and not taken yet, the oldest since `waiting_since`."""
    waiting_since: datetime | None
    counts: tuple[DayCount, ...]
    lines: tuple[MessageLine, ...]
    unreached: tuple[UnreachedLine, ...]
    today: date
    now: datetime


def messages(office: Office, actor: Actor, *, troubled: bool) -> Messages:
    """The newest `MOST` messages of `DAYS` days, those that did not arrive or all; and all around them.

    Raises `Refusal`: not_allowed.
    """
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        city, starts = actor.municipality_id, _starts(unit)
        names = {desk.id or 0: localized(desk.names, "ja") for desk, _ in desk_rows.desks(unit.session, city)}
        standing = quota.state_in(unit)
        traffic = rows.traffic(unit.session, unit.now, starts[-1])
        failed_at, failed_why = rows.last_failure(unit.session, starts[-1]) or (None, "")
        found = rows.newest(unit.session, city, starts[-1], MOST, troubled=troubled)
        return Messages(
            quota=standing,
            forecast=forecast(standing.quota, unit.now),
            sent_at=traffic.sent_at,
            failed_at=failed_at,
            failed_why=failed_why,
            waiting=traffic.waiting,
            waiting_since=traffic.waiting_since,
            counts=_counts(unit, city, starts),
            lines=tuple(_line(row, names) for row in found),
            unreached=tuple(
                _unreached(row, names) for row in reaching.in_city(unit.session, city, unit.today)
            ),
            today=unit.today,
            now=unit.now,
        )


def _starts(unit: Unit) -> list[datetime]:
    """When the days shown began, the newest first."""
    days = [unit.today - timedelta(days=back) for back in range(DAYS)]
    return [datetime.combine(day, time(), unit.zone) for day in days]


def _counts(unit: Unit, city: int, starts: list[datetime]) -> tuple[DayCount, ...]:
    found = rows.counts(unit.session, city, starts)
    return tuple(
        DayCount(unit.today - timedelta(days=one.bucket), one.kind, one.state, one.number) for one in found
    )


def _line(row: rows.MessageRow, names: Mapping[int, str]) -> MessageLine:
    about = row.code or ""
    if row.letter is not None and row.number is not None:
        about = label(row.letter, row.number)
    return MessageLine(
        id=row.id,
        at=row.created_at,
        kind=row.kind,
        state=row.state,
        failure=row.failure or "",
        about=about,
        desk=names.get(row.desk_id, ""),
    )


def _unreached(row: reaching.Unreached, names: Mapping[int, str]) -> UnreachedLine:
    return UnreachedLine(
        ticket_id=row.ticket_id,
        number=label(row.letter, row.number),
        desk=names.get(row.desk_id, ""),
        state=row.state,
        blocked=bool(row.blocked),
    )
