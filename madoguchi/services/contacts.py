"""連絡先: kana name and phone number, written with a booking and looked at by staff, never otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ..domain.citizens import Citizen
from ..domain.errors import Refusal
from ..domain.names import search_key
from ..domain.phones import national
from ..domain.roles import Permission
from ..store import booking as rows
from ..store import booking_rounds
from ..store.tables import Contact, Desk, Reservation
from . import audit
from .actors import Actor
from .office import Office, Unit


def prefill(unit: Unit, citizen: Citizen) -> tuple[str, str] | None:
    """Kana and phone (national) of the citizen's newest booking whose contact is not masked yet."""
    contact = rows.newest_unmasked_contact(unit.session, citizen)
    return None if contact is None else (contact.kana, national(contact.phone))


def contact_of(office: Office, actor: Actor, reservation_id: int) -> tuple[str, str]:
    """Kana and phone (national) for telephoning about the booking; the look is written to the audit log.

    Raises `Refusal`: not_allowed, unknown_reservation.
    """
    actor.require(Permission.SEE_CONTACT)
    with office.change() as unit:
        reservation = own_office(unit, actor, unit.session.get(Reservation, reservation_id))
        contact = (
            None if reservation.contact_id is None else unit.session.get(Contact, reservation.contact_id)
        )
        if contact is None:
            raise Refusal("unknown_reservation")
        audit.record(unit, actor.staff_id, "see_contact", f"reservation:{reservation_id}")
        return contact.kana, national(contact.phone)


def add(unit: Unit, reservation: Reservation, kana: str, phone: str) -> None:
    """Write the reservation's contact: `kana` and `phone` as the domain made them."""
    (reservation.contact_id,) = add_all(unit, [(kana, phone, reservation.day)])


def add_all(unit: Unit, known: Sequence[tuple[str, str, date]]) -> list[int]:
    """Write contacts: kana, phone and day of visit of each; their ids, in order."""
    return booking_rounds.add_contacts(
        unit.session,
        [
            {
                "kana": kana,
                "kana_key": search_key(kana),
                "phone": phone,
                "created_at": unit.now,
                "visit_day": day,
            }
            for kana, phone, day in known
        ],
    )


def own_office(unit: Unit, actor: Actor, reservation: Reservation | None) -> Reservation:
    """The reservation, if it is one of the actor's municipality. Raises `Refusal("unknown_reservation")`."""
    if reservation is not None:
        desk = unit.session.get_one(Desk, reservation.desk_id)
        if desk.municipality_id == actor.municipality_id:
            return reservation
    raise Refusal("unknown_reservation")
