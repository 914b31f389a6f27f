"""Booking what a terminal issued without the network, once it can tell: each number once, at its true time.

The proof of a number is its token, drawn by the server and printed in the QR code, so a terminal that was
paired anew can still bring what it issued before. Each number is a transaction of its own.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy.exc import OperationalError

from ..domain import leasing
from ..domain.codes import CLAIM_ALPHABET, CLAIM_LENGTH
from ..domain.errors import Refusal
from ..domain.numbers import label
from ..domain.order import Waiting
from ..domain.tickets import Action, Channel, TicketState
from ..store import desks, leases, queue, tickets
from ..store.desks import Offer
from ..store.tables import Desk, LeasedNumber, LeaseTrouble
from . import pace, positions
from .issuing import NEWEST_ID, IssuedTicket, Request, issued_before, new_row, take_number
from .leases import KEPT
from .office import Office, Unit
from .steps import Step, locked, take_step, tried_again
from .terminals import TerminalView

_log = logging.getLogger(__name__)

_TOKEN: Final = re.compile(r"[0-9A-Za-z_-]{16,43}", re.ASCII)
_CLAIM: Final = re.compile(f"[{CLAIM_ALPHABET}]{{{CLAIM_LENGTH}}}")
_NUMBER: Final = re.compile(r"(.)([0-9]{3,9})", re.ASCII)
_BELIEVED: Final = timedelta(hours=12)
"""A terminal's word for when it gave a number of which nothing else is known."""
_TAKEN_BACK: Final = {state.value for state in (TicketState.WAITING, TicketState.ON_HOLD, TicketState.CALLED)}


class Result(StrEnum):
    """What became of one number. ``KNOWN``: it had arrived before."""

    BOOKED = "booked"
    KNOWN = "known"
    RENUMBERED = "renumbered"
    """Somebody else has the number; its holder got another one and does not know it yet."""
    REFUSED = "refused"
    LATER = "later"
    """Something is wrong here: the terminal keeps it and tells it again."""


class Trouble(StrEnum):
    """Why a number could not be booked as it was printed."""

    GIVEN_TWICE = "given_twice"
    NOT_LEASED = "not_leased"
    UNKNOWN_SERVICE = "unknown_service"


