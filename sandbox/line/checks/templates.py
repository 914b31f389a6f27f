"""Template messages: buttons, confirm, carousel, image carousel."""

from collections.abc import Mapping

from sandbox.line.checks import values
from sandbox.line.checks.actions import IMAGE_CAROUSEL, TEMPLATE, action_at
from sandbox.line.checks.counting import graphemes
from sandbox.line.checks.report import Path, Report
from sandbox.line.checks.shapes import Check, Rule, array, choice, may, need, shape, tagged, text

_WITH_PICTURE_OR_TITLE = 60
_action = action_at(TEMPLATE)
_FRAME = {
    "imageAspectRatio": may(choice("rectangle", "square")),
    "imageSize": may(choice("cover", "contain")),
}
_HEAD = {
    "thumbnailImageUrl": may(values.https_image),
    "imageBackgroundColor": may(values.color),
    "title": may(text(40, count=graphemes)),
    "defaultAction": may(_action),
}


def _short_when_headed(value: Mapping[str, object], path: Path, report: Report) -> None:
    headed = "title" in value or "thumbnailImageUrl" in value
    if headed and graphemes(str(value["text"])) > _WITH_PICTURE_OR_TITLE:
        report.add((*path, "text"), f"Length must be between 1 and {_WITH_PICTURE_OR_TITLE}")


def _alike(value: Mapping[str, object], path: Path, report: Report) -> None:
    columns = value["columns"]
    if not isinstance(columns, list):
        return
    if len({len(column["actions"]) for column in columns}) > 1:
        report.add((*path, "columns"), "the number of actions must be the same in all columns")
    for name in ("title", "thumbnailImageUrl"):
        if len({name in column for column in columns}) > 1:
            report.add((*path, "columns"), f"{name} must be used in all columns or in none")


def _headed_text(maximum_text: int, maximum_actions: int, *, kind: str | None) -> Check:
    rules: tuple[Rule, ...] = (_short_when_headed,)
    fields = {
        **_HEAD,
        "text": need(text(maximum_text, count=graphemes)),
        "actions": need(array(_action, 1, maximum_actions)),
    }
    if kind:
        fields = {"type": need(choice(kind)), **fields, **_FRAME}
    return shape(fields, *rules)


_confirm = shape(
    {
        "type": need(choice("confirm")),
        "text": need(text(240, count=graphemes)),
        "actions": need(array(_action, 2, 2)),
    }
)
_carousel = shape(
    {
        "type": need(choice("carousel")),
        "columns": need(array(_headed_text(120, 3, kind=None), 1, 10)),
        **_FRAME,
    },
    _alike,
)
_image_column = shape({"imageUrl": need(values.https_image), "action": need(action_at(IMAGE_CAROUSEL))})
_image_carousel = shape(
    {"type": need(choice("image_carousel")), "columns": need(array(_image_column, 1, 10))}
)

template: Check = tagged(
    {
        "buttons": _headed_text(160, 4, kind="buttons"),
        "confirm": _confirm,
        "carousel": _carousel,
        "image_carousel": _image_carousel,
    }
)
