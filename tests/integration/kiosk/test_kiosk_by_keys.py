"""Without a finger and without eyes: the keyboard alone is enough, all is said, and no key leads away."""

import pytest
from kiosk_browser import served
from kiosk_city import City
from kiosk_screen import TEXTS, calm, opened
from playwright.async_api import Browser, Page, expect

from kiosk.terminal import Terminal

pytestmark = pytest.mark.anyio
FOCUSED = "() => document.activeElement?.dataset?.testid ?? document.activeElement?.tagName"

LEAVING = [
    {"key": "t", "ctrlKey": True},
    {"key": "F5"},
    {"key": "F11"},
    {"key": "ArrowLeft", "altKey": True},
    {"key": "BrowserBack"},
    {"key": "p", "metaKey": True},
]
PREVENTED = """keys => [
  new MouseEvent("contextmenu", { cancelable: true, bubbles: true }),
  new DragEvent("dragstart", { cancelable: true, bubbles: true }),
  ...keys.map(how => new KeyboardEvent("keydown", { ...how, cancelable: true, bubbles: true })),
].map(event => !document.body.dispatchEvent(event))"""


async def tab_to(page: Page, wanted: str) -> list[str]:
    """Press Tab until the button has the focus; what had it on the way."""
    passed: list[str] = []
    while (focused := await page.evaluate(FOCUSED)) != wanted:
        passed.append(focused)
        assert len(passed) < 30, passed
        await page.keyboard.press("Tab")
    return passed


async def test_a_number_is_taken_by_keys_and_told_aloud(
    city: City, terminal: Terminal, browser: Browser
) -> None:
    async with served(terminal) as url:
        page = await opened(browser, url)
        passed = await tab_to(page, "lang-en")
        assert {"contrast", "large-text", "lang-ja"} <= set(passed)
        await page.keyboard.press("Enter")
        assert await page.evaluate("() => document.documentElement.lang") == "en"
        await tab_to(page, "service-nursery")
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("ticket-number")).to_have_text("A001")
        await calm(page)
        assert await page.evaluate(FOCUSED) == "H1"
        live = page.get_by_role("status")
        await expect(live).to_have_text(TEXTS.say("en", "print.printed"))
        await tab_to(page, "back")
        await page.keyboard.press("Enter")
        await calm(page)
        await expect(page.get_by_test_id("view-start")).to_be_visible()
        assert len(city.server.tickets) == 1
        await page.context.close()


async def test_a_booking_is_checked_in_by_keys_and_a_wrong_number_told_aloud(
    city: City, terminal: Terminal, browser: Browser
) -> None:
    async with served(terminal) as url:
        page = await opened(browser, url)
        await tab_to(page, "checkin")
        await page.keyboard.press("Space")
        await calm(page)
        assert await page.evaluate(FOCUSED) == "checkin-code"
        for sign in "1111":
            await page.keyboard.press(sign)
            await page.clock.run_for(200)
        await page.keyboard.press("Enter")
        sentence = TEXTS.say("ja", "error.unknown_reservation")
        await expect(page.get_by_test_id("terminal-fault")).to_contain_text(sentence)
        await expect(page.get_by_role("status")).to_have_text(sentence)
        await calm(page)
        await tab_to(page, "error-retry")
        await page.keyboard.press("Enter")
        await calm(page)
        assert await page.evaluate(FOCUSED) == "checkin-code"
        await page.context.close()


async def test_nothing_leads_away_from_the_page(city: City, terminal: Terminal, browser: Browser) -> None:
    async with served(terminal) as url:
        page = await opened(browser, url)
        assert await page.locator("a, iframe, [target], input[type=file]").count() == 0
        prevented = await page.evaluate(PREVENTED, LEAVING)
        assert all(prevented), prevented
        await page.context.close()
