"""On every screen and fault, in every language and look: axe-core finds nothing, all fits, all can be hit."""

from importlib.resources import files
from typing import Any

import pytest
from kiosk_browser import SIZES, served
from kiosk_city import City
from kiosk_real import code_of, holding
from kiosk_screen import TEXTS, calm, opened
from kiosk_walk import PRINTER_FAULTS, walk
from playwright.async_api import Browser, Page, expect

from kiosk.terminal import Terminal
from kiosk.texts import LANGUAGES

pytestmark = pytest.mark.anyio
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
RUN = """async ({ languages, wcag, contrast }) => {
  const press = id => document.querySelector(`[data-testid="${id}"]`).click();
  const look = async (named, rules) => {
    const how = { ...rules, resultTypes: ["violations"], elementRef: false };
    const { violations } = await axe.run(document, how);
    return violations.flatMap(one => one.nodes.map(node => `${named}: ${one.id}: ${node.html}`));
  };
  const misfits = named => {
    const main = document.getElementById("main");
    const cut = main.scrollHeight > main.clientHeight || main.scrollWidth > main.clientWidth;
    const boxes = [...document.querySelectorAll("button, input")]
      .map(e => [e.dataset.testid, e.getBoundingClientRect()])
      .filter(([, box]) => box.width);
    const small = ([, box]) => box.width < 56 || box.height < 56;
    const outside = ([, box]) => box.bottom > innerHeight || box.right > innerWidth;
    const bad = boxes.filter(box => small(box) || outside(box))
      .map(([id]) => `${named}: ${id} small or outside`);
    return cut ? [`${named}: main does not fit`, ...bad] : bad;
  };
  const wrong = [];
  for (const language of languages) {
    press(`lang-${language}`);
    wrong.push(...misfits(language));
    if (wcag) wrong.push(...await look(language, wcag));
    press("large-text");
    wrong.push(...misfits(`${language} large`));
    press("large-text");
  }
  press("contrast");
  if (contrast) wrong.push(...await look("contrast", contrast));
  press("contrast");
  press("lang-ja");
  return wrong;
}"""
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast", "color-contrast-enhanced"]}}
ALL_RULES = {"wcag": WCAG, "contrast": CONTRAST}


async def looked_at(page: Page, rules: dict[str, Any]) -> list[str]:
    """What is wrong with what the page shows, in every language and look."""
    return list(await page.evaluate(RUN, {"languages": LANGUAGES, **rules}))


async def test_numbers_without_the_network_are_open_to_all(lite_real: City, browser: Browser) -> None:
    async with lite_real.terminal(KIOSK_PAIRING_CODE=code_of(lite_real)) as terminal, served(terminal) as url:
        await holding(terminal)
        page = await opened(browser, url, "landscape")
        await page.evaluate(f"(setTimeout => {{ {AXE} }})(window.nativeSetTimeout)")
        lite_real.line.away = True
        await expect(page.get_by_test_id("terminal-fault")).to_have_text(TEXTS.say("ja", "fault.no_network"))
        await page.clock.pause_at(await page.evaluate("() => Date.now() + 1000"))
        wrong = [f"start: {one}" for one in await looked_at(page, ALL_RULES)]
        await page.get_by_test_id("service-nursery").click()
        await expect(page.get_by_test_id("print-state")).to_have_text(TEXTS.say("ja", "print.printed"))
        await calm(page)
        wrong += [f"ticket: {one}" for one in await looked_at(page, ALL_RULES)]
        await page.context.close()
    assert wrong == []


@pytest.mark.parametrize("size", SIZES)
async def test_every_screen_and_fault_is_open_to_all(
    city: City, terminal: Terminal, browser: Browser, size: str
) -> None:
    # What axe-core looks at does not change with the screen's size.
    rules = ALL_RULES if size == "portrait" else {}
    wrong: list[str] = []
    seen: list[str] = []
    async with served(terminal) as url:
        page = await opened(browser, url, size)
        await page.evaluate(f"(setTimeout => {{ {AXE} }})(window.nativeSetTimeout)")
        async for name in walk(city, terminal, page):
            seen.append(name)
            wrong += [f"{name}: {one}" for one in await looked_at(page, rules)]
        await page.context.close()
    assert wrong == []
    assert {f"start-{fault}" for fault in PRINTER_FAULTS} <= set(seen)
    others = {"checkin", "ticket", "ticket-unprinted", "closed", "away", "starting", "revoked"}
    assert others <= set(seen)
