"""A citizen's own data: shown and erased when they ask for it, by staff, with the reason in the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ..domain.citizens import Citizen
from ..domain.errors import Refusal
from ..domain.languages import localized
from ..domain.masking import MaskingKind
from ..domain.numbers import label
from ..domain.own_data import OwnDataReason
from ..domain.phones import national
from ..domain.roles import Permission
from ..store import masking as masking_rows
from ..store import own_data as rows
from ..store.tables import Contact, Desk, LineUser, MaskingRun, Reservation, Service
from . import audit, contacts, erased, holds
from .actors import Actor
from .masking import overwrite
from .office import Office, Unit
from .reservation_desk import answers_of

_Visit = tuple[Reservation, Service, Desk, Contact | None]


@dataclass(frozen=True, slots=True)
class OwnVisit:
    """A booking of the citizen's with everything that they told."""

    code: str
    day: date
    service: str
    state: str
    kana: str
    phone: str
    answers: tuple[tuple[str, str], ...]
    over_reason: str


@dataclass(frozen=True, slots=True)
class OwnData:
    """All that the municipality holds of a citizen. The LINE user id itself is shown to nobody."""

    visits: tuple[OwnVisit, ...]
    numbers: tuple[tuple[date, str, str], ...]
    """Day, number and service of each number taken."""
    in_line: bool
    language: str
    messages: int
    """How many messages were written to them."""


@dataclass(frozen=True, slots=True)
class Erased:
    """How many contacts went, and whether the tie to LINE; `elsewhere`: another municipality needs that."""

    contacts: int
    line: bool
    elsewhere: bool


def show(office: Office, actor: Actor, reservation_id: int, reason: OwnDataReason) -> OwnData:
    """All about whoever has this reservation; the look is audited with its reason.

    Raises `Refusal`: not_allowed, unknown_reservation.
    """
    actor.require(Permission.SEE_CONTACT)
    with office.change() as unit:
        reservation = _booked(unit, actor, reservation_id)
        found = rows.reservations(unit.session, _citizen(reservation), reservation_id, actor.municipality_id)
        user = _user(unit, reservation)
        audit.record(
            unit, actor.staff_id, "show_own_data", f"reservation:{reservation_id}", reason=reason.value
        )
        return OwnData(
            visits=tuple(map(_visit, found)),
            numbers=() if user is None else _numbers(unit, user, actor.municipality_id),
            in_line=user is not None,
            language=reservation.language if user is None else user.language,
            messages=0 if user is None else rows.messages(unit.session, user.id or 0),
        )


def erase(office: Office, actor: Actor, reservation_id: int, reason: OwnDataReason) -> Erased:
    """Overwrite every letter and digit of whoever has this reservation, and their tie to LINE.

    The bytes follow with the night's job; a backup made before brings nothing of it back (`erased`).
    Raises `Refusal`: not_allowed, unknown_reservation, erase_standing.
    """
    actor.require(Permission.ADMINISTER)
    with office.change() as unit:
        reservation = _booked(unit, actor, reservation_id)
        citizen = _citizen(reservation)
        if citizen is not None:
            holds.lock_citizen(unit, citizen)
        found = rows.reservations(unit.session, citizen, reservation_id, actor.municipality_id)
        user = _user(unit, reservation)
        _refuse_standing(unit, found, user)
        elsewhere = user is not None and rows.known_elsewhere(
            unit.session, user.id or 0, actor.municipality_id
        )
        ids = [row[0].contact_id for row in found if row[0].contact_id is not None]
        count = erase_within(unit, office, ids, None if elsewhere else user)
        for row in found:
            row[0].guest = None
        done = Erased(count, line=user is not None and not elsewhere, elsewhere=elsewhere)
        audit.record(
            unit,
            actor.staff_id,
            "erase_own_data",
            f"reservation:{reservation_id}",
            reason=reason.value,
            contacts=done.contacts,
            line=done.line,
        )
        # Before the commit: a backup that brings back what was erased is worse than a line too many.
        erased.remember(office, unit, ids, None if elsewhere else user)
        unit.desk_changed(reservation.desk_id)
        return done


def erase_within(unit: Unit, office: Office, contact_ids: Sequence[int], user: LineUser | None) -> int:
    """Overwrite these contacts whole and the tie to LINE, in the caller's transaction; how many contacts."""
    visits = masking_rows.lock_with_contacts(unit.session, contact_ids)
    whole = [one for one in masking_rows.lock_contacts(unit.session, contact_ids) if one.masked_as != "full"]
    run = MaskingRun(
        kind=MaskingKind.REQUEST.value,
        started_at=unit.now,
        finished_at=unit.now,
        retention_months=office.settings.retention_months,
        policy="full",
    )
    overwrite(unit, run, whole, visits, "full")
    count = run.masked
    if user is not None:
        rows.forget_in_line(unit.session, user)
        # So that the bytes of the user id go with the next run.
        run.masked = max(run.masked, 1)
    unit.session.add(run)
    unit.session.flush()
    return count


def _booked(unit: Unit, actor: Actor, reservation_id: int) -> Reservation:
    reservation = contacts.own_office(unit, actor, unit.session.get(Reservation, reservation_id))
    if reservation.booked_at is None:
        raise Refusal("unknown_reservation")
    return reservation


def _citizen(reservation: Reservation) -> Citizen | None:
    """Whose it is; None where staff registered a caller, whom nothing ties to other bookings."""
    if reservation.line_user_id is None and reservation.guest is None:
        return None
    return Citizen(
        reservation.line_user_id, None if reservation.line_user_id is not None else reservation.guest
    )


def _user(unit: Unit, reservation: Reservation) -> LineUser | None:
    if reservation.line_user_id is None:
        return None
    return unit.session.get(LineUser, reservation.line_user_id)


def _refuse_standing(unit: Unit, found: Sequence[_Visit], user: LineUser | None) -> None:
    standing = any(row[0].state in (*holds.STANDING, "held") for row in found)
    ids = [row[0].id or 0 for row in found]
    if standing or rows.has_open_ticket(unit.session, None if user is None else user.id, ids):
        raise Refusal("erase_standing")


def _visit(row: _Visit) -> OwnVisit:
    reservation, service, _desk, contact = row
    return OwnVisit(
        code=reservation.code,
        day=reservation.day,
        service=localized(service.names, "ja"),
        state=reservation.state,
        kana="" if contact is None else contact.kana,
        phone="" if contact is None else national(contact.phone),
        answers=answers_of(service, reservation),
        over_reason=reservation.over_reason or "",
    )


def _numbers(unit: Unit, user: LineUser, municipality_id: int) -> tuple[tuple[date, str, str], ...]:
    return tuple(
        (ticket.service_day, label(ticket.letter, ticket.number), localized(service.names, "ja"))
        for ticket, service in rows.tickets(unit.session, user.id or 0, municipality_id)
    )
