"""Action objects: which may stand where, and the limits of each."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.line.checks.counting import graphemes
from sandbox.line.checks.report import Path, Report
from sandbox.line.checks.shapes import Check, Field, Rule, choice, matching, may, need, shape, tagged, text
from sandbox.line.checks.values import link, moment

_DATA = text(300, minimum=0)
_SAID = text(300, count=graphemes)


@dataclass(frozen=True)
class Place:
    """Where an action stands: what its label must be, and which kinds are open only there."""

    label_maximum: int
    label_required: bool = False
    extra_kinds: tuple[str, ...] = ()


TEMPLATE = Place(20, label_required=True)
IMAGE_CAROUSEL = Place(12)
RICH_MENU = Place(20, extra_kinds=("richmenuswitch",))
QUICK_REPLY = Place(20, label_required=True, extra_kinds=("camera", "cameraRoll", "location"))
FLEX_BUTTON = Place(40, label_required=True)
FLEX_AREA = Place(40)


def action_at(place: Place) -> Check:
    """The check for an action object standing at ``place``."""
    label = Field(text(place.label_maximum, count=graphemes), required=place.label_required)

    def kind(name: str, fields: Mapping[str, Field], *rules: Rule) -> Check:
        return shape({"type": need(choice(name)), "label": label, **fields}, *rules)

    open_here = _EVERYWHERE.keys() | set(place.extra_kinds)
    checks = {name: kind(name, fields) for name, fields in _PLAIN.items() if name in open_here}
    checks["postback"] = kind("postback", _POSTBACK, _postback_rule)
    checks["datetimepicker"] = kind("datetimepicker", _PICKER, _picker_rule)
    return tagged(checks)


_EVERYWHERE: dict[str, dict[str, Field]] = {
    "message": {"text": need(_SAID)},
    "uri": {"uri": need(link), "altUri": may(shape({"desktop": may(link)}))},
    "clipboard": {"clipboardText": need(text(1000))},
}
_PLAIN: dict[str, dict[str, Field]] = {
    **_EVERYWHERE,
    "richmenuswitch": {"richMenuAliasId": need(matching(r"[a-z0-9_-]{1,32}")), "data": need(_DATA)},
    "camera": {},
    "cameraRoll": {},
    "location": {},
}
_POSTBACK = {
    "data": need(_DATA),
    "displayText": may(_SAID),
    "text": may(_SAID),
    "inputOption": may(choice("closeRichMenu", "openRichMenu", "openKeyboard", "openVoice")),
    "fillInText": may(_SAID),
}


def _any_text(value: object, path: Path, report: Report) -> None:
    if not isinstance(value, str):
        report.add(path, "must be a string")


_PICKER = {
    "data": need(_DATA),
    "mode": need(choice("date", "time", "datetime")),
    "initial": may(_any_text),
    "max": may(_any_text),
    "min": may(_any_text),
}


def _postback_rule(value: Mapping[str, object], path: Path, report: Report) -> None:
    if "displayText" in value and "text" in value:
        report.add((*path, "displayText"), "displayText and text can't both be specified")
    if "fillInText" in value and value.get("inputOption") != "openKeyboard":
        report.add((*path, "fillInText"), "fillInText needs inputOption openKeyboard")


def _picker_rule(value: Mapping[str, object], path: Path, report: Report) -> None:
    mode = str(value["mode"])
    read = {name: moment(value[name], mode) for name in ("initial", "max", "min") if name in value}
    for name, when in read.items():
        if when is None:
            report.add((*path, name), "invalid property")
    low, high = read.get("min"), read.get("max")
    if low and high and low >= high:
        report.add((*path, "min"), "min must be less than max")
