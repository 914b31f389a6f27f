"""Letters to the fields of `/staff/reservations`, and where its focus goes.

As on `/book`: a name or number that a clerk types comes as an event's argument and goes back as an
event, and never stands in a variable of the session.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

import reflex as rx
from reflex.event import EventSpec

from .book_letters import Letter, converted

__all__ = ["BOX", "FORM", "HEADING", "KANA", "PHONE", "converted", "focus", "offered", "send", "submit"]

BOX: Final = "desk-letters"
"""Id of the component that takes letters."""
FORM: Final = "desk-form"
"""Id of the component around the panel (`pages/components/form_keys.jsx`)."""
HEADING: Final = "desk-heading"
"""Id of the number that heads what is shown of a reservation."""
KANA: Final = "desk-kana"
PHONE: Final = "desk-phone"


def send(*letters: Letter) -> EventSpec:
    """The event that brings them to the browser."""
    return rx.set_value(BOX, [asdict(one) for one in letters])


def offered(field: str, value: str) -> Letter:
    """Put the value into the field, whatever it holds."""
    return Letter(field, value, None)


def focus(field: str) -> EventSpec:
    """Let the keyboard go on in the element with this id."""
    return rx.set_value(FORM, {"focus": field})


def submit() -> EventSpec:
    """Send the form as it stands in the browser."""
    return rx.set_value(FORM, {"submit": True})
