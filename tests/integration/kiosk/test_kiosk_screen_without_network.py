"""What a citizen's finger gets while the server is away, in real Chromium, in every language and size."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import zxingcpp
from kiosk_browser import SIZES, served
from kiosk_city import City, until
from kiosk_real import code_of, holding
from kiosk_screen import TEXTS, opened
from PIL import Image
from playwright.async_api import Browser, Page, expect

from kiosk.board import Phase
from kiosk.terminal import Terminal
from kiosk.texts import LANGUAGES

pytestmark = pytest.mark.anyio
SMALL_OR_SPILLED = """() => {
  const main = document.getElementById("main");
  const small = [...document.querySelectorAll("button, input, a")]
    .map((e) => [e.id || e.dataset.testid || e.textContent, e.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.width < 56 || box.height < 56)).map(([name]) => name);
  const spilled = main.scrollHeight > main.clientHeight || main.scrollWidth > main.clientWidth;
  return spilled ? [...small, "does not fit"] : small;
}"""


@dataclass
class Cut:
    """A terminal whose line to the real server has just been cut."""

    city: City
    terminal: Terminal


@pytest.fixture
async def cut(lite_real: City) -> AsyncIterator[Cut]:
    async with lite_real.terminal(KIOSK_PAIRING_CODE=code_of(lite_real)) as terminal:
        await holding(terminal)
        lite_real.line.away = True
        await until(lambda: terminal.board.phase is Phase.AWAY)
        yield Cut(lite_real, terminal)


async def test_a_finger_gets_a_number_and_is_told_the_truth_about_it(cut: Cut, browser: Browser) -> None:
    async with served(cut.terminal) as url:
        page = await opened(browser, url)
        await page.get_by_test_id("lang-en").tap()
        fault = page.get_by_test_id("terminal-fault")
        await expect(fault).to_have_text(TEXTS.say("en", "fault.no_network"))
        await expect(page.get_by_test_id("checkin")).to_be_hidden()
        await expect(page.get_by_test_id("service-nursery")).not_to_contain_text("waiting")
        await page.get_by_test_id("service-nursery").tap()
        await expect(page.get_by_test_id("ticket-number")).to_have_text("A901")
        await expect(page.get_by_test_id("no-network")).to_have_text(TEXTS.say("en", "paper.no_network"))
        await expect(page.get_by_test_id("waiting-ahead")).to_be_hidden()
        await expect(page.get_by_test_id("print-state")).to_have_text(TEXTS.say("en", "print.printed"))
        picture = Image.open(io.BytesIO(await page.get_by_test_id("ticket-qr").screenshot()))
        assert len(zxingcpp.read_barcodes(picture)) == len(cut.city.printer.papers) == 1
        await page.context.close()


async def test_the_buttons_come_and_go_with_the_line_and_the_lease(cut: Cut, browser: Browser) -> None:
    async with served(cut.terminal) as url:
        page = await opened(browser, url)
        nursery = page.get_by_test_id("service-nursery")
        cut.terminal.board.set_offers(("allowance",))
        cut.terminal.book.keep([one for one in cut.terminal.book.leases() if one.service == "allowance"])
        await expect(nursery).to_be_disabled()
        await expect(nursery).to_contain_text(TEXTS.say("ja", "start.service_closed"))
        cut.terminal.book.keep([])
        await expect(page.get_by_test_id("terminal-fault")).to_have_text(TEXTS.say("ja", "fault.away"))
        await expect(nursery).to_be_hidden()
        cut.city.line.away = False
        await expect(nursery).to_be_enabled()
        await expect(page.get_by_test_id("terminal-fault")).to_be_hidden()
        await expect(page.get_by_test_id("checkin")).to_be_visible()
        await page.context.close()


@pytest.mark.parametrize("size", SIZES)
async def test_in_every_language_and_size_all_fits(cut: Cut, browser: Browser, size: str) -> None:
    wrong: list[str] = []

    async def look(page: Page, where: str) -> None:
        found: Any = await page.evaluate(SMALL_OR_SPILLED)
        wrong.extend(f"{where}: {one}" for one in found)

    async with served(cut.terminal) as url:
        page = await opened(browser, url, size)
        for language in LANGUAGES:
            await page.get_by_test_id(f"lang-{language}").tap()
            fault = page.get_by_test_id("terminal-fault")
            await expect(fault).to_have_text(TEXTS.say(language, "fault.no_network"))
            await look(page, f"{language} start")
            await page.get_by_test_id("service-nursery").tap()
            await expect(page.get_by_test_id("no-network")).to_be_visible()
            await look(page, f"{language} ticket")
            await page.get_by_test_id("large-text").tap()
            await look(page, f"{language} ticket large")
            await page.clock.run_for(600)
            await page.get_by_test_id("back").tap()
            await page.clock.run_for(600)
        await page.context.close()
    assert wrong == []
