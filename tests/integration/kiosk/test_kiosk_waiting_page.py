"""Before the terminal is there, the browser shows a sentence of its own, and then leaves it by itself."""

import pytest
from kiosk_browser import SIZES
from playwright.async_api import Browser, Route, expect

from tools.paths import ROOT

pytestmark = pytest.mark.anyio
PAGE = (ROOT / "deploy" / "terminal" / "waiting.html").as_uri()
TERMINAL = "http://127.0.0.1:3100/"
FITS = "() => document.documentElement.scrollHeight <= innerHeight"


@pytest.mark.parametrize("size", SIZES)
async def test_the_waiting_page_gives_way_to_the_terminal(browser: Browser, size: str) -> None:
    there = False

    async def terminal(route: Route) -> None:
        if there:
            await route.fulfill(body="<h1>terminal</h1>", content_type="text/html")
        else:
            await route.abort("connectionrefused")

    width, height = SIZES[size]
    context = await browser.new_context(viewport={"width": width, "height": height})
    page = await context.new_page()
    await page.clock.install()
    await page.route(f"{TERMINAL}**", terminal)
    await page.goto(PAGE)
    await expect(page.get_by_role("heading")).to_be_visible()
    assert await page.evaluate(FITS)
    await page.clock.run_for(5_000)
    assert page.url == PAGE
    there = True
    await page.clock.run_for(3_000)
    await page.wait_for_url(TERMINAL)
    await context.close()
