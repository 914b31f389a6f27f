"""What somebody with a phone sees and does on `/book`, and what nobody must ever see there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "resultTypes": ["violations"],
}
_CUT = """
[document.documentElement]
  .concat([...document.querySelectorAll("button, a.mg-button, input, select, dd, p, h1, h2, .bk-card")])
  .filter((box) => !box.closest(".bk-langs, .mg-hidden"))
  .filter((box) => box.getClientRects().length && getComputedStyle(box).display !== "inline")
  .filter((box) => box.scrollWidth > box.clientWidth + 1)
  .map((box) => `${box.tagName}.${box.className}: ${box.textContent}`)
"""
_SMALL = """
[...document.querySelectorAll("button, a.mg-button, input:not([type=radio]), select, .bk-option")]
  .map((box) => [box.getBoundingClientRect(), box])
  .filter(([box]) => box.width && (box.height < 44 || box.width < 32))
  .map(([box, element]) => `${element.textContent}: ${box.width} x ${box.height}`)
"""


@dataclass
class BookPhone:
    """A phone with `/book` open."""

    page: Page

    def at(self, name: str) -> Locator:
        """The part of the page with this name."""
        return self.page.get_by_test_id(name)

    def open(self, address: str) -> Self:
        self.page.goto(address)
        return self

    def tap(self, name: str) -> Self:
        self.at(name).first.click()
        return self

    def sees(self, name: str, text: Any = None) -> Self:
        found = self.at(name).first
        expect(found).to_be_visible()
        if text is not None:
            expect(found).to_have_text(text)
        return self

    def day(self, day: date) -> Self:
        """Turn to the day's month and tap it."""
        cell = self.at(f"book-day-{day.isoformat()}")
        for _ in range(2):
            expect(self.page.locator(".bk-days button").first).to_be_visible()
            if cell.count():
                break
            name = self.page.locator(".bk-month h3").inner_text()
            self.tap("book-month-next")
            expect(self.page.locator(".bk-month h3")).not_to_have_text(name)
        cell.click()
        return self

    def fill(self, kana: str = "やまだ はなこ", phone: str = "090-1234-5678") -> Self:
        self.at("book-kana").fill(kana)
        self.at("book-phone").fill(phone)
        return self

    def fits(self) -> Self:
        """Nothing is cut off or wider than the phone, and everything can be hit with a thumb."""
        self.page.evaluate("document.fonts.ready.then(() => true)")
        for script in (_CUT, _SMALL):
            found = self.page.evaluate(script)
            assert not found, found
        return self

    def open_to_all(self) -> Self:
        """axe-core finds nothing against WCAG 2.1 A and AA."""
        found = Axe().run(self.page, options=WCAG).response["violations"]
        assert not found, [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]
        return self

    def focus_is_in(self, name: str) -> Self:
        """What is new has the focus, so that a screen reader reads it."""
        self.page.wait_for_function(
            "name => document.activeElement?.closest('.bk-reveal')"
            "?.parentElement.querySelector(`[data-testid=${name}]`)",
            arg=name,
        )
        return self
