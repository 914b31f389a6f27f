"""A desk's terminals as 設定 lists them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from ..domain.terminal_health import Level
from ..services.terminal_keeping import KeptTerminal
from ..services.terminals import CODE_LIVES, LONGEST_NAME
from .terminal_words import plain, printer

__all__ = ["CODE_MINUTES", "LEVELS", "LONGEST_NAME", "TerminalLine", "line_of", "time_of"]

CODE_MINUTES: Final = CODE_LIVES // timedelta(minutes=1)

_JUST_NOW: Final = timedelta(minutes=1)
_AN_HOUR: Final = timedelta(hours=1)


@dataclass
class TerminalLine:
    """One terminal."""

    id: int
    name: str
    health: str
    """All that is the matter, or that nothing is."""
    level: str
    """Of `domain.terminal_health.Level`."""
    printer: str
    heard: str
    unsent: int
    version: str
    paired: str


def line_of(one: KeptTerminal, now: datetime, zone: ZoneInfo) -> TerminalLine:
    """The terminal at `now`."""
    return TerminalLine(
        id=one.id,
        name=one.name,
        health=plain(one.health),
        level=one.health.level.value,
        printer=printer(one.told.printer) if one.told.version else "まだわかりません",
        heard="まだありません" if one.told.seen_at is None else _since(one.told.seen_at, now, zone),
        unsent=one.told.unsent,
        version=one.told.version or "まだわかりません",
        paired=_day(one.paired_at, zone),
    )


def time_of(moment: datetime, zone: ZoneInfo) -> str:
    """``10:30``."""
    return f"{moment.astimezone(zone):%H:%M}"


LEVELS: Final = {Level.OK.value: "正常", Level.ATTENTION.value: "注意", Level.TROUBLE.value: "異常"}


def _since(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    passed = now - moment
    if passed < _JUST_NOW:
        return "たった今"
    if passed < _AN_HOUR:
        return f"{passed // timedelta(minutes=1)}分前"
    return f"{_day(moment, zone)} {time_of(moment, zone)}"


def _day(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local.year}年{local.month}月{local.day}日"
