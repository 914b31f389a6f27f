"""The October rush: many citizens on `/book` book at the same moment, each in a tab of their own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from madoguchi.services import links
from madoguchi.services.office import Office

from .line_end import line_end
from .load import Measured
from .page import PATIENCE, Page

BOOK_STATE: Final = "reflex___state____state.madoguchi___state___book____book_state"
FORM: Final = {"kana": "ヤマダ ハナコ", "phone": "090-1234-5678"}
_OPENED_TOGETHER: Final = 50
"""Tabs opened at once: how fast sockets are accepted is not what is measured."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What one citizen wants: `link` is the path of their own `/book`, `slot_id` a time on `day`."""

    link: str
    service: str
    day: str
    slot_id: int


def book_link(office: Office, line_user_id: int, desk_id: int) -> str:
    """The path of the user's own `/book`."""
    link = urlsplit(links.booking_link(office, line_user_id, desk_id))
    return f"{link.path}?{link.query}"


def booking(port: int, line_port: int, visits: Sequence[Visit]) -> Measured:
    """Open a tab for each visit, then let all tap their time and send the form at the same moment.

    A latency is that of a whole booking: from the tap until the page shows the confirmation. LINE takes
    the messages meanwhile.
    """
    return asyncio.run(_booking(port, line_port, visits))


async def _booking(port: int, line_port: int, visits: Sequence[Visit]) -> Measured:
    async with line_end(line_port) as line, tabs(port, visits) as opened:
        cpu, begun = time.process_time(), time.perf_counter()
        took = await asyncio.gather(*map(book, opened, visits))
        seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
        good = sorted(one for one in took if one is not None)
        # What is still to be sent would slow the next round down.
        await line.pushed(len(good), PATIENCE)
    return Measured(len(visits), seconds, tuple(good), len(took) - len(good), {}, cpu)


@asynccontextmanager
async def tabs(port: int, visits: Sequence[Visit]) -> AsyncIterator[list[Page]]:
    """A tab for each visit, its day's times shown."""
    opened: list[Page] = []
    try:
        for first in range(0, len(visits), _OPENED_TOGETHER):
            some = visits[first : first + _OPENED_TOGETHER]
            found = [Page(BOOK_STATE, visit.link) for visit in some]
            opened += found
            await asyncio.gather(*(tab.open(port) for tab in found))
            await asyncio.gather(*(_show_day(*both) for both in zip(found, some, strict=True)))
        yield opened
    finally:
        await asyncio.gather(*(tab.close() for tab in opened))


async def book(tab: Page, visit: Visit) -> float | None:
    """Tap the time, fill in the form, send it; the seconds that took, None when no booking came of it."""
    begun = time.perf_counter()
    if not await hold(tab, visit.slot_id):
        return None
    return time.perf_counter() - begun if await submit(tab) else None


async def hold(tab: Page, slot_id: int) -> bool:
    """Tap a time; whether it is held. If not, the tab shows why in `error`."""
    tab.shown["error"] = ""
    await tab.send("choose_place", slot_id=slot_id)
    await tab.until(lambda shown: shown.get("held_slot") == slot_id or shown.get("error"))
    return not bool(tab.shown["error"])


async def submit(tab: Page) -> bool:
    """Send the form; whether the booking was made. If not, the tab shows why in `error`."""
    await tab.send("submit", form_data=FORM)
    await tab.until(lambda shown: shown.get("phase") == "done" or shown.get("error"))
    return bool(tab.shown["phase"] == "done")


async def _show_day(tab: Page, visit: Visit) -> None:
    await tab.send("open_page")
    await tab.until(lambda shown: shown.get("phase") == "open")
    await tab.send("choose_service", code=visit.service)
    await tab.until(lambda shown: shown.get("step") == 2)
    await tab.send("choose_day", day=visit.day)
    await tab.until(lambda shown: shown.get("places"))
