"""The lobby display and the ticket page in Chromium: what people see and hear."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from office_kit import City
from playwright.sync_api import Browser, Page, expect
from public_kit import Running

from madoguchi.services import calling, claiming, counters, handling, issuing, tickets
from madoguchi.services.issuing import IssuedTicket
from madoguchi.services.office import Office
from madoguchi.store.tables import Counter, Staff

SPEECH = """
window.said = [];
let speaking = 0;
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
const voices = ["ja-JP", "vi-VN"].map((lang) => ({ lang, localService: true }));
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => voices,
  cancel() {},
  speak(saying) {
    speaking += 1;
    window.said.push([saying.lang, saying.text, speaking]);
    document.body.dataset.said = String(window.said.length);
    setTimeout(() => { speaking -= 1; saying.onend(); }, 20);
  },
}});
"""


@dataclass
class Clerk:
    """One clerk at one counter."""

    office: Office
    city: City
    current: int | None = None
    issued: list[IssuedTicket] = field(default_factory=list)

    @property
    def counter(self) -> int:
        return self.city.counter_ids[0]

    def issue(self, language: str = "ja") -> IssuedTicket:
        ticket = issuing.issue_at_terminal(
            self.office,
            terminal_id=self.city.terminal_id,
            desk_id=self.city.desk_id,
            service_code="nursery",
            language=language,
            key=f"ticket-{len(self.issued):04d}",
        )
        self.issued.append(ticket)
        return ticket

    def next(self) -> None:
        self.current = calling.call_next(self.office, self.city.clerk, self.counter, self.current).ticket_id

    def recall(self) -> None:
        assert self.current is not None
        calling.recall(self.office, self.city.clerk, self.counter, self.current)

    def miss(self) -> None:
        assert self.current is not None
        handling.miss(self.office, self.city.clerk, self.counter, self.current)
        self.current = None


@pytest.fixture
def clerk(lite_office: Office, lite_city: City) -> Clerk:
    counters.take_counter(lite_office, lite_city.clerk, lite_city.counter_ids[0])
    return Clerk(lite_office, lite_city)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A wall display; anything that the page complains of fails the test."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="ja-JP")
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console",
        lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None,
    )
    yield opened
    context.close()
    assert complaints == []


def announced(page: Page) -> list[str]:
    return str(page.evaluate("document.body.dataset.announced ?? ''")).split()


def test_each_call_is_announced_once(page: Page, pages: Running, clerk: Clerk) -> None:
    for _ in range(3):
        clerk.issue()
    clerk.next()
    page.goto(f"{pages.url}/board/childcare")
    first = page.get_by_test_id("board-calling").first
    expect(first).to_have_attribute("data-number", "A001")
    expect(first).to_have_attribute("data-counter", "1")
    assert announced(page) == []
    clerk.next()
    expect(first).to_have_attribute("data-number", "A002")
    expect(page.locator("body[data-announced]")).to_have_count(1)
    heard = announced(page)
    assert len(heard) == 1
    clerk.recall()
    expect(page.locator("body")).to_have_attribute("data-announced", re.compile(r"^\d+ \d+$"))
    assert announced(page)[0] == heard[0]
    page.reload()
    expect(first).to_have_attribute("data-number", "A002")
    clerk.miss()
    expect(page.get_by_test_id("board-missed").locator("[data-number=A002]")).to_be_visible()
    assert announced(page) == []


def test_calls_are_spoken_twice_in_both_languages_and_never_two_at_once(
    page: Page, pages: Running, clerk: Clerk
) -> None:
    page.add_init_script(SPEECH)
    clerk.issue()
    clerk.issue("vi")
    page.goto(f"{pages.url}/board/childcare")
    page.get_by_test_id("board-sound").click()
    expect(page.get_by_test_id("board-sound")).to_be_hidden()
    clerk.next()
    expect(page.get_by_test_id("board-calling").first).to_have_attribute("data-number", "A001")
    clerk.recall()
    expect(page.locator("body")).to_have_attribute("data-said", "4", timeout=15_000)
    clerk.next()
    expect(page.locator("body")).to_have_attribute("data-said", "8", timeout=15_000)
    said = page.evaluate("said")
    assert [language for language, _text, _speaking in said] == ["ja-JP"] * 4 + ["ja-JP", "vi-VN"] * 2
    assert {speaking for _language, _text, speaking in said} == {1}
    assert said[0][1] == "エー、一番のかた、一番窓口へお越しください。"
    assert said[5][1] == "Mời số A, 2 đến quầy số 1."


def test_a_silent_display_neither_speaks_nor_asks(page: Page, pages: Running, clerk: Clerk) -> None:
    page.add_init_script(SPEECH)
    clerk.issue()
    page.goto(f"{pages.url}/board/childcare?mute=1")
    expect(page.get_by_test_id("board-waiting")).to_have_attribute("data-waiting", "1")
    expect(page.get_by_test_id("board-sound")).to_be_hidden()
    clerk.next()
    page.wait_for_selector("body[data-announced]")
    assert page.evaluate("said") == []


def test_a_lost_connection_is_said_keeps_the_numbers_and_heals(
    page: Page, pages: Running, clerk: Clerk
) -> None:
    clerk.issue()
    clerk.issue()
    clerk.next()
    page.goto(f"{pages.url}/board/childcare")
    stale = page.get_by_test_id("board-stale")
    number = page.get_by_test_id("board-calling").first
    expect(page.get_by_test_id("board-updated")).not_to_be_empty()
    expect(stale).to_be_hidden()
    pages.stop()
    expect(stale).to_be_visible(timeout=8_000)
    expect(number).to_have_attribute("data-number", "A001")
    clerk.next()
    pages.start()
    expect(stale).to_be_hidden(timeout=15_000)
    expect(number).to_have_attribute("data-number", "A002")
    page.wait_for_selector("body[data-announced]")


@pytest.mark.parametrize("busy", [1, 3, 5, 9])
def test_the_wall_never_scrolls_and_cuts_no_number(
    page: Page, pages: Running, clerk: Clerk, busy: int
) -> None:
    call_at_counters(clerk, busy)
    for language in ("ja", "pt"):
        page.goto(f"{pages.url}/board/childcare?lang={language}")
        expect(page.get_by_test_id("board-calling")).to_have_count(busy)
        page.evaluate("document.fonts.ready")
        for width, height in ((1920, 1080), (3840, 2160), (1366, 768), (1280, 1024)):
            page.set_viewport_size({"width": width, "height": height})
            whole = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
            assert page.evaluate(whole) == [width, height]
            assert page.evaluate(CUT) == []


CUT = """
[...document.querySelectorAll(".bd-call, .bd-recent li, .bd-table tr, .bd-missed li")].flatMap((box) => {
  const outer = box.getBoundingClientRect();
  return [...box.children].filter((child) => {
    const inner = child.getBoundingClientRect();
    const flag = child.className.includes("flag");
    const wide = inner.right > outer.right + 1 || inner.left < outer.left - 1;
    return !flag && (wide || inner.height > outer.height + 1);
  }).map((child) => `${child.className}: ${child.textContent}`);
})
"""


def call_at_counters(clerk: Clerk, busy: int) -> None:
    """Let `busy` counters each call somebody."""
    from madoguchi.services.actors import Actor  # noqa: PLC0415

    for number in range(busy):
        clerk.issue()
        with clerk.office.change() as unit:
            staff = Staff(
                municipality_id=clerk.city.municipality_id,
                login=f"more-{number}",
                display_name="more",
                role="clerk",
                password_hash="!",
            )
            counter = Counter(desk_id=clerk.city.desk_id, label=str(10 + number))
            unit.session.add_all([staff, counter])
            unit.session.flush()
            staff_id, counter_id = staff.id or 0, counter.id or 0
        actor = Actor(staff_id, "more", clerk.city.clerk.role, clerk.city.municipality_id)
        counters.take_counter(clerk.office, actor, counter_id)
        calling.call_next(clerk.office, actor, counter_id, None)


def test_a_ticket_follows_its_way(browser: Browser, pages: Running, clerk: Clerk) -> None:
    for _ in range(2):
        clerk.issue()
    mine = clerk.issue("en")
    context = browser.new_context(viewport={"width": 375, "height": 812}, is_mobile=True, has_touch=True)
    page = context.new_page()
    page.goto(f"{pages.url}/t/{mine.token}")
    expect(page.get_by_test_id("ticket-number")).to_have_text("A003")
    expect(page.get_by_test_id("ticket-ahead")).to_have_attribute("data-ahead", "2")
    expect(page.get_by_test_id("claim-code")).to_have_text(mine.claim_code or "")
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    clerk.next()
    expect(page.get_by_test_id("ticket-ahead")).to_have_attribute("data-ahead", "1")
    clerk.next()
    clerk.next()
    expect(page.get_by_test_id("ticket-state")).to_have_attribute("data-state", "called")
    expect(page.get_by_test_id("ticket-counter")).to_have_text("Counter 1")
    expect(page.get_by_test_id("ticket-ahead")).to_be_hidden()
    clerk.miss()
    expect(page.get_by_test_id("ticket-state")).to_have_attribute("data-state", "missed")
    pages.stop()
    expect(page.get_by_test_id("ticket-stale")).to_be_visible(timeout=8_000)
    expect(page.get_by_test_id("ticket-number")).to_have_text("A003")
    context.close()
    pages.start()


def open_and_live(page: Page, pages: Running, mine: IssuedTicket) -> None:
    """Open the ticket's page and let it ask what a new stream makes it ask; then it waits for news."""
    with page.expect_response(lambda answer: answer.url.endswith(f"/api/v1/tickets/{mine.token}")):
        page.goto(f"{pages.url}/t/{mine.token}")


