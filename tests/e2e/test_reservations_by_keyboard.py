"""A clerk with a caller on the telephone: registered, moved, cancelled and undone without the mouse."""

from __future__ import annotations

import re
from time import monotonic

import pytest
from playwright.sync_api import expect
from reservation_desk import ReservationDesk
from stage import City, People

pytestmark = pytest.mark.e2e

CALL_SECONDS = 30


def desk(people: People, city: City, login: str = "clerk") -> ReservationDesk:
    page = people.clerk(login).page
    page.goto(f"{city.app}/staff/reservations")
    expect(page.get_by_test_id("week")).to_be_visible()
    return ReservationDesk(page)


def test_a_caller_by_keyboard_from_the_first_key_to_the_undone_slip(people: People, city: City) -> None:
    clerk, colleague = desk(people, city), desk(people, city, "clerk2")
    began = monotonic()
    code = clerk.register("ぬるまえ つづみ", "08098764321")
    assert monotonic() - began < CALL_SECONDS
    when = clerk.at("when").inner_text()

    # The colleague's page follows by itself.
    day = clerk.at("day-picker").input_value()
    colleague.at("day-picker").fill(day)
    colleague.press("Escape")
    colleague.at("week-day").and_(colleague.page.locator(f'[data-day="{day}"]')).click()
    theirs = colleague.at("reservation").and_(colleague.page.locator(f'[data-code="{code}"]'))
    expect(theirs).to_be_visible()

    expect(clerk.page.locator("#desk-heading")).to_be_focused()
    clerk.press("c").focus_is("desk-day")
    clerk.press("Tab").focus_is("desk-place")
    place = clerk.at("desk-place")
    before = place.input_value()
    clerk.press("ArrowDown")
    expect(place).not_to_have_value(before)
    clerk.press("Enter").shows("detail").says("時間を変更しました")
    expect(clerk.at("when")).not_to_have_text(when)

    clerk.press("x").shows("cancel")
    clerk.press("Tab", "Enter")
    clerk.shows("detail").says("取り消しました")
    expect(theirs).to_have_count(0)
    clerk.press("z").says("元に戻しました")
    expect(clerk.at("detail")).to_have_attribute("data-code", code)
    expect(theirs).to_be_visible()
    people.shoot("7-reservations")

    clerk.press("Escape").shows("")
    clerk.press("/").focus_is("search")
    clerk.types("ヌルマエ").press("Enter").shows("detail")
    clerk.press("ArrowDown").focus_is("found-row")
    clerk.press("ArrowUp").focus_is("search")
    clerk.press("ArrowDown", "Enter")
    expect(clerk.at("found-row")).to_have_attribute("aria-pressed", "true")
    expect(clerk.at("found-row").and_(clerk.page.locator(f'[data-code="{code}"]'))).to_be_visible()
    assert "ヌルマエ" not in clerk.page.locator(".rv-main").inner_text()
    clerk.shows("detail")
    clerk.at("contact").click()
    expect(clerk.at("contact-shown")).to_contain_text("ヌルマエ ツヅミ")


def test_mistakes_are_said_and_nothing_typed_is_lost(people: People, city: City) -> None:
    clerk = desk(people, city)
    clerk.press("n").focus_is("desk-service")
    clerk.press("Enter", "Enter", "Enter", "Enter").focus_is("desk-kana")
    clerk.types("すずき").press("Enter").focus_is("desk-phone")
    expect(clerk.at("desk-kana")).to_have_value("スズキ")
    clerk.types("12").press("Enter")
    expect(clerk.at("desk-phone-error")).to_be_visible()
    clerk.focus_is("desk-phone").is_accessible()
    expect(clerk.at("desk-kana")).to_have_value("スズキ")
    clerk.press("Control+a").types("０９０ー１２３４ー５６７８").press("Enter")
    clerk.shows("detail").says("予約しました")
    when = clerk.at("when").inner_text()
    clerk.press("c").focus_is("desk-day")
    clerk.press("ArrowDown", "Enter").says("時間を変更しました")
    expect(clerk.at("when")).not_to_have_text(when)


def test_who_may_not_see_contacts_is_not_offered_the_search(people: People, city: City) -> None:
    viewer = desk(people, city, "viewer")
    expect(viewer.at("search")).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080)])
def test_every_part_of_the_page_is_accessible(people: People, city: City, width: int, height: int) -> None:
    clerk = desk(people, city)
    clerk.page.set_viewport_size({"width": width, "height": height})
    clerk.is_accessible()
    code = clerk.register("たなか ゆみ", "0355501111")
    clerk.is_accessible()
    clerk.press("d")
    expect(clerk.at("day")).to_be_visible()
    clerk.is_accessible()
    for key, panel in (("x", "cancel"), ("c", "move"), ("e", "edit")):
        clerk.press(key).shows(panel).is_accessible()
        clerk.press("Escape").shows("detail")
    clerk.press("/").types(code).press("Enter")
    expect(clerk.at("found")).to_be_visible()
    clerk.is_accessible()
    with clerk.page.expect_popup() as opened:
        clerk.at("print-sheet").click()
    sheet = ReservationDesk(opened.value)
    expect(sheet.at("sheet")).to_contain_text(re.compile(code))
    sheet.is_accessible()
    sheet.at("sheet-names").check()
    sheet.at("sheet-again").click()
    expect(sheet.at("sheet")).to_contain_text("タナカ ユミ")
