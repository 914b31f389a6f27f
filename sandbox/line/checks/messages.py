"""Message objects and the bodies of the sending endpoints."""

import re
from collections.abc import Mapping

from sandbox.line.checks import values
from sandbox.line.checks.actions import QUICK_REPLY, action_at
from sandbox.line.checks.flex import container
from sandbox.line.checks.report import Path, Report
from sandbox.line.checks.shapes import (
    Check,
    Field,
    array,
    choice,
    flag,
    integer,
    matching,
    may,
    need,
    shape,
    tagged,
    text,
)
from sandbox.line.checks.templates import template

_ALT_TEXT = need(text(1500))
_DIGITS = matching(r"[0-9]+")
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{(\w*)\}|[{}]")


def _sender_rule(value: Mapping[str, object], path: Path, report: Report) -> None:
    if "LINE" in str(value.get("name", "")):
        report.add((*path, "name"), "the name may not contain LINE")


_COMMON: dict[str, Field] = {
    "quickReply": may(
        shape(
            {
                "items": need(
                    array(
                        shape(
                            {
                                "type": need(choice("action")),
                                "imageUrl": may(values.https_image),
                                "action": need(action_at(QUICK_REPLY)),
                            }
                        ),
                        1,
                        13,
                    )
                )
            }
        )
    ),
    "sender": may(shape({"name": may(text(20)), "iconUrl": may(values.https_image)}, _sender_rule)),
}


def _emoji_rule(value: Mapping[str, object], path: Path, report: Report) -> None:
    emojis = value.get("emojis", [])
    units = str(value["text"]).encode("utf-16-le")
    for number, emoji in enumerate(emojis if isinstance(emojis, list) else []):
        at = emoji["index"] * 2
        if units[at : at + 2] != b"$\x00":
            report.add((*path, "emojis", number, "index"), "the index doesn't match a $ in the text")


def _substitution_rule(value: Mapping[str, object], path: Path, report: Report) -> None:
    given = value.get("substitution", {})
    known = given if isinstance(given, dict) else {}
    for match in _PLACEHOLDER.finditer(str(value["text"])):
        if match.group() in {"{", "}"} or (match.group(1) is not None and match.group(1) not in known):
            report.add((*path, "text"), f"no substitution for {match.group()}")


def _substitutions(value: object, path: Path, report: Report) -> None:
    if not isinstance(value, dict):
        report.add(path, "must be an object")
        return
    if len(value) > 100:
        report.add(path, "Size must be between 0 and 100")
    for key, each in value.items():
        if not re.fullmatch(r"[0-9a-zA-Z_]{1,20}", key):
            report.add((*path, key), "invalid property")
        _substitution(each, (*path, key), report)


_EMOJI_IDS = {"productId": need(matching(r"[0-9a-f]{24}")), "emojiId": need(_DIGITS)}
# A mention needs a group chat, and the account here is in none, so the real platform would refuse it too.
_substitution: Check = tagged({"emoji": shape({"type": need(choice("emoji")), **_EMOJI_IDS})})


def _message(kind: str, fields: Mapping[str, Field]) -> dict[str, Field]:
    return {"type": need(choice(kind)), **fields, **_COMMON}


_QUOTE = may(text(1000))
_text_message = shape(
    _message(
        "text",
        {
            "text": need(text(5000)),
            "emojis": may(array(shape({"index": need(integer(0)), **_EMOJI_IDS}), 1, 20)),
            "quoteToken": _QUOTE,
        },
    ),
    _emoji_rule,
)
_text_v2 = shape(
    _message("textV2", {"text": need(text(5000)), "substitution": may(_substitutions), "quoteToken": _QUOTE}),
    _substitution_rule,
)
_sticker = shape(
    _message("sticker", {"packageId": need(_DIGITS), "stickerId": need(_DIGITS), "quoteToken": _QUOTE})
)
_image = shape(
    _message("image", {name: need(values.https_image) for name in ("originalContentUrl", "previewImageUrl")})
)

message: Check = tagged(
    {
        "text": _text_message,
        "textV2": _text_v2,
        "sticker": _sticker,
        "image": _image,
        "template": shape(_message("template", {"altText": _ALT_TEXT, "template": need(template)})),
        "flex": shape(_message("flex", {"altText": _ALT_TEXT, "contents": need(container)})),
    }
)

_MESSAGES = need(array(message, 1, 5))
_SILENT = may(flag)
_UNITS = may(array(matching(r"[a-zA-Z0-9_]{1,30}"), 0, 1))

reply_body: Check = shape(
    {"replyToken": need(text(1000)), "messages": _MESSAGES, "notificationDisabled": _SILENT}
)
push_body: Check = shape(
    {
        "to": need(text(1000)),
        "messages": _MESSAGES,
        "notificationDisabled": _SILENT,
        "customAggregationUnits": _UNITS,
    }
)
multicast_body: Check = shape(
    {
        "to": need(array(matching(r"U[0-9a-f]{32}"), 1, 500)),
        "messages": _MESSAGES,
        "notificationDisabled": _SILENT,
        "customAggregationUnits": _UNITS,
    }
)
validate_body: Check = shape({"messages": _MESSAGES})
loading_body: Check = shape({"chatId": need(text(1000)), "loadingSeconds": may(integer(5, 60))})
# The real platform wants HTTPS; a product on this machine has none.
_WEBHOOK = values.address(500, ("http", "https"))
webhook_test_body: Check = shape({"endpoint": may(_WEBHOOK)})
webhook_endpoint_body: Check = shape({"endpoint": need(_WEBHOOK)})
