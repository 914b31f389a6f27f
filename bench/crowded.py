"""A crowded morning: thousands of boards open, a clerk clicks, then LINE delivers events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from .load import Measured
from .page import page
from .rounds import PAUSE, STAFF_STATE, deliver
from .viewers import crowd


@dataclass(frozen=True)
class Crowded:
    """Seconds from a clerk's click to the own screen, without viewers and with them; webhooks with them."""

    viewers: int
    quiet: tuple[float, ...]
    crowded: tuple[float, ...]
    webhook: Measured
    answered: int


def crowded(
    port: int, line_port: int, desk_code: str, session: str, users: Sequence[str], viewers: int, clicks: int
) -> Crowded:
    """Click on 次を呼ぶ: first alone, then with `viewers` boards open; then signed events come in."""
    return asyncio.run(_crowded(port, line_port, desk_code, session, users, viewers, clicks))


async def _crowded(
    port: int, line_port: int, desk_code: str, session: str, users: Sequence[str], viewers: int, clicks: int
) -> Crowded:
    quiet = await _own_screen(port, session, clicks)
    async with crowd(port, f"/api/v1/boards/{desk_code}/events", viewers):
        clicked = await _own_screen(port, session, clicks)
        measured, answered, _after = await deliver(port, line_port, 32, users)
    return Crowded(viewers, tuple(quiet), tuple(clicked), measured, answered)


async def _own_screen(port: int, session: str, clicks: int) -> list[float]:
    took = []
    async with page(port, STAFF_STATE, "/staff", f"madoguchi_staff={session}") as clerk:
        await clerk.send("opened")
        await clerk.until(lambda shown: shown.get("waiting"))
        for _ in range(clicks):
            await asyncio.sleep(PAUSE)
            before = clerk.shown.get("current_id", 0)
            begun = time.perf_counter()
            await clerk.send("call_next", shown=before)
            await clerk.until_changed("current_id", before)
            took.append(time.perf_counter() - begun)
    return took
