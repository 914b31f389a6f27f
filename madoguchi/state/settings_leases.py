"""設定: the numbers that the desk's terminals (発券機) hold for the hours without network."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date

import reflex as rx

from ..domain.roles import Permission
from ..services import leases, running
from ..services.leases import LeaseLine
from . import caller, terminal_words
from .access import needs
from .answers import asked
from .settings_calling import SettingsCalling

_log = logging.getLogger(__name__)


@dataclass
class LeaseText:
    """What a terminal holds of one service."""

    terminal: str
    numbers: str
    used: str


class SettingsLeases(rx.State):
    """The numbers held at the desk that is shown, as they stood when it was opened."""

    lines: list[LeaseText] = []
    troubles: list[str] = []
    refusal: str = ""

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def opened(self) -> None:
        """Read them."""
        actor = await caller.acting()
        desk_id = (await self.get_state(SettingsCalling)).desk_id
        self.lines, self.troubles, self.refusal = [], [], ""
        if actor is None or not desk_id:
            return
        office = running.office()
        held, self.refusal = await asked(_log, "held numbers", leases.leases_of, office, actor, desk_id)
        troubles, _ = await asked(_log, "troubles", leases.troubles_of, office, actor, desk_id)
        self.lines = [lease_text(one, office.today()) for one in held or ()]
        self.troubles = ["。".join(terminal_words.paper(one)) for one in troubles or ()]


def lease_text(line: LeaseLine, today: date) -> LeaseText:
    """As staff read it: ``A901–A920``, ``3件使用``."""
    day = line.service_day
    when = "" if day == today else f"（{day.month}月{day.day}日用）"
    return LeaseText(line.terminal, f"{line.first}–{line.last}{when}", f"{line.used}件使用")
