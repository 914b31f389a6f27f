"""キャンセル待ち: where somebody on the waiting list of a full day stands."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class WaitState(StrEnum):
    """`waiting → offered → booked`, or `lapsed` when the offer ran out, or `cancelled`."""

    WAITING = "waiting"
    OFFERED = "offered"
    BOOKED = "booked"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"


OPEN: Final = (WaitState.WAITING, WaitState.OFFERED)
