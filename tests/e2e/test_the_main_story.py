"""The main job with four browsers side by side: phone, clerk, lobby, terminal.

What is to be seen: a number taken on the phone is called by the clerk, shown in the lobby and pushed to
the phone; a paper ticket moves into LINE by its QR code; a visit is booked on the phone.
"""

import re
from io import BytesIO

import httpx
import pytest
import zxingcpp
from people import Clerk, Phone
from PIL import Image
from playwright.sync_api import expect
from stage import City, People

from tools.ports import wait_until

pytestmark = pytest.mark.e2e


def add_and_choose_desk(phone: Phone) -> Phone:
    """Friend-add, city, desk."""
    phone.add_friend().reads("自治体")
    phone.tap("みどり市").reads("窓口")
    return phone.tap("保育課").reads("保育課")


def test_a_number_from_phone_to_counter(people: People, city: City) -> None:
    clerk = people.clerk().sit_at("1番")
    lobby, terminal = people.lobby(), people.terminal()
    hanako = add_and_choose_desk(people.citizen("hanako"))

    hanako.menu("順番待ちをする").tap("保育所等利用申込").reads("A004", "5")
    clerk.waits("A004")
    paper = terminal.take("nursery")
    assert paper == "A005"
    terminal.printed()
    clerk.waits("A005")

    ken = people.citizen("ken")
    ken.scan(_qr_of_newest_paper(city))
    expect(ken.frame.get_by_test_id("ticket-number")).to_have_text("A005")
    people.shoot("1-waiting")
    ken.frame.get_by_test_id("line-register").click()
    expect(ken.screen.get_by_test_id("chat-input")).to_have_value(re.compile("番号札登録 [A-Z0-9]{8}"))
    ken.send().reads("A005")

    clerk.next("A001")
    lobby.shows("A001", "1")
    clerk.next("B001")
    hanako.is_notified("A004")
    hanako.reads("A004", "3")
    for number in ("A002", "A003", "B002", "A004"):
        clerk.next(number)
    lobby.shows("A004", "1")
    hanako.reads("A004", "1番")
    lobby.says("エー、4番の方、1番窓口へお越しください")
    lobby.announced_each_once(6)
    people.shoot("2-called")

    clerk.press("m")
    lobby.absent("A004")
    hanako.reads("A004")
    clerk.press("z").serves("A004")
    clerk.press("h")
    expect(clerk.page.get_by_test_id("held-row")).to_contain_text("A004")
    clerk.next("A005")
    ken.reads("A005", "1番")
    clerk.press("Enter")
    people.shoot("3-done")


def _qr_of_newest_paper(city: City) -> str:
    """What the printed QR code says, read from the paper's picture."""
    # The printer still draws what the terminal has already sent off.
    assert wait_until(lambda: bool(_papers(city)), 10.0, lambda: True)
    picture = httpx.get(f"{city.line}{_papers(city)[0]['picture']}", trust_env=False)
    return str(zxingcpp.read_barcodes(Image.open(BytesIO(picture.content)))[0].text)


def _papers(city: City) -> list[dict[str, str]]:
    papers: list[dict[str, str]] = httpx.get(f"{city.line}/printer/papers.json", trust_env=False).json()[
        "papers"
    ]
    return papers


def test_a_visit_booked_in_line(people: People) -> None:
    maria = add_and_choose_desk(people.citizen("maria"))
    maria.menu("予約する").tap("予約")
    page = maria.frame
    page.get_by_test_id("book-service-nursery").click()
    page.locator('[data-testid^="book-day-"][data-open="true"]').last.click()
    page.get_by_test_id("book-place").first.click()
    expect(page.get_by_test_id("book-hold-left")).to_be_visible()
    kana, phone = page.get_by_test_id("book-kana"), page.get_by_test_id("book-phone")
    expect(kana).to_have_value("Maria Silva")
    expect(page.get_by_test_id("book-kana-request")).to_be_visible()
    expect(page.locator("#book-kana-error")).to_be_hidden()
    kana.fill("さんとす まりあ")
    phone.fill("０９０ー１２３４ー５６７８")
    kana.focus()
    people.shoot("4-booking")
    page.get_by_test_id("book-lang-ja").click()
    page.get_by_test_id("book-change-2").click()
    page.get_by_test_id("book-place").nth(1).click()
    expect(kana).to_have_value("サントス マリア")
    expect(phone).to_have_value("090-1234-5678")
    page.get_by_test_id("book-submit").click()
    code = page.get_by_test_id("book-code").inner_text()
    assert re.fullmatch(r"\d{6}", code)
    people.shoot("5-booked")
    expect(kana).to_have_value("")
    expect(phone).to_have_value("")
    maria.is_notified(code)
    maria.screen.get_by_test_id("frame-close").click()
    maria.reads(code, "保育所等利用申込")
    assert "サントス" not in maria.screen.inner_text()


def test_two_clerks_see_the_same_and_never_call_the_same(people: People) -> None:
    first, second = people.clerk("clerk").sit_at("1番"), people.clerk("clerk2").sit_at("2番")
    for clerk in (first, second):
        clerk.page.get_by_test_id("walkin-service-allowance").click()
        expect(clerk.page.get_by_test_id("walkin-number")).to_have_text(re.compile(r"B\d{3}"))
    first.press("Space")
    second.press("Space")
    numbers = {_served(clerk) for clerk in (first, second)}
    assert len(numbers) == 2
    for number in numbers:
        for clerk in (first, second):
            expect(clerk.row(number)).to_have_count(0)
    people.shoot("6-two-clerks")


def _served(clerk: Clerk) -> str:
    number = clerk.page.get_by_test_id("current-number")
    expect(number).to_have_text(re.compile(r"[A-Z]\d{3}"))
    return number.inner_text()
