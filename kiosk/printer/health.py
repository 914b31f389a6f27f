"""What is known of a printer, in a form that screen, log and heartbeat can pass on."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class PrinterState(StrEnum):
    """What is known of the printer. ``UNKNOWN``: it does not tell; printing is tried then."""

    OK = "ok"
    PAPER_NEAR_END = "paper_near_end"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    UNKNOWN = "unknown"

    @property
    def can_print(self) -> bool:
        """Whether it makes sense to send a job now."""
        return self not in {PrinterState.PAPER_OUT, PrinterState.COVER_OPEN, PrinterState.OFFLINE}


# An open cover lifts the paper off its sensor, so it comes before the paper that then seems to be out.
_WORST_FIRST = (
    PrinterState.COVER_OPEN,
    PrinterState.PAPER_OUT,
    PrinterState.OFFLINE,
    PrinterState.PAPER_NEAR_END,
)


@dataclass(frozen=True)
class PrinterHealth:
    """``state``: what matters most now. ``faults``: all that the printer told, the worst first.

    ``unprinted``: numbers given whose paper has not come out.
    """

    state: PrinterState = PrinterState.UNKNOWN
    faults: tuple[PrinterState, ...] = ()
    unprinted: int = 0

    @classmethod
    def of(cls, *faults: PrinterState) -> "PrinterHealth":
        """The health of a printer that told these faults; fine when there is none."""
        told = tuple(state for state in _WORST_FIRST if state in faults)
        return cls(told[0] if told else PrinterState.OK, told)

    def as_json(self) -> dict[str, Any]:
        """``{"state": "paper_out", "faults": ["paper_out", "paper_near_end"], "unprinted": 1}``."""
        return {"state": self.state.value, "faults": [*self.faults], "unprinted": self.unprinted}


UNKNOWN = PrinterHealth()
OFFLINE = PrinterHealth.of(PrinterState.OFFLINE)
