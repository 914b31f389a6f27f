"""試算: last month's visits played against the draft's week, and the places that would level them."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import reflex as rx

from ..domain.errors import Refusal
from ..domain.levelling import BandSuggestion, Bound, DaySuggestion
from ..domain.replay import Waits
from ..domain.roles import Permission
from ..domain.slot_plans import Band
from ..services import levelling, running
from ..texts import refusal_text, say
from . import caller
from .access import needs
from .slots import SlotsState
from .slots_draft import WEEKDAYS
from .slots_form import read_number, text_of

_log = logging.getLogger(__name__)
SHARES: Final = (0, 25, 50, 75, 100)
_SHORT_WAIT: Final = 15


@dataclass
class WaitLine:
    """One way to work the month, with its waiting in minutes."""

    name: str
    mean: str
    ninetieth: str
    longest: str
    long: str
    """How many waited longer than a quarter of an hour."""
    unplaced: str


@dataclass
class Reason:
    """One time for which another number of places is suggested."""

    when: str
    now: int
    then: int
    sentence: str


class SlotsTrial(rx.State):
    """The last rehearsal of this tab."""

    share: int = 50
    serial: int = -1
    """The edit of the draft that was played."""
    about: str = ""
    lines: list[WaitLine] = []
    reasons: list[Reason] = []
    short: str = ""
    fewer: str = ""
    """That the suggestion has no place for some who had one; empty when it has."""
    refusal: str = ""
    taken: bool = False
    _bands: tuple[Band, ...] = ()

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def rehearse(self, form_data: dict[str, Any]) -> None:
        """Play the month against the draft's week."""
        slots = await self.get_state(SlotsState)
        actor = await caller.acting()
        share = read_number(text_of(form_data, "share"))
        if actor is None or not slots._draft:
            return
        self.share = share if share in SHARES else self.share
        bands, serial, self.refusal, self.taken = slots._draft[0].bands, slots.serial, "", False
        try:
            found = await running.in_thread(
                levelling.rehearse, running.office(), actor, slots.pool_id, bands, self.share / 100
            )
        except Refusal as refusal:
            self.refusal = refusal_text("ja", refusal)
            self.lines, self.reasons, self._bands = [], [], ()
            return
        except Exception:
            _log.exception("rehearsing a plan of places failed")
            self.refusal = say("ja", "staff.failed")
            return
        self.serial, self._bands = serial, found.bands
        self.about = (
            f"{found.first.month}/{found.first.day}〜{found.last.month}/{found.last.day} の来庁 "
            f"{found.visits:,}件で試算しました。"
        )
        shown = "いまの下書き" if slots._draft[0].week_differs() else "いまの計画"
        self.lines = [
            _line("実際の来庁のまま", found.before, None),
            _line(shown, found.draft, found.draft_unplaced),
            _line("提案", found.suggested, found.suggested_unplaced),
        ]
        self.reasons = reasons(found.days, bands)
        self.short = _short(found.days)
        self.fewer = fewer(found.draft_unplaced, found.suggested_unplaced)

    @rx.event
    @needs(Permission.ADMINISTER)
    async def take(self) -> None:
        """Put the suggestion into the draft."""
        slots = await self.get_state(SlotsState)
        if self._bands and self.serial == slots.serial:
            bands = self._bands
            self.taken = slots._edit(lambda draft: draft._replace(bands=bands))


def reasons(days: Iterable[DaySuggestion], draft: Sequence[Band]) -> list[Reason]:
    """The times for which something else is suggested than the draft has, with why in one sentence."""
    now: dict[tuple[int, int], int] = defaultdict(int)
    for band in draft:
        for at in band.times():
            now[band.weekday, at.hour * 60 + at.minute] += band.capacity
    return [
        Reason(
            f"{WEEKDAYS[one.weekday]} {one.start // 60}:{one.start % 60:02}",
            now[one.weekday, one.start],
            one.capacity,
            sentence(one),
        )
        for day in days
        if day.days
        for one in day.bands
        if one.capacity != now[one.weekday, one.start]
    ]


def sentence(one: BandSuggestion) -> str:
    """Why this time has so many places."""
    walk_ins = f"予約なしの来庁が平均{one.walk_ins:.1f}件"
    if one.bound is Bound.CLOSED:
        return "この時間に開いていた窓口がありません。"
    if one.bound is Bound.WALK_INS:
        return f"{walk_ins}あり、窓口{one.counters:.1f}人ではもう手いっぱいです。"
    load = f"窓口の忙しさ{(one.load or 0) * 100:.0f}%"
    if one.bound is Bound.LOAD:
        return f"{walk_ins}、1件約{one.visit_minutes:.0f}分で、もう1枠増やすと余裕がありません（{load}）。"
    return f"あと{one.most - one.capacity}枠置けますが、予約の希望はほかの時間で足りています（{load}）。"


def fewer(now: int, then: int) -> str:
    """What a suggestion takes away, in one sentence: bookings for which there was a place."""
    if then <= now:
        return ""
    return f"提案では、枠がなくて予約できない人がいまより{then - now:,}件増えます（{now:,}件→{then:,}件）。"


def _line(name: str, waits: Waits, unplaced: int | None) -> WaitLine:
    return WaitLine(
        name=name,
        mean=f"{waits.mean:.1f}分",
        ninetieth=f"{waits.ninetieth:.0f}分",
        longest=f"{waits.longest:.0f}分",
        long=f"{waits.longer_than.get(_SHORT_WAIT, 0):,}件",
        unplaced="－" if unplaced is None else f"{unplaced:,}件",
    )


def _short(days: Iterable[DaySuggestion]) -> str:
    lacking = [f"{WEEKDAYS[day.weekday]}曜 {day.short}枠" for day in days if day.short]
    if not lacking:
        return ""
    return f"余裕を保つと {'、'.join(lacking)} が足りません。窓口か時間を増やすことを検討してください。"
