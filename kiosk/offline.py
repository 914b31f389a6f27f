"""Giving numbers without the server: from the lease, within its hours, while the time is known for sure."""

import logging
from datetime import datetime

from kiosk.board import Board, Phase
from kiosk.journal import Touch
from kiosk.lease_book import LeaseBook, Moment
from kiosk.messages import Coded, Config, Lease, LeasedNumber, Ticket, TicketFace, face_of
from kiosk.server_time import ServerTime

log = logging.getLogger(__name__)


def may_give(lease: Lease, config: Config, now: datetime) -> bool:
    """Whether numbers of ``lease`` can be given at ``now``, as the desk stood when ``config`` came."""
    if lease.stopped or not lease.opens_at <= now < lease.closes_at:
        return False
    # Closed within its hours: staff ended the giving of numbers for that day.
    return config.open or not lease.opens_at <= config.server_time < lease.closes_at


class Offline:
    """The lease of this terminal, as the screen and a touch see it."""

    def __init__(self, book: LeaseBook, time: ServerTime, board: Board) -> None:
        self._book = book
        self._time = time
        self._board = board

    def offers(self) -> tuple[str, ...]:
        """Codes of the services of which a number can be given now without asking."""
        now, config = self._time.now(), self._board.config
        if now is None or config is None or self._board.phase is Phase.REVOKED:
            return ()
        return tuple(
            lease.service for lease in self._book.leases() if lease.numbers and may_give(lease, config, now)
        )

    def give(self, touch: Touch) -> TicketFace | None:
        """The next held number for the touch, durably its own; None when there is none to give."""
        now, config = self._time.now(), self._board.config
        if now is None or config is None or self._board.phase is Phase.REVOKED:
            return None
        # Never before the one given last, should the clock have been set meanwhile.
        now = max(now, self._book.last_given_at() or now)
        for lease in self._book.leases():
            if lease.service == touch.wanted and lease.numbers and may_give(lease, config, now):
                return self._given(touch, lease, config, now)
        return None

    def _given(self, touch: Touch, lease: Lease, config: Config, now: datetime) -> TicketFace | None:
        def face(number: LeasedNumber) -> TicketFace:
            return face_of(_ticket(lease, number, config, now), touch.language, config)

        made = self._book.give(touch, lease, Moment(now, *self._time.mark()), face)
        if made is not None:
            log.info("%s given without the server", made.ticket.number)
        return made


def _ticket(lease: Lease, number: LeasedNumber, config: Config, now: datetime) -> Ticket:
    names = next((one.names for one in config.services if one.code == lease.service), {})
    return Ticket(
        id="",
        number=number.number,
        service=Coded(code=lease.service, names=names),
        desk=Coded(code=config.desk.code, names=config.desk.names),
        issued_at=now,
        waiting_ahead=None,
        status_url=number.status_url,
        claim_code=number.claim_code,
    )
