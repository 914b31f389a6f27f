"""The menu at the foot of the chat."""

from __future__ import annotations

import io
import json

import pytest
from line_kit import Town, until
from PIL import Image

from madoguchi.line import fonts, rich_menu
from madoguchi.line.conversation.commands import command_in
from madoguchi.line.menu_picture import HEIGHT, WIDTH, picture
from sandbox.line.checks import richmenu
from sandbox.line.checks.report import Report
from sandbox.line.faults import Fault

pytestmark = pytest.mark.anyio


async def test_the_menu_is_published_once_however_often_it_is_asked_for(closed_town: Town) -> None:
    settings, menus = closed_town.office.settings, closed_town.platform.menus
    first = await rich_menu.publish(settings)
    assert await rich_menu.publish(settings) == first
    assert list(menus.menus) == [first]
    assert menus.default_id == first
    assert menus.menus[first].picture


async def test_a_menu_of_an_older_version_is_replaced_and_a_foreign_one_is_left_alone(
    closed_town: Town,
) -> None:
    settings, menus = closed_town.office.settings, closed_town.platform.menus
    older = menus.create(rich_menu.definition("madoguchi-older")).id
    foreign = menus.create(rich_menu.definition("from the manager")).id
    now = await rich_menu.publish(settings)
    assert set(menus.menus) == {foreign, now}
    assert older not in menus.menus


async def test_a_menu_left_without_its_picture_is_made_anew(closed_town: Town) -> None:
    settings, platform = closed_town.office.settings, closed_town.platform
    name = rich_menu._name_of(picture())
    broken = platform.menus.create(rich_menu.definition(name)).id
    now = await rich_menu.publish(settings)
    assert list(platform.menus.menus) == [now]
    assert now != broken


async def test_it_is_published_as_soon_as_line_answers(
    closed_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rich_menu, "_LOOK_AGAIN", 0.02)
    closed_town.platform.faults.order(Fault("error500", "richmenu", times=3))
    await rich_menu.keep_published(closed_town.office.settings)
    assert closed_town.platform.menus.default_id is not None


async def test_without_a_font_the_server_goes_on_and_says_what_to_install(
    closed_town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def none() -> bytes:
        raise fonts.NoFontError

    monkeypatch.setattr(rich_menu, "picture", none)
    await rich_menu.keep_published(closed_town.office.settings)
    assert "fonts-noto-cjk" in caplog.text


async def test_an_area_of_the_menu_is_understood(town: Town) -> None:
    await rich_menu.publish(town.office.settings)
    await town.follow("hanako")
    menu = town.platform.menu_of(town.platform.citizen("hanako"))
    assert menu is not None
    said = [area["action"]["text"] for area in menu.definition["areas"]]
    assert said == ["予約する", "順番待ちをする", "今の順番", "窓口をえらぶ"]
    assert [command_in(text) for text in said] == ["book", "take", "status", "desk"]
    before = len(town.received("hanako"))
    delivery = town.phone("hanako").tap_menu(menu.id, 2).delivery
    assert delivery is not None
    await delivery
    await until(lambda: len(town.received("hanako")) > before)


async def test_picture_and_definition_are_what_line_accepts() -> None:
    report = Report()
    richmenu.rich_menu(json.loads(json.dumps(rich_menu.definition("x"))), (), report)
    assert not report.findings
    drawn = picture()
    assert len(drawn) < 1_000_000
    assert Image.open(io.BytesIO(drawn)).size == (WIDTH, HEIGHT)
