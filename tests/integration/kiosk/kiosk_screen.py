"""A page with the touch screen open, and what can be measured of it."""

import io

import zxingcpp
from kiosk_browser import SIZES
from PIL import Image
from playwright.async_api import Browser, Locator, Page, expect

from kiosk.texts import load_texts

TEXTS = load_texts()


async def opened(browser: Browser, url: str, size: str = "landscape") -> Page:
    width, height = SIZES[size]
    context = await browser.new_context(viewport={"width": width, "height": height}, has_touch=True)
    # For helpers inside the page, which must not stand still when the page's own clock does.
    await context.add_init_script("window.nativeSetTimeout = window.setTimeout.bind(window)")
    page = await context.new_page()
    # The page's own seconds are turned by the test, so that nobody waits for ten of them.
    await page.clock.install()
    await page.goto(url)
    await expect(page.get_by_test_id("service-nursery")).to_be_visible()
    await calm(page)
    return page


async def calm(page: Page) -> None:
    """Let the moment pass in which a bouncing finger presses nothing."""
    await page.clock.run_for(600)


async def read_qr(image: Locator) -> list[str]:
    picture = Image.open(io.BytesIO(await image.screenshot()))
    return [code.text for code in zxingcpp.read_barcodes(picture)]
