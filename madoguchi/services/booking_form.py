"""Opening the booking form: who it is, at which desk, and what is known already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..domain.citizens import Citizen
from ..domain.errors import Refusal
from ..domain.languages import known
from ..store.tables import LineUser
from . import waiting_list
from .booking import bookings_within
from .booking_views import BookingView
from .contacts import prefill
from .holds import Held, held_within
from .links import BookingLink
from .office import Office, Unit
from .slots import BookingDesk, booking_desk
from .waiting_list import WaitView


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody with a good link. `contact` is kana and phone of the newest unmasked booking.

    `code` is a guest's confirmation code; `reservation_id` a booking that they come to change, 0 for none.
    """

    citizen: Citizen
    language: str
    """What they chose in LINE; empty for a guest, who chose on the way here."""
    desk: BookingDesk
    held: Held | None
    contact: tuple[str, str] | None
    reservation_id: int = 0
    code: str = ""
    bookings: Sequence[BookingView] = ()
    """Those that stand, at every desk."""
    waits: Sequence[WaitView] = ()


def visitor_known(office: Office, link: BookingLink) -> Visitor:
    """Who comes with a link that `links.read` has read. Raises `Refusal`: link_invalid, unknown_desk.

    In one transaction: at nine on the first morning, everybody opens the form at once.
    """
    citizen, user = link.citizen, link.citizen.line_user_id
    with office.look() as unit:
        return Visitor(
            citizen,
            _language(unit, citizen),
            booking_desk(unit, link.desk_id),
            held_within(unit, citizen, link.desk_id),
            # Whoever sees a guest's confirmation code shall not see whose it is.
            prefill(unit, citizen) if user else None,
            link.reservation_id,
            link.code,
            bookings_within(unit, citizen),
            waiting_list.lists_within(unit, user) if user else (),
        )


def _language(unit: Unit, citizen: Citizen) -> str:
    if citizen.line_user_id is None:
        return ""
    user = unit.session.get(LineUser, citizen.line_user_id)
    if user is None:
        raise Refusal("link_invalid")
    return known(user.language)
