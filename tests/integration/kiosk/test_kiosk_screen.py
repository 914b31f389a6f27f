"""What a citizen's finger gets from the touch screen, in real Chromium at both sizes."""

import pytest
from kiosk_browser import served
from kiosk_city import City, until
from kiosk_screen import TEXTS, calm, opened, read_qr
from kiosk_walk import never_answered
from playwright.async_api import Browser, expect

from kiosk.board import Phase
from kiosk.terminal import Terminal

pytestmark = pytest.mark.anyio


async def test_one_tap_gives_number_qr_code_and_paper_and_the_next_citizen_a_fresh_start(
    city: City, terminal: Terminal, browser: Browser
) -> None:
    async with served(terminal) as url:
        page = await opened(browser, url, "portrait")
        await page.get_by_test_id("lang-vi").tap()
        await page.get_by_test_id("service-nursery").tap()
        await expect(page.get_by_test_id("ticket-number")).to_have_text("A001")
        await expect(page.get_by_test_id("print-state")).to_have_text(TEXTS.say("vi", "print.printed"))
        (ticket,) = city.server.tickets.values()
        assert await read_qr(page.get_by_test_id("ticket-qr")) == [ticket["status_url"]]
        assert len(city.printer.papers) == 1
        # Real seconds count on top of those turned here, and a busy machine takes some for the picture.
        await page.clock.run_for(3_000)
        await expect(page.get_by_test_id("ticket-number")).to_be_visible()
        await page.clock.run_for(8_000)
        await expect(page.get_by_test_id("service-nursery")).to_be_visible()
        await expect(page.get_by_test_id("lang-ja")).to_have_attribute("aria-pressed", "true")
        await page.context.close()


async def test_a_double_tap_is_one_ticket(city: City, terminal: Terminal, browser: Browser) -> None:
    async with served(terminal) as url:
        page = await opened(browser, url)
        await page.get_by_test_id("service-child").dblclick()
        await expect(page.get_by_test_id("ticket-number")).to_have_text("B001")
        await page.mouse.dblclick(300, 300)
        await expect(page.get_by_test_id("print-state")).to_have_text(TEXTS.say("ja", "print.printed"))
        await expect(page.get_by_test_id("ticket-number")).to_be_visible()
        assert len(city.server.tickets) == len(city.printer.papers) == 1
        await page.context.close()


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"paper": "out"}, "fault.paper_out"),
        ({"cover_open": True}, "fault.cover_open"),
        ({"plugged": False}, "fault.offline"),
    ],
)
async def test_without_paper_the_citizen_still_leaves_with_a_number(
    city: City, terminal: Terminal, browser: Browser, fault: dict[str, object], sentence: str
) -> None:
    city.printer.change(fault)
    async with served(terminal) as url:
        page = await opened(browser, url)
        await page.get_by_test_id("lang-ko").tap()
        await expect(page.get_by_test_id("terminal-fault")).to_have_text(TEXTS.say("ko", sentence))
        await page.get_by_test_id("service-nursery").tap()
        await expect(page.get_by_test_id("ticket-number")).to_have_text("A001")
        await expect(page.get_by_test_id("print-state")).to_have_text(TEXTS.say("ko", "print.failed"))
        assert await read_qr(page.get_by_test_id("ticket-qr"))
        await page.clock.run_for(30_000)
        await expect(page.get_by_test_id("ticket-number")).to_be_visible()
        await page.context.close()


@pytest.mark.parametrize("code", ["numbers_run_out", "unknown_service", "never_heard_of"])
async def test_a_refusal_is_a_calm_sentence_in_the_chosen_language(
    city: City, terminal: Terminal, browser: Browser, code: str
) -> None:
    city.server.refuse = (409, code)
    key = "error.other" if code == "never_heard_of" else f"error.{code}"
    async with served(terminal) as url:
        page = await opened(browser, url)
        fault = page.get_by_test_id("terminal-fault")
        await page.get_by_test_id("lang-pt").tap()
        await page.get_by_test_id("service-child").tap()
        await expect(fault).to_contain_text(TEXTS.say("pt", key))
        await expect(fault).to_contain_text(TEXTS.say("ja", key))
        await page.get_by_test_id("lang-en").tap()
        await expect(fault).to_contain_text(TEXTS.say("en", key))
        await expect(page.get_by_test_id("error-retry")).to_be_hidden()
        await calm(page)
        await page.get_by_test_id("error-back").tap()
        await expect(page.get_by_test_id("service-child")).to_be_visible()
        await expect(fault).to_be_hidden()
        await page.context.close()


async def test_a_refusal_that_names_hours_or_days_is_told_in_the_servers_words(
    city: City, terminal: Terminal, browser: Browser
) -> None:
    city.server.refuse = (409, "desk_closed")
    async with served(terminal) as url:
        page = await opened(browser, url)
        fault = page.get_by_test_id("terminal-fault")
        await page.get_by_test_id("lang-zh-Hans").tap()
        await page.get_by_test_id("service-child").tap()
        await expect(fault).to_contain_text("8:30 (zh-Hans)")
        await expect(fault).to_contain_text(TEXTS.say("ja", "error.desk_closed"))
        await page.get_by_test_id("lang-ko").tap()
        await expect(fault).to_contain_text(TEXTS.say("ko", "error.desk_closed"))
        await page.context.close()


