"""Paper tickets for everybody who asks at the same moment, in one transaction.

One commit each would make the terminals wait for each other: most of a ticket's cost is the transaction
around it, and threads that queue for the one writer hold up the event loop besides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.exc import DataError, IntegrityError

from ..domain.errors import Refusal
from ..domain.languages import known
from ..domain.order import Waiting
from ..domain.tickets import Channel
from ..store import desks, tickets
from ..store.desks import Offer
from . import pace, positions
from .issuing import (
    NEWEST_ID,
    IssuedTicket,
    Request,
    issue_at_terminal,
    issued,
    issued_before,
    new_row,
    open_offer,
    take_number,
)
from .office import Office, Unit

Result = IssuedTicket | Exception


@dataclass(frozen=True, slots=True)
class Wish:
    """One press on a terminal. The same `key` again gives the same ticket."""

    terminal_id: int
    desk_id: int
    service_code: str
    language: str
    key: str

    @property
    def origin(self) -> str:
        """What `issue_at_terminal` calls this request."""
        return f"terminal:{self.terminal_id}:{self.key}"


def issue_together(office: Office, wishes: Sequence[Wish]) -> list[Result]:
    """A ticket for each wish, or the `Refusal` that this wish meets; the others do not feel it."""
    by_origin = {wish.origin: wish for wish in wishes}
    try:
        with office.change() as unit:
            results = _Round(office, unit).run(by_origin)
    except (IntegrityError, DataError):
        # One of them clashes with the database; alone, each gets what it deserves.
        results = {origin: _alone(office, wish) for origin, wish in by_origin.items()}
    return [results[wish.origin] for wish in wishes]


def _alone(office: Office, wish: Wish) -> Result:
    try:
        return issue_at_terminal(
            office,
            terminal_id=wish.terminal_id,
            desk_id=wish.desk_id,
            service_code=wish.service_code,
            language=wish.language,
            key=wish.key,
        )
    except Exception as error:
        return error


@dataclass
class _Round:
    """One transaction. What holds for all of it is asked once."""

    office: Office
    unit: Unit
    _offers: dict[tuple[int, str], Offer | Refusal] = field(default_factory=dict)
    _ahead: dict[int, int] = field(default_factory=dict)

    def run(self, wishes: dict[str, Wish]) -> dict[str, Result]:
        results: dict[str, Result] = {}
        for origin in tickets.origins_among(self.unit.session, list(wishes)):
            before = issued_before(self.office, self.unit, origin)
            assert before is not None
            results[origin] = before
        new: dict[str, tuple[Offer, dict[str, object], pace.Told]] = {}
        offered: list[tuple[Offer, Wish]] = []
        for wish in wishes.values():
            if wish.origin in results:
                continue
            try:
                offered.append((self._offer(wish), wish))
            except Refusal as refusal:
                results[wish.origin] = refusal
        # Number sequences are locked in one order everywhere, so no two can wait for each other.
        for offer, wish in sorted(offered, key=lambda one: (one[0].desk_id, one[0].letter)):
            try:
                new[wish.origin] = self._drawn(offer, wish)
            except Refusal as refusal:
                results[wish.origin] = refusal
        ids = tickets.add_all(self.unit.session, [row for _, row, _ in new.values()])
        for origin, (offer, row, told) in new.items():
            results[origin] = issued(offer, row, ids[origin], told)
            self.unit.desk_changed(offer.desk_id)
        return results

    def _drawn(self, offer: Offer, wish: Wish) -> tuple[Offer, dict[str, object], pace.Told]:
        number = take_number(self.unit, offer)
        queued_at = self.office.clock.now()
        ahead = self._next_ahead(offer.desk_id)
        request = Request(
            origin=wish.origin,
            channel=Channel.PAPER,
            language=known(wish.language),
            terminal_id=wish.terminal_id,
        )
        told = pace.told(self.office, self.unit, offer.desk_id, ahead, offer.service_id)
        return offer, new_row(self.unit, offer, request, number, queued_at, told), told

    def _offer(self, wish: Wish) -> Offer:
        place = (wish.desk_id, wish.service_code)
        if place not in self._offers:
            try:
                self._offers[place] = open_offer(self.unit, desks.offer_by_code(self.unit.session, *place))
            except Refusal as refusal:
                self._offers[place] = refusal
        found = self._offers[place]
        if isinstance(found, Refusal):
            raise found
        return found

    def _next_ahead(self, desk_id: int) -> int:
        """Paper tickets of one moment queue one behind the other: counted once, then one more each."""
        if desk_id not in self._ahead:
            entry = Waiting(NEWEST_ID, self.office.clock.now())
            self._ahead[desk_id] = positions.ahead_of_entry(self.unit, desk_id, entry) - 1
        self._ahead[desk_id] += 1
        return self._ahead[desk_id]
