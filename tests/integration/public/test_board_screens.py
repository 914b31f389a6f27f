"""The board on every screen it hangs on: nothing cut, the newest number readable from ten metres."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from full_boards import LONG_DESKS, FullDesk, call_one_more, fill, finish, open_desks, tell_everything
from playwright.sync_api import Browser, Page, expect
from public_kit import Running
from screen_kit import SIZES, drawn_height, letter_share, settle, shoot, trouble_of

from madoguchi.domain.languages import LANGUAGES
from madoguchi.services.office import Office

LEAST_SHARE = 0.12
"""Of the screen's height: readable from ten metres on a 55-inch screen."""
WIDEST = ("ja", "vi", "pt")
"""The shortest and the longest words: what they leave whole, all others do."""
PICTURED = ("ja", "pt")
"""A picture of a 4K screen takes a second."""
FULL = [(1, 12), (1, 1), (2, 7), (3, 4), (4, 3)]
"""Desks on the screen, and calls at each."""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A screen whose page must not complain."""
    context = browser.new_context(locale="ja-JP")
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


def address(pages: Running, desks: list[FullDesk], language: str = "ja") -> str:
    others = ",".join(desk.code for desk in desks[1:])
    return f"{pages.url}/board/full0?lang={language}&with={others}"


def open_on(page: Page, size: str) -> bool:
    """Give the screen its size; whether it is a phone."""
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    return size == "phone"


@pytest.mark.parametrize(("count", "calls"), FULL)
@pytest.mark.parametrize("size", SIZES)
def test_a_full_board_cuts_nothing_in_any_language(
    page: Page, pages: Running, lite_office: Office, size: str, count: int, calls: int
) -> None:
    desks = open_desks(lite_office, count)
    for desk in desks:
        fill(lite_office, desk, calls=calls, missed=12)
    tell_everything(lite_office, desks[0])
    phone = open_on(page, size)
    for language in LANGUAGES if count == 1 else WIDEST:
        page.goto(address(pages, desks, language))
        expect(page.get_by_test_id("board-calling")).to_have_count(
            count * calls if count * calls <= 12 else 11
        )
        settle(page)
        shoot(page, f"board-{size}-{count}x{calls}-{language}")
        assert trouble_of(page, phone=phone) == [], language
        if language in PICTURED:
            assert drawn_height(page) >= LEAST_SHARE
        if not phone:
            assert letter_share(page, ".bd-call--main .bd-call__counter") >= 0.04
            if calls > 1:
                assert letter_share(page, ".bd-call--other .bd-call__number") >= 0.03


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [1, 4])
def test_an_announcement_is_framed_and_written_out_on_every_screen(
    page: Page, pages: Running, lite_office: Office, size: str, count: int
) -> None:
    desks = open_desks(lite_office, count)
    for desk in desks:
        fill(lite_office, desk, calls=2, missed=3)
    phone = open_on(page, size)
    page.goto(address(pages, desks))
    call_one_more(lite_office, desks[-1], 987, language="pt")
    card = page.locator(".bd-call--announced")
    expect(card.locator(".bd-call__number")).to_contain_text("987")
    expect(card.locator(".bd-call__sentences")).to_contain_text("エー、987番の方、3番窓口へお越しください。")
    expect(card.locator(".bd-call__sentences [lang=pt]")).to_contain_text("dirija-se ao guichê 3")
    settle(page)
    shoot(page, f"announced-{size}-{count}")
    assert trouble_of(page, phone=phone) == []
    assert drawn_height(page) >= LEAST_SHARE


def test_the_newest_call_stays_marked_in_words_until_it_is_over(
    page: Page, pages: Running, lite_office: Office
) -> None:
    (desk,) = open_desks(lite_office, 1)
    fill(lite_office, desk, calls=2, missed=1)
    page.goto(address(pages, [desk]))
    newest = page.locator("[data-newest=true]")
    called = call_one_more(lite_office, desk, 987)
    expect(newest).to_have_attribute("data-number", "A987")
    expect(newest).to_contain_text("▶ 新しい呼出")
    fill(lite_office, desk, calls=0, missed=0, waiting=0, served=0)
    page.clock.install()
    page.clock.run_for(60_000)
    expect(newest).to_have_attribute("data-number", "A987")
    finish(lite_office, desk, called)
    expect(newest).to_have_attribute("data-number", "B301")


def test_the_frame_of_an_announcement_never_flashes_and_stands_still_where_asked(
    page: Page, pages: Running, lite_office: Office
) -> None:
    (desk,) = open_desks(lite_office, 1)
    fill(lite_office, desk, calls=2, missed=1)
    page.goto(address(pages, [desk]))
    call_one_more(lite_office, desk, 987)
    expect(page.locator(".bd-call--announced")).to_be_visible()
    running = "document.getAnimations().map((one) => one.effect.getTiming().duration)"
    assert page.evaluate(running) == [3_000]  # WCAG 2.3.1: three flashes a second are dangerous.
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(running) == []
    frame = "getComputedStyle(document.querySelector('.bd-call--announced'), '::after').borderTopWidth"
    assert float(page.evaluate(frame).removesuffix("px")) >= 5


def test_each_desk_of_a_screen_follows_its_own_stream(
    page: Page, pages: Running, lite_office: Office
) -> None:
    one, two = open_desks(lite_office, 2)
    page.goto(f"{pages.url}/board/full0?with=full1,nowhere")
    expect(page.get_by_test_id("board-notices")).to_contain_text("一部は表示できません")
    call_one_more(lite_office, one, 301)
    call_one_more(lite_office, two, 302)
    cards = page.get_by_test_id("board-calling")
    expect(cards).to_have_count(2)
    first = page.locator("[data-newest=true]")
    expect(first).to_have_attribute("data-desk", "full1")
    expect(page.locator("body")).to_have_attribute("data-announced", re.compile(r"^\d+ \d+$"))
    pages.stop()
    expect(page.get_by_test_id("board-stale")).to_be_visible(timeout=8_000)
    fill(lite_office, one, calls=0, missed=1, waiting=0, served=0)
    pages.start()
    expect(page.get_by_test_id("board-stale")).to_be_hidden(timeout=5_000)
    missed = page.get_by_test_id("board-desk-full0").get_by_test_id("board-missed")
    expect(missed.locator("[data-number=A200]")).to_be_visible()


@pytest.mark.parametrize("size", ["1080p", "phone"])
def test_the_same_number_at_the_same_counter_of_two_desks_says_each_time_which_desk(
    page: Page, pages: Running, lite_office: Office, size: str
) -> None:
    # The first and the last of four have the same letters.
    desks = open_desks(lite_office, 4)[::3]
    open_on(page, size)
    page.goto(address(pages, desks))
    said = page.locator("#spoken")
    for desk in desks:
        call_one_more(lite_office, desk, 301)
        expect(said).to_contain_text(LONG_DESKS[int(desk.code[-1])]["ja"])
        expect(said).to_contain_text("A301")
    cards = page.get_by_test_id("board-calling")
    expect(cards).to_have_count(2)
    called = [(one.get_attribute("data-number"), one.get_attribute("data-counter")) for one in cards.all()]
    assert called == [("A301", "1")] * 2
    for desk in desks:
        name = cards.and_(page.locator(f"[data-desk={desk.code}]")).locator(".bd-call__desk")
        expect(name).to_have_text(LONG_DESKS[int(desk.code[-1])]["ja"])
        expect(name).to_be_visible()
