"""A terminal becomes the server's by a code, once, and waits calmly for a server that is not up yet."""

import asyncio
from typing import Any

import pytest
from kiosk_city import FAST, City, until
from kiosk_server import CODE

from kiosk.board import Phase
from kiosk.settings import SettingsError
from kiosk.terminal import build_terminal

pytestmark = pytest.mark.anyio


async def test_pairs_once_and_keeps_the_token_for_later_starts(city: City) -> None:
    async with city.terminal() as terminal:
        await until(lambda: terminal.board.phase is Phase.READY)
    stored = city.folder / "device-token.json"
    assert stored.stat().st_mode & 0o777 == 0o600
    assert CODE not in city.server.codes
    async with city.terminal(KIOSK_PAIRING_CODE="") as again:
        await until(lambda: again.board.phase is Phase.READY)


@pytest.mark.parametrize("code", ["0000-0000", ""])
async def test_a_wrong_or_missing_code_ends_the_start_and_names_the_setting(city: City, code: str) -> None:
    terminal = build_terminal(city.settings(KIOSK_PAIRING_CODE=code), transport=city.line, pace=FAST)
    with pytest.raises(SettingsError, match=r"^KIOSK_PAIRING_CODE: "):
        await asyncio.wait_for(terminal.run(), 5)
    assert not (city.folder / "device-token.json").exists()


async def test_while_the_server_is_not_up_the_screen_says_starting(city: City) -> None:
    city.line.away = True
    async with city.terminal() as terminal:
        await until(lambda: city.line.asked > 3)
        assert terminal.board.snapshot()["phase"] == "starting"
        city.line.away = False
        await until(lambda: terminal.board.phase is Phase.READY)


async def test_a_revoked_terminal_says_so_and_a_new_code_at_the_next_start_heals_it(city: City) -> None:
    async with city.terminal() as terminal:
        await until(lambda: terminal.board.phase is Phase.READY)
        city.server.tokens.clear()
        await until(lambda: terminal.board.phase is Phase.REVOKED)
    city.server.codes.add("1111-2222")
    async with city.terminal(KIOSK_PAIRING_CODE="1111-2222") as terminal:
        await until(lambda: terminal.board.phase is Phase.READY)


async def test_a_server_set_up_anew_is_paired_with_again_while_the_terminal_runs(city: City) -> None:
    async with city.terminal() as terminal:
        await until(lambda: terminal.board.phase is Phase.READY)
    city.server.codes.add("1111-2222")
    async with city.terminal(KIOSK_PAIRING_CODE="1111-2222") as terminal:
        await until(lambda: terminal.board.phase is Phase.READY)
        assert "1111-2222" in city.server.codes
        city.server.tokens.clear()
        await until(lambda: "token-1111-2222" in city.server.tokens)
        await until(lambda: terminal.client.token == "token-1111-2222")
        await until(lambda: terminal.board.phase is Phase.READY)


async def test_a_stale_token_and_a_spent_code_leave_a_calm_screen_not_a_dead_one(city: City) -> None:
    async with city.terminal() as terminal:
        await until(lambda: terminal.board.phase is Phase.READY)
    city.server.tokens.clear()
    async with city.terminal() as terminal:
        await until(lambda: terminal.board.phase is Phase.REVOKED)
        asked = city.line.asked
        await until(lambda: city.line.asked > asked + 2)
        assert terminal.board.phase is Phase.REVOKED


async def test_a_server_that_goes_away_between_the_stale_token_and_the_new_code_is_waited_for(
    city: City,
) -> None:
    async with city.terminal() as terminal:
        await until(lambda: terminal.board.phase is Phase.READY)
    city.server.tokens.clear()
    city.server.codes.add("1111-2222")
    city.line.away_for = "/pair"
    async with city.terminal(KIOSK_PAIRING_CODE="1111-2222") as terminal:
        await until(lambda: city.line.asked > 12)
        city.line.away_for = ""
        await until(lambda: terminal.board.phase is Phase.READY)


async def test_the_server_hears_of_the_printer_at_once_and_again_and_again(city: City) -> None:
    def told() -> list[Any]:
        return [report["printer"] for report in city.server.reports]

    async with city.terminal():
        await until(lambda: "ok" in told())
        city.printer.change({"paper": "near_end"})
        await until(lambda: told()[-1] == "paper_near_end")
        city.printer.change({"plugged": False})
        await until(lambda: told()[-1] == "offline")
        before = len(told())
        await until(lambda: len(told()) > before + 1)
    assert set(city.server.reports[-1]) == {"printer", "version", "unsent", "clock"}
