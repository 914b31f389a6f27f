"""Letters to the contact fields of `/book`: the one way a name or number goes from here to the browser.

What stands in the fields belongs to the browser. Variables of a state live for an hour after the page
was left, and wherever the state manager keeps them; an event is sent and gone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Final

import reflex as rx
from reflex.event import EventSpec

from ..domain.errors import Refusal
from ..domain.names import kana_name, to_kana

BOX: Final = "book-letters"
"""Id of the component that takes letters (`pages/book/letterbox.jsx`)."""
KANA: Final = "book-kana"
PHONE: Final = "book-phone"


@dataclass(frozen=True, slots=True)
class Letter:
    """`value` for the field with this id, if it still holds `instead_of` (None: whatever it holds).

    `request` asks the citizen to write it differently, before anybody calls it wrong.
    """

    field: str
    value: str
    instead_of: str | None
    request: bool = False


def offer(field: str, value: str, *, request: bool = False) -> Letter:
    """Put the value into the field if it is empty."""
    return Letter(field, value, "", request)


def converted(field: str, typed: str, value: str) -> Letter:
    """Show how `typed` was understood, unless the citizen has typed on meanwhile."""
    return Letter(field, value, typed)


def known_contact(kana: str, phone: str) -> EventSpec:
    """Offer what an earlier booking told."""
    return send(offer(KANA, kana), offer(PHONE, phone))


def display_name(name: str) -> EventSpec | None:
    """Offer what somebody is called in LINE; in other letters it is there to be edited, with the reason."""
    kana = to_kana(name)
    if not kana:
        return None
    try:
        kana_name(kana)
    except Refusal:
        return send(offer(KANA, kana, request=True))
    return send(offer(KANA, kana))


def emptied(words: Iterable[str] = ()) -> list[Letter]:
    """Nothing is to be left in the fields, nor in those of answers in `words`."""
    return [Letter(field, "", None) for field in (KANA, PHONE, *words)]


def send(*letters: Letter) -> EventSpec:
    """The event that brings them to the browser."""
    return rx.set_value(BOX, [asdict(one) for one in letters])
