"""What the ticket page says of a ticket. The page's script says the same of each later state (ticket.js)."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from ..domain.languages import localized
from ..texts import say

STATES: Final = ("waiting", "called", "serving", "on_hold", "done", "missed", "cancelled")
KEYS: Final = (
    *(f"state_{state}" for state in STATES),
    *(f"do_{state}" for state in STATES),
    "do_near",
    "state_not_before",
    "do_not_before",
    "do_moved",
    "do_missed_next",
    "do_missed_after_three",
    "do_missed_back",
    "state_closed",
    "do_closed",
    "people",
    "minutes",
    "minutes_up_to",
    "counter_n",
    "claim_help",
    "stale",
    "updated",
)
"""The sentences that the script fills."""
_SENT_HOME: Final = ("waiting", "missed", "cancelled")


class Words(NamedTuple):
    """The page's sentences; empty where there is nothing to say."""

    state: str
    do: str
    counter: str
    wait: str
    place: bool
    """Whether the desk's place is said below: with the call, and when the turn is near."""


def words(language: str, status: dict[str, Any], until: str | None) -> Words:
    """The sentences for a ticket's status as the API gives it; `until` is its local time asked for."""
    facts = {
        "counter": status["counter"],
        "until": until,
        "desk": localized(status["desk"]["names"], language),
        "place": localized(status["desk"]["place"], language) or localized(status["desk"]["names"], language),
    }
    state, do = _keys(status)
    called = status["state"] == "called"
    return Words(
        say(language, f"public.{state}", **facts),
        say(language, f"public.{do}", **facts),
        say(language, "public.counter_n", **facts) if called else "",
        _minutes(language, status["estimated_wait_minutes"]),
        called or (status["near"] and not status["moved"]),
    )


def _keys(status: dict[str, Any]) -> tuple[str, str]:
    state = str(status["state"])
    if status["desk_closed"] and state in _SENT_HOME:
        return "state_closed", "do_closed"
    if status["not_before"]:
        return "state_not_before", "do_not_before"
    if state == "waiting" and status["moved"]:
        return "state_waiting", "do_moved"
    if state == "waiting" and status["near"]:
        return "state_waiting", "do_near"
    if state == "missed" and status["returns"]:
        return "state_missed", f"do_missed_{status['returns']}"
    return f"state_{state}", f"do_{state}"


def _minutes(language: str, wait: list[int] | None) -> str:
    if not wait:
        return ""
    low, high = wait
    return say(language, "public.minutes" if low else "public.minutes_up_to", low=low, high=high)
