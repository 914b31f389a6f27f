"""Giving numbers: at the terminal, in LINE, at the desk, and for a reservation that checks in."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.exc import IntegrityError

from ..domain.codes import CLAIM_ALPHABET, CLAIM_LENGTH, drawn
from ..domain.errors import Refusal
from ..domain.languages import known
from ..domain.numbers import label, number_after
from ..domain.order import Waiting
from ..domain.priorities import PRIORITY, PriorityReason
from ..domain.roles import Permission
from ..domain.tickets import Channel
from ..store import desks, queue, tickets
from ..store.desks import Offer
from ..store.tables import LineUser, Reservation
from . import audit, pace, positions, visit_route
from .actors import Actor
from .holidays import is_holiday
from .office import Office, Unit

NEWEST_ID: Final = positions.AFTER_ALL
"""Stands for the id of a ticket about to be stored."""


@dataclass(frozen=True, slots=True)
class IssuedTicket:
    """A ticket just given; `wait` is low and high minutes."""

    id: int
    token: str
    number: str
    service: Mapping[str, str]
    service_code: str
    desk: Mapping[str, str]
    desk_code: str
    desk_id: int
    issued_at: datetime
    waiting_ahead: int
    near: bool
    wait: tuple[int, int]
    claim_code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Who asks for a number, and through which door."""

    origin: str
    channel: Channel
    language: str
    claimable: bool = True
    reason: PriorityReason | None = None
    """Why it goes before others."""
    route: tuple[int, ...] = ()
    """The services that follow in the same visit."""
    appointment_at: datetime | None = None
    line_user_id: int | None = None
    reservation_id: int | None = None
    terminal_id: int | None = None

    @property
    def priority(self) -> int:
        """Higher goes first."""
        return 0 if self.reason is None else PRIORITY


def issue_at_terminal(
    office: Office, *, terminal_id: int, desk_id: int, service_code: str, language: str, key: str
) -> IssuedTicket:
    """A paper ticket; the same `key` again gives the same ticket.

    Raises `Refusal`: unknown_service, desk_closed, desk_stopped, numbers_run_out.
    """
    origin = f"terminal:{terminal_id}:{key}"
    request = Request(origin=origin, channel=Channel.PAPER, language=known(language), terminal_id=terminal_id)

    def work(unit: Unit) -> IssuedTicket:
        offer = open_offer(unit, desks.offer_by_code(unit.session, desk_id, service_code))
        return _issue(office, unit, offer, request)

    return _once(office, origin, work)


def issue_in_line(office: Office, *, line_user_id: int, service_id: int, event_id: str) -> IssuedTicket:
    """A number for a LINE user, wherever they are; one open ticket per service and person.

    Raises `Refusal`: unknown_service, desk_closed, desk_stopped, numbers_run_out, already_waiting(number),
    and by the desk's rules for numbers from afar remote_off, remote_full, remote_person_full(most).
    """
    origin = f"event:{event_id}"

    def work(unit: Unit) -> IssuedTicket:
        offer = open_offer(unit, desks.offer(unit.session, service_id))
        held = tickets.open_in_line(unit.session, line_user_id, service_id, unit.today)
        if held is not None:
            raise Refusal("already_waiting", number=positions.number_of(held.ticket))
        _refuse_afar(unit, offer, line_user_id)
        language = unit.session.get_one(LineUser, line_user_id).language
        request = Request(
            origin=origin,
            channel=Channel.LINE,
            language=language,
            line_user_id=line_user_id,
            claimable=False,
        )
        return _issue(office, unit, offer, request)

    return _once(office, origin, work)