async def test_without_the_server_or_opening_hours_it_says_so_and_comes_back_by_itself(
    city: City, terminal: Terminal, browser: Browser
) -> None:
    async with served(terminal) as url:
        page = await opened(browser, url)
        fault = page.get_by_test_id("terminal-fault")
        city.line.away = True
        await expect(fault).to_have_text(TEXTS.say("ja", "fault.away"))
        await page.get_by_test_id("lang-en").tap()
        await expect(fault).to_contain_text(TEXTS.say("en", "fault.away"))
        city.line.away = False
        await expect(page.get_by_test_id("service-nursery")).to_be_visible()
        city.server.open = False
        await expect(fault).to_contain_text(TEXTS.say("en", "start.closed"))
        await expect(page.get_by_test_id("service-nursery")).to_be_hidden()
        city.server.open = True
        await expect(page.get_by_test_id("service-nursery")).to_be_visible()
        city.server.tokens.clear()
        await expect(fault).to_contain_text(TEXTS.say("en", "fault.revoked"))
        await page.context.close()


async def test_a_booking_is_checked_in_by_its_number(
    city: City, terminal: Terminal, browser: Browser
) -> None:
    async with served(terminal) as url:
        page = await opened(browser, url)
        await page.get_by_test_id("checkin").tap()
        await calm(page)
        for digit in "12345679":
            await page.get_by_test_id(f"key-{digit}").tap()
        await page.get_by_test_id("key-erase").tap()
        await page.get_by_test_id("key-8").tap()
        await expect(page.get_by_test_id("checkin-code")).to_have_value("12345678")
        await page.get_by_test_id("checkin-submit").tap()
        await expect(page.get_by_test_id("ticket-number")).to_have_text("A001")
        await page.context.close()


async def test_a_wrong_booking_number_can_be_entered_again(
    city: City, terminal: Terminal, browser: Browser
) -> None:
    async with served(terminal) as url:
        page = await opened(browser, url)
        await page.get_by_test_id("checkin").tap()
        await calm(page)
        await page.get_by_test_id("checkin-code").fill("99999999")
        await page.get_by_test_id("checkin-submit").tap()
        fault = page.get_by_test_id("terminal-fault")
        await expect(fault).to_contain_text(TEXTS.say("ja", "error.unknown_reservation"))
        assert city.server.tickets == {}
        await page.get_by_test_id("lang-en").tap()
        await calm(page)
        again = page.get_by_test_id("error-retry")
        await expect(again).to_have_text(TEXTS.say("en", "checkin.again"))
        await again.tap()
        await expect(page.get_by_test_id("checkin-code")).to_have_value("")
        await expect(page.get_by_test_id("view-checkin")).to_be_visible()
        await expect(fault).to_be_hidden()
        await page.context.close()


async def test_large_text_changes_every_size_and_ends_with_the_visit(
    city: City, terminal: Terminal, browser: Browser
) -> None:
    size = "() => parseFloat(getComputedStyle(document.querySelector('.service .name')).fontSize)"
    async with served(terminal) as url:
        page = await opened(browser, url)
        before = await page.evaluate(size)
        await page.get_by_test_id("large-text").tap()
        assert await page.evaluate(size) >= before * 1.2
        await page.clock.run_for(46_000)
        assert await page.evaluate(size) == before
        await page.context.close()


async def test_nobody_waits_is_said_only_when_nobody_does(
    browser: Browser, terminal: Terminal, city: City
) -> None:
    async with served(terminal) as url:
        page = await opened(browser, url)
        other = page.get_by_test_id("service-child")
        await expect(other).to_contain_text("お待ちの方はいません")
        await expect(other).not_to_contain_text("約")
        await page.get_by_test_id("service-nursery").click()
        await expect(other).to_contain_text("約5〜8分")
        await expect(other).not_to_contain_text("お待ちの方はいません")
        await page.context.close()


async def test_white_on_black_ends_with_the_visit(city: City, terminal: Terminal, browser: Browser) -> None:
    colour = "() => getComputedStyle(document.body).backgroundColor"
    async with served(terminal) as url:
        page = await opened(browser, url)
        await page.get_by_test_id("contrast").tap()
        assert await page.evaluate(colour) == "rgb(0, 0, 0)"
        await expect(page.get_by_test_id("contrast")).to_have_text(TEXTS.say("ja", "contrast.off"))
        await page.clock.run_for(46_000)
        assert await page.evaluate(colour) == "rgb(255, 255, 255)"
        await page.context.close()


async def test_a_moment_that_becomes_a_minute_sends_people_to_the_staff(
    city: City, terminal: Terminal, browser: Browser
) -> None:
    async with served(terminal) as url:
        page = await opened(browser, url)
        city.line.away = True
        fault = page.get_by_test_id("terminal-fault")
        await expect(fault).to_be_visible()
        await never_answered(terminal)
        await expect(page.get_by_test_id("view-starting")).to_be_visible()
        await page.clock.run_for(61_000)
        await expect(fault).to_contain_text(TEXTS.say("ja", "fault.away"))
        city.line.away = False
        await expect(page.get_by_test_id("service-nursery")).to_be_visible()
        await page.context.close()


@pytest.mark.parametrize("scanner", ["yes", "no"])
async def test_a_scanner_is_spoken_of_where_there_is_one(city: City, browser: Browser, scanner: str) -> None:
    async with city.terminal(KIOSK_SCANNER=scanner) as terminal, served(terminal) as url:
        await until(lambda: terminal.board.phase is Phase.READY)
        page = await opened(browser, url)
        await page.get_by_test_id("checkin").tap()
        await calm(page)
        await expect(page.get_by_test_id("scan-hint")).to_be_visible(visible=scanner == "yes")
        await page.context.close()
