"""本人からの求め: what the office holds of a citizen, shown for a while or erased, with the reason."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Any, Final

import reflex as rx

from ..domain.errors import Refusal
from ..domain.own_data import OwnDataReason
from ..domain.roles import Permission
from ..services import own_data, running
from ..services.own_data import Erased, OwnData
from ..texts import refusal_text
from . import caller, typed
from .access import needs
from .answers import asked
from .reservations_view import STATES

SHOWN_SECONDS: Final = 120.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class OwnLine:
    """One line of what is shown."""

    label: str
    value: str


class OwnDataState(rx.State):
    """What was asked for of one reservation's citizen; it goes by itself after `SHOWN_SECONDS`."""

    reservation_id: int = 0
    lines: list[OwnLine] = []
    said: str = ""
    refusal: str = ""
    _asked: int = 0

    @rx.event(background=True)
    @needs(Permission.SEE_CONTACT)
    async def show(self, form_data: dict[str, Any]) -> None:
        """Show everything; the look is audited with its reason."""
        actor = await caller.acting()
        wanted, reason = _wanted(form_data)
        async with self:
            mine = self._forget()
        if actor is None or reason is None or not wanted:
            return
        try:
            found = await running.in_thread(own_data.show, running.office(), actor, wanted, reason)
        except Refusal as refusal:
            async with self:
                self.reservation_id, self.refusal = wanted, refusal_text("ja", refusal)
            return
        async with self:
            if self._asked != mine:
                return
            self.reservation_id, self.lines = wanted, _lines(found)
        await asyncio.sleep(SHOWN_SECONDS)
        async with self:
            if self._asked == mine:
                self._forget()

    @rx.event
    @needs(Permission.ADMINISTER)
    async def erase(self, form_data: dict[str, Any]) -> None:
        """Overwrite everything for good, once the box is ticked."""
        actor = await caller.acting()
        wanted, reason = _wanted(form_data)
        self._forget()
        if actor is None or reason is None or not wanted:
            return
        self.reservation_id = wanted
        if typed.field(form_data, "sure") == "":
            self.refusal = "「元に戻せないことを確かめました」に印を付けてください。"
            return
        what = "erasing a citizen's data"
        done, self.refusal = await asked(_log, what, own_data.erase, running.office(), actor, wanted, reason)
        if isinstance(done, Erased):
            self.said = _told(done)

    @rx.event
    @needs(Permission.SEE_CONTACT)
    async def hide(self) -> None:
        """Take it off the page."""
        self._forget()

    def _forget(self) -> int:
        self.reservation_id, self.lines, self.said, self.refusal = 0, [], "", ""
        self._asked += 1
        return self._asked


def _wanted(form_data: object) -> tuple[int, OwnDataReason | None]:
    """The reservation and the reason, as far as they are any."""
    reason = typed.field(form_data, "reason")
    known = OwnDataReason(reason) if reason in set(OwnDataReason) else None
    return typed.whole(typed.field(form_data, "reservation")), known


def _lines(found: OwnData) -> list[OwnLine]:
    lines = []
    for visit in found.visits:
        told = [f"{visit.day:%Y-%m-%d} {visit.service}（{STATES.get(visit.state, visit.state)}）"]
        told += [part for part in (visit.kana, visit.phone) if part]
        told += [f"{question}：{answer}" for question, answer in visit.answers]
        told += [f"定員を超えた理由：{visit.over_reason}"] if visit.over_reason else []
        lines.append(OwnLine(f"予約 {visit.code}", "／".join(told)))
    lines += [
        OwnLine(f"番号 {number}", f"{day:%Y-%m-%d} {service}") for day, number, service in found.numbers
    ]
    line = (
        f"登録あり（ことば：{found.language}、お知らせ {found.messages} 通）" if found.in_line else "登録なし"
    )
    return [*lines, OwnLine("LINE", line)]


def _told(done: Erased) -> str:
    said = f"消去しました（連絡先 {done.contacts} 件）。ファイルからは今夜の処理で消えます。"
    if done.line:
        return said + "LINEとの結びつきも消しました。"
    return said + ("LINEとの結びつきは、ほかの自治体で使われているため残しました。" if done.elsewhere else "")
