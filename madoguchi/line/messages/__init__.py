"""What we say in LINE: message objects of the SDK, made from a kind, a language and facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from linebot.v3.messaging import Message

from .bookings import BOOKING_KINDS
from .closings import CLOSING_KINDS
from .later import postponed
from .offers import OFFER_KINDS
from .tickets import TICKET_KINDS
from .values import Setting

Renderer = Callable[[str, Mapping[str, Any], Setting], Message]

KINDS: Final[Mapping[str, Renderer]] = {
    **TICKET_KINDS,
    "ticket_postponed": postponed,
    **BOOKING_KINDS,
    **OFFER_KINDS,
    **CLOSING_KINDS,
}
"""Every kind of message that can stand in the outbox."""


class UnknownKindError(LookupError):
    """No message of that kind is known."""


def render(kind: str, language: str, facts: Mapping[str, Any], setting: Setting) -> Message:
    """The message `kind` with `facts`; the same input always gives the same message.

    That a retry carries the same body is what LINE's retry key asks for. Raises `UnknownKindError`.
    """
    renderer = KINDS.get(kind)
    if renderer is None:
        raise UnknownKindError(kind)
    return renderer(language, facts, setting)
