"""The small stock of numbers that each terminal holds, so that it can give some without the server."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy.exc import IntegrityError

from ..domain import leasing
from ..domain.codes import CLAIM_ALPHABET, CLAIM_LENGTH, drawn
from ..domain.numbers import label
from ..store import desks, leases, queue
from ..store.desks import Offer
from ..store.leases import Held
from ..store.tables import LeasedNumber
from .holidays import is_holiday
from .office import Office, Unit

KEPT: Final = timedelta(days=31)
"""So long a terminal may bring what it gave; then numbers that nobody got are forgotten."""
_LATELY: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class HeldNumber:
    """One number with all that its paper needs."""

    number: str
    token: str
    claim_code: str


@dataclass(frozen=True, slots=True)
class Lease:
    """The numbers of one service that a terminal may give between two moments, without asking.

    `stopped`: staff have ended the giving of numbers for that day; none is to be given now. `used`: so many
    of the terminal's numbers are tickets here; a terminal that told more tells them again.
    """

    service_code: str
    service_day: date
    opens_at: datetime
    closes_at: datetime
    stopped: bool
    used: int
    numbers: tuple[HeldNumber, ...]


@dataclass(frozen=True, slots=True)
class LeaseLine:
    """What a terminal holds of one letter, as staff see it; `used` of `count` have become tickets."""

    terminal_id: int
    terminal: str
    service_day: date
    first: str
    last: str
    count: int
    used: int


@dataclass(frozen=True, slots=True)
class TroubleLine:
    """A paper that two people hold, or that nobody leased; `instead` is the number given in its place."""

    number: str
    reason: str
    found_at: datetime
    instead: str | None


def renewed(office: Office, terminal_id: int, desk_id: int) -> list[Lease]:
    """What the terminal holds of the day on which it can next give numbers, filled up to what it needs."""
    with office.look() as unit:
        day = _day(unit, desk_id)
        lacking = {} if day is None else _lacking(office, unit, terminal_id, desk_id, day)
    if day is None:
        return []
    if lacking:
        _fill_up(office, terminal_id, day, lacking)
    with office.look() as unit:
        return _leases(unit, terminal_id, desk_id, day)


def leases_of(office: Office, desk_id: int) -> list[LeaseLine]:
    """What the desk's terminals hold, today and later."""
    with office.look() as unit:
        return [_line(held) for held in leases.held(unit.session, [desk_id], unit.today)]


def troubles_of(office: Office, desk_id: int) -> list[TroubleLine]:
    """Today's papers of the desk that need a hand."""
    with office.look() as unit:
        found = leases.troubles(unit.session, desk_id, unit.today)
        instead = {
            ticket.id: label(ticket.letter, ticket.number)
            for ticket in leases.tickets_instead(unit.session, found)
        }
        return [
            TroubleLine(one.number, one.reason, one.found_at, instead.get(one.ticket_id)) for one in found
        ]


def forget_unused(office: Office) -> int:
    """Drop numbers that nobody got on days long past; how many."""
    with office.change() as unit:
        return leases.forget_unused(unit.session, unit.today - KEPT)


def _day(unit: Unit, desk_id: int) -> date | None:
    offers = desks.offers_at(unit.session, desk_id)
    if not offers:
        return None
    hours, local = offers[0].hours, unit.now.astimezone(unit.zone)
    if local.time() < hours.closes_at and hours.open_on(local.date(), is_holiday):
        return local.date()
    return hours.next_day(local.date(), is_holiday)


