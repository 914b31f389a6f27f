"""Whether the books add up: places, numbers, tickets' histories, counters, the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import func, select
from sqlmodel import col

from ..domain.numbers import label
from ..domain.tickets import SHOWN
from ..store import day_watch
from ..store.migrate import is_current
from ..store.tables import LeasedNumber, NumberSequence, Staff, Ticket
from . import audit, checkup_booking, checkup_leases, checkup_queue, statistics_days
from .office import Office, Unit
from .staff_accounts import is_right

_AUDIT_WHY: Final = {
    "changed": "does not fit its chain: it was changed",
    "missing": "does not fit its chain: it is missing",
    "cut_off": "and all after it were taken away",
    "seal_broken": "says that somebody wrote to the log past the server",
    "seal": "is the newest, and its seal does not fit (after a change of MADOGUCHI_SECRET_KEY: `audit seal`)",
}


def findings(office: Office) -> list[str]:
    """One sentence for each thing that is wrong; none when all is well."""
    if not is_current(office.database):
        return ["the database is not at the newest schema: run `migrate`"]
    with office.look() as unit:
        found = [
            *checkup_booking.findings(unit),
            *checkup_queue.findings(unit),
            *checkup_leases.findings(unit),
            *_numbers(unit),
            *_twins(unit),
            *_statistics(unit),
        ]
    return [*found, *audit_findings(office)]


def audit_findings(office: Office) -> list[str]:
    """What is wrong with the audit log, one sentence at the most: after the first, nothing is sure."""
    verdict = audit.verify(office)
    if verdict.broken is None:
        return []
    return [f"audit row {verdict.broken} {_AUDIT_WHY[verdict.why]}"]


def well_known_accounts(office: Office, logins: Sequence[str], password: str) -> list[str]:
    """Those of the logins which still open with a password that everybody knows."""
    with office.look() as unit:
        query = select(Staff).where(col(Staff.login).in_(logins), col(Staff.disabled).is_(False))
        found: list[Staff] = list(unit.session.execute(query).scalars())
    return [staff.login for staff in found if is_right(staff.password_hash, password)]


def _numbers(unit: Unit) -> list[str]:
    """Sequences in their first lap whose tickets do not run from first to last without a gap."""
    place = (col(Ticket.home_desk_id), col(Ticket.service_day), col(Ticket.letter))
    # Numbers that terminals held are of no sequence.
    held = select(col(LeasedNumber.ticket_id)).where(col(LeasedNumber.ticket_id) == col(Ticket.id))
    given = select(*place, func.min(col(Ticket.number)), func.count()).where(~held.exists()).group_by(*place)
    sequences = select(NumberSequence).where(col(NumberSequence.lap) == 0)
    found = {
        (one.desk_id, one.service_day, one.letter): (one.last_number, one.passed)
        for one in unit.session.execute(sequences).scalars()
    }
    told = []
    for desk, day, letter, first, there in unit.session.execute(given):
        last, passed = found.get((desk, day, letter), (None, []))
        if last is None:
            continue
        # Those passed over were open here with tickets of other desks: nobody was to get them.
        expected = last - first + 1 - sum(first < number <= last for number in passed)
        if there != expected:
            told.append(f"desk {desk}, {day}, {letter}: {there} tickets where {expected} numbers were given")
    return told


def _statistics(unit: Unit) -> list[str]:
    """Days kept for statistics that are not what happened, and what would let them become so."""
    gone = day_watch.missing(unit.session)
    return [
        *(
            [f"nothing forgets kept days that change: run `migrate` (missing: {', '.join(gone)})"]
            if gone
            else []
        ),
        *(
            f"desk {desk}, {day}: the figures kept for statistics are not what the tickets give"
            for day, desk in statistics_days.wrong_days(unit)
        ),
    ]


def _twins(unit: Unit) -> list[str]:
    """Numbers with which two people could be called at one desk today."""
    place = (col(Ticket.desk_id), col(Ticket.letter), col(Ticket.number))
    query = (
        select(*place)
        .where(
            col(Ticket.service_day) == unit.today,
            col(Ticket.state).in_([state.value for state in SHOWN]),
        )
        .group_by(*place)
        .having(func.count() > 1)
        .order_by(*place)
    )
    return [
        f"desk {desk}: two people have the number {label(letter, number)}"
        for desk, letter, number in unit.session.execute(query)
    ]
