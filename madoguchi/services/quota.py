"""LINE's monthly quota: what is left of it, and which messages have to make room.

LINE is asked at the start, every hour, and when it takes a push no more (`line/quota.py`). In between
every accepted push is counted here; blocked receivers, whom LINE does not count, are put right by its
next answer. A month begins in Japan; a new one starts with the limit of the one before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from ..domain.quota import Quota, Worth, day_of, goes, month_of, stopped, worth_of
from ..store import quota as rows
from .office import Office, Unit

REFUSED_FOR: Final = timedelta(minutes=10)
"""After LINE's word that the month is used up only calls are tried for so long, whatever the figures say."""
KEPT: Final = "quota kept for calls"
"""Why a message was dropped: what is left is for those of higher worth."""
USED_UP: Final = "monthly limit"
"""Why a message was dropped: LINE takes no more in this month."""


@dataclass(frozen=True, slots=True)
class State:
    """The account's month. `known`: LINE was heard at least once, so that a limit of None means none."""

    quota: Quota
    known: bool
    checked_at: datetime | None
    stopped: tuple[Worth, ...]
    """What does not go out now, the highest worth first."""


@dataclass
class Ration:
    """What one claim may send; every message taken makes the rest smaller."""

    _quota: Quota
    _day: date

    def stopped(self) -> tuple[Worth, ...]:
        """The worths that do not go out, the highest first."""
        return stopped(self._quota, self._day)

    def take(self, kind: str) -> bool:
        """Whether a message of this kind goes out; it is counted then."""
        if not goes(worth_of(kind), self._quota, self._day):
            return False
        self._quota = replace(self._quota, used=self._quota.used + 1)
        return True

    @property
    def reason(self) -> str:
        """Why the others do not."""
        return USED_UP if self._quota.refused or self._quota.left == 0 else KEPT


def ration(unit: Unit, leased_until: datetime) -> Ration:
    """What may be sent now, in one query. What is on its way is taken as accepted."""
    found = rows.standing(unit.session, month_of(unit.now), unit.now, leased_until)
    under_way = 0 if found is None else found[5]
    return Ration(_quota(found, unit.now, under_way), day_of(unit.now))


def state(office: Office) -> State:
    """How the month stands."""
    with office.look() as unit:
        return state_in(unit)


def state_in(unit: Unit) -> State:
    """The same within a transaction."""
    found = rows.standing(unit.session, month_of(unit.now), unit.now, unit.now)
    quota = _quota(found, unit.now, 0)
    known = found is not None and (found[1] is not None or found[3] is not None)
    checked_at = None if found is None else found[3]
    return State(quota, known, checked_at, stopped(quota, day_of(unit.now)))


def _quota(
    found: tuple[str, int | None, int, datetime | None, datetime | None, int] | None,
    now: datetime,
    under_way: int,
) -> Quota:
    if found is None:
        return Quota(None, 0)
    month, limit, used, _checked_at, refused_at, _leased = found
    if month != month_of(now):
        return Quota(limit, under_way)
    refused = refused_at is not None and now - refused_at < REFUSED_FOR
    return Quota(limit, used + under_way, refused)


def accepted(unit: Unit) -> None:
    """LINE took a push: count it. That it had refused one before holds no more."""
    rows.count_up(unit.session, month_of(unit.now))


def refused(unit: Unit) -> None:
    """LINE said that the month is used up."""
    rows.mark_refused(unit.session, month_of(unit.now), unit.now)


def counted(office: Office) -> tuple[str, int]:
    """The month and its pushes counted so far: ask this before LINE, and give it to `told`."""
    with office.look() as unit:
        month = month_of(unit.now)
        return month, rows.used_in(unit.session, month)


def told(office: Office, before: tuple[str, int], limit: int | None, used: int) -> None:
    """LINE says that the plan's `limit` is so (None: it has none) and `used` messages are counted.

    `before` is what `counted` told before LINE was asked. An answer about a month that has ended
    meanwhile is forgotten.
    """
    month, count = before
    with office.change() as unit:
        if month == month_of(unit.now):
            rows.set_to(unit.session, month, limit=limit, used=used, counted_before=count, now=unit.now)
