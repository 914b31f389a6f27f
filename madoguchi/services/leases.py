"""The small stock of numbers that each terminal holds, so that it can give some without the server."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy.exc import IntegrityError

from ..domain import leasing
from ..domain.codes import CLAIM_ALPHABET, CLAIM_LENGTH, drawn
from ..domain.numbers import label
from ..domain.roles import Permission
from ..store import desks, leases, queue
from ..store.desks import Offer
from ..store.leases import Held
from ..store.tables import LeasedNumber
from . import lease_troubles
from .actors import Actor
from .holidays import is_holiday
from .lease_troubles import TroubleLine
from .office import Office, Unit
from .reservation_desk import own_desk

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


def renewed(office: Office, terminal_id: int, desk_id: int) -> list[Lease]:
    """What the terminal holds of the day on which it can next give numbers, filled up to what it needs."""
    with office.look() as unit:
        stock = _stock(unit, terminal_id, desk_id)
        if stock is None:
            return []
        wanted = _wanted(office, unit, stock)
        if not _lacking(stock.unused, wanted):
            return _leases(unit, stock)
    _fill_up(office, stock, wanted)
    with office.look() as unit:
        filled = leases.unused(unit.session, terminal_id, stock.day)
        return _leases(unit, replace(stock, unused=filled))


def leases_of(office: Office, actor: Actor, desk_id: int) -> list[LeaseLine]:
    """What the desk's terminals hold, today and later. Raises `Refusal`: not_allowed, unknown_desk."""
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        own_desk(unit, actor, desk_id)
        return [_line(held) for held in leases.held(unit.session, [desk_id], unit.today)]


def held_today(unit: Unit, desk_id: int) -> dict[int, list[str]]:
    """What each of the desk's terminals can give today without the network, by its id: ``A901–A920``."""
    found: dict[int, list[str]] = {}
    for held in leases.held(unit.session, [desk_id], unit.today):
        if held.service_day == unit.today and held.used < held.count:
            line = _line(held)
            found.setdefault(held.terminal_id, []).append(f"{line.first}–{line.last}")
    return found


def troubles_of(office: Office, actor: Actor, desk_id: int) -> list[TroubleLine]:
    """Today's papers of the desk that need a hand. Raises `Refusal`: not_allowed, unknown_desk."""
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        own_desk(unit, actor, desk_id)
        return lease_troubles.of_today(unit, desk_id)


def lease_lines(office: Office) -> dict[int, list[LeaseLine]]:
    """What every terminal holds today and later, by terminal id."""
    with office.look() as unit:
        everywhere = [desk.id or 0 for desk, _ in desks.desks(unit.session)]
        lines: dict[int, list[LeaseLine]] = {}
        for held in leases.held(unit.session, everywhere, unit.today):
            lines.setdefault(held.terminal_id, []).append(_line(held))
        return lines


def forget_unused(office: Office) -> int:
    """Drop numbers that nobody got on days long past; how many."""
    with office.change() as unit:
        return leases.forget_unused(unit.session, unit.today - KEPT)


@dataclass(frozen=True, slots=True)
class _Stock:
    """What a terminal holds unused of the day on which its desk next gives numbers."""

    terminal_id: int
    desk_id: int
    day: date
    offers: Sequence[Offer]
    unused: Sequence[LeasedNumber]


def _stock(unit: Unit, terminal_id: int, desk_id: int) -> _Stock | None:
    offers = desks.offers_at(unit.session, desk_id)
    day = _day(unit, offers)
    if day is None:
        return None
    unused = leases.unused(unit.session, terminal_id, day)
    return _Stock(terminal_id, desk_id, day, [one for one in offers if one.walk_in], unused)


def _day(unit: Unit, offers: Sequence[Offer]) -> date | None:
    if not offers:
        return None
    hours, local = offers[0].hours, unit.now.astimezone(unit.zone)
    if local.time() < hours.closes_at and hours.open_on(local.date(), is_holiday):
        return local.date()
    return hours.next_day(local.date(), is_holiday)


def _wanted(office: Office, unit: Unit, stock: _Stock) -> dict[int, int]:
    """By service id, how many numbers the terminal should hold."""
    least = office.settings.terminal_lease
    if not least:
        return {}
    lately = leases.given_since(unit.session, stock.desk_id, unit.today, unit.now - _LATELY)
    terminals = leases.terminals_at(unit.session, stock.desk_id)
    return {
        offer.service_id: leasing.wanted(lately.get(offer.service_id, 0), terminals, least)
        for offer in stock.offers
    }


def _lacking(unused: Sequence[LeasedNumber], wanted: Mapping[int, int]) -> dict[int, int]:
    """By service id, how many of the wanted numbers are not there."""
    there = Counter(number.service_id for number in unused)
    short = {service_id: many - there[service_id] for service_id, many in wanted.items()}
    return {service_id: many for service_id, many in short.items() if many > 0}


def _fill_up(office: Office, stock: _Stock, wanted: Mapping[int, int]) -> None:
    try:
        _filled_up(office, stock, wanted)
    except IntegrityError:
        # A token or a claim code was drawn twice: once in a universe or so.
        _filled_up(office, stock, wanted)


def _filled_up(office: Office, stock: _Stock, wanted: Mapping[int, int]) -> None:
    short = _lacking(stock.unused, wanted)
    with office.change() as unit:
        # Number sequences are locked in one order everywhere, so no two can wait for each other.
        offers = sorted(
            (one for one in stock.offers if one.service_id in short),
            key=lambda one: (one.desk_id, one.letter),
        )
        for offer in offers:
            queue.hold_sequence(unit.session, offer.desk_id, stock.day, offer.letter, visitor=False)
        # Counted anew with them locked: a terminal whose answer was lost asks twice at once.
        lacking = _lacking(leases.unused(unit.session, stock.terminal_id, stock.day), wanted)
        for offer in offers:
            taken = leases.not_free(unit.session, offer.desk_id, stock.day, offer.letter)
            many = lacking.get(offer.service_id, 0)
            for number in leasing.free_numbers(offer.all_numbers, taken, many):
                unit.session.add(_drawn(unit, stock.terminal_id, offer, stock.day, number))


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


def _leases(unit: Unit, stock: _Stock) -> list[Lease]:
    used = leases.used(unit.session, stock.terminal_id, stock.day)
    return [
        _lease(
            unit,
            offer,
            stock.day,
            [one for one in stock.unused if one.service_id == offer.service_id],
            used.get(offer.service_id, 0),
        )
        for offer in stock.offers
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
