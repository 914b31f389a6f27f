"""今日の窓口, the desk's day: no more numbers, and closing."""

from __future__ import annotations

import reflex as rx

from ..domain.roles import Permission
from ..services import closing_soon
from .access import needs
from .today_acts import TodayActs


class TodayDay(TodayActs, mixin=True):
    """What is done once a day, out of the way of everything else."""

    @rx.event
    @needs(Permission.CALL)
    async def stop_numbers(self, wanted: str) -> None:
        """Give no more numbers today (``stop``), or give them again (``go``); who waits is still called."""
        if wanted not in ("stop", "go") or not self.desk_id:
            return
        self.panel = ""
        stopped = wanted == "stop"
        said = "新しい受付を止めました" if stopped else "受付を再開しました"
        await self._change(said, closing_soon.stop_numbers, self.desk_id, stopped)

    @rx.event
    @needs(Permission.CALL)
    async def ask_close(self) -> None:
        """Ask before the desk's day is closed."""
        self.panel = "close"

    @rx.event
    @needs(Permission.CALL)
    async def close_today(self, answer: str) -> None:
        """Close the desk's day after it was asked (``close``), or leave it open; who still waits is told."""
        if self.panel != "close":
            return
        self.panel = ""
        if answer == "close" and self.desk_id:
            await self._change("本日を締めました", closing_soon.close_today, self.desk_id)