def issue_at_desk(
    office: Office,
    actor: Actor,
    *,
    service_id: int,
    form: str,
    language: str = "ja",
    also: Sequence[int] = (),
    reason: PriorityReason | None = None,
) -> IssuedTicket:
    """A number that staff take for somebody, at any hour; the same `form` gives the same ticket.

    The services of `also` follow in the same visit; a `reason` lets it go before others.
    Raises `Refusal`: not_allowed, unknown_service, service_closed, route_too_long(limit), numbers_run_out.
    """
    actor.require(Permission.CALL)
    origin = f"form:{actor.staff_id}:{form[:64]}"

    def work(unit: Unit) -> IssuedTicket:
        offer = desks.offer(unit.session, service_id)
        if offer is None or not desks.in_municipality(unit.session, offer.desk_id, actor.municipality_id):
            raise Refusal("unknown_service")
        if not (offer.walk_in or offer.bookable):
            raise Refusal("service_closed")
        request = Request(
            origin=origin,
            channel=Channel.STAFF,
            language=known(language),
            reason=reason,
            route=tuple(visit_route.checked(unit, actor, service_id, also)),
        )
        issued = _issue(office, unit, offer, request)
        why = {} if reason is None else {"reason": reason.value}
        audit.record(unit, actor.staff_id, "issue", f"ticket:{issued.id}", priority=request.priority, **why)
        return issued

    return _once(office, origin, work)


def issue_for_reservation(
    office: Office,
    unit: Unit,
    reservation: Reservation,
    *,
    origin: str,
    appointment_at: datetime | None,
    terminal_id: int | None = None,
    claimable: bool,
) -> IssuedTicket:
    """The ticket of a reservation that checks in, inside the caller's transaction.

    `appointment_at` is the time with which it joins the queue: None for one that came too late for it.
    """
    offer = desks.offer(unit.session, reservation.service_id)
    if offer is None:
        raise Refusal("unknown_service")
    request = Request(
        origin=origin,
        channel=Channel.RESERVATION,
        language=reservation.language,
        appointment_at=appointment_at,
        line_user_id=reservation.line_user_id,
        reservation_id=reservation.id,
        terminal_id=terminal_id,
        claimable=claimable and reservation.line_user_id is None,
    )
    return _issue(office, unit, offer, request)


def issued_before(office: Office, unit: Unit, origin: str) -> IssuedTicket | None:
    """The ticket that the same request made earlier, with its position of now."""
    ticket_id = tickets.id_by_origin(unit.session, origin)
    row = None if ticket_id is None else tickets.by_id(unit.session, ticket_id)
    if row is None:
        return None
    ahead = positions.ahead_of(unit, row.ticket)
    return IssuedTicket(
        id=row.ticket.id or 0,
        token=row.ticket.token,
        number=positions.number_of(row.ticket),
        service=row.service,
        service_code=row.service_code,
        desk=row.desk,
        desk_code=row.desk_code,
        desk_id=row.ticket.desk_id,
        issued_at=row.ticket.issued_at,
        waiting_ahead=ahead,
        near=ahead <= row.near_threshold,
        wait=pace.wait(office, unit, row.ticket.desk_id, ahead, ticket_id=row.ticket.id or 0),
        claim_code=row.ticket.claim_code,
    )


def _once(office: Office, origin: str, work: Callable[[Unit], IssuedTicket]) -> IssuedTicket:
    """Run `work` unless `origin` has its ticket; a clash with the same request at this instant is retried."""
    try:
        return _once_tried(office, origin, work)
    except IntegrityError:
        return _once_tried(office, origin, work)


def _once_tried(office: Office, origin: str, work: Callable[[Unit], IssuedTicket]) -> IssuedTicket:
    with office.change() as unit:
        return issued_before(office, unit, origin) or work(unit)


def open_offer(unit: Unit, offer: Offer | None) -> Offer:
    """The offer, if citizens may take numbers there now.

    Raises `Refusal`: unknown_service, desk_closed(opens_at, closes_at), desk_stopped.
    """
    if offer is None or not offer.walk_in:
        raise Refusal("unknown_service")
    if not offer.hours.open_at(unit.now.astimezone(unit.zone), is_holiday):
        raise Refusal("desk_closed", opens_at=f"{offer.opens_at:%H:%M}", closes_at=f"{offer.closes_at:%H:%M}")
    if offer.paused or unit.today in (offer.stopped_on, offer.closed_on):
        raise Refusal("desk_stopped")
    return offer


def _refuse_afar(unit: Unit, offer: Offer, line_user_id: int) -> None:
    # Raises Refusal: remote_off, remote_full, remote_person_full(most).
    if not offer.remote:
        raise Refusal("remote_off")
    if not (offer.remote_limit or offer.remote_per_person):
        return
    # Counted with the desk locked: services have number sequences of their own, and the limit is the desk's.
    desks.lock_desk(unit.session, offer.desk_id)
    place = (unit.session, offer.desk_id, unit.today)
    most = offer.remote_per_person
    if most and queue.taken_by_person(*place, line_user_id) >= most:
        raise Refusal("remote_person_full", most=most)
    if offer.remote_limit and queue.taken_from_afar(*place) >= offer.remote_limit:
        raise Refusal("remote_full")


