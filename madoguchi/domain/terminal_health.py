"""Whether a terminal (端末) needs a hand, and for what: a pure judgement of what it told and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

SILENT_AFTER: Final = timedelta(minutes=3)
"""A terminal tells every quarter of a minute how it is; so long without a word is no hiccup."""
CLOCK_OFF_BY: Final = 60
"""Seconds. Papers show minutes: more than this is read on them."""
OLDEST_VERSION: Final = (0, 1)
"""Terminals before this one do not understand all that the server says."""


class Level(StrEnum):
    """How urgent it is. ``TROUBLE``: no paper comes out, or nobody knows whether it does."""

    OK = "ok"
    ATTENTION = "attention"
    TROUBLE = "trouble"


class Reason(StrEnum):
    """What is the matter, the worst first."""

    SILENT = "silent"
    COVER_OPEN = "cover_open"
    PAPER_OUT = "paper_out"
    OFFLINE = "offline"
    UNTOLD = "untold"
    """Paired, but it has not said yet how it is."""
    PAPER_NEAR_END = "paper_near_end"
    UNSENT = "unsent"
    CLOCK_OFF = "clock_off"
    PRINTER_UNKNOWN = "printer_unknown"
    OLD_VERSION = "old_version"

    @property
    def level(self) -> Level:
        """How urgent it is."""
        return Level.TROUBLE if self in _TROUBLES else Level.ATTENTION

    @property
    def for_clerks(self) -> bool:
        """Whether somebody in the office can do something now. The others stand where terminals are kept:
        a warning that never goes away teaches people to overlook warnings."""
        return self not in _FOR_KEEPERS


_TROUBLES: Final = {Reason.SILENT, Reason.COVER_OPEN, Reason.PAPER_OUT, Reason.OFFLINE}
_FOR_KEEPERS: Final = {Reason.UNTOLD, Reason.PRINTER_UNKNOWN, Reason.OLD_VERSION}
_PRINTERS: Final = {
    "cover_open": Reason.COVER_OPEN,
    "paper_out": Reason.PAPER_OUT,
    "offline": Reason.OFFLINE,
    "paper_near_end": Reason.PAPER_NEAR_END,
}
_FINE: Final = "ok"
_ORDER: Final = {reason: place for place, reason in enumerate(Reason)}


@dataclass(frozen=True, slots=True)
class Told:
    """What a terminal said last, and when. `clock_ahead` in seconds, negative when its clock is behind."""

    seen_at: datetime | None
    printer: str
    unsent: int
    version: str
    clock_ahead: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is the matter.

    `amount` is minutes of silence, the number of unsent works, or minutes that the clock is ahead (negative:
    behind); 0 where there is nothing to count.
    """

    reason: Reason
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Health:
    """All that is the matter with one terminal, the worst first."""

    findings: tuple[Finding, ...] = ()

    @property
    def level(self) -> Level:
        """The worst of them."""
        return self.findings[0].reason.level if self.findings else Level.OK

    @property
    def for_clerks(self) -> tuple[Finding, ...]:
        """Those for which somebody in the office can do something."""
        return tuple(one for one in self.findings if one.reason.for_clerks)


def health_of(told: Told, now: datetime, listening_since: datetime | None = None) -> Health:
    """What is the matter at `now`.

    `listening_since`: since when terminals could be heard at all; None: always. A server that was down
    says of no terminal that it was silent meanwhile.
    """
    heard = max((one for one in (told.seen_at, listening_since) if one is not None), default=None)
    if heard is None or now - heard >= SILENT_AFTER:
        # What it told before may be long over.
        return Health((Finding(Reason.SILENT, _minutes(told.seen_at, now)),))
    return Health(worst_first(_findings(told)))


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in the order of their reasons."""
    return tuple(sorted(findings, key=lambda one: _ORDER[one.reason]))


def _findings(told: Told) -> Iterable[Finding]:
    if not told.version:
        yield Finding(Reason.UNTOLD)
        return
    if told.printer != _FINE:
        # No word, and words that nobody agreed upon, say nothing of the paper.
        yield Finding(_PRINTERS.get(told.printer, Reason.PRINTER_UNKNOWN))
    if told.unsent:
        yield Finding(Reason.UNSENT, told.unsent)
    if abs(told.clock_ahead) > CLOCK_OFF_BY:
        yield Finding(Reason.CLOCK_OFF, round(told.clock_ahead / 60))
    if _number(told.version) < OLDEST_VERSION:
        yield Finding(Reason.OLD_VERSION)


def _minutes(since: datetime | None, now: datetime) -> int:
    return 0 if since is None else (now - since) // timedelta(minutes=1)


def _number(version: str) -> tuple[int, ...]:
    """``0.1.0`` as (0, 1); what is no version is older than any."""
    parts = version.split(".")[:2]
    return tuple(int(part) for part in parts) if all(_whole(part) for part in parts) else ()


def _whole(part: str) -> bool:
    return part.isascii() and part.isdigit()
