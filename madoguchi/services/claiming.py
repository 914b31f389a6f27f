"""Binding a paper ticket to the LINE account that claims it: the first to claim wins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from ..dates import day_texts
from ..domain.codes import CLAIM_LENGTH, typed_claim_code
from ..domain.errors import Refusal
from ..domain.tickets import OPEN
from ..store import leases
from ..store import tickets as rows
from ..store.tables import LineUser, Ticket
from ..store.tickets import TicketRow
from .office import Office, Unit
from .steps import locked, tried_again
from .tickets import TicketView, view

WRONG_CLAIMS: Final = 5
"""So many wrong codes in a row block further tries for `BLOCK_FOR`: codes must not be found by guessing."""
BLOCK_FOR: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Claimed:
    """The ticket that is the citizen's now."""

    ticket: TicketView
    already_yours: bool


@tried_again
def claim(office: Office, line_user_id: int, typed_code: str) -> Claimed:
    """Bind the ticket with this code to the LINE user, whose chosen desk is then the ticket's.

    Raises `Refusal`: claim_missing, claim_blocked(minutes), claim_wrong, claim_used, claim_expired,
    ticket_of_day(day), ticket_to_come.
    """
    code = typed_claim_code(typed_code)
    if not code:
        raise Refusal("claim_missing")
    with office.change() as unit:
        user = unit.session.get_one(LineUser, line_user_id, with_for_update={"key_share": True})
        _refuse_blocked(unit, user)
        row = rows.by_claim_code(unit.session, code) if len(code) == CLAIM_LENGTH else None
        if row is not None:
            return _bind(office, unit, user, row)
        if leases.is_held(unit.session, unit.today, claim_code=code):
            # Printed without the network: no guess, and right in a while.
            raise Refusal("ticket_to_come")
        _count_wrong(unit, user)
    raise Refusal("claim_wrong")


def _refuse_blocked(unit: Unit, user: LineUser) -> None:
    if user.claims_blocked_until is not None and unit.now < user.claims_blocked_until:
        minutes = -((unit.now - user.claims_blocked_until) // timedelta(minutes=1))
        raise Refusal("claim_blocked", minutes=minutes)


def _count_wrong(unit: Unit, user: LineUser) -> None:
    user.wrong_claims += 1
    if user.wrong_claims >= WRONG_CLAIMS:
        user.wrong_claims = 0
        user.claims_blocked_until = unit.now + BLOCK_FOR


def _bind(office: Office, unit: Unit, user: LineUser, row: TicketRow) -> Claimed:
    _, ticket = locked(unit, row.ticket.id or 0)
    yours = ticket.line_user_id == user.id
    if not yours:
        _refuse_unclaimable(unit, ticket)
        # Only a new one: whoever sent the own ticket's code in between could go on guessing for ever.
        user.wrong_claims = 0
        ticket.line_user_id = user.id
        ticket.language = user.language
        ticket.version += 1
    user.desk_id = ticket.desk_id
    unit.session.flush()
    unit.desk_changed(ticket.desk_id)
    return Claimed(view(office, unit, rows.by_id(unit.session, ticket.id or 0)), yours)


def _refuse_unclaimable(unit: Unit, ticket: Ticket) -> None:
    if ticket.line_user_id is not None:
        raise Refusal("claim_used")
    if ticket.service_day != unit.today:
        raise Refusal("ticket_of_day", day=day_texts(ticket.service_day))
    if ticket.state not in {state.value for state in OPEN}:
        raise Refusal("claim_expired")
