"""`/book` opened by LIFF in real browsers: inside of LINE, outside of it, and where LIFF has no part.

What is to be seen: whoever holds the phone arrives at the form as themselves, without any signed link.
"""

import re

import pytest
from people import Phone
from playwright.sync_api import Page, expect
from stage import City, People

pytestmark = pytest.mark.e2e


def watched(page: Page) -> list[str]:
    """The addresses of everything that the page asks for, from now on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


def at_the_desk(phone: Phone) -> Phone:
    phone.add_friend().reads("自治体")
    phone.tap("みどり市").reads("窓口")
    return phone.tap("保育課").reads("保育課")


def test_a_phone_arrives_as_its_own_citizen_and_books(liff_people: People, liff_city: City) -> None:
    maria = at_the_desk(liff_people.citizen("maria"))
    asked, sent = watched(maria.page), []
    maria.page.on("websocket", lambda one: one.on("framesent", lambda frame: sent.append(str(frame))))
    maria.menu("予約する").tap("予約")
    page = maria.frame
    expect(page.locator('main[data-phase="open"]')).to_be_visible()
    expect(page.locator("#book-kana")).to_have_value("Maria Silva")
    assert any(url.startswith(f"{liff_city.app}/book?liff.state=%3Fd%3D") for url in asked)
    assert not any("?k=" in url for url in asked)
    assert not any("access_token" in frame for frame in sent), "what LIFF hands over stays in the browser"
    page.get_by_test_id("book-service-nursery").click()
    page.locator('[data-testid^="book-day-"]:not([disabled])').last.click()
    page.get_by_test_id("book-place").first.click()
    liff_people.shoot("liff-inside")
    page.get_by_test_id("book-kana").fill("サントス マリア")
    page.get_by_test_id("book-phone").fill("090-1234-5678")
    page.get_by_test_id("book-submit").click()
    code = page.get_by_test_id("book-code").inner_text()
    assert re.fullmatch(r"\d{6}", code)
    maria.screen.get_by_test_id("frame-close").click()
    maria.reads(code, "保育所等利用申込")


def test_a_held_place_is_there_again_when_the_page_is_opened_anew(liff_people: People) -> None:
    an = at_the_desk(liff_people.citizen("an"))
    an.menu("予約する").tap("予約")
    an.frame.get_by_test_id("book-service-nursery").click()
    an.frame.locator('[data-testid^="book-day-"]:not([disabled])').last.click()
    an.frame.get_by_test_id("book-place").first.click()
    expect(an.frame.get_by_test_id("book-hold-left")).to_be_visible()
    an.screen.get_by_test_id("frame-close").click()
    an.tap("予約")
    expect(an.frame.get_by_test_id("book-hold-left")).to_be_visible()


def test_outside_of_line_the_sign_in_comes_first(liff_people: People, liff_city: City) -> None:
    page = liff_people.bare_page(375, 812)
    page.goto(f"{liff_city.line}/liff/1234567890-MadoDemo?d=1")
    page.get_by_test_id("choose-ken").click()
    expect(page.locator('main[data-phase="open"]')).to_be_visible()
    expect(page.locator("#book-kana")).to_have_value("佐藤 健")
    expect(page).to_have_url(f"{liff_city.app}/book?d=1")
    page.reload()
    expect(page.locator('main[data-phase="open"]')).to_be_visible()


def test_a_token_kept_too_long_is_renewed_and_a_sign_in_without_one_ends(
    liff_people: People, liff_city: City
) -> None:
    page = liff_people.bare_page(375, 812)
    page.goto(f"{liff_city.line}/liff/1234567890-MadoDemo?d=1")
    page.get_by_test_id("choose-sora").click()
    expect(page.locator('main[data-phase="open"]')).to_be_visible()
    page.evaluate("localStorage.setItem('LIFF_STORE:1234567890-MadoDemo:idToken', '\"no.longer.good\"')")
    page.goto(f"{liff_city.line}/liff/1234567890-MadoDemo?d=1")
    page.get_by_test_id("choose-hanako").click()
    expect(page.locator("#book-kana")).to_have_value("山田 花子")
    page.evaluate("localStorage.clear(); sessionStorage.clear()")
    page.goto(f"{liff_city.app}/book?d=1&liffClientId=1234567890&liffOAuth2Error=true&error=access_denied")
    expect(page.get_by_test_id("book-expired")).to_be_visible()
    liff_people.shoot("liff-no-token")


@pytest.mark.parametrize("path", ["/", "/book", "/book?k=nonsense"])
def test_pages_that_liff_did_not_open_load_nothing_of_it(
    liff_people: People, liff_city: City, path: str
) -> None:
    page = liff_people.bare_page()
    asked = watched(page)
    page.goto(liff_city.app + path)
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith((liff_city.app, "data:"))] == []
    assert [url for url in asked if "liff" in url] == []
