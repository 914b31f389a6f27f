"""Overwriting names and phone numbers for good once their time is over."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlmodel import col

from ..domain.masking import due_on, masked_kana, masked_phone
from ..domain.names import search_key
from ..domain.questions import OVERWRITTEN, questions_from_json, without_words
from ..store.tables import Contact, Reservation, Service
from .office import Office, Unit

_AT_ONCE: Final = 200
_SHORTEST_MONTH: Final = timedelta(days=28)


def mask_due(office: Office) -> int:
    """Overwrite every contact that is due today; how many. Running it again changes nothing."""
    masked, last_id = 0, 0
    while True:
        with office.change() as unit:
            found = _candidates(unit, office.settings.retention_months, last_id)
            masked += sum(_mask_if_due(office, unit, contact) for contact in found)
        if len(found) < _AT_ONCE:
            return masked
        last_id = found[-1].id or 0


def _candidates(unit: Unit, months: int, after_id: int) -> list[Contact]:
    """Contacts whose visit is so long past that they may be due; exact only day by day."""
    query = (
        select(Contact)
        .where(
            col(Contact.masked_at).is_(None),
            col(Contact.visit_day) <= unit.today - months * _SHORTEST_MONTH,
            col(Contact.id) > after_id,
        )
        .order_by(col(Contact.id))
        .limit(_AT_ONCE)
    )
    return list(unit.session.execute(query).scalars())


def _mask_if_due(office: Office, unit: Unit, contact: Contact) -> bool:
    settings = office.settings
    if unit.today < due_on(_created_on(unit, contact), contact.visit_day, settings.retention_months):
        return False
    contact.kana = masked_kana(contact.kana, settings.mask_policy)
    contact.phone = masked_phone(contact.phone, settings.mask_policy)
    # Derived from what is left, so that a search cannot find the old name.
    contact.kana_key = search_key(contact.kana)
    contact.masked_at = unit.now
    _overwrite_words(unit, contact)
    return True


def _overwrite_words(unit: Unit, contact: Contact) -> None:
    """What was answered, or noted by staff, in words may tell as much as a name."""
    query = select(Reservation, Service).join(Service, col(Service.id) == col(Reservation.service_id))
    for reservation, service in unit.session.execute(query.where(col(Reservation.contact_id) == contact.id)):
        reservation.answers = without_words(questions_from_json(service.questions), reservation.answers)
        if reservation.over_reason is not None:
            reservation.over_reason = OVERWRITTEN


def _created_on(unit: Unit, contact: Contact) -> date:
    return contact.created_at.astimezone(unit.zone).date()
