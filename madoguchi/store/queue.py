"""Queries on a desk's queue of one service day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, and_, bindparam, func, literal, or_, select
from sqlmodel import Session, col

from ..domain.numbers import NumberRange
from ..domain.order import DAY_BEGINS, CalledAs, Turn, Waiting
from ..domain.tickets import SHOWN, Action, Channel, TicketState
from .direct import execute
from .inserting import INSERTS, insert_into
from .tables import Call, Counter, LeasedNumber, NumberSequence, Service, Ticket, TicketChange

_SHOWN: Final = [state.value for state in SHOWN]

BY_STAFF_CHECKED_IN = "reservation:"
"""So begins the origin of a ticket for a reservation that staff checked in."""
_WAITING_COLUMNS = (
    col(Ticket.id),
    col(Ticket.queued_at),
    col(Ticket.priority),
    col(Ticket.appointment_at),
    col(Ticket.not_before),
    col(Ticket.service_id),
    col(Ticket.placed_as),
)
_PLAIN = and_(
    col(Ticket.appointment_at).is_(None),
    col(Ticket.priority) == 0,
    col(Ticket.not_before).is_(None),
    col(Ticket.placed_as).is_(None),
)


def _waiting(*columns: Any) -> Select[Any]:
    return select(*columns).where(
        col(Ticket.desk_id) == bindparam("desk"),
        col(Ticket.service_day) == bindparam("day"),
        col(Ticket.state) == TicketState.WAITING.value,
    )


# Each statement is built once: for these, putting it together would take longer than running it.
_EVERYBODY = _waiting(*_WAITING_COLUMNS)
_SPECIALS = _EVERYBODY.where(~_PLAIN)
_FRONT = _EVERYBODY.where(_PLAIN).order_by(col(Ticket.queued_at), col(Ticket.id)).limit(bindparam("size"))
_PLAIN_COUNT = _waiting(func.count()).where(_PLAIN)
_PLAIN_BEFORE = _PLAIN_COUNT.where(
    # Compared piece by piece: row values would compare datetimes untyped on SQLite.
    or_(
        col(Ticket.queued_at) < bindparam("moment"),
        and_(col(Ticket.queued_at) == bindparam("moment"), col(Ticket.id) < bindparam("ticket")),
    )
)
_TAKEN_HERE = or_(bindparam("all"), col(Ticket.service_id).in_(bindparam("services", expanding=True)))
_SPECIALS_HERE = _SPECIALS.where(_TAKEN_HERE)
_FIRST_PLAIN_HERE = (
    _EVERYBODY.where(_PLAIN, _TAKEN_HERE).order_by(col(Ticket.queued_at), col(Ticket.id)).limit(1)
)
_LATEST_TURNS: Any = (
    select(col(Call.called_as))
    .join(Ticket, col(Ticket.id) == col(Call.ticket_id))
    .join(Counter, col(Counter.id) == col(Call.counter_id))
    .where(
        # The turn is of the desk that called, wherever the ticket was handed over to since.
        col(Counter.desk_id) == bindparam("desk"),
        col(Ticket.service_day) == bindparam("day"),
        col(Call.called_as) != "",
    )
    .order_by(col(Call.id).desc())
    .limit(bindparam("most"))
)
_COUNT_BY_SERVICE = _waiting(col(Ticket.service_id), func.count()).group_by(col(Ticket.service_id))


def _entries(session: Session, query: Select[Any], **values: object) -> list[Waiting]:
    return [_entry(row) for row in execute(session, query, **values)]


def _entry(row: Any) -> Waiting:
    placed_as = None if row[6] is None else CalledAs(row[6])
    return Waiting(row[0], row[1], row[2], row[3], row[4], row[5], placed_as)


def waiting(session: Session, desk_id: int, day: date) -> list[Waiting]:
    """Everybody who waits at the desk, in no particular order."""
    return _entries(session, _EVERYBODY, desk=desk_id, day=day)


def specials(session: Session, desk_id: int, day: date) -> list[Waiting]:
    """Those waiting with an appointment, a priority or for a time: the few that do not simply queue."""
    return _entries(session, _SPECIALS, desk=desk_id, day=day)


def front(session: Session, desk_id: int, day: date, size: int) -> list[Waiting]:
    """A superset of the first `size` in any calling order: all specials and the first plain walk-ins.

    Plain walk-ins keep their order among themselves, so no later one can come before these.
    """
    plain = _entries(session, _FRONT, desk=desk_id, day=day, size=size)
    return specials(session, desk_id, day) + plain


def front_here(session: Session, desk_id: int, day: date, services: Sequence[int]) -> list[Waiting]:
    """All specials and the first plain walk-in of these services (none given: of all)."""
    here = {"desk": desk_id, "day": day, "all": not services, "services": list(services)}
    return _entries(session, _SPECIALS_HERE, **here) + _entries(session, _FIRST_PLAIN_HERE, **here)


def turn(session: Session, desk_id: int, day: date, most: int) -> Turn:
    """How the day's latest calls went at the desk, as far back as `most` in a row matter."""
    kinds = [CalledAs(row[0]) for row in execute(session, _LATEST_TURNS, desk=desk_id, day=day, most=most)]
    if not kinds:
        return DAY_BEGINS
    return Turn(kinds[0], next((at for at, kind in enumerate(kinds) if kind is not kinds[0]), len(kinds)))


