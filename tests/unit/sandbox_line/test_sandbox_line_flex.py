"""Flex containers: what LINE lays out is accepted, everything else refused with a pointer to it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

Json = dict[str, Any]
Refusals = Callable[[Json], list[str]]

WORDS: Json = {"type": "text", "text": "番号札"}
BUTTON: Json = {"type": "button", "action": {"type": "postback", "label": "取り消す", "data": "c"}}


def box(*contents: Json, **more: Any) -> Json:
    return {"type": "box", "layout": "vertical", "contents": list(contents), **more}


def bubble(*contents: Json, **more: Any) -> Json:
    return {"type": "bubble", "body": box(*contents), **more}


def carousel(*bubbles: Json) -> Json:
    return {"type": "carousel", "contents": list(bubbles)}


def long_bubble(size: int) -> Json:
    """A bubble of exactly ``size`` bytes of compact JSON."""
    bare = len(json.dumps(bubble(WORDS | {"text": ""}), separators=(",", ":")))
    return bubble(WORDS | {"text": "a" * (size - bare)})


def nested(depth: int) -> Json:
    inner = box(WORDS)
    for _ in range(depth):
        inner = box(inner)
    return {"type": "bubble", "body": inner}


ACCEPTED = {
    "a bubble": bubble(WORDS, BUTTON, {"type": "separator", "margin": "md"}),
    "label of 40": bubble(BUTTON | {"action": BUTTON["action"] | {"label": "あ" * 40}}),
    "text and spans": bubble(WORDS | {"contents": [{"type": "span", "text": "A"}]}),
    "icon on a baseline": bubble(
        box(WORDS, {"type": "icon", "url": "https://a.jp/i.png"}, layout="baseline")
    ),
    "hero picture": bubble(
        WORDS, hero={"type": "image", "url": "https://a.jp/i.png", "aspectRatio": "20:13"}
    ),
    "styles": bubble(WORDS, styles={"footer": {"separator": True, "separatorColor": "#ff000080"}}),
    "gradient": bubble(
        box(
            background={
                "type": "linearGradient",
                "angle": "90deg",
                "startColor": "#ffffff",
                "endColor": "#000000",
            }
        )
    ),
    "twelve bubbles": carousel(*[bubble(WORDS)] * 12),
    "30 KB": long_bubble(30_000),
    "deep": nested(20),
}

REFUSED: dict[str, tuple[Json, str]] = {
    "empty bubble": ({"type": "bubble"}, "/"),
    "unknown container": ({"type": "balloon"}, "/type"),
    "unknown field": (bubble(WORDS | {"fontSize": "md"}), "/body/contents/0/fontSize"),
    "unknown component": (bubble({"type": "video"}), "/body/contents/0/type"),
    "neither text nor spans": (bubble({"type": "text"}), "/body/contents/0/text"),
    "text in px without a unit": (bubble(WORDS | {"size": "14"}), "/body/contents/0/size"),
    "named colour": (bubble(WORDS | {"color": "red"}), "/body/contents/0/color"),
    "spacing as number": ({"type": "bubble", "body": box(WORDS, spacing=4)}, "/body/spacing"),
    "button on a baseline": (bubble(box(BUTTON, layout="baseline")), "/body/contents/0/contents/0/type"),
    "icon outside a baseline": (
        bubble({"type": "icon", "url": "https://a.jp/i.png"}),
        "/body/contents/0/type",
    ),
    "button without label": (
        bubble({"type": "button", "action": {"type": "message", "text": "はい"}}),
        "/body/contents/0/action/label",
    ),
    "label of 41": (
        bubble(BUTTON | {"action": BUTTON["action"] | {"label": "あ" * 41}}),
        "/body/contents/0/action/label",
    ),
    "plain http picture": (bubble({"type": "image", "url": "http://a.jp/i"}), "/body/contents/0/url"),
    "ratio too tall": (
        bubble({"type": "image", "url": "https://a.jp/i", "aspectRatio": "1:4"}),
        "/body/contents/0/aspectRatio",
    ),
    "text as body": ({"type": "bubble", "body": WORDS}, "/body/type"),
    "unknown style block": (bubble(WORDS, styles={"foot": {}}), "/styles/foot"),
    "thirteen bubbles": (carousel(*[bubble(WORDS)] * 13), "/contents"),
    "no bubbles": (carousel(), "/contents"),
    "two widths": (carousel(bubble(WORDS), bubble(WORDS, size="kilo")), "/contents"),
    "30 KB and one": (long_bubble(30_001), "/"),
    "50 KB of bubbles": (carousel(long_bubble(29_000), long_bubble(29_000)), "/"),
    "too deep": (nested(150), "/body" + "/contents/0" * 99),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(name: str, refused: Refusals) -> None:
    assert refused({"type": "flex", "altText": "番号札", "contents": ACCEPTED[name]}) == []


@pytest.mark.parametrize("name", REFUSED)
def test_refused_at_that_place_alone(name: str, refused: Refusals) -> None:
    contents, where = REFUSED[name]
    assert refused({"type": "flex", "altText": "番号札", "contents": contents}) == [where]
