"""Opening the booking form: who it is, at which desk, and what is known already."""

from __future__ import annotations

from dataclasses import dataclass

from ..domain.errors import Refusal
from ..domain.languages import known
from ..store.tables import LineUser
from . import links
from .contacts import prefill
from .holds import Held, held_at
from .office import Office
from .slots import BookingDesk, booking_desk


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody with a good link. `contact` is kana and phone of the newest unmasked booking."""

    line_user_id: int
    language: str
    desk: BookingDesk
    held: Held | None
    contact: tuple[str, str] | None


def visitor(office: Office, signed: str) -> Visitor:
    """Who comes with the signed link. Raises `Refusal`: link_expired, link_invalid, unknown_desk."""
    line_user_id, desk_id = links.read(office, signed)
    return visitor_known(office, line_user_id, desk_id)


def visitor_known(office: Office, line_user_id: int, desk_id: int) -> Visitor:
    """The same for somebody whose link was read before. Raises `Refusal`: link_invalid, unknown_desk."""
    with office.look() as unit:
        user = unit.session.get(LineUser, line_user_id)
    if user is None:
        raise Refusal("link_invalid")
    return Visitor(
        line_user_id,
        known(user.language),
        booking_desk(office, desk_id),
        held_at(office, line_user_id, desk_id),
        prefill(office, line_user_id),
    )
