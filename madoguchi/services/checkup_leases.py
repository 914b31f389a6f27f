"""Whether numbers that terminals hold in advance are one person's each."""

from __future__ import annotations

from sqlalchemy import and_, func, select
from sqlmodel import col

from ..domain.numbers import label
from ..store.tables import LeasedNumber, Ticket
from .checkup_queue import LOOKED_BACK
from .office import Unit

_SAME = and_(
    col(Ticket.home_desk_id) == col(LeasedNumber.desk_id),
    col(Ticket.service_day) == col(LeasedNumber.service_day),
    col(Ticket.letter) == col(LeasedNumber.letter),
    col(Ticket.number) == col(LeasedNumber.number),
)


def findings(unit: Unit) -> list[str]:
    """One sentence for each number that is both held and given, or given twice."""
    since = unit.today - LOOKED_BACK
    place = (
        col(LeasedNumber.desk_id),
        col(LeasedNumber.service_day),
        col(LeasedNumber.letter),
        col(LeasedNumber.number),
    )
    given = select(*place).join(Ticket, _SAME).where(col(LeasedNumber.service_day) >= since)
    unbooked = given.where(col(LeasedNumber.ticket_id).is_(None))
    twice = given.group_by(*place).having(func.count() > 1)
    own = (
        select(*place)
        .join(Ticket, col(Ticket.id) == col(LeasedNumber.ticket_id))
        .where(col(LeasedNumber.service_day) >= since, ~_SAME)
    )
    said = (
        ("is held by a terminal and was given otherwise", unbooked),
        ("is on more than one ticket", twice),
        ("is booked as another number", own),
    )
    return [
        f"desk {desk}, {day}: {label(letter, number)} {what}"
        for what, query in said
        for desk, day, letter, number in unit.session.execute(query.order_by(*place))
    ]
