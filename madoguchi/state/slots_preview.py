"""予約枠: what the draft would do in the next six weeks, and applying it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import reflex as rx

from ..domain.roles import Permission, may
from ..services import plan_changes, plan_previews, running
from ..services.actors import Actor
from ..services.plan_previews import Preview
from . import caller, typed
from .access import needs, signed_in
from .answers import asked
from .slots import SlotsState, change_of
from .slots_view import ASK, HeatRow, TouchedLine, heat, touched_lines

_log = logging.getLogger(__name__)


class SlotsPreview(rx.State):
    """The six weeks ahead under the tab's draft, the bookings it touches, and those beyond their time."""

    serial: int = -1
    """The edit of the draft that is shown; older than the draft's own: it has to be asked for again."""
    of_draft: bool = False
    """Whether a draft is shown, or the plan as it is."""
    hours: list[str] = []
    weeks: list[HeatRow] = []
    before: int = 0
    after: int = 0
    last: str = ""
    read_at: str = ""
    """When the figures were read, as ``9:05``."""
    touched: list[TouchedLine] = []
    undecided: int = 0
    """How many of them nobody has said yet what becomes of."""
    over: list[TouchedLine] = []
    over_times: int = 0
    refusal: str = ""
    said: str = ""
    busy: bool = False
    _version: str = ""

    @rx.event
    @signed_in
    async def look(self) -> None:
        """Show the six weeks under the draft as it is now."""
        actor = await caller.acting()
        if actor is not None and may(actor.role, Permission.SEE_QUEUE):
            self.said = self.refusal = ""
            await self._look(actor)

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def follow(self) -> None:
        """Show the plan as it is once nothing is left of the draft that was shown."""
        slots = await self.get_state(SlotsState)
        actor = await caller.acting()
        if actor is not None and self.of_draft and change_of(slots._draft).empty:
            await self._look(actor)

    @rx.event
    @needs(Permission.ADMINISTER)
    async def choose(self, reservation_id: int, moment: str) -> None:
        """Where one of the touched bookings goes; empty: it stays."""
        self._decide(_chosen(self.touched, reservation_id, moment))

    @rx.event
    @needs(Permission.ADMINISTER)
    async def choose_all(self, move: bool) -> None:
        """All touched bookings to their nearest place, or all stay."""
        for line in self.touched:
            line.chosen = line.options[0].value if move is True and line.options else ""
        self._decide(list(self.touched))

    @rx.event
    @needs(Permission.RESERVE)
    async def choose_over(self, reservation_id: int, moment: str) -> None:
        """Where one of the bookings beyond their time is to go."""
        self.over = _chosen(self.over, reservation_id, moment)

    @rx.event
    @needs(Permission.ADMINISTER)
    async def apply(self) -> None:
        """Change the plan as it is shown, with each touched booking as it was chosen."""
        slots = await self.get_state(SlotsState)
        actor = await caller.acting()
        change = change_of(slots._draft)
        if actor is None or change.empty or self.serial != slots.serial or self.undecided:
            return
        moves = {line.id: datetime.fromisoformat(line.chosen) for line in self.touched if line.chosen}

        def work() -> plan_changes.Applied:
            return plan_changes.apply(
                running.office(),
                actor,
                slots.pool_id,
                change,
                version=self._version,
                shown=[line.id for line in self.touched],
                moves=moves,
            )

        done = await self._run(work)
        if isinstance(done, plan_changes.Applied):
            await slots._read_plan(actor)
            await self._look(actor)
            self.said = _told(done)

    @rx.event
    @needs(Permission.RESERVE)
    async def settle(self, reservation_id: int) -> None:
        """Move a booking beyond its time's capacity to the place that was chosen for it."""
        slots = await self.get_state(SlotsState)
        actor = await caller.acting()
        line = next((one for one in self.over if one.id == typed.whole(reservation_id) and one.chosen), None)
        if actor is None or line is None:
            return
        moment, code = datetime.fromisoformat(line.chosen), line.code

        def work() -> bool:
            plan_changes.settle(running.office(), actor, slots.pool_id, line.id, moment)
            return True

        if await self._run(work):
            await self._look(actor)
            self.said = f"予約 {code} を移しました。LINEの方にはお知らせします。"

    async def _look(self, actor: Actor) -> None:
        slots = await self.get_state(SlotsState)
        if not slots.pool_id:
            return
        change, serial = change_of(slots._draft), slots.serial
        office, pool_id = running.office(), slots.pool_id
        seen = await self._run(lambda: plan_previews.preview(office, actor, pool_id, change))
        over = await self._run(lambda: plan_previews.over_full(office, actor, pool_id))
        if not isinstance(seen, Preview) or over is None:
            return
        zone = office.settings.zone
        self._version, self.serial, self.of_draft = seen.version, serial, not change.empty
        self.hours, self.weeks = heat(seen.days)
        self.before, self.after, self.last = seen.before, seen.after, f"{seen.last.month}/{seen.last.day}"
        now = office.clock.now().astimezone(zone)
        self.read_at = f"{now.hour}:{now.minute:02}"
        self._decide(_as_before(touched_lines(seen.touched, zone), self.touched))
        listed, self.over_times = over
        self.over = [_staying(line) for line in touched_lines(listed, zone)]

    def _decide(self, lines: list[TouchedLine]) -> None:
        self.touched = lines
        self.undecided = sum(line.chosen == ASK for line in lines)

    async def _run(self, work: Callable[[], Any]) -> Any:
        """What a service answers; None when it refused, which is then said."""
        self.busy, self.said = True, ""
        answer, refusal = await asked(_log, "previewing or changing the plan of places", work)
        self.busy, self.refusal = False, refusal or self.refusal
        return answer


def _staying(line: TouchedLine) -> TouchedLine:
    line.chosen = ""
    return line


def _as_before(lines: list[TouchedLine], before: list[TouchedLine]) -> list[TouchedLine]:
    """What was decided already stays decided, where it still can be."""
    for one in before:
        lines = lines if one.chosen == ASK else _chosen(lines, one.id, one.chosen)
    return lines


def _chosen(lines: list[TouchedLine], reservation_id: object, moment: object) -> list[TouchedLine]:
    """The lines with one booking's place chosen, if it is one of those offered."""
    wanted = typed.whole(reservation_id)
    for line in lines:
        if line.id == wanted and (moment == "" or moment in [one.value for one in line.options]):
            line.chosen = str(moment)
    return list(lines)


def _told(done: plan_changes.Applied) -> str:
    parts = ["計画を適用しました。"]
    if done.moved:
        parts.append(f"{len(done.moved)}件の予約を移しました。LINEの方にはお知らせします。")
    if done.kept:
        parts.append(f"{len(done.kept)}件は「要調整」に残しました。")
    return "".join(parts)