def _issue(office: Office, unit: Unit, offer: Offer, request: Request) -> IssuedTicket:
    number = take_number(unit, offer)
    # Read with the number sequence locked: whoever got the lower number also queued earlier.
    queued_at = office.clock.now()
    entry = Waiting(
        NEWEST_ID, queued_at, request.priority, request.appointment_at, service_id=offer.service_id
    )
    ahead = positions.ahead_of_entry(unit, offer.desk_id, entry)
    told = pace.told(office, unit, offer.desk_id, ahead, offer.service_id)
    row = new_row(unit, offer, request, number, queued_at, told)
    ticket_id = tickets.add(unit.session, row)
    unit.desk_changed(offer.desk_id)
    return issued(offer, row, ticket_id, told)


def new_row(
    unit: Unit,
    offer: Offer,
    request: Request,
    number: tuple[int, int],
    queued_at: datetime,
    told: pace.Told,
) -> dict[str, Any]:
    """The columns of a new ticket with its `number` and lap, and the waiting time that is told with it."""
    claim_code = drawn(secrets.choice, CLAIM_ALPHABET, CLAIM_LENGTH) if request.claimable else None
    return {
        "token": secrets.token_urlsafe(16),
        "origin": request.origin,
        "desk_id": offer.desk_id,
        "home_desk_id": offer.desk_id,
        "service_id": offer.service_id,
        "service_day": unit.today,
        "letter": offer.letter,
        "number": number[0],
        "lap": number[1],
        "channel": request.channel.value,
        "language": request.language,
        "issued_at": queued_at,
        "queued_at": queued_at,
        "priority": request.priority,
        "priority_reason": "" if request.reason is None else request.reason.value,
        "route": list(request.route),
        "appointment_at": request.appointment_at,
        # Who is near already reads so on the ticket itself.
        "near_told": told.ahead <= offer.near_threshold,
        **told.columns,
        "line_user_id": request.line_user_id,
        "claim_code": claim_code,
        "reservation_id": request.reservation_id,
        "terminal_id": request.terminal_id,
    }


def issued(offer: Offer, row: Mapping[str, Any], ticket_id: int, told: pace.Told) -> IssuedTicket:
    """What the citizen is told of a stored `new_row`."""
    return IssuedTicket(
        id=ticket_id,
        token=row["token"],
        number=label(row["letter"], row["number"]),
        service=offer.service_names,
        service_code=offer.service_code,
        desk=offer.desk_names,
        desk_code=offer.desk_code,
        desk_id=offer.desk_id,
        issued_at=row["issued_at"],
        waiting_ahead=told.ahead,
        near=told.ahead <= offer.near_threshold,
        wait=told.wait,
        claim_code=row["claim_code"],
    )


def take_number(unit: Unit, offer: Offer) -> tuple[int, int]:
    """The next number and its lap; from here on its sequence is locked. Raises `numbers_run_out`.

    A number with which somebody of another desk waits here is passed over.
    """
    session, place = unit.session, (offer.desk_id, unit.today, offer.letter)
    taken = queue.next_number_in_first_lap(session, *place, offer.numbers)
    if taken is not None and not taken.visited:
        return taken.number, 0
    # Asked with the sequence locked: nobody comes from another desk with one of these numbers meanwhile.
    elsewhere = queue.numbers_from_elsewhere(session, *place)
    while taken is not None:
        if taken.number not in elsewhere:
            return taken.number, 0
        queue.pass_over(session, *place, taken.number)
        taken = queue.next_number_in_first_lap(session, *place, offer.numbers)
    sequence = queue.lock_sequence(session, *place)
    still_open = queue.open_numbers(session, *place) | elsewhere
    sequence.last_number, sequence.lap = number_after(
        sequence.last_number, sequence.lap, offer.numbers, still_open
    )
    session.flush()
    return sequence.last_number, sequence.lap
