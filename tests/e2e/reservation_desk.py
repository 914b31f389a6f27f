"""A clerk at `/staff/reservations` who does not touch the mouse."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

_WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "resultTypes": ["violations"],
}
_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def accessible(page: Page, *sizes: tuple[int, int]) -> None:
    """The page is open to all at each size; it is left as large as before."""
    before = page.viewport_size
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        ReservationDesk(page).is_accessible()
    if before is not None:
        page.set_viewport_size(before)


@dataclass
class ReservationDesk:
    """The page, already open and signed in."""

    page: Page

    def at(self, name: str) -> Locator:
        return self.page.get_by_test_id(name)

    def press(self, *keys: str) -> Self:
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def types(self, text: str) -> Self:
        self.page.keyboard.type(text)
        return self

    def focus_is(self, name: str) -> Self:
        expect(self.at(name)).to_be_focused()
        return self

    def shows(self, panel: str) -> Self:
        expect(self.at("panel")).to_have_attribute("data-shows", panel)
        return self

    def says(self, words: str) -> Self:
        expect(self.at("said")).to_contain_text(words)
        return self

    def register(self, kana: str, phone: str) -> str:
        """A caller, from the first key to the number; the first service, day and time that are free."""
        self.press("n").focus_is("desk-service")
        expect(self.at("desk-place").locator("option")).not_to_have_count(0)
        self.press("Enter").focus_is("desk-day")
        self.press("Enter").focus_is("desk-place")
        self.press("Enter").focus_is("question")
        self.press("Enter").focus_is("desk-kana")
        self.types(kana).press("Enter").focus_is("desk-phone")
        self.types(phone).press("Enter")
        self.shows("detail").says("予約しました")
        code = self.at("code").inner_text()
        assert re.fullmatch(r"\d{6}", code)
        return code

    def is_accessible(self) -> Self:
        """Nothing that axe-core can find against WCAG 2.1 A and AA, and nothing runs over the edge."""
        found = Axe().run(self.page, options=_WCAG).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        assert self.page.evaluate(_WIDE) <= 0
        return self
