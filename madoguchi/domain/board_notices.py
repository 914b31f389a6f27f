"""What a lobby display says besides the numbers: pure, from how the desk stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

LONG_WAIT_MINUTES: Final = 60
"""From here on who comes in should know before taking a number."""


class NoticeKind(StrEnum):
    """One thing to say. The sentences of all but `OWN` are in the catalogues."""

    CLOSED = "closed"
    """Staff closed the desk for today."""
    STOPPED = "stopped"
    """No more numbers today; who waits is still called."""
    PAUSED = "paused"
    """No new numbers for the moment."""
    COUNTER_PAUSED = "counter_paused"
    LONG_WAIT = "long_wait"
    OWN = "own"
    """What the office wrote itself."""


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """How a desk stands; `longest_wait` is the high end of its widest range in minutes."""

    closed: bool
    stopped: bool
    paused: bool
    waiting: int
    longest_wait: int
    paused_counters: Sequence[str]
    own: Mapping[str, str]


def notices(facts: DeskFacts) -> list[dict[str, Any]]:
    """The notices as JSON values, the most important first; each ``kind`` at most once."""
    found: list[dict[str, Any]] = []
    if facts.closed:
        found.append({"kind": NoticeKind.CLOSED.value})
    elif facts.stopped:
        found.append({"kind": NoticeKind.STOPPED.value})
    elif facts.paused:
        found.append({"kind": NoticeKind.PAUSED.value})
    if not facts.closed and facts.waiting and facts.longest_wait > LONG_WAIT_MINUTES:
        found.append({"kind": NoticeKind.LONG_WAIT.value, "minutes": facts.longest_wait})
    if facts.paused_counters and not facts.closed:
        found.append({"kind": NoticeKind.COUNTER_PAUSED.value, "counters": list(facts.paused_counters)})
    own = {language: text.strip() for language, text in facts.own.items() if text.strip()}
    if own:
        found.append({"kind": NoticeKind.OWN.value, "texts": own})
    return found
