"""A scanner's typing is a check-in on any view; a hand's typing never is."""

from typing import Any

import pytest
from kiosk_browser import served
from kiosk_city import City
from kiosk_screen import TEXTS, calm, opened
from playwright.async_api import Browser, Page, expect

from kiosk.terminal import Terminal

pytestmark = pytest.mark.anyio
FAST, HAND = 8, 70
"""Milliseconds between two keys: of a scanner, of the fastest hand."""


async def typed(page: Page, text: str, gap: int) -> None:
    """Press keys, Enter last; the page's clock stands still but for ``gap`` between two of them."""
    for sign in text:
        await page.keyboard.press("Slash" if sign == "/" else sign)
        await page.clock.run_for(gap)
    await page.keyboard.press("Enter")


async def still(browser: Browser, url: str) -> Page:
    page = await opened(browser, url)
    await page.clock.pause_at(await page.evaluate("() => Date.now() + 1000"))
    return page


async def test_the_number_from_a_phone_is_scanned_on_the_first_screen(
    city: City, terminal: Terminal, browser: Browser
) -> None:
    async with served(terminal) as url:
        page = await still(browser, url)
        await page.get_by_test_id("lang-vi").tap()
        await page.get_by_test_id("service-child").focus()
        await typed(page, "12345678", FAST)
        await expect(page.get_by_test_id("ticket-number")).to_have_text("A001")
        await expect(page.get_by_test_id("print-state")).to_have_text(TEXTS.say("vi", "print.printed"))
        assert len(city.server.tickets) == 1
        await page.context.close()


async def test_while_the_number_is_being_typed_a_scan_counts_alone(
    city: City, terminal: Terminal, browser: Browser
) -> None:
    async with served(terminal) as url:
        page = await still(browser, url)
        await page.get_by_test_id("checkin").tap()
        await calm(page)
        await expect(page.get_by_test_id("checkin-code")).to_be_focused()
        await page.keyboard.type("99")
        await page.clock.run_for(1000)
        await typed(page, "12345678", FAST)
        await expect(page.get_by_test_id("ticket-number")).to_have_text("A001")
        await page.context.close()


async def test_a_quick_hand_on_the_first_screen_checks_nobody_in(
    city: City, terminal: Terminal, browser: Browser
) -> None:
    async with served(terminal) as url:
        page = await still(browser, url)
        asked = city.line.asked
        await typed(page, "12345678", HAND)
        await calm(page)
        await expect(page.get_by_test_id("view-start")).to_be_visible()
        # In the field a hand's Enter is the button's.
        await page.get_by_test_id("checkin").tap()
        await calm(page)
        await typed(page, "12345678", HAND)
        await expect(page.get_by_test_id("ticket-number")).to_have_text("A001")
        assert city.line.asked > asked
        await page.context.close()


async def test_another_code_is_told_apart_and_goes_nowhere(
    city: City, terminal: Terminal, browser: Browser
) -> None:
    async with served(terminal) as url:
        page = await still(browser, url)
        await page.get_by_test_id("lang-en").tap()
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        await typed(page, "123456789012", FAST)
        fault = page.get_by_test_id("terminal-fault")
        await expect(fault).to_contain_text(TEXTS.say("en", "error.not_a_booking"))
        assert [one for one in requests if "checkins" in one] == []
        await calm(page)
        await page.get_by_test_id("error-retry").tap()
        await expect(page.get_by_test_id("view-checkin")).to_be_visible()
        await page.context.close()


READ = """async keys => {
  const { scanReader, bookingNumberIn } = await import("/screen/scanner.js");
  const read = scanReader();
  let text = null;
  for (const [key, code, timeStamp, repeat] of keys) {
    text = read({ key, code, timeStamp, repeat }).text ?? text;
  }
  return text === null ? null : bookingNumberIn(text);
}"""


def keys(text: str, gap: int, *, ime: bool = False, repeat: bool = False) -> list[list[Any]]:
    """Key presses as the browser tells them; with an input method on, only the key's place is told."""
    codes = {"/": "Slash", "-": "Minus", ".": "Period", ":": "Semicolon", "?": "Slash"}

    def place(sign: str) -> str:
        return codes.get(sign) or ("Digit" if sign.isdigit() else "Key") + sign.upper()

    pressed = [["Process" if ime else sign, place(sign)] for sign in text]
    enter = ["Process" if ime else "Enter", "Enter"]
    return [[*one, index * gap, repeat] for index, one in enumerate([*pressed, enter])]


def later(pressed: list[list[Any]]) -> list[list[Any]]:
    return [[key, code, at + 200, repeat] for key, code, at, repeat in pressed]


SCANS = {
    "bare": (keys("123456", FAST), "123456"),
    "slow scanner": (keys("123456", 45), "123456"),
    "input method on": (keys("123456", FAST, ime=True), "123456"),
    "full width": (keys("１２３４５６", FAST), "123456"),
    "grouped": (keys("123-456", FAST), "123456"),
    "address": (keys("https://yoyaku.example.lg.jp/r/123456/", FAST), "123456"),
    "address, input method on": (keys("https://yoyaku.example.lg.jp/r/123456", FAST, ime=True), "123456"),
    "ticket": (keys("https://yoyaku.example.lg.jp/t/8fk2mqp0x7lr4", FAST), ""),
    "goods": (keys("4901234567894", FAST), ""),
    "hand": (keys("123456", HAND), None),
    "hand, one pause": (keys("123", FAST)[:-1] + later(keys("456", FAST)), None),
    "held key": (keys("111111", FAST, repeat=True), None),
    "too short": (keys("12345", FAST), None),
}


async def test_what_a_scanner_types_is_read_whatever_the_layout(
    city: City, terminal: Terminal, browser: Browser
) -> None:
    async with served(terminal) as url:
        page = await opened(browser, url)
        read = {name: await page.evaluate(READ, given) for name, (given, _) in SCANS.items()}
        await page.context.close()
    assert read == {name: wanted for name, (_, wanted) in SCANS.items()}
