"""Arriving: a reservation becomes a ticket in the same queue."""

from __future__ import annotations

from ..dates import day_texts
from ..domain.booking import ReservationState
from ..domain.codes import digits
from ..domain.errors import Refusal
from ..domain.languages import known
from ..domain.numbers import label
from ..domain.roles import Permission
from ..domain.tickets import Action
from ..store import booking as rows
from ..store.queue import BY_STAFF_CHECKED_IN
from ..store.tables import Desk, Reservation, Service
from . import audit, contacts, outbox
from .actors import Actor
from .booking_rules import arrival_rules
from .issuing import IssuedTicket, issue_for_reservation, issued_before
from .office import Office, Unit
from .steps import UNDO_FOR, Step, locked, new_batch, take_step


def check_in_at_terminal(
    office: Office, *, terminal_id: int, desk_id: int, code: str, language: str, key: str
) -> IssuedTicket:
    """Check in by the typed or scanned number; the same `key` gives the same ticket.

    Raises `Refusal`: unknown_reservation, check_in_closed(desk), too_early(time), wrong_day(day),
    already_checked_in(number), numbers_run_out.
    """
    origin = f"terminal:{terminal_id}:{key}"
    with office.change() as unit:
        reservation = _found(unit, desk_id, digits(code))
        return _arrive(
            office,
            unit,
            reservation,
            origin,
            terminal_id=terminal_id,
            claimable=True,
            language=known(language),
        )


def check_in_in_line(
    office: Office, *, line_user_id: int, reservation_id: int, event_id: str
) -> IssuedTicket:
    """Check in from the phone. Raises as `check_in_at_terminal`."""
    origin = f"event:{event_id}"
    with office.change() as unit:
        reservation = rows.lock_reservation(unit.session, reservation_id)
        if reservation is None or reservation.line_user_id != line_user_id:
            raise Refusal("unknown_reservation")
        return _arrive(office, unit, reservation, origin)


def check_in_at_desk(office: Office, actor: Actor, reservation_id: int) -> IssuedTicket:
    """Check somebody in who stands at the desk, however early, and though it has closed for today.

    Twice gives the same ticket.

    Raises `Refusal`: not_allowed, unknown_reservation, wrong_day(day), already_checked_in(number),
    numbers_run_out.
    """
    actor.require(Permission.CALL)
    origin = _at_desk(reservation_id)
    with office.change() as unit:
        reservation = contacts.own_office(unit, actor, rows.lock_reservation(unit.session, reservation_id))
        first = rows.ticket_of(unit.session, reservation_id) is None
        issued = _arrive(office, unit, reservation, origin, by_staff=True)
        if first:
            subject = f"reservation:{reservation_id}"
            audit.record(unit, actor.staff_id, "check_in", subject, ticket=issued.id)
        return issued


def take_back(office: Office, actor: Actor, reservation_id: int) -> None:
    """Undo `check_in_at_desk` in time: the number is cancelled without a word, the visitor is awaited again.

    A reminder that checking in made needless stays unsent. Raises `Refusal`: not_allowed,
    unknown_reservation, undo_too_late, and changed_meanwhile when somebody has gone on with the ticket.
    """
    actor.require(Permission.CALL)
    with office.change() as unit:
        found = rows.ticket_of(unit.session, reservation_id)
        if found is None or found.origin != _at_desk(reservation_id):
            raise Refusal("undo_too_late")
        _, ticket = locked(unit, found.id or 0)
        reservation = contacts.own_office(unit, actor, rows.lock_reservation(unit.session, reservation_id))
        if unit.now - ticket.issued_at > UNDO_FOR:
            raise Refusal("undo_too_late")
        if ticket.version or reservation.state != ReservationState.CHECKED_IN.value:
            raise Refusal("changed_meanwhile")
        # Neither the reservation nor a second check-in finds this ticket any more.
        gone = f"{ticket.origin}:{ticket.id}"
        step = Step(Action.CANCEL, actor.staff_id, None, new_batch())
        take_step(unit, ticket, step, reservation_id=None, origin=gone)
        reservation.state = ReservationState.BOOKED.value
        audit.record(
            unit, actor.staff_id, "take_check_in_back", f"reservation:{reservation_id}", ticket=ticket.id
        )
        unit.desk_changed(ticket.desk_id)


def _at_desk(reservation_id: int) -> str:
    return f"{BY_STAFF_CHECKED_IN}{reservation_id}"


def _found(unit: Unit, desk_id: int, code: str) -> Reservation:
    """The desk's reservation of today with `code`, else the nearest one of another day."""
    found = rows.with_code(unit.session, desk_id, code) if code else []
    if not found:
        raise Refusal("unknown_reservation")
    nearest = min(found, key=lambda one: (abs((one.day - unit.today).days), one.day < unit.today))
    locked = rows.lock_reservation(unit.session, nearest.id or 0)
    assert locked is not None
    return locked


def _arrive(
    office: Office,
    unit: Unit,
    reservation: Reservation,
    origin: str,
    *,
    terminal_id: int | None = None,
    claimable: bool = False,
    by_staff: bool = False,
    language: str = "",
) -> IssuedTicket:
    # Looked up with the reservation locked: the same request may just have been worked elsewhere.
    before = issued_before(office, unit, origin)
    if before is not None:
        return before
    if reservation.booked_at is None or reservation.state == ReservationState.CANCELLED.value:
        raise Refusal("unknown_reservation")
    if not by_staff:
        _refuse_closed(unit, reservation)
    _refuse_second(unit, reservation)
    if reservation.day != unit.today:
        raise Refusal("wrong_day", day=day_texts(reservation.day))
    arrival = arrival_rules(unit.session.get_one(Service, reservation.service_id))
    opens = arrival.opens_at(reservation.starts_at)
    if unit.now < opens and not by_staff:
        raise Refusal("too_early", time=f"{opens.astimezone(unit.zone):%H:%M}")
    reservation.state = ReservationState.CHECKED_IN.value
    reservation.language = language or reservation.language
    unit.session.flush()
    # Whoever is here need not be reminded to come.
    outbox.no_longer_true(unit, reservation.id or 0)
    return issue_for_reservation(
        office,
        unit,
        reservation,
        origin=origin,
        appointment_at=arrival.appointment(reservation.starts_at, unit.now),
        terminal_id=terminal_id,
        claimable=claimable,
    )


def _refuse_closed(unit: Unit, reservation: Reservation) -> None:
    # Also before the time and after another check-in: nobody shall be told to come again today.
    desk = unit.session.get_one(Desk, reservation.desk_id)
    if reservation.day == unit.today == desk.closed_on:
        raise Refusal("check_in_closed", desk=desk.names)


def _refuse_second(unit: Unit, reservation: Reservation) -> None:
    if reservation.state == ReservationState.BOOKED.value:
        return
    ticket = rows.ticket_of(unit.session, reservation.id or 0)
    if ticket is None:
        # Marked absent without a ticket, and here after all: still the same day's visit.
        return
    raise Refusal("already_checked_in", number=label(ticket.letter, ticket.number))
