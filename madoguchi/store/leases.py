"""Queries on the numbers that terminals hold in advance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, delete, func, select
from sqlmodel import Session, col

from ..domain.tickets import Channel
from .queue import numbers_from_elsewhere
from .tables import LeasedNumber, LeaseTrouble, Terminal, Ticket


@dataclass(frozen=True, slots=True)
class Held:
    """What a terminal holds, or held, of one service on one day; `used` of its numbers are tickets."""

    terminal_id: int
    terminal: str
    service_day: date
    letter: str
    first: int
    last: int
    count: int
    used: int


def unused(session: Session, terminal_id: int, day: date) -> list[LeasedNumber]:
    """The numbers of the day of which the server knows no holder, lowest first."""
    query = (
        select(LeasedNumber)
        .where(
            col(LeasedNumber.terminal_id) == terminal_id,
            col(LeasedNumber.service_day) == day,
            col(LeasedNumber.key).is_(None),
        )
        .order_by(col(LeasedNumber.letter), col(LeasedNumber.number))
    )
    return list(session.execute(query).scalars())


def not_free(session: Session, desk_id: int, day: date, letter: str) -> set[int]:
    """The numbers of a letter that nobody else may get: held, given, or brought along from another desk."""
    held = select(col(LeasedNumber.number)).where(
        col(LeasedNumber.desk_id) == desk_id,
        col(LeasedNumber.service_day) == day,
        col(LeasedNumber.letter) == letter,
    )
    given = select(col(Ticket.number)).where(
        col(Ticket.home_desk_id) == desk_id, col(Ticket.service_day) == day, col(Ticket.letter) == letter
    )
    found = set(session.execute(held.union(given)).scalars())
    return found | numbers_from_elsewhere(session, desk_id, day, letter)


def given_since(session: Session, desk_id: int, day: date, moment: datetime) -> dict[int, int]:
    """How many paper numbers were given since, by service id."""
    query = (
        select(col(Ticket.service_id), func.count())
        .where(
            col(Ticket.home_desk_id) == desk_id,
            col(Ticket.service_day) == day,
            col(Ticket.channel) == Channel.PAPER.value,
            col(Ticket.issued_at) >= moment,
        )
        .group_by(col(Ticket.service_id))
    )
    return {row[0]: row[1] for row in session.execute(query)}


def terminals_at(session: Session, desk_id: int) -> int:
    """How many terminals give the desk's numbers."""
    query = select(func.count()).where(col(Terminal.desk_id) == desk_id, col(Terminal.revoked_at).is_(None))
    return int(session.execute(query).scalar_one())


def by_token(session: Session, token: str, *, lock: bool = False) -> LeasedNumber | None:
    """The number whose paper carries that token."""
    query = select(LeasedNumber).where(col(LeasedNumber.token) == token)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found: LeasedNumber | None = session.execute(query).scalar_one_or_none()
    return found


def is_held(session: Session, today: date, *, token: str = "", claim_code: str = "") -> bool:
    """Whether a terminal holds a number with that token or claim code, and may have given it unheard."""
    query = select(col(LeasedNumber.id)).where(
        col(LeasedNumber.service_day) >= today,
        col(LeasedNumber.key).is_(None),
        col(LeasedNumber.token) == token if token else col(LeasedNumber.claim_code) == claim_code,
    )
    return session.execute(query).first() is not None


def trouble(session: Session, terminal_id: int, key: str) -> LeaseTrouble | None:
    """What went wrong with that touch of the terminal."""
    query = select(LeaseTrouble).where(
        col(LeaseTrouble.terminal_id) == terminal_id, col(LeaseTrouble.key) == key
    )
    found: LeaseTrouble | None = session.execute(query).scalar_one_or_none()
    return found


def by_number(session: Session, desk_id: int, day: date, letter: str, number: int) -> LeasedNumber | None:
    """That number of the day, when a terminal holds or held it."""
    query = select(LeasedNumber).where(
        col(LeasedNumber.desk_id) == desk_id,
        col(LeasedNumber.service_day) == day,
        col(LeasedNumber.letter) == letter,
        col(LeasedNumber.number) == number,
    )
    found: LeasedNumber | None = session.execute(query).scalar_one_or_none()
    return found


def used(session: Session, terminal_id: int, day: date) -> dict[int, int]:
    """How many of the terminal's numbers of the day have become tickets, by service id."""
    query = (
        select(col(LeasedNumber.service_id), func.count())
        .where(
            col(LeasedNumber.terminal_id) == terminal_id,
            col(LeasedNumber.service_day) == day,
            col(LeasedNumber.key).is_not(None),
        )
        .group_by(col(LeasedNumber.service_id))
    )
    return {row[0]: row[1] for row in session.execute(query)}


def forget_unused(session: Session, before: date) -> int:
    """Drop numbers of days before that nobody got; how many."""
    old = delete(LeasedNumber).where(col(LeasedNumber.service_day) < before, col(LeasedNumber.key).is_(None))
    return int(session.connection().execute(old).rowcount)


def last_issued(session: Session, terminal_id: int, day: date) -> datetime | None:
    """When the terminal gave the latest of the day's held numbers that have become tickets."""
    query = (
        select(func.max(col(Ticket.issued_at)))
        .join(LeasedNumber, col(LeasedNumber.ticket_id) == col(Ticket.id))
        .where(col(LeasedNumber.terminal_id) == terminal_id, col(LeasedNumber.service_day) == day)
    )
    found: datetime | None = session.execute(query).scalar_one()
    return found


def held(session: Session, desk_ids: Sequence[int], since: date) -> list[Held]:
    """What the desks' terminals hold on days from `since`, by terminal, day and letter."""
    place = (
        col(LeasedNumber.terminal_id),
        col(Terminal.name),
        col(LeasedNumber.service_day),
        col(LeasedNumber.letter),
    )
    used = func.sum(case((col(LeasedNumber.key).is_not(None), 1), else_=0))
    number = col(LeasedNumber.number)
    query = (
        select(*place, func.min(number), func.max(number), func.count(), used)
        .join(Terminal, col(Terminal.id) == col(LeasedNumber.terminal_id))
        .where(
            col(LeasedNumber.desk_id).in_(list(desk_ids)),
            col(LeasedNumber.service_day) >= since,
            col(Terminal.revoked_at).is_(None),
        )
        .group_by(*place)
        .order_by(*place)
    )
    return [Held(*row) for row in session.execute(query)]


def troubles(session: Session, desk_id: int, since: date) -> list[LeaseTrouble]:
    """What could not be booked as printed, on days from `since`, oldest first."""
    query = (
        select(LeaseTrouble)
        .where(col(LeaseTrouble.desk_id) == desk_id, col(LeaseTrouble.service_day) >= since)
        .order_by(col(LeaseTrouble.id))
    )
    return list(session.execute(query).scalars())


def tickets_instead(session: Session, found: Sequence[LeaseTrouble]) -> list[Ticket]:
    """The tickets that were given in place of those papers."""
    ids = [one.ticket_id for one in found if one.ticket_id is not None]
    return list(session.execute(select(Ticket).where(col(Ticket.id).in_(ids))).scalars()) if ids else []
