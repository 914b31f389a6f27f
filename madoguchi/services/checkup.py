"""Whether the books add up: places, numbers, tickets' histories, counters, the audit log."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlmodel import col

from ..store.migrate import is_current
from ..store.tables import NumberSequence, Staff, Ticket
from . import audit, checkup_booking, checkup_queue
from .office import Office, Unit
from .staff_accounts import is_right


def findings(office: Office) -> list[str]:
    """One sentence for each thing that is wrong; none when all is well."""
    if not is_current(office.database):
        return ["the database is not at the newest schema: run `migrate`"]
    with office.look() as unit:
        found = [*checkup_booking.findings(unit), *checkup_queue.findings(unit), *_numbers(unit)]
    broken = audit.broken_at(office)
    return found if broken is None else [*found, f"audit row {broken} does not fit its chain"]


def well_known_accounts(office: Office, logins: Sequence[str], password: str) -> list[str]:
    """Those of the logins which still open with a password that everybody knows."""
    with office.look() as unit:
        query = select(Staff).where(col(Staff.login).in_(logins), col(Staff.disabled).is_(False))
        found: list[Staff] = list(unit.session.execute(query).scalars())
    return [staff.login for staff in found if is_right(staff.password_hash, password)]


def _numbers(unit: Unit) -> list[str]:
    """Sequences in their first lap whose tickets do not run from first to last without a gap."""
    query = (
        select(
            col(NumberSequence.desk_id),
            col(NumberSequence.service_day),
            col(NumberSequence.letter),
            col(NumberSequence.last_number) - func.min(col(Ticket.number)) + 1,
            func.count(),
        )
        .join(
            Ticket,
            (col(Ticket.home_desk_id) == col(NumberSequence.desk_id))
            & (col(Ticket.service_day) == col(NumberSequence.service_day))
            & (col(Ticket.letter) == col(NumberSequence.letter)),
        )
        .where(col(NumberSequence.lap) == 0)
        .group_by(
            col(NumberSequence.desk_id),
            col(NumberSequence.service_day),
            col(NumberSequence.letter),
            col(NumberSequence.last_number),
        )
    )
    return [
        f"desk {desk}, {day}, {letter}: {there} tickets where {expected} numbers were given"
        for desk, day, letter, expected, there in unit.session.execute(query)
        if there != expected
    ]
