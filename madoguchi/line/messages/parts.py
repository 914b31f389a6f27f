"""The few pieces that every message is made of, as LINE's Flex JSON."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from linebot.v3.messaging import FlexContainer, FlexMessage, Message, QuickReply, TextMessage

from ...texts import say

Json = dict[str, Any]

KEY: Final = "#0017C1"
TEXT: Final = "#333333"
QUIET: Final = "#595959"
LINE_COLOR: Final = "#D8D8DB"
SUCCESS: Final = "#197A4B"
ERROR: Final = "#CE0000"
WHITE: Final = "#FFFFFF"

LABEL_MAXIMUM: Final = 20
BUTTON_MAXIMUM: Final = 40
ALT_MAXIMUM: Final = 400
SAID_MAXIMUM: Final = 300
MOST_QUICK: Final = 13


def fit(text: str, maximum: int) -> str:
    """`text` within `maximum` characters, whichever of LINE's two counts applies.

    UTF-16 units are never fewer than code points or grapheme clusters, so what fits by them fits always.
    """
    composed = unicodedata.normalize("NFC", text)
    if _units(composed) <= maximum:
        return composed
    kept = ""
    for character in composed:
        if _units(kept + character) > maximum - 1:
            break
        kept += character
    return kept.rstrip("\u200d\ufe0f ") + "…"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def text(value: str, **style: Any) -> Json:
    """A text component that wraps; an empty value shows as a dash, because LINE refuses empty ones."""
    return {"type": "text", "text": value or "－", "wrap": True, "color": TEXT, "size": "md", **style}


def box(contents: Sequence[Json], layout: str = "vertical", **style: Any) -> Json:
    """A box around components."""
    return {"type": "box", "layout": layout, "contents": list(contents), **style}


def row(label: str, value: str) -> Json:
    """A label and its value side by side."""
    return box(
        [
            text(label, size="sm", color=QUIET, flex=1),
            text(value, size="sm", weight="bold", flex=1, align="end"),
        ],
        "horizontal",
        spacing="md",
    )


def rule() -> Json:
    """A thin line."""
    return {"type": "separator", "margin": "lg", "color": LINE_COLOR}


def postback(label: str, data: Mapping[str, object], maximum: int = BUTTON_MAXIMUM) -> Json:
    """An action that tells us `data`, and shows the citizen's own chat what was tapped."""
    return {
        "type": "postback",
        "label": fit(label, maximum),
        "data": urlencode(data),
        "displayText": fit(label, SAID_MAXIMUM),
    }


def picker(label: str, data: Mapping[str, object], earliest: str, latest: str) -> Json:
    """An action that lets the citizen pick a time of day, ``HH:MM``, and tells us `data` with it."""
    return {
        "type": "datetimepicker",
        "label": fit(label, BUTTON_MAXIMUM),
        "data": urlencode(data),
        "mode": "time",
        "initial": earliest,
        "min": earliest,
        "max": latest,
    }


def said(label: str, words: str, maximum: int = BUTTON_MAXIMUM) -> Json:
    """An action that sends `words` as if typed."""
    return {"type": "message", "label": fit(label, maximum), "text": fit(words, SAID_MAXIMUM)}


def link(label: str, address: str) -> Json:
    """An action that opens a page."""
    return {"type": "uri", "label": fit(label, BUTTON_MAXIMUM), "uri": address}


def button(action: Json, *, style: str = "secondary") -> Json:
    """A full-width button: ``primary`` for the one clear action, ``secondary`` or ``link`` for others."""
    shown: Json = {"type": "button", "action": action, "style": style, "height": "sm"}
    if style == "primary":
        shown["color"] = KEY
    return shown


def card(
    title: str,
    contents: Sequence[Json],
    buttons: Sequence[Json] = (),
    *,
    tone: str = KEY,
    size: str = "mega",
) -> Json:
    """A bubble: a title on a band in `tone`, what there is to know, and what one can do."""
    bubble: Json = {
        "type": "bubble",
        "size": size,
        "header": box(
            [text(title, color=WHITE, weight="bold", size="md")],
            backgroundColor=tone,
            paddingAll="14px",
        ),
        "body": box(contents, spacing="md", paddingAll="20px"),
    }
    if buttons:
        bubble["footer"] = box(buttons, spacing="sm", paddingAll="14px")
    return bubble


def flex(alt: str, bubbles: Sequence[Json], quick: QuickReply | None = None) -> Message:
    """One bubble, or several side by side. `alt` is what the notification line shows."""
    shown = bubbles[0] if len(bubbles) == 1 else {"type": "carousel", "contents": list(bubbles[:12])}
    # FlexMessage(contents=<dict>) would lose all but the type without a word.
    contents = FlexContainer.from_dict(shown)
    return FlexMessage(altText=fit(alt, ALT_MAXIMUM), contents=contents, quickReply=quick)


def plain(value: str, quick: QuickReply | None = None) -> Message:
    """A text message."""
    return TextMessage(text=fit(value, 5000), quickReply=quick)


def quick_items(actions: Sequence[Json]) -> QuickReply | None:
    """Quick replies for these actions; None for none."""
    if not actions:
        return None
    items = [{"type": "action", "action": action} for action in actions[:MOST_QUICK]]
    made: QuickReply | None = QuickReply.from_dict({"items": items})
    return made


def quick(language: str, *commands: str) -> QuickReply | None:
    """Quick replies that say these menu labels (``"status"``, ``"take"`` ...)."""
    labels = [say(language, f"line.menu.{command}") for command in commands]
    return quick_items([said(label, label, LABEL_MAXIMUM) for label in labels])
