"""Made-up visits of the last month, to learn waiting times from and to fill the statistics."""

import random
import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import insert
from sqlmodel import col, select

from madoguchi.cli.demo_days import Played, Teller, play
from madoguchi.cli.demo_month import Kind, course
from madoguchi.domain.order import Policy
from madoguchi.domain.tickets import Channel, TicketState
from madoguchi.services.holidays import is_holiday
from madoguchi.services.office import Unit
from madoguchi.store.tables import Counter, Desk, Service, Ticket

DAYS: Final = 28
TOLD_DAYS: Final = 10
"""So many of them have promises. All 28, played as often as the server does, would take half a minute or
more; these, played as seldom as a forecast may be, take 3 to 4 seconds. The figures come out the same."""
_BUDGET: Final = 1
_REFRESH: Final = 10.0
_REAL: Final = {
    "nursery": (17.0, 0.5),
    "allowance": (9.0, 0.5),
    "moving": (10.5, 0.6),
    "mynumber": (13.0, 0.4),
    "tax": (15.0, 0.4),
    "certificate": (5.5, 0.6),
}
"""Minutes that visits of a service really take, unlike what staff set, and how many of ten come for it."""


def add_history(unit: Unit) -> int:
    """Write the visits of the office days of the last four weeks; how many."""
    rows = [row for desk in unit.session.exec(select(Desk)).all() for row in _month(unit, desk)]
    unit.session.execute(insert(Ticket), rows)
    return len(rows)


def _month(unit: Unit, desk: Desk) -> Iterator[dict[str, Any]]:
    # Always the same month for the same day, so that two demos look alike.
    chance = random.Random(f"{unit.today.isoformat()} {desk.code}")  # noqa: S311  no secret
    services = unit.session.exec(select(Service).where(col(Service.desk_id) == desk.id)).all()
    counters = unit.session.exec(select(col(Counter.id)).where(col(Counter.desk_id) == desk.id)).all()
    counter_ids = sorted(one for one in counters if one is not None)
    kinds = [Kind(one.id or 0, *_REAL.get(one.code, (one.estimated_minutes, 0.5))) for one in services]
    set_minutes = {one.id or 0: one.estimated_minutes for one in services}
    teller = Teller(set_minutes, budget=_BUDGET, refresh=_REFRESH)
    for day in _office_days(unit.today):
        told = (unit.today - day).days <= TOLD_DAYS
        played, _ = play(course(day, kinds, counter_ids, chance), unit.zone, Policy(), teller, tell=told)
        yield from _rows(unit, desk, services, day, played, chance)


def _office_days(today: date) -> Iterator[date]:
    for back in range(DAYS, 0, -1):
        day = today - timedelta(days=back)
        if day.weekday() < 5 and not is_holiday(day):
            yield day


def _rows(
    unit: Unit,
    desk: Desk,
    services: Sequence[Service],
    day: date,
    played: Sequence[Played],
    chance: random.Random,
) -> Iterator[dict[str, Any]]:
    midnight = datetime.combine(day, time(), unit.zone)

    def moment(minutes: float | None) -> datetime | None:
        return None if minutes is None else (midnight + timedelta(minutes=minutes)).astimezone(UTC)

    letters = {one.id or 0: one.letter for one in services}
    numbers = dict.fromkeys(letters.values(), 0)
    for one in played:
        letter = letters[one.guest.service_id]
        numbers[letter] += 1
        low, high, ahead, counters = one.told or (None, None, None, None)
        walk_in = chance.choice((Channel.LINE, Channel.PAPER, Channel.PAPER))
        yield {
            "token": secrets.token_urlsafe(16),
            "desk_id": desk.id,
            "home_desk_id": desk.id,
            "service_id": one.guest.service_id,
            "service_day": day,
            "letter": letter,
            "number": numbers[letter],
            "lap": 0,
            "state": one.state.value,
            "channel": (walk_in if one.guest.appointment is None else Channel.RESERVATION).value,
            "language": "ja",
            "issued_at": moment(one.guest.arrives),
            "queued_at": moment(one.guest.arrives),
            "appointment_at": moment(one.guest.appointment),
            "priority": 0,
            "called_at": moment(one.called),
            "first_called_at": moment(one.called),
            "finished_at": moment(one.finished) if one.state is TicketState.DONE else None,
            "counter_id": one.counter_id,
            "calls": 0 if one.called is None else 3 if one.state is TicketState.MISSED else 1,
            "version": 2,
            "near_told": True,
            "promised_low": low,
            "promised_high": high,
            "promised_ahead": ahead,
            "promised_counters": counters,
        }
