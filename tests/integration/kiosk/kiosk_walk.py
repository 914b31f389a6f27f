"""Every screen that a citizen can come to, and every fault, one after the other."""

from collections.abc import AsyncIterator

from kiosk_city import City, until
from kiosk_screen import TEXTS, calm
from playwright.async_api import Page, expect

from kiosk.board import Phase
from kiosk.printer.health import PrinterState
from kiosk.terminal import Terminal

PRINTER_FAULTS: dict[str, dict[str, object]] = {
    "paper_near_end": {"paper": "near_end"},
    "paper_out": {"paper": "out"},
    "cover_open": {"cover_open": True},
    "offline": {"plugged": False},
    "unknown": {"answers": False},
}
_WELL: dict[str, object] = {"paper": "ok", "cover_open": False, "plugged": True, "answers": True}


async def walk(city: City, terminal: Terminal, page: Page) -> AsyncIterator[str]:
    """The name of each screen while the page shows it in Japanese; the page's clock stands still."""
    await page.clock.pause_at(await page.evaluate("() => Date.now() + 1000"))
    yield "start"
    await page.get_by_test_id("checkin").click()
    await calm(page)
    yield "checkin"
    async for name in _taken(page):
        yield name
    async for name in _printer(city, terminal, page):
        yield name
    async for name in _refused(city, page):
        yield name
    async for name in _gone(city, terminal, page):
        yield name


async def _home(page: Page) -> None:
    await page.locator("[data-back]:visible").last.click()
    await calm(page)
    await expect(page.get_by_test_id("view-start")).to_be_visible()


async def _taken(page: Page) -> AsyncIterator[str]:
    await _home(page)
    await page.get_by_test_id("service-nursery").click()
    await expect(page.get_by_test_id("print-state")).to_have_text(TEXTS.say("ja", "print.printed"))
    await calm(page)
    yield "ticket"
    await _home(page)


async def _printer(city: City, terminal: Terminal, page: Page) -> AsyncIterator[str]:
    for fault, how in PRINTER_FAULTS.items():
        city.printer.change(_WELL | how)
        wanted = PrinterState(fault)
        await until(lambda wanted=wanted: terminal.board.printer is wanted)  # type: ignore[misc]
        shown = page.get_by_test_id("terminal-fault")
        if fault == "unknown":
            await expect(shown).to_be_hidden()
        else:
            await expect(shown).to_have_text(TEXTS.say("ja", f"fault.{fault}"))
        yield f"start-{fault}"
    city.printer.change(_WELL | PRINTER_FAULTS["paper_out"])
    await expect(page.get_by_test_id("terminal-fault")).to_have_text(TEXTS.say("ja", "fault.paper_out"))
    await page.get_by_test_id("checkin").click()
    await calm(page)
    yield "checkin-paper_out"
    await _home(page)
    await page.get_by_test_id("service-child").click()
    await expect(page.get_by_test_id("reprint")).to_be_visible()
    await calm(page)
    yield "ticket-unprinted"
    await _home(page)
    city.printer.change(_WELL)
    await until(lambda: terminal.board.printer is PrinterState.OK)


async def _refused(city: City, page: Page) -> AsyncIterator[str]:
    for code in ("numbers_run_out", "desk_closed", "unknown_reservation"):
        city.server.refuse = (409, code)
        await page.get_by_test_id("service-child").click()
        await expect(page.get_by_test_id("terminal-fault")).to_contain_text(TEXTS.say("ja", "error.title"))
        await calm(page)
        yield f"error-{code}"
        await _home(page)
    city.server.refuse = None


async def never_answered(terminal: Terminal) -> None:
    """As a terminal stands that has just been started while its server is away."""
    await until(lambda: terminal.board.phase is Phase.AWAY)
    terminal.board.config = None
    terminal.board.set_phase(Phase.STARTING)


async def _gone(city: City, terminal: Terminal, page: Page) -> AsyncIterator[str]:
    fault = page.get_by_test_id("terminal-fault")
    city.server.open = False
    await expect(fault).to_contain_text(TEXTS.say("ja", "start.closed"))
    await calm(page)
    yield "closed"
    city.line.away = True
    await expect(fault).to_contain_text(TEXTS.say("ja", "fault.away"))
    await calm(page)
    yield "away"
    await never_answered(terminal)
    await expect(page.get_by_test_id("view-starting")).to_be_visible()
    await calm(page)
    yield "starting"
    city.line.away = False
    city.server.tokens.clear()
    await expect(fault).to_contain_text(TEXTS.say("ja", "fault.revoked"))
    await calm(page)
    yield "revoked"
