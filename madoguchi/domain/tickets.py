"""The life of a ticket (番号札): states, and which action leads where."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from .errors import Refusal


class TicketState(StrEnum):
    """Where a ticket stands."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    ON_HOLD = "on_hold"
    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Channel(StrEnum):
    """The door through which a visit came."""

    LINE = "line"
    PAPER = "paper"
    RESERVATION = "reservation"
    STAFF = "staff"


class Action(StrEnum):
    """What a clerk or a citizen does with a ticket."""

    CALL = "call"
    RECALL = "recall"
    SERVE = "serve"
    MISS = "miss"
    HOLD = "hold"
    RESUME = "resume"
    HAND_OVER = "hand_over"
    FINISH = "finish"
    CANCEL = "cancel"
    REOPEN = "reopen"
    RELEASE = "release"
    """Nobody stands at the counter any more that called it: back to its place."""
    POSTPONE = "postpone"
    PRIORITIZE = "prioritize"
    SEND_ON = "send_on"
    """Finished here; the next service of the same visit follows."""
    FOLLOW = "follow"
    """Which services follow in the same visit was changed."""


AT_COUNTER: Final = (TicketState.CALLED, TicketState.SERVING)
OPEN: Final = (TicketState.WAITING, TicketState.CALLED, TicketState.SERVING, TicketState.ON_HOLD)
SHOWN: Final = (*OPEN, TicketState.MISSED)
"""Whose number must mean nobody else: also an absent one may come back with it at any moment."""

_W, _C, _S, _H = TicketState.WAITING, TicketState.CALLED, TicketState.SERVING, TicketState.ON_HOLD
_D, _M, _X = TicketState.DONE, TicketState.MISSED, TicketState.CANCELLED

TRANSITIONS: Final[dict[Action, dict[TicketState, TicketState]]] = {
    Action.CALL: {_W: _C, _H: _C, _M: _C},
    Action.RECALL: {_C: _C, _S: _C},
    Action.SERVE: {_C: _S},
    Action.MISS: {_C: _M},
    Action.HOLD: {_C: _H, _S: _H, _W: _H},
    Action.RESUME: {_H: _W, _M: _W},
    Action.HAND_OVER: {_C: _W, _S: _W},
    Action.FINISH: {_C: _D, _S: _D},
    Action.CANCEL: {_W: _X, _H: _X, _C: _X},
    Action.REOPEN: {_D: _S, _X: _W},
    Action.RELEASE: {_C: _W, _S: _H},
    Action.POSTPONE: {_W: _W},
    Action.PRIORITIZE: {_W: _W, _H: _H},
    Action.SEND_ON: {_C: _W, _S: _W},
    Action.FOLLOW: {_W: _W, _C: _C, _S: _S, _H: _H},
}


def after(state: TicketState, action: Action) -> TicketState:
    """The state that `action` leads to. Raises `Refusal("not_possible_now")` when it does not apply."""
    try:
        return TRANSITIONS[action][state]
    except KeyError:
        raise Refusal("not_possible_now", state=state.value, action=action.value) from None
