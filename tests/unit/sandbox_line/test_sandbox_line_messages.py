"""Every limit of messages, actions and templates: at the limit accepted, one beyond refused."""

from collections.abc import Callable
from typing import Any

import pytest

Json = dict[str, Any]
Refusals = Callable[[Json], list[str]]

POSTBACK: Json = {"type": "postback", "label": "はい", "data": "a=1"}
MESSAGE: Json = {"type": "message", "label": "はい", "text": "はい"}


def text(**more: Any) -> Json:
    return {"type": "text", "text": "こんにちは", **more}


def quick(*actions: Json) -> Json:
    return text(quickReply={"items": [{"type": "action", "action": action} for action in actions]})


def template(**contents: Any) -> Json:
    return {"type": "template", "altText": "お知らせ", "template": contents}


def buttons(**more: Any) -> Json:
    return template(**{"type": "buttons", "text": "えらんでください", "actions": [POSTBACK], **more})


def picker(**more: Any) -> Json:
    return quick({"type": "datetimepicker", "label": "日", "data": "d", "mode": "date", **more})


def carousel(*columns: Json) -> Json:
    return template(type="carousel", columns=list(columns))


COLUMN: Json = {"text": "窓口", "actions": [POSTBACK]}
URI: Json = {"type": "uri", "label": "開く", "uri": "https://example.jp/"}

