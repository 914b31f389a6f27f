"""`/book` in Chromium on a phone 375 px wide: every way through it, in seven languages, open to all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import time, timedelta
from typing import Any

import pytest
from book_phone import BookPhone
from book_stage import TIMES, BookCity, book_city
from playwright.sync_api import Browser, expect

from madoguchi.domain.citizens import Citizen
from madoguchi.domain.languages import LANGUAGES
from madoguchi.services import booking, holds, issuing, waiting_list
from madoguchi.texts import say

pytestmark = pytest.mark.e2e

Opener = Callable[..., BookPhone]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BookCity]:
    """One server for all tests of this file."""
    with book_city(tmp_path_factory.mktemp("book")) as city:
        yield city


@pytest.fixture
def phone(browser: Browser) -> Iterator[Opener]:
    """Phones; a page whose script fails fails the test."""
    contexts, faults = [], []

    def opened(width: int = 375, **more: Any) -> BookPhone:
        context = browser.new_context(
            viewport={"width": width, "height": 812}, is_mobile=True, has_touch=True, locale="ja", **more
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        return BookPhone(page)

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_booking_fits_on_a_phone_in_every_language(
    book: BookCity, phone: Opener, language: str
) -> None:
    mine = phone().open(book.link(book.citizen(language)))
    mine.sees("book-service-nursery").fits().tap("book-service-nursery").sees("book-bring").fits()
    mine.day(book.full_day).sees("book-wait-ask").fits()
    mine.day(book.free_day).sees("book-place").fits()
    mine.tap("book-place").sees("book-hold-left").fits()
    mine.fill("山田", "12").tap("book-submit").sees("book-kana").fits()
    expect(mine.page.locator("#book-q-children-error")).to_be_visible()
    mine.fill().tap("book-q-children")
    mine.at("book-party").select_option("2")
    mine.at("book-q-wish").fill("さくら")
    mine.tap("book-submit").sees("book-code", re.compile(r"^\d{6}$")).fits()
    mine.tap("book-show-bookings").sees("book-booking").fits()
    mine.tap("book-cancel").sees("book-cancel-yes").fits().tap("book-cancel-no")
    mine.tap("book-move").sees("book-moving").fits()
    mine.at("book-place").nth(3).click()
    mine.sees("book-move-to").fits().tap("book-move-yes").sees("book-code").fits()
    mine.page.set_viewport_size({"width": 320, "height": 640})
    mine.fits().tap("book-show-bookings").sees("book-booking").fits()
    expect(mine.at("book-change-1")).to_be_hidden()
    mine.tap("book-more").focus_is_in("book-service-permit").fits()
    mine.tap("book-service-permit").sees("book-opens-next").fits()


def test_every_phase_of_the_page_is_open_to_all(book: BookCity, phone: Opener) -> None:
    user = book.citizen()
    mine = phone().open(book.link(user)).sees("book-service-nursery").open_to_all()
    mine.tap("book-service-nursery").sees("book-opens-next").open_to_all()
    mine.day(book.full_day).sees("book-wait-ask").open_to_all()
    mine.tap("book-wait-ask").sees("book-wait").open_to_all()
    mine.day(book.free_day).tap("book-place").sees("book-hold-left").open_to_all()
    mine.fill("山田", "12").tap("book-submit")
    expect(mine.page.locator("#book-kana-error")).to_be_visible()
    mine.open_to_all().fill().tap("book-q-children").tap("book-submit")
    mine.sees("book-code").open_to_all().focus_is_in("book-code")
    mine.tap("book-show-bookings").sees("book-booking").sees("book-scan").open_to_all().focus_is_in(
        "book-booking"
    )
    expect(mine.page.locator(".bk-step").first).to_be_hidden()
    mine.tap("book-cancel").sees("book-cancel-yes").open_to_all().focus_is_in("book-cancel-yes")
    mine.tap("book-cancel-no").tap("book-move").sees("book-moving").open_to_all()
    mine.at("book-place").nth(5).click()
    mine.sees("book-move-yes").open_to_all()
    mine.open(f"{book.url}/book?k=nothing").sees("book-expired").open_to_all().fits()


def test_the_checks_would_find_what_is_wrong(book: BookCity, phone: Opener) -> None:
    mine = phone().open(book.link(book.citizen())).sees("book-service-nursery")
    mine.page.evaluate("document.querySelector('main').append(new Image())")
    with pytest.raises(AssertionError, match="image-alt"):
        mine.open_to_all()
    mine.page.evaluate("document.querySelector('h1').textContent = '長'.repeat(90)")
    mine.page.evaluate("document.querySelector('h1').style.whiteSpace = 'nowrap'")
    with pytest.raises(AssertionError):
        mine.fits()


@pytest.mark.parametrize("path", ["/", "/board/kosodate", "/privacy", "/t/unknown", "/book/guest/nowhere"])
def test_every_light_page_is_open_to_all(book: BookCity, phone: Opener, path: str) -> None:
    phone().open(f"{book.url}{path}").open_to_all()


def test_a_tickets_page_is_open_to_all(book: BookCity, phone: Opener) -> None:
    ticket = issuing.issue_in_line(
        book.office, line_user_id=book.citizen(), service_id=book.permit, event_id="a-number"
    )
    phone().open(f"{book.url}/t/{ticket.token}").sees("ticket-number", ticket.number).open_to_all()


def test_a_full_place_offers_the_nearest_free_one_as_one_tap(book: BookCity, phone: Opener) -> None:
    mine = phone().open(book.link(book.citizen())).tap("book-service-permit").day(book.scarce_day)
    mine.sees("book-place")
    slot_id = book.places(book.scarce_day, book.permit)[0]
    holds.hold(book.office, Citizen.in_line(book.citizen()), service_id=book.permit, slot_id=slot_id)
    mine.tap("book-place").sees("book-error").focus_is_in("book-near").open_to_all().fits()
    mine.tap("book-near").sees("book-hold-left")
    mine.page.reload()
    mine.sees("book-hold-left")


def test_a_booking_is_moved_from_its_link_and_then_given_up(book: BookCity, phone: Opener) -> None:
    user = book.citizen()
    made = book.book(user, book.places(book.free_day, book.permit)[0], book.permit)
    mine = phone().open(book.link(user, made.id)).sees("book-moving", re.compile(made.code))
    mine.at("book-place").nth(4).click()
    mine.sees("book-move-to", re.compile(f"{TIMES[4]:%H:%M}$"))
    mine.tap("book-move-yes").sees("book-code", made.code)
    (moved,) = booking.bookings_of(book.office, Citizen.in_line(user))
    assert (moved.id, moved.slot_id) == (made.id, book.places(book.free_day, book.permit)[4])
    mine.tap("book-show-bookings").tap("book-cancel").tap("book-cancel-yes")
    mine.sees("book-news", say("ja", "book.mine.cancelled")).focus_is_in("book-news")
    assert booking.bookings_of(book.office, Citizen.in_line(user)) == []


def test_after_the_deadline_the_page_says_where_to_telephone(book: BookCity, phone: Opener) -> None:
    user = book.citizen()
    made = book.book(user, book.places(book.free_day, book.permit)[1], book.permit)
    book.set_service(book.permit, closes_amount=60 * 24 * 30)
    try:
        mine = phone().open(book.link(user, made.id)).sees("book-booking").open_to_all().fits()
    finally:
        book.set_service(book.permit, closes_amount=60)
    expect(mine.at("book-booking")).to_contain_text("03-5550-1111")
    expect(mine.at("book-booking").locator('a[href="tel:03-5550-1111"]')).to_be_visible()
    expect(mine.at("book-move")).to_have_count(0)
    expect(mine.at("book-cancel")).to_have_count(0)


def test_somebody_waits_for_a_full_day_and_leaves_the_list(book: BookCity, phone: Opener) -> None:
    user = book.citizen()
    mine = phone().open(book.link(user)).tap("book-service-permit").day(book.full_day)
    mine.tap("book-wait-ask").sees("book-waiting").sees("book-wait")
    assert [one.day for one in waiting_list.lists_of(book.office, user)] == [book.full_day]
    mine.tap("book-wait-leave").sees("book-news", say("ja", "book.wait.left")).sees("book-wait-ask")
    assert waiting_list.lists_of(book.office, user) == []


def test_a_guest_books_with_a_code_and_comes_back_with_it(book: BookCity, phone: Opener) -> None:
    mine = phone().open(f"{book.url}/").fits().tap("guest-book-kosodate").tap("book-service-permit")
    mine.day(book.full_day).sees("book-place")
    expect(mine.at("book-wait-ask")).to_have_count(0)
    mine.day(book.free_day).at("book-place").nth(6).click()
    mine.sees("book-hold-left").fill().tap("book-submit").sees("book-code").open_to_all().fits()
    code = mine.at("book-guest-code").inner_text()
    assert re.fullmatch(r"[2-9A-HJ-NP-RT-Z]{4}(-[2-9A-HJ-NP-RT-Z]{4}){2}", code)
    number = mine.at("book-code").inner_text()
    for calendar in ("book-calendar", "book-card-calendar"):
        with mine.page.expect_download() as file:
            mine.tap(calendar)
        assert file.value.suggested_filename == "yoyaku.ics"
        if calendar == "book-calendar":
            mine.tap("book-show-bookings")
    other = phone().open(f"{book.url}/")
    other.at("guest-code").fill("short")
    other.tap("guest-go")
    expect(other.page.get_by_role("alert")).to_have_text(say("ja", "refusal.guest_code_wrong"))
    other.open_to_all().fits()
    other.at("guest-code").fill(code.lower())
    other.tap("guest-go").sees("book-booking", re.compile(number)).tap("book-cancel").tap("book-cancel-yes")
    other.sees("book-news")
    nobody = phone().open(f"{book.url}/")
    nobody.at("guest-code").fill("2222-3333-4444")
    nobody.tap("guest-go").sees("book-none").open_to_all().fits()
    expect(nobody.page.locator(".bk-step").first).to_be_hidden()
    nobody.tap("book-retry").sees("guest-code").at("guest-code").fill(code)
    nobody.tap("guest-go").sees("book-none").tap("book-anew").tap("guest-book-kosodate")
    nobody.sees("book-service-permit")


def test_the_page_counts_down_by_the_servers_time_and_opens_by_itself(book: BookCity, phone: Opener) -> None:
    zone, now = book.office.settings.zone, book.office.clock.now()
    opens = now.astimezone(zone) + timedelta(seconds=5)
    ahead = 9
    day = opens.date() + timedelta(days=ahead)
    book.set_service(book.permit, opens_amount=ahead, opens_at=opens.time())
    try:
        mine = phone()
        # A phone whose owner set it a day ahead; its clock goes on as usual.
        mine.page.add_init_script("const real = Date.now; Date.now = () => real() + 86400000;")
        mine.open(book.link(book.citizen())).tap("book-service-permit").sees("book-opens-in")
        cell = mine.at(f"book-day-{day.isoformat()}")
        expect(mine.page.locator(".bk-days button").first).to_be_visible()
        if not cell.count():
            mine.tap("book-month-next")
        expect(cell).to_have_attribute("data-open", "false")
        expect(cell).to_have_attribute("data-open", "true", timeout=15_000)
        assert book.office.clock.now() >= opens
        mine.sees("book-news", say("ja", "book.opens.started"))
        mine.day(day).sees("book-place")
    finally:
        book.set_service(book.permit, opens_amount=40, opens_at=time(0))


def test_a_tap_is_answered_in_words_when_the_line_is_slow(book: BookCity, phone: Opener) -> None:
    mine = phone()
    mine.page.route_web_socket("**/_event**", lambda socket: _late(socket, mine))
    mine.open(book.link(book.citizen())).sees("book-service-permit")
    mine.tap("book-service-permit")
    expect(mine.at("book-busy")).to_have_text(say("ja", "book.busy"), timeout=1_000)
    expect(mine.at("book-busy")).to_have_text("", timeout=10_000)
    mine.sees("book-opens-next")


def _late(socket: Any, mine: BookPhone) -> None:
    server = socket.connect_to_server()

    def to_server(message: str | bytes) -> None:
        if "choose_service" in str(message):
            mine.page.wait_for_timeout(1_500)
        server.send(message)

    socket.on_message(to_server)
    server.on_message(socket.send)


def test_the_keyboard_alone_is_enough(book: BookCity, phone: Opener) -> None:
    user = book.citizen()
    mine = phone().open(book.link(user)).sees("book-service-permit")
    keys = mine.page.keyboard
    for name in ("book-service-permit", f"book-day-{book.free_day.isoformat()}", "book-place"):
        mine.sees(name)
        mine.at(name).first.focus()
        keys.press("Enter")
    mine.sees("book-hold-left")
    mine.at("book-kana").focus()
    keys.type("ヤマダ")
    keys.press("Tab")
    keys.type("09012345678")
    keys.press("Enter")
    mine.sees("book-code")
    assert len(booking.bookings_of(book.office, Citizen.in_line(user))) == 1