@dataclass(frozen=True, slots=True)
class Spooled:
    """One number that a terminal gave; `issued_at` by the terminal's clock."""

    key: str
    service: str
    day: date
    number: str
    token: str
    claim_code: str
    issued_at: datetime
    language: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of the number of the touch `key`; `instead` only where it was renumbered."""

    key: str
    result: Result
    number: str
    ticket_id: int | None = None
    trouble: str = ""
    instead: IssuedTicket | None = None


def deliver(
    office: Office, terminal: TerminalView, spooled: Sequence[Spooled], clock: datetime
) -> list[Delivered]:
    """Book these numbers in their order; `clock` is what the terminal's own clock says now.

    Twice does no more than once.
    """
    ahead = clock - office.clock.now()
    return [_safely(office, terminal, one, ahead) for one in spooled]


def _safely(office: Office, terminal: TerminalView, one: Spooled, ahead: timedelta) -> Delivered:
    try:
        return _delivered(office, terminal, one, ahead)
    except OperationalError:
        # The database is busy, for all of them.
        raise
    except Exception:
        # One that cannot be booked must not keep the others back, nor be lost.
        _log.exception("a number given without the network could not be booked")
        return Delivered(one.key, Result.LATER, one.number)


# Once more also when the terminal's own request of the same touch arrives at this instant: then it is seen.
@tried_again
def _delivered(office: Office, terminal: TerminalView, one: Spooled, ahead: timedelta) -> Delivered:
    with office.change() as unit:
        return _Delivery(office, unit, terminal, one, ahead).run()


@dataclass(frozen=True)
class _Delivery:
    office: Office
    unit: Unit
    terminal: TerminalView
    spooled: Spooled
    ahead: timedelta

    @property
    def origin(self) -> str:
        """The same as of the touch's own request, so that one which arrives late finds this ticket."""
        return self._origin(self.terminal.id)

    def _origin(self, terminal_id: int) -> str:
        return f"terminal:{terminal_id}:{self.spooled.key}"

    def run(self) -> Delivered:
        session, one = self.unit.session, self.spooled
        before = leases.by_token(session, one.token)
        if before is not None and before.key == one.key:
            return Delivered(one.key, Result.KNOWN, one.number, before.ticket_id)
        if (trouble := leases.trouble(session, self.terminal.id, one.key)) is not None:
            return self._troubled(trouble)
        # Paired anew since, the machine asked under its earlier name.
        earlier = self.terminal.id if before is None else before.terminal_id
        for terminal_id in sorted({self.terminal.id, earlier}):
            self._take_back_unseen(terminal_id)
        return self._arrived()

    def _arrived(self) -> Delivered:
        session, one = self.unit.session, self.spooled
        held = leases.by_token(session, one.token, lock=True)
        if held is not None and not self._is_ours(held.desk_id):
            offer = desks.offer_by_code(session, self.terminal.desk_id, one.service)
            return self._in_trouble(Trouble.NOT_LEASED, offer)
        # Also when the terminal was paired with another desk since, or the service's code is another one.
        offer = (
            desks.offer_by_code(session, self.terminal.desk_id, one.service)
            if held is None
            else desks.offer(session, held.service_id)
        )
        if offer is None:
            return self._in_trouble(Trouble.UNKNOWN_SERVICE, None)
        held = held or self._adopted(offer)
        if held is None or label(held.letter, held.number) != one.number:
            return self._in_trouble(Trouble.NOT_LEASED, offer)
        if held.key == one.key:
            return Delivered(one.key, Result.KNOWN, one.number, held.ticket_id)
        if held.key is not None:
            return self._in_trouble(Trouble.GIVEN_TWICE, offer, held.given_at)
        return self._booked(offer, held)

    def _is_ours(self, desk_id: int) -> bool:
        """Whether the desk is of the terminal's municipality: a token is read off a paper by anybody."""
        own = self.unit.session.get_one(Desk, self.terminal.desk_id)
        return desks.in_municipality(self.unit.session, desk_id, own.municipality_id)

    def _booked(self, offer: Offer, held: LeasedNumber) -> Delivered:
        after = leases.last_issued(self.unit.session, held.terminal_id, held.service_day)
        row = self._row(offer, (held.number, 0), self._moment(held.given_at, after))
        row |= {
            "token": held.token,
            "claim_code": held.claim_code,
            "service_day": held.service_day,
            # As it was printed, should the service have got another one since.
            "letter": held.letter,
        }
        if held.service_day < self.unit.today:
            # Nobody is called any more; as the night does with those who were left.
            row["state"] = TicketState.CANCELLED.value
        held.ticket_id = tickets.add(self.unit.session, row)
        held.key = self.spooled.key
        self.unit.desk_changed(offer.desk_id)
        return Delivered(self.spooled.key, Result.BOOKED, self.spooled.number, held.ticket_id)

    def _adopted(self, offer: Offer) -> LeasedNumber | None:
        """A number that this server leased and has forgotten: its database was put back to an older state."""
        session, one, number = self.unit.session, self.spooled, self._forgotten(offer)
        if number is None:
            return None
        place = (session, offer.desk_id, one.day, offer.letter)
        queue.hold_sequence(*place, visitor=False)
        held = leases.by_number(*place, number)
        if held is None and number not in leases.not_free(*place):
            held = LeasedNumber(
                terminal_id=self.terminal.id,
                desk_id=offer.desk_id,
                service_id=offer.service_id,
                service_day=one.day,
                letter=offer.letter,
                number=number,
                token=one.token,
                given_at=self.unit.now,
            )
        elif held is None or held.key is not None or held.terminal_id != self.terminal.id:
            return None
        # Else it was handed to the same terminal once more since, which knows that it is given.
        held.token = one.token
        held.claim_code = self._printed_code()
        held.given_at = self._moment(self.unit.now - KEPT, None)
        session.add(held)
        session.flush()
        return held

    def _forgotten(self, offer: Offer) -> int | None:
        """The number, if it is one that terminals hold and its paper could be of this server."""
        one = self.spooled
        found = _NUMBER.fullmatch(one.number)
        recent = self.unit.today - KEPT <= one.day <= self.unit.today
        if found is None or found[1] != offer.letter or not recent or not _TOKEN.fullmatch(one.token):
            return None
        number = int(found[2])
        return number if number in leasing.leasable(offer.all_numbers) else None

    def _printed_code(self) -> str | None:
        code = self.spooled.claim_code
        usable = _CLAIM.fullmatch(code) and tickets.by_claim_code(self.unit.session, code) is None
        return code if usable else None

    def _in_trouble(self, why: Trouble, offer: Offer | None, given_at: datetime | None = None) -> Delivered:
        """Staff are told, and whoever holds the paper keeps the place under a number of their own."""
        one, ticket_id = self.spooled, None
        if offer is not None and one.day == self.unit.today:
            ticket_id = self._renumbered(offer, given_at or self.unit.now - _BELIEVED)
        desk_id = self.terminal.desk_id if offer is None else offer.desk_id
        trouble = LeaseTrouble(
            terminal_id=self.terminal.id,
            desk_id=desk_id,
            # No day to come: it would be told anew each morning until then.
            service_day=min(one.day, self.unit.today),
            number=one.number[:16],
            key=one.key,
            reason=why.value,
            ticket_id=ticket_id,
            found_at=self.unit.now,
        )
        self.unit.session.add(trouble)
        self.unit.session.flush()
        self.unit.desk_changed(desk_id)
        return self._troubled(trouble)

    def _troubled(self, trouble: LeaseTrouble) -> Delivered:
        one = self.spooled
        instead = issued_before(self.office, self.unit, self.origin) if trouble.ticket_id else None
        result = Result.REFUSED if instead is None else Result.RENUMBERED
        return Delivered(one.key, result, one.number, trouble.ticket_id, trouble.reason, instead)

    def _renumbered(self, offer: Offer, given_at: datetime) -> int | None:
        try:
            number = take_number(self.unit, offer)
        except Refusal:
            return None
        return tickets.add(self.unit.session, self._row(offer, number, self._moment(given_at, None)))

    def _moment(self, given_at: datetime, after: datetime | None) -> datetime:
        now = self.office.clock.now()
        return leasing.true_moment(
            self.spooled.issued_at, terminal_clock=now + self.ahead, now=now, given_at=given_at, after=after
        )

    def _row(self, offer: Offer, number: tuple[int, int], moment: datetime) -> dict[str, Any]:
        request = Request(
            origin=self.origin,
            channel=Channel.PAPER,
            language=self.spooled.language,
            terminal_id=self.terminal.id,
        )
        ahead = positions.ahead_of_entry(
            self.unit, offer.desk_id, Waiting(NEWEST_ID, moment, service_id=offer.service_id)
        )
        row = new_row(self.unit, offer, request, number, moment, pace.Told(0, 0, ahead, 0))
        # No waiting time was told, so none is to be kept.
        return row | {column: None for column in row if column.startswith("promised_")}

    def _take_back_unseen(self, terminal_id: int) -> None:
        """The server heard the touch, too, but its answer reached nobody: the printed number counts.

        The ticket gives up its origin, so that the printed one can have it.
        """
        ticket_id = tickets.id_by_origin(self.unit.session, self._origin(terminal_id))
        if ticket_id is None:
            return
        _, ticket = locked(self.unit, ticket_id)
        if ticket.token == self.spooled.token:
            # It is the printed one: another delivery of it was committed a moment ago.
            return
        ticket.origin = f"unseen:{ticket_id}"
        if ticket.state in _TAKEN_BACK:
            take_step(self.unit, ticket, Step(Action.CANCEL))
        self.unit.session.flush()
        self.unit.desk_changed(ticket.desk_id)