def plain_count(session: Session, desk_id: int, day: date) -> int:
    """How many plain walk-ins wait."""
    return _count(session, _PLAIN_COUNT, desk=desk_id, day=day)


def plain_before(session: Session, desk_id: int, day: date, moment: datetime, ticket_id: int) -> int:
    """How many plain walk-ins took their place before `moment`, or then and with a lower id."""
    return _count(session, _PLAIN_BEFORE, desk=desk_id, day=day, moment=moment, ticket=ticket_id)


def waiting_by_service(session: Session, desk_id: int, day: date) -> dict[int, int]:
    """How many wait, by service id; services with nobody are left out."""
    found = execute(session, _COUNT_BY_SERVICE, desk=desk_id, day=day)
    return {int(row[0]): int(row[1]) for row in found}


def _count(session: Session, query: Select[Any], **values: object) -> int:
    return int(execute(session, query, **values).scalar_one())


def _taking(insert: Any) -> Any:
    table = NumberSequence.__table__  # type: ignore[attr-defined]
    first = insert(table).values(
        desk_id=bindparam("desk"),
        service_day=bindparam("day"),
        letter=bindparam("series"),
        last_number=bindparam("first"),
        lap=0,
        visited=False,
        passed=[],
    )
    return first.on_conflict_do_update(
        index_elements=["desk_id", "service_day", "letter"],
        set_={"last_number": table.c.last_number + 1},
        where=and_(table.c.lap == 0, table.c.last_number < bindparam("last")),
    ).returning(table.c.last_number, table.c.visited)


_TAKE = {dialect: _taking(insert) for dialect, insert in INSERTS.items()}


class TakenNumber(NamedTuple):
    """A number taken, and whether anybody of another desk ever was here with one of that letter."""

    number: int
    visited: bool


def next_number_in_first_lap(
    session: Session, desk_id: int, day: date, letter: str, numbers: NumberRange
) -> TakenNumber | None:
    """Take the next number in one statement; None when the range's first lap is used up.

    The row stays locked until the transaction ends, so numbers are given in commit order and a
    rolled-back number is given again: no gap, no duplicate.
    """
    take = _TAKE[session.get_bind().dialect.name]
    place = {"desk": desk_id, "day": day, "series": letter}
    taken = execute(session, take, **place, first=numbers.first, last=numbers.last).one_or_none()
    return None if taken is None else TakenNumber(*taken)


