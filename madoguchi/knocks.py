"""Who was refused at a door that is not for everybody: lines of one form, by which fail2ban bans them."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Final, Literal

from .networks import Address, house
from .services.attempts import Addresses

_log = logging.getLogger(__name__)

LINES: Final = 20
"""In five minutes and for one caller: enough for fail2ban, too few to drown the rest of the log."""
_written: Final = Addresses(LINES)


def refused(what: Literal["address", "sign-in"], address: Address | None) -> None:
    """Say that `address` is not permitted at that door, or did not sign in with what it sent."""
    caller, now = house(address), datetime.now(UTC)
    if address is None or _written.blocked_until(caller, now) is not None:
        return
    _written.failed(caller, now)
    _log.warning("refused %s from %s", what, address)