def _lacking(office: Office, unit: Unit, terminal_id: int, desk_id: int, day: date) -> dict[int, int]:
    """By service id, how many numbers the terminal is short of."""
    least = office.settings.terminal_lease
    if not least:
        return {}
    lately = leases.given_since(unit.session, desk_id, unit.today, unit.now - _LATELY)
    terminals = leases.terminals_at(unit.session, desk_id)
    there: dict[int, int] = {}
    for number in leases.unused(unit.session, terminal_id, day):
        there[number.service_id] = there.get(number.service_id, 0) + 1
    short = {
        offer.service_id: leasing.wanted(lately.get(offer.service_id, 0), terminals, least)
        - there.get(offer.service_id, 0)
        for offer in desks.offers_at(unit.session, desk_id)
        if offer.walk_in
    }
    return {service_id: many for service_id, many in short.items() if many > 0}


def _fill_up(office: Office, terminal_id: int, day: date, lacking: dict[int, int]) -> None:
    try:
        _filled_up(office, terminal_id, day, lacking)
    except IntegrityError:
        # A token or a claim code was drawn twice: once in a universe or so.
        _filled_up(office, terminal_id, day, lacking)


def _filled_up(office: Office, terminal_id: int, day: date, lacking: dict[int, int]) -> None:
    with office.change() as unit:
        offers = [desks.offer(unit.session, service_id) for service_id in lacking]
        # Number sequences are locked in one order everywhere, so no two can wait for each other.
        for offer in sorted(filter(None, offers), key=lambda one: (one.desk_id, one.letter)):
            place = (unit.session, offer.desk_id, day, offer.letter)
            queue.hold_sequence(*place, visitor=False)
            taken = leases.not_free(*place)
            for number in leasing.free_numbers(offer.all_numbers, taken, lacking[offer.service_id]):
                unit.session.add(_drawn(unit, terminal_id, offer, day, number))


def _drawn(unit: Unit, terminal_id: int, offer: Offer, day: date, number: int) -> LeasedNumber:
    return LeasedNumber(
        terminal_id=terminal_id,
        desk_id=offer.desk_id,
        service_id=offer.service_id,
        service_day=day,
        letter=offer.letter,
        number=number,
        token=secrets.token_urlsafe(16),
        claim_code=drawn(secrets.choice, CLAIM_ALPHABET, CLAIM_LENGTH),
        given_at=unit.now,
    )


def _leases(unit: Unit, terminal_id: int, desk_id: int, day: date) -> list[Lease]:
    held = leases.unused(unit.session, terminal_id, day)
    used = leases.used(unit.session, terminal_id, day)
    return [
        _lease(
            unit,
            offer,
            day,
            [one for one in held if one.service_id == offer.service_id],
            used.get(offer.service_id, 0),
        )
        for offer in desks.offers_at(unit.session, desk_id)
        if offer.walk_in
    ]


def _lease(unit: Unit, offer: Offer, day: date, held: Sequence[LeasedNumber], used: int) -> Lease:
    return Lease(
        service_code=offer.service_code,
        service_day=day,
        opens_at=_moment(unit, day, offer.opens_at),
        closes_at=_moment(unit, day, offer.closes_at),
        stopped=offer.paused or day in (offer.stopped_on, offer.closed_on),
        used=used,
        numbers=tuple(
            HeldNumber(label(one.letter, one.number), one.token, one.claim_code or "") for one in held
        ),
    )


def _moment(unit: Unit, day: date, at: time) -> datetime:
    return datetime.combine(day, at, unit.zone).astimezone(UTC)


def _line(held: Held) -> LeaseLine:
    return LeaseLine(
        terminal_id=held.terminal_id,
        terminal=held.terminal,
        service_day=held.service_day,
        first=label(held.letter, held.first),
        last=label(held.letter, held.last),
        count=held.count,
        used=held.used,
    )


def lease_lines(office: Office) -> dict[int, list[LeaseLine]]:
    """What every terminal holds today and later, by terminal id."""
    with office.look() as unit:
        query = desks.desks(unit.session)
        found = leases.held(unit.session, [desk.id or 0 for desk, _ in query], unit.today)
    lines: dict[int, list[LeaseLine]] = {}
    for held in found:
        lines.setdefault(held.terminal_id, []).append(_line(held))
    return lines
