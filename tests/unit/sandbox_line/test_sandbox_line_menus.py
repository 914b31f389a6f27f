"""Rich menus: their bounds, their picture, and the order in which things must come."""

import io
from typing import Any

import pytest
from PIL import Image

from sandbox.line.checks.report import Report
from sandbox.line.checks.richmenu import picture_allowed, rich_menu
from sandbox.line.errors import LineRefusal
from sandbox.line.richmenus import RichMenu, RichMenus

Json = dict[str, Any]


def area(x: int = 0, width: int = 1200, **action: Any) -> Json:
    tap = action or {"type": "postback", "label": "予約する", "data": "book"}
    return {"bounds": {"x": x, "y": 0, "width": width, "height": 800}, "action": tap}


def menu(**more: Any) -> Json:
    size = {"width": 1200, "height": 800}
    whole = {"size": size, "selected": True, "name": "市民", "chatBarText": "メニュー", "areas": [area()]}
    return {**whole, **more}


def picture(size: tuple[int, int], kind: str = "PNG") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "white").save(written, kind)
    return written.getvalue()


ACCEPTED = {
    "whole": menu(),
    "twenty areas": menu(areas=[area()] * 20),
    "bar text of 14": menu(chatBarText="あ" * 14),
    "menu switch": menu(areas=[area(type="richmenuswitch", richMenuAliasId="next-1", data="n")]),
    "widest": menu(size={"width": 2500, "height": 1686}, areas=[]),
}
REFUSED: dict[str, tuple[Json, str]] = {
    "21 areas": (menu(areas=[area()] * 21), "areas"),
    "bar text of 15": (menu(chatBarText="あ" * 15), "chatBarText"),
    "name of 301": (menu(name="あ" * 301), "name"),
    "too narrow": (menu(size={"width": 799, "height": 500}), "size.width"),
    "too wide": (menu(size={"width": 2501, "height": 1000}), "size.width"),
    "too low": (menu(size={"width": 1200, "height": 249}), "size.height"),
    "too square": (menu(size={"width": 1200, "height": 828}), "size"),
    "area outside": (menu(areas=[area(x=1)]), "areas[0].bounds"),
    "area left of it": (menu(areas=[area(x=-1)]), "areas[0].bounds.x"),
    "camera": (menu(areas=[area(type="camera", label="撮る")]), "areas[0].action.type"),
    "alias in capitals": (
        menu(areas=[area(type="richmenuswitch", richMenuAliasId="Next", data="n")]),
        "areas[0].action.richMenuAliasId",
    ),
    "nobody says whether it is open": (
        {name: value for name, value in menu().items() if name != "selected"},
        "selected",
    ),
    "unknown field": (menu(richMenuId="richmenu-1"), "richMenuId"),
}


def faults(definition: Json) -> list[str]:
    report = Report()
    rich_menu(definition, (), report)
    return [each["property"] for each in report.body()[1]]


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(name: str) -> None:
    assert faults(ACCEPTED[name]) == []


@pytest.mark.parametrize("name", REFUSED)
def test_refused_at_that_property_alone(name: str) -> None:
    definition, where = REFUSED[name]
    assert faults(definition) == [where]


@pytest.mark.parametrize(
    ("content", "media_type", "allowed"),
    [
        (picture((1200, 800)), "image/png", True),
        (picture((1200, 800), "JPEG"), "image/jpeg", True),
        (picture((1200, 800)), "image/jpeg", False),
        (picture((1200, 801)), "image/png", False),
        (b"\x89PNG\r\n\x1a\nbut no picture", "image/png", False),
        (picture((1200, 800)) + b"\0" * 1_000_000, "image/png", False),
    ],
)
def test_the_picture_has_the_menu_s_size_and_at_most_1_mb(
    content: bytes, media_type: str, allowed: bool
) -> None:
    assert picture_allowed(content, media_type, (1200, 800)) is allowed


def with_picture(menus: RichMenus) -> RichMenu:
    made = menus.create(menu())
    made.picture = picture((1200, 800))
    return made


def test_a_menu_without_a_picture_is_shown_to_nobody() -> None:
    menus = RichMenus()
    bare = menus.create(menu())
    for attempt in (lambda: menus.showable(bare.id), lambda: menus.create_alias("a", bare.id)):
        with pytest.raises(LineRefusal) as refusal:
            attempt()
        assert refusal.value.status == 400


def test_the_linked_menu_goes_before_the_default_one_and_falls_back_to_it() -> None:
    menus = RichMenus()
    default, linked = with_picture(menus), with_picture(menus)
    menus.default_id = default.id
    assert menus.shown_to(linked.id) is linked
    menus.delete(linked.id)
    assert menus.shown_to(linked.id) is default
    menus.delete(default.id)
    assert menus.shown_to(None) is None


def test_an_alias_is_taken_once_and_moves_to_another_menu() -> None:
    menus = RichMenus()
    first, second = with_picture(menus), with_picture(menus)
    menus.create_alias("main", first.id)
    with pytest.raises(LineRefusal) as refusal:
        menus.create_alias("main", second.id)
    assert refusal.value.status == 400
    menus.change_alias("main", second.id)
    assert menus.alias("main") == second.id
    with pytest.raises(LineRefusal) as refusal:
        menus.alias("other")
    assert refusal.value.status == 404
