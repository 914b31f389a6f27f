"""Rich menu objects, aliases and the picture's rules."""

import io
from collections.abc import Mapping

from PIL import Image, UnidentifiedImageError

from sandbox.line.checks.actions import RICH_MENU, action_at
from sandbox.line.checks.counting import graphemes
from sandbox.line.checks.report import Path, Report
from sandbox.line.checks.shapes import Check, array, flag, integer, matching, need, shape, text

IMAGE_BYTES = 1_000_000
_LEAST_RATIO = 1.45
_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG"}


def _size_rule(value: Mapping[str, object], path: Path, report: Report) -> None:
    width, height = _number(value["width"]), _number(value["height"])
    if width / height < _LEAST_RATIO:
        report.add(path, "the aspect ratio (width / height) must be at least 1.45")


def _areas_rule(value: Mapping[str, object], path: Path, report: Report) -> None:
    size, areas = value["size"], value["areas"]
    if not isinstance(size, dict) or not isinstance(areas, list):
        return
    for index, area in enumerate(areas):
        bounds = area["bounds"]
        too_wide = bounds["x"] + bounds["width"] > size["width"]
        if too_wide or bounds["y"] + bounds["height"] > size["height"]:
            report.add((*path, "areas", index, "bounds"), "the area must be inside the menu")


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


_area = shape(
    {
        "bounds": need(
            shape(
                {
                    "x": need(integer(0)),
                    "y": need(integer(0)),
                    "width": need(integer(1)),
                    "height": need(integer(1)),
                }
            )
        ),
        "action": need(action_at(RICH_MENU)),
    }
)
rich_menu: Check = shape(
    {
        "size": need(shape({"width": need(integer(800, 2500)), "height": need(integer(250))}, _size_rule)),
        "selected": need(flag),
        "name": need(text(300, count=graphemes)),
        "chatBarText": need(text(14, count=graphemes)),
        "areas": need(array(_area, 0, 20)),
    },
    _areas_rule,
)
_MENU_ID = need(text(100))
alias_body: Check = shape({"richMenuAliasId": need(matching(r"[a-z0-9_-]{1,32}")), "richMenuId": _MENU_ID})
alias_change_body: Check = shape({"richMenuId": _MENU_ID})
_USER_IDS = need(array(matching(r"U[0-9a-f]{32}"), 1, 500))
bulk_link_body: Check = shape({"richMenuId": _MENU_ID, "userIds": _USER_IDS})
bulk_unlink_body: Check = shape({"userIds": _USER_IDS})


def picture_allowed(content: bytes, media_type: str, size: tuple[int, int]) -> bool:
    """Whether ``content`` is a picture of that type, at most 1 MB, with exactly the menu's ``size``."""
    if len(content) > IMAGE_BYTES:
        return False
    try:
        with Image.open(io.BytesIO(content)) as picture:
            return picture.format == _FORMATS[media_type] and picture.size == size
    except (UnidentifiedImageError, OSError):
        return False
