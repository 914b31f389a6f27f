"""Terminals that hold numbers, and what they bring of them."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from office_kit import City
from sqlmodel import select

from madoguchi.domain.order import Waiting
from madoguchi.services import issuing, leases, terminals
from madoguchi.services.delivering import Delivered, Spooled, deliver
from madoguchi.services.leases import HeldNumber
from madoguchi.services.office import Office
from madoguchi.services.terminals import TerminalView
from madoguchi.store import queue
from madoguchi.store.tables import Ticket

MINUTE = timedelta(minutes=1)


def another_terminal(office: Office) -> TerminalView:
    return terminals.pair(office, terminals.make_pairing_code(office, "childcare", "ロビー")).terminal


def held(office: Office, terminal: TerminalView, service: str = "nursery") -> list[HeldNumber]:
    found = leases.renewed(office, terminal.id, terminal.desk_id)
    (lease,) = [one for one in found if one.service_code == service]
    return list(lease.numbers)


def given(office: Office, held_number: HeldNumber, ago: timedelta = timedelta(), **more: object) -> Spooled:
    """A number that a terminal gave so long ago."""
    service = "nursery" if held_number.number[0] == "A" else "allowance"
    now = office.clock.now()
    one = Spooled(
        key=uuid4().hex,
        service=service,
        day=office.today(),
        number=held_number.number,
        token=held_number.token,
        claim_code=held_number.claim_code,
        issued_at=now - ago,
        language="vi",
    )
    return replace(one, **more)  # type: ignore[arg-type]


def bring(office: Office, terminal: TerminalView, *spooled: Spooled) -> list[Delivered]:
    return deliver(office, terminal, spooled, office.clock.now())


def online(office: Office, terminal: TerminalView, key: str = "") -> issuing.IssuedTicket:
    return issuing.issue_at_terminal(
        office,
        terminal_id=terminal.id,
        desk_id=terminal.desk_id,
        service_code="nursery",
        language="ja",
        key=key or uuid4().hex,
    )


def stored(office: Office, ticket_id: int | None) -> Ticket:
    with office.look() as unit:
        return unit.session.get_one(Ticket, ticket_id)


def in_order(office: Office, city: City) -> list[str]:
    with office.look() as unit:
        waiting: list[Waiting] = queue.waiting(unit.session, city.desk_id, unit.today)
        found = {one.id: one for one in unit.session.execute(select(Ticket)).scalars()}
        ordered = sorted(waiting, key=lambda one: (one.queued_at, one.ticket_id))
        return [f"{found[one.ticket_id].letter}{found[one.ticket_id].number:03d}" for one in ordered]
