"""Booking without LINE: a confirmation code is all that tells who somebody is.

Nothing is stored when a code is drawn; the first place held with it is its first trace. Whether a code
has bookings is told to nobody but who opens its page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from sqlmodel import col, select

from ..domain.citizens import CONFIRMATION_LENGTH, Citizen
from ..domain.codes import CLAIM_ALPHABET, typed_claim_code
from ..domain.errors import Refusal
from ..store.tables import Desk
from . import links
from .attempts import Addresses, minutes_until
from .booking import bookings_of
from .office import Office

_REMEMBER_FOR: Final = timedelta(seconds=5)
_CODES: Final = 200
"""Drawn for one address within five minutes: thousands of phones share an address of their network."""
_WRONG: Final = 30
"""Codes without a booking that one address may try within five minutes."""


@dataclass(frozen=True)
class Watch:
    """What one process remembers of the last minutes."""

    codes: Addresses = field(default_factory=lambda: Addresses(_CODES))
    wrong: Addresses = field(default_factory=lambda: Addresses(_WRONG))


_WATCH: Final = Watch()


def desks_for_guests(office: Office) -> dict[str, int]:
    """Code and id of the desks that let people book without LINE, in their order; some seconds old."""
    now = office.clock.now()
    return office.memo.recall(("desks_for_guests",), now, _REMEMBER_FOR, lambda: _desks(office))


def begin(office: Office, desk_code: str, address: str, language: str = "", *, watch: Watch = _WATCH) -> str:
    """The path of `/book`, in `language`, for somebody who gets a confirmation code of their own.

    Raises `Refusal`: unknown_desk (also when the desk does not allow it), guest_throttled(minutes).
    """
    desk_id = desks_for_guests(office).get(desk_code)
    if desk_id is None:
        raise Refusal("unknown_desk")
    _refuse_often(office, watch.codes, address)
    watch.codes.failed(address, office.clock.now())
    return links.guest_path(office, desk_id, language)


def come_back(office: Office, typed: str, address: str, language: str = "", *, watch: Watch = _WATCH) -> str:
    """The path of `/book` for a code that was typed; one without bookings gets the same answer.

    Raises `Refusal`: guest_throttled(minutes), guest_code_wrong (no code at all), unknown_desk (when no
    desk allows booking without LINE).
    """
    _refuse_often(office, watch.wrong, address)
    code = typed_claim_code(typed)
    if len(code) != CONFIRMATION_LENGTH or not set(code) <= set(CLAIM_ALPHABET):
        watch.wrong.failed(address, office.clock.now())
        raise Refusal("guest_code_wrong")
    guest = Citizen.with_code(code)
    found = bookings_of(office, guest)
    if not found:
        watch.wrong.failed(address, office.clock.now())
    desks = [one.desk_id for one in found] or list(desks_for_guests(office).values())
    if not desks:
        raise Refusal("unknown_desk")
    return f"{links.returning_path(office, guest, desks[0], language)}&mine=1"


def _refuse_often(office: Office, addresses: Addresses, address: str) -> None:
    now = office.clock.now()
    blocked = addresses.blocked_until(address, now)
    if blocked is not None:
        raise Refusal("guest_throttled", minutes=minutes_until(blocked, now))


def _desks(office: Office) -> dict[str, int]:
    with office.look() as unit:
        query = select(Desk).where(col(Desk.guest_booking)).order_by(col(Desk.id))
        return {desk.code: desk.id or 0 for desk in unit.session.exec(query)}