def lock_sequence(session: Session, desk_id: int, day: date, letter: str) -> NumberSequence:
    """The sequence's row, locked; it must exist."""
    query = (
        select(NumberSequence)
        .where(
            col(NumberSequence.desk_id) == desk_id,
            col(NumberSequence.service_day) == day,
            col(NumberSequence.letter) == letter,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    row: NumberSequence = session.execute(query).scalar_one()
    return row


def open_numbers(session: Session, desk_id: int, day: date, letter: str) -> set[int]:
    """The numbers of a letter, given at the desk, with which somebody may still be called anywhere."""
    query = select(col(Ticket.number)).where(
        col(Ticket.home_desk_id) == desk_id,
        col(Ticket.service_day) == day,
        col(Ticket.letter) == letter,
        col(Ticket.state).in_(_SHOWN),
    )
    return set(session.execute(query).scalars())


def numbers_from_elsewhere(session: Session, desk_id: int, day: date, letter: str) -> set[int]:
    """The numbers of a letter that were given at other desks and may be called at this one."""
    query = select(col(Ticket.number)).where(
        col(Ticket.desk_id) == desk_id,
        col(Ticket.home_desk_id) != desk_id,
        col(Ticket.service_day) == day,
        col(Ticket.letter) == letter,
        col(Ticket.state).in_(_SHOWN),
    )
    return set(session.execute(query).scalars())


def pass_over(session: Session, desk_id: int, day: date, letter: str, number: int) -> None:
    """Keep that the number just taken is given to nobody: it is no gap."""
    sequence = lock_sequence(session, desk_id, day, letter)
    sequence.passed = [*sequence.passed, number]
    session.flush()


def hold_sequence(session: Session, desk_id: int, day: date, letter: str, *, visitor: bool) -> None:
    """Lock the sequence: until the transaction ends, no number of it is given.

    `visitor`: somebody comes with a number of another desk, from now on numbers are given with a look at
    who is here. Nothing to lock where the desk gives no numbers of that letter.
    """
    first = session.execute(
        select(col(Service.number_first)).where(
            col(Service.desk_id) == desk_id, col(Service.letter) == letter
        )
    ).scalar_one_or_none()
    if first is None:
        return
    table = NumberSequence.__table__  # type: ignore[attr-defined]
    # Made where there is none yet: a row that is not there cannot be locked.
    insert = insert_into(session, table).values(
        desk_id=desk_id,
        service_day=day,
        letter=letter,
        last_number=first - 1,
        lap=0,
        visited=visitor,
        passed=[],
    )
    held = insert.on_conflict_do_update(
        index_elements=["desk_id", "service_day", "letter"],
        set_={"visited": or_(table.c.visited, literal(visitor))},
    )
    session.execute(held)


def shown_at(session: Session, desk_id: int, day: date, letter: str, number: int, but: int) -> bool:
    """Whether another ticket than `but` may be called by that number at the desk, wherever it was given.

    Also a number that a terminal of the desk holds: somebody may have it already and nobody knows.
    """
    held = select(col(LeasedNumber.id)).where(
        col(LeasedNumber.desk_id) == desk_id,
        col(LeasedNumber.service_day) == day,
        col(LeasedNumber.letter) == letter,
        col(LeasedNumber.number) == number,
        col(LeasedNumber.key).is_(None),
    )
    if session.execute(held.limit(1)).first() is not None:
        return True
    query = select(col(Ticket.id)).where(
        col(Ticket.desk_id) == desk_id,
        col(Ticket.service_day) == day,
        col(Ticket.state).in_(_SHOWN),
        col(Ticket.letter) == letter,
        col(Ticket.number) == number,
        col(Ticket.id) != but,
    )
    return session.execute(query.limit(1)).first() is not None


def last_called_at(session: Session, ticket_id: int) -> datetime | None:
    """When the ticket was last announced; None when it never was."""
    found: datetime | None = session.execute(
        select(func.max(col(Call.called_at))).where(col(Call.ticket_id) == ticket_id)
    ).scalar_one()
    return found


def unanswered(session: Session, desk_id: int, day: date, calls: int, before: datetime) -> list[int]:
    """Ids of the tickets at counters that were announced `calls` times or more, last at `before` or earlier.

    Announcements count from when the ticket came to the counter. Where a clerk has taken an absence back,
    it waits for one more announcement.
    """
    taken_back = (
        select(func.max(col(TicketChange.changed_at)))
        .where(
            col(TicketChange.ticket_id) == col(Ticket.id),
            col(TicketChange.action) == Action.MISS.value,
            col(TicketChange.undone).is_(True),
        )
        .correlate(Ticket)
        .scalar_subquery()
    )
    last = func.max(col(Call.called_at))
    query = (
        select(col(Ticket.id))
        .join(Call, col(Call.ticket_id) == col(Ticket.id))
        .where(
            col(Ticket.desk_id) == desk_id,
            col(Ticket.service_day) == day,
            col(Ticket.state) == TicketState.CALLED.value,
            col(Call.called_at) >= col(Ticket.called_at),
        )
        .group_by(col(Ticket.id))
        .having(func.count() >= calls, last <= before, or_(taken_back.is_(None), last > taken_back))
        .order_by(col(Ticket.id))
    )
    return list(session.execute(query).scalars())


def taken_from_afar(session: Session, desk_id: int, day: date) -> int:
    """How many numbers of the desk were taken in LINE and not given up again."""
    query = _from_afar(desk_id, day).where(col(Ticket.state) != TicketState.CANCELLED.value)
    return int(session.execute(query).scalar_one())


def taken_by_person(session: Session, desk_id: int, day: date, line_user_id: int) -> int:
    """How many numbers of the desk one person took in LINE, also those given up again."""
    query = _from_afar(desk_id, day).where(col(Ticket.line_user_id) == line_user_id)
    return int(session.execute(query).scalar_one())


def _from_afar(desk_id: int, day: date) -> Select[Any]:
    return select(func.count()).where(
        col(Ticket.home_desk_id) == desk_id,
        col(Ticket.service_day) == day,
        col(Ticket.channel) == Channel.LINE.value,
    )


def open_at(session: Session, desk_id: int, day: date, states: Sequence[TicketState]) -> list[Ticket]:
    """The desk's tickets of the day in any of `states`, by id."""
    query = (
        select(Ticket)
        .where(
            col(Ticket.desk_id) == desk_id,
            col(Ticket.service_day) == day,
            col(Ticket.state).in_([state.value for state in states]),
        )
        .order_by(col(Ticket.id))
        .execution_options(populate_existing=True)
    )
    return list(session.execute(query).scalars())


def unseen_since(session: Session, desk_id: int, day: date, moment: datetime) -> list[int]:
    """Ids of those who wait and whom staff have neither given a number nor touched since `moment`."""
    touched = select(col(TicketChange.id)).where(
        col(TicketChange.ticket_id) == col(Ticket.id),
        col(TicketChange.staff_id).is_not(None),
        col(TicketChange.undone).is_(False),
        col(TicketChange.changed_at) >= moment,
    )
    by_staff = or_(
        col(Ticket.channel) == Channel.STAFF.value, col(Ticket.origin).startswith(BY_STAFF_CHECKED_IN)
    )
    query = (
        select(col(Ticket.id))
        .where(
            col(Ticket.desk_id) == desk_id,
            col(Ticket.service_day) == day,
            col(Ticket.state) == TicketState.WAITING.value,
            ~and_(by_staff, col(Ticket.issued_at) >= moment),
            ~touched.exists(),
        )
        .order_by(col(Ticket.id))
    )
    return list(session.execute(query).scalars())