ACCEPTED = {
    "text of 5000": text(text="あ" * 5000),
    "2500 apples are 5000 units": text(text="🍎" * 2500),
    "alt text of 1500": template(type="confirm", text="？", actions=[POSTBACK, MESSAGE])
    | {"altText": "あ" * 1500},
    "13 quick replies": quick(*[POSTBACK] * 13),
    "label of 20 clusters": quick(POSTBACK | {"label": "👩‍👧" * 20}),
    "data of 300": quick(POSTBACK | {"data": "d" * 300}),
    "buttons text of 160": buttons(text="あ" * 160),
    "four actions": buttons(actions=[POSTBACK] * 4),
    "confirm of two": template(type="confirm", text="あ" * 240, actions=[POSTBACK, MESSAGE]),
    "ten columns": carousel(*[COLUMN] * 10),
    "picker within bounds": picker(min="2026-11-01", max="2026-11-30", initial="2026-11-25"),
    "small t": picker(mode="datetime", min="2026-11-01t09:00", max="2026-11-01T17:00"),
    "encoded uri": quick(URI | {"uri": "https://line.me/R/oaMessage/%40id/?%E7%95%AA"}),
    "telephone": quick(URI | {"uri": "tel:0312345678"}),
    "camera in a quick reply": quick({"type": "camera", "label": "撮る"}),
    "substitution": {
        "type": "textV2",
        "text": "{a} {{b}}",
        "substitution": {"a": {"type": "emoji", "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "001"}},
    },
}

REFUSED: dict[str, tuple[Json, str]] = {
    "text of 5001": (text(text="あ" * 5001), "text"),
    "2501 apples": (text(text="🍎" * 2501), "text"),
    "empty text": (text(text=""), "text"),
    "no text": ({"type": "text"}, "text"),
    "number as text": (text(text=5), "text"),
    "unknown type": ({"type": "bogus"}, "type"),
    "unknown field": (text(colour="red"), "colour"),
    "snake case field": (text(quick_reply={}), "quick_reply"),
    "null": (text(quoteToken=None), "quoteToken"),
    "alt text of 1501": (buttons() | {"altText": "あ" * 1501}, "altText"),
    "no alt text": ({"type": "template", "template": buttons()["template"]}, "altText"),
    "14 quick replies": (quick(*[POSTBACK] * 14), "quickReply.items"),
    "menu switch in a quick reply": (
        quick({"type": "richmenuswitch", "label": "a", "richMenuAliasId": "a", "data": "d"}),
        "quickReply.items[0].action.type",
    ),
    "quick reply without label": (
        quick({"type": "message", "text": "はい"}),
        "quickReply.items[0].action.label",
    ),
    "label of 21": (quick(POSTBACK | {"label": "あ" * 21}), "quickReply.items[0].action.label"),
    "data of 301": (quick(POSTBACK | {"data": "d" * 301}), "quickReply.items[0].action.data"),
    "display text of 301": (
        quick(POSTBACK | {"displayText": "あ" * 301}),
        "quickReply.items[0].action.displayText",
    ),
    "display text and text": (
        quick(POSTBACK | {"displayText": "a", "text": "b"}),
        "quickReply.items[0].action.displayText",
    ),
    "fill-in text alone": (quick(POSTBACK | {"fillInText": "a"}), "quickReply.items[0].action.fillInText"),
    "camera in a template": (
        buttons(actions=[{"type": "camera", "label": "撮る"}]),
        "template.actions[0].type",
    ),
    "uri of 1001": (quick(URI | {"uri": "https://a.jp/" + "a" * 988}), "quickReply.items[0].action.uri"),
    "uri not encoded": (quick(URI | {"uri": "https://a.jp/窓口"}), "quickReply.items[0].action.uri"),
    "uri with a space": (quick(URI | {"uri": "https://a.jp/a b"}), "quickReply.items[0].action.uri"),
    "script": (quick(URI | {"uri": "javascript:alert(1)"}), "quickReply.items[0].action.uri"),
    "min not before max": (picker(min="2026-11-30", max="2026-11-30"), "quickReply.items[0].action.min"),
    "no such day": (picker(initial="2026-02-30"), "quickReply.items[0].action.initial"),
    "before 1900": (picker(min="1899-12-31"), "quickReply.items[0].action.min"),
    "time as date": (picker(initial="10:00"), "quickReply.items[0].action.initial"),
    "no mode": (
        quick({"type": "datetimepicker", "label": "日", "data": "d"}),
        "quickReply.items[0].action.mode",
    ),
    "buttons text of 161": (buttons(text="あ" * 161), "template.text"),
    "text of 61 under a title": (buttons(title="件名", text="あ" * 61), "template.text"),
    "title of 41": (buttons(title="あ" * 41), "template.title"),
    "five actions": (buttons(actions=[POSTBACK] * 5), "template.actions"),
    "no actions": (buttons(actions=[]), "template.actions"),
    "plain http picture": (buttons(thumbnailImageUrl="http://a.jp/a.png"), "template.thumbnailImageUrl"),
    "confirm of one": (template(type="confirm", text="？", actions=[POSTBACK]), "template.actions"),
    "confirm text of 241": (
        template(type="confirm", text="あ" * 241, actions=[POSTBACK, MESSAGE]),
        "template.text",
    ),
    "eleven columns": (carousel(*[COLUMN] * 11), "template.columns"),
    "four actions in a column": (
        carousel(COLUMN | {"actions": [POSTBACK] * 4}),
        "template.columns[0].actions",
    ),
    "column text of 121": (carousel(COLUMN | {"text": "あ" * 121}), "template.columns[0].text"),
    "uneven actions": (carousel(COLUMN, COLUMN | {"actions": [POSTBACK] * 2}), "template.columns"),
    "title in one column only": (carousel(COLUMN, COLUMN | {"title": "件名"}), "template.columns"),
    "sender named LINE": (text(sender={"name": "LINE窓口"}), "sender.name"),
    "emoji index": (
        text(emojis=[{"index": 0, "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "001"}]),
        "emojis[0].index",
    ),
    "placeholder without substitution": ({"type": "textV2", "text": "{a}"}, "text"),
    "sticker without package": ({"type": "sticker", "stickerId": "1"}, "packageId"),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(name: str, refused: Refusals) -> None:
    assert refused(ACCEPTED[name]) == []


@pytest.mark.parametrize("name", REFUSED)
def test_refused_at_that_property_alone(name: str, refused: Refusals) -> None:
    message, where = REFUSED[name]
    assert refused(message) == [f"messages[0].{where}"]
