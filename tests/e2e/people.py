"""What each user of the city sees and does, by what is on the screen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from playwright.sync_api import FrameLocator, Locator, Page, expect

PASSWORD = "madoguchi-demo"


@dataclass
class Phone:
    """A citizen's phone with LINE."""

    page: Page
    name: str

    @property
    def screen(self) -> Locator:
        return self.page.get_by_test_id(f"phone-{self.name}")

    @property
    def frame(self) -> FrameLocator:
        """The web page that LINE has opened over the chat."""
        return self.screen.get_by_test_id("frame").content_frame

    def add_friend(self) -> Self:
        self.screen.get_by_test_id("friend-add").click()
        return self

    def tap(self, label: str) -> Self:
        """Tap the newest control of that label in the chat."""
        self.screen.get_by_test_id("action").filter(has_text=label).last.click()
        return self

    def menu(self, label: str) -> Self:
        """Tap the area of the rich menu."""
        self.screen.get_by_test_id("richmenu-area").and_(
            self.page.get_by_label(re.compile(label))
        ).first.click()
        return self

    def write(self, text: str) -> Self:
        self.screen.get_by_test_id("chat-input").fill(text)
        return self.send()

    def send(self) -> Self:
        self.screen.get_by_test_id("chat-send").click()
        return self

    def scan(self, url: str) -> Self:
        """Read a QR code with the camera."""
        self.screen.get_by_test_id("open-url").fill(url)
        self.screen.get_by_test_id("open-url-go").click()
        return self

    def reads(self, *texts: str) -> Self:
        """The newest message of the account holds these texts."""
        newest = self.screen.locator('[data-testid="message"][data-side="account"]').last
        for text in texts:
            expect(newest).to_contain_text(text)
        return self

    def is_notified(self, text: str) -> Self:
        expect(self.screen.get_by_test_id("notification")).to_contain_text(text)
        return self


@dataclass
class Clerk:
    """A clerk at the screen 今日の窓口."""

    page: Page

    def sign_in(self, login: str) -> Self:
        self.page.get_by_test_id("login-user").fill(login)
        self.page.get_by_test_id("login-password").fill(PASSWORD)
        self.page.get_by_test_id("login-submit").click()
        expect(self.page.get_by_test_id("signed-in-as")).to_be_visible()
        return self

    def sit_at(self, counter: str) -> Self:
        picker = self.page.get_by_test_id("counter-picker")
        option = picker.locator("option").filter(has_text=counter).get_attribute("value")
        picker.select_option(value=option)
        expect(self.page.get_by_test_id("call-next")).to_be_enabled()
        return self

    def row(self, number: str) -> Locator:
        return self.page.locator(f'[data-testid="queue-row"][data-number="{number}"]')

    def waits(self, number: str) -> Self:
        expect(self.row(number)).to_be_visible()
        return self

    def next(self, number: str) -> Self:
        """Press Space, see the number, and look up for a second, as people do: faster is a bouncing key."""
        self.press("Space").serves(number)
        expect(self.page.locator(".today-undo__left")).to_have_text(re.compile("あと[1-9]秒"))
        return self

    def press(self, key: str) -> Self:
        self.page.keyboard.press(key)
        return self

    def serves(self, number: str) -> Self:
        expect(self.page.get_by_test_id("current-number")).to_have_text(number)
        return self


@dataclass
class Lobby:
    """The wall display in the lobby."""

    page: Page

    def calling(self, number: str, counter: str) -> Locator:
        """The call of the number to the counter."""
        return self.page.locator(
            f'[data-testid="board-calling"][data-number="{number}"][data-counter="{counter}"]'
        )

    def shows(self, number: str, counter: str) -> Self:
        expect(self.calling(number, counter)).to_be_visible()
        return self

    def says(self, words: str) -> Self:
        """What is spoken, as screen readers get it too."""
        expect(self.page.locator("body")).to_contain_text(words)
        return self

    def announced_each_once(self, calls: int) -> Self:
        """So many calls were announced, none of them twice."""
        announced = (self.page.locator("body").get_attribute("data-announced") or "").split()
        assert len(announced) == len(set(announced)) == calls
        return self

    def absent(self, number: str) -> Self:
        expect(self.page.get_by_test_id("board-missed")).to_contain_text(number)
        return self


@dataclass
class TerminalScreen:
    """The touch screen of the terminal."""

    page: Page

    def take(self, service: str) -> str:
        """Touch the service; the number that comes up."""
        self.page.get_by_test_id(f"service-{service}").click()
        number = self.page.get_by_test_id("ticket-number")
        expect(number).to_have_text(re.compile(r"[A-Z]\d{3}"))
        return number.inner_text()

    def printed(self) -> Self:
        expect(self.page.get_by_test_id("print-state")).to_be_visible()
        return self
