"""Flex containers and components, to any depth."""

import json
from collections.abc import Mapping

from sandbox.line.checks import values
from sandbox.line.checks.actions import FLEX_AREA, FLEX_BUTTON, action_at
from sandbox.line.checks.report import Path, Report
from sandbox.line.checks.shapes import (
    Check,
    Field,
    array,
    choice,
    flag,
    integer,
    may,
    need,
    shape,
    tagged,
    text,
)

_BUBBLE_BYTES = 30_000
_CAROUSEL_BYTES = 50_000
_BLOCKS = ("header", "hero", "body", "footer")
_UNBOUNDED = 1000
_DEEPEST = 200

_area_action = action_at(FLEX_AREA)
_any_text = text(100_000)

_PLACED: dict[str, Field] = {
    "flex": may(integer(0)),
    "margin": may(values.margin),
    "position": may(choice("relative", "absolute")),
    **{f"offset{side}": may(values.padding) for side in ("Top", "Bottom", "Start", "End")},
}
_GRAVITY = may(choice("top", "bottom", "center"))
_ALIGN = may(choice("start", "end", "center"))
_LETTERS: dict[str, Field] = {
    "size": may(values.font_size),
    "color": may(values.color),
    "weight": may(choice("regular", "bold")),
    "style": may(choice("normal", "italic")),
    "decoration": may(choice("none", "underline", "line-through")),
}


def _text_rule(value: Mapping[str, object], path: Path, report: Report) -> None:
    if not value.get("text") and not value.get("contents"):
        report.add((*path, "text"), "either text or contents must be specified")


_span = shape({"type": need(choice("span")), "text": need(_any_text), **_LETTERS})
_text = shape(
    {
        "type": need(choice("text")),
        "text": may(_any_text),
        "contents": may(array(_span, 1, _UNBOUNDED)),
        "adjustMode": may(choice("shrink-to-fit")),
        "scaling": may(flag),
        "align": _ALIGN,
        "gravity": _GRAVITY,
        "wrap": may(flag),
        "lineSpacing": may(values.pixels),
        "maxLines": may(integer(0)),
        "action": may(_area_action),
        **_PLACED,
        **_LETTERS,
    },
    _text_rule,
)
_button = shape(
    {
        "type": need(choice("button")),
        "action": need(action_at(FLEX_BUTTON)),
        "height": may(choice("sm", "md")),
        "style": may(choice("primary", "secondary", "link")),
        "color": may(values.color),
        "gravity": _GRAVITY,
        "adjustMode": may(choice("shrink-to-fit")),
        "scaling": may(flag),
        **_PLACED,
    }
)
_image = shape(
    {
        "type": need(choice("image")),
        "url": need(values.https_image),
        "align": _ALIGN,
        "gravity": _GRAVITY,
        "size": may(values.image_size),
        "aspectRatio": may(values.aspect_ratio),
        "aspectMode": may(choice("cover", "fit")),
        "backgroundColor": may(values.color),
        "action": may(_area_action),
        "animated": may(flag),
        **_PLACED,
    }
)
_icon = shape(
    {
        "type": need(choice("icon")),
        "url": need(values.https_image),
        "size": may(values.font_size),
        "aspectRatio": may(values.aspect_ratio),
        "scaling": may(flag),
        **{name: field for name, field in _PLACED.items() if name != "flex"},
    }
)
_separator = shape(
    {"type": need(choice("separator")), "margin": may(values.margin), "color": may(values.color)}
)
_filler = shape({"type": need(choice("filler")), "flex": may(integer(0))})
_background = shape(
    {
        "type": need(choice("linearGradient")),
        "angle": need(values.angle),
        "startColor": need(values.color),
        "endColor": need(values.color),
        "centerColor": may(values.color),
        "centerPosition": may(values.percent),
    }
)


def _box(value: object, path: Path, report: Report) -> None:
    """A box; its children are checked by what its layout may hold."""
    if len(path) > _DEEPEST:
        report.add(path, "nested too deeply")
        return
    _box_shell(value, path, report)
    if isinstance(value, dict) and isinstance(value.get("contents"), list):
        baseline = value.get("layout") == "baseline"
        array(_in_baseline if baseline else _in_box, 0, _UNBOUNDED)(
            value["contents"], (*path, "contents"), report
        )


def _listed(value: object, path: Path, report: Report) -> None:
    if not isinstance(value, list):
        report.add(path, "must be an array")


_box_shell = shape(
    {
        "type": need(choice("box")),
        "layout": need(choice("horizontal", "vertical", "baseline")),
        "contents": need(_listed),
        "spacing": may(values.margin),
        "backgroundColor": may(values.color),
        "borderColor": may(values.color),
        "borderWidth": may(values.border),
        "cornerRadius": may(values.corner),
        **{name: may(values.extent) for name in ("width", "maxWidth", "height", "maxHeight")},
        **{f"padding{side}": may(values.padding) for side in ("All", "Top", "Bottom", "Start", "End")},
        "action": may(_area_action),
        "justifyContent": may(
            choice("flex-start", "center", "flex-end", "space-between", "space-around", "space-evenly")
        ),
        "alignItems": may(choice("flex-start", "center", "flex-end")),
        "background": may(_background),
        **_PLACED,
    }
)
_in_box: Check = tagged(
    {
        "box": _box,
        "button": _button,
        "image": _image,
        "text": _text,
        "separator": _separator,
        "filler": _filler,
    }
)
_in_baseline: Check = tagged({"icon": _icon, "text": _text, "filler": _filler})
_whole_box: Check = tagged({"box": _box})
_block_style = shape(
    {"backgroundColor": may(values.color), "separator": may(flag), "separatorColor": may(values.color)}
)


def _bubble_rule(value: Mapping[str, object], path: Path, report: Report) -> None:
    if not any(block in value for block in _BLOCKS):
        report.add(path, "a bubble must have at least one block")
    _within(value, _BUBBLE_BYTES, path, report)


_bubble = shape(
    {
        "type": need(choice("bubble")),
        "size": may(choice("nano", "micro", "deca", "hecto", "kilo", "mega", "giga")),
        "direction": may(choice("ltr", "rtl")),
        "header": may(_whole_box),
        "hero": may(tagged({"box": _box, "image": _image})),
        "body": may(_whole_box),
        "footer": may(_whole_box),
        "styles": may(shape({block: may(_block_style) for block in _BLOCKS})),
        "action": may(_area_action),
    },
    _bubble_rule,
)


def _carousel_rule(value: Mapping[str, object], path: Path, report: Report) -> None:
    bubbles = value["contents"]
    if isinstance(bubbles, list) and len({bubble.get("size", "mega") for bubble in bubbles}) > 1:
        report.add((*path, "contents"), "bubbles in a carousel must have the same size")
    _within(value, _CAROUSEL_BYTES, path, report)


_carousel = shape({"type": need(choice("carousel")), "contents": need(array(_bubble, 1, 12))}, _carousel_rule)

container: Check = tagged({"bubble": _bubble, "carousel": _carousel})


def _within(value: Mapping[str, object], maximum: int, path: Path, report: Report) -> None:
    size = len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
    if size > maximum:
        report.add(path, f"must be at most {maximum} bytes of JSON, is {size}")