def test_a_place_gained_while_the_board_stays_the_same_is_shown(
    browser: Browser, pages: Running, clerk: Clerk, lite_city: City
) -> None:
    before = clerk.issue()
    mine = clerk.issue()
    clerk.issue()
    user = lite_city.line_user_ids[0]
    claiming.claim(clerk.office, user, before.claim_code or "")
    page = browser.new_page()
    open_and_live(page, pages, mine)
    expect(page.get_by_test_id("ticket-ahead")).to_have_attribute("data-ahead", "1")
    tickets.postpone_own(clerk.office, user, before.id, by=2)
    expect(page.get_by_test_id("ticket-ahead")).to_have_attribute("data-ahead", "0")
    page.close()


def test_a_ticket_that_a_phone_took_over_offers_it_no_more(
    browser: Browser, pages: Running, clerk: Clerk, lite_city: City
) -> None:
    mine = clerk.issue()
    page = browser.new_page()
    open_and_live(page, pages, mine)
    link = page.get_by_test_id("line-register")
    expect(link).to_have_text("LINEに登録")
    expect(link).to_have_attribute(
        "href",
        f"https://line.me/R/oaMessage/%40test/?%E7%95%AA%E5%8F%B7%E6%9C%AD%E7%99%BB%E9%8C%B2%20{mine.claim_code}",
    )
    claiming.claim(clerk.office, lite_city.line_user_ids[0], mine.claim_code or "")
    expect(link).to_be_hidden()
    expect(page.get_by_test_id("ticket-bound")).to_be_visible()
    page.close()
