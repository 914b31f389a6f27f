"""予約枠: one tab's draft of a pool's plan. Nothing here changes the plan; that is `slots_preview`."""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

import reflex as rx

from ..domain.errors import Refusal
from ..domain.plan_csv import MOST_BYTES, read
from ..domain.plan_painting import Brush
from ..domain.roles import Permission, may
from ..domain.slot_plans import PlanChange, changed
from ..domain.workdays import months_after
from ..services import pools, running, slot_plans
from ..services.actors import Actor
from ..texts import refusal_text
from . import caller, typed
from .access import needs, signed_in
from .answers import asked
from .slots_draft import Draft, draft_of
from .slots_form import brush_of, exception_of, one_day, read_date, read_time, span, text_of
from .slots_shown import SlotsShown
from .slots_view import Option, grid, month, pattern_options, row_time

_log = logging.getLogger(__name__)
TABS: Final = ("week", "days", "rules", "asking", "trial", "file")
MOST_STEPS: Final = 30
MOST_DAYS: Final = 92
"""Days that one entry of an exception may span."""
_MONTHS_AHEAD: Final = 13


class SlotsState(SlotsShown, rx.State):
    """One tab's pool, and the draft of its plan."""

    _draft: tuple[Draft, ...] = ()
    """The draft as it is; empty before the pool was read. A tuple, so that Reflex hands it out as it is."""
    _steps: tuple[Draft, ...] = ()
    _month: date = date(2000, 1, 1)
    _services: dict[int, str] = {}

    @rx.event
    @signed_in
    async def opened(self) -> None:
        """Show the pool shown last, else the first."""
        actor = await caller.onlooker()
        if actor is None:
            return
        self.may_change = may(actor.role, Permission.ADMINISTER)
        await self._read_pools(actor)
        known = [int(one.value) for one in self.pools]
        if self.pool_id not in known:
            self.pool_id = known[0] if known else 0
        if self.pool_id:
            await self._read_plan(actor)

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def choose_pool(self, pool_id: str) -> None:
        """Show another pool; the draft of the one before is thrown away."""
        actor = await caller.acting()
        wanted = typed.whole(pool_id)
        if actor is None or str(wanted) not in {one.value for one in self.pools}:
            return
        self.pool_id = wanted
        await self._read_plan(actor)

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def choose_tab(self, name: str) -> None:
        """Show another part of the page."""
        if name in TABS:
            self._quiet()
            self.tab = name

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def show_whole_day(self, yes: bool) -> None:
        """Show all 24 hours of the week, or those in use."""
        self.whole_day = yes is True
        self._show()

    @rx.event
    @needs(Permission.ADMINISTER)
    async def set_brush(self, form_data: dict[str, Any]) -> None:
        """What the next painted stretch gets: every how many minutes how many places.

        What is not a number of either yet, as while it is being typed, leaves the brush as it is.
        """
        every, capacity = brush_of(form_data)
        if every is not None:
            self.brush_every, self.brush_wrong = every, False
        if capacity is not None:
            self.brush_capacity, self.brush_wrong = capacity, False

    @rx.event
    @needs(Permission.ADMINISTER)
    async def leave_brush(self, form_data: dict[str, Any]) -> None:
        """A field of the brush was left: one that holds no such number shows the brush's own again."""
        if brush_of(form_data) == (None, None):
            self.brush_wrong = True
            self.brush_serial += 1

    @rx.event
    @needs(Permission.ADMINISTER)
    async def erase(self, yes: bool) -> None:
        """Whether painting takes places away."""
        self.erasing = yes is True

    @rx.event
    @needs(Permission.ADMINISTER)
    async def paint(self, day: int, row: int, to_day: int, to_row: int, erase: bool) -> None:
        """Paint a rectangle of the grid: from weekday and row to weekday and row."""
        days, rows = span(day, to_day, 7), span(row, to_row, len(self.rows))
        if not days or not rows:
            return
        starts = row_time(self.rows[rows[0]].label)
        ends = row_time(self.rows[rows[-1]].label, after=True)
        capacity = 0 if self.erasing or erase is True else self.brush_capacity
        brush = Brush(self.brush_every, capacity)
        self._edit(lambda draft: draft.painted(days, starts, ends, brush))

    @rx.event
    @needs(Permission.ADMINISTER)
    async def paint_times(self, form_data: dict[str, Any]) -> None:
        """Paint exact times of some weekdays, as the fields say."""
        starts, ends = read_time(text_of(form_data, "starts")), read_time(text_of(form_data, "ends"))
        days = {
            "weekdays": range(5),
            "all": range(7),
        }.get(text_of(form_data, "days")) or one_day(text_of(form_data, "days"))
        if starts is None or ends is None or not days:
            self._refuse(Refusal("plan_band", weekday=0, starts=text_of(form_data, "starts")[:5] or "?"))
            return
        brush = Brush(self.brush_every, 0 if self.erasing else self.brush_capacity)
        self._edit(lambda draft: draft.painted(days, starts, ends, brush))

    @rx.event
    @needs(Permission.ADMINISTER)
    async def copy_weekday(self, form_data: dict[str, Any]) -> None:
        """Give the other weekdays from Monday to Friday what one of them has."""
        source = one_day(text_of(form_data, "source"))
        if source:
            self._edit(lambda draft: draft.copied(source[0], range(5)))

    @rx.event
    @needs(Permission.ADMINISTER)
    async def choose_first(self, day: str) -> None:
        """From when the painted week is to be in force."""
        wanted = read_date(day)
        if wanted is not None:
            self._edit(lambda draft: draft._replace(first=max(wanted, draft.today)))

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def load_pattern(self, day: str) -> None:
        """Put a plan of the list into the grid, in force from its own day or from now on."""
        wanted = read_date(day)

        def loaded(draft: Draft) -> Draft:
            for pattern in draft.plan.patterns:
                if pattern.effective_from == wanted:
                    first = max(pattern.effective_from, draft.today + timedelta(days=1))
                    return draft._replace(bands=pattern.bands, first=first)
            return draft

        self._edit(loaded)

    @rx.event
    @needs(Permission.ADMINISTER)
    async def remove_pattern(self, day: str) -> None:
        """Take a plan back that is not in force yet."""
        wanted = read_date(day)
        if wanted is None:
            return
        self._edit(
            lambda draft: (
                draft._replace(removed=draft.removed | {wanted})
                if wanted > draft.today and wanted in {one.effective_from for one in draft.plan.patterns}
                else draft
            )
        )

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def show_month(self, step: int) -> None:
        """Go a month back or on, from this one to a year ahead."""
        if not self._draft or step not in (-1, 1):
            return
        wanted = months_after(self._month, step)
        if self._has_month(wanted):
            self._month = wanted
            self._show()

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def choose_day(self, day: str) -> None:
        """A day of the calendar is what the fields beside it are about."""
        wanted = read_date(day)
        if wanted is not None:
            self.day_from = self.day_to = f"{wanted}"
            self.day_serial += 1
            self._show()

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def type_day(self, form_data: dict[str, Any]) -> None:
        """A day that is typed as the first or the last is marked, in its month.

        A date field tells of half-typed years too: what no month of the calendar has changes nothing.
        """
        first, last = read_date(text_of(form_data, "from")), read_date(text_of(form_data, "to"))
        wanted = first or last
        if wanted is None or not self._draft or not self._has_month(wanted):
            return
        self.day_from = f"{first or self.day_from}"
        self.day_to = f"{last or self.day_to}"
        self._month = wanted.replace(day=1)
        self._show()

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def choose_kind(self, kind: str) -> None:
        """How the chosen days are to differ."""
        if kind in ("closed", "special", "capacity", "usual"):
            self.kind = kind

    @rx.event
    @needs(Permission.ADMINISTER)
    async def add_days(self, form_data: dict[str, Any]) -> None:
        """Put an exception of one or several days into the draft."""
        first, last = read_date(text_of(form_data, "from")), read_date(text_of(form_data, "to"))
        if first is None or last is None or not 0 <= (last - first).days < MOST_DAYS:
            self._refuse(Refusal("plan_range", most=MOST_DAYS))
            return
        days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
        try:
            found = {day: exception_of(form_data, self.kind, day) for day in days}
        except Refusal as refusal:
            self._refuse(refusal)
            return
        self._edit(lambda draft: draft.with_days(found))

    @rx.event
    @needs(Permission.ADMINISTER)
    async def close_holidays(self, yes: bool) -> None:
        """Whether public holidays have no places."""
        self._edit(lambda draft: draft._replace(holidays=yes is True))

    @rx.event
    @needs(Permission.ADMINISTER)
    async def close_year_end(self, yes: bool) -> None:
        """Whether the days from 29 December to 3 January have no places."""
        self._edit(lambda draft: draft._replace(year_end=yes is True))

    @rx.event
    @needs(Permission.ADMINISTER)
    async def copy_week(self, form_data: dict[str, Any]) -> None:
        """Copy a week to other days as exceptions, or into the grid."""
        source, first, last = (read_date(text_of(form_data, name)) for name in ("source", "from", "to"))
        actor = await caller.acting()
        if actor is None or source is None:
            return
        if text_of(form_data, "as") == "pattern":
            bands = await self._ask(slot_plans.week_as_pattern, actor, self.pool_id, source)
            if bands is not None:
                self._edit(lambda draft: draft._replace(bands=bands))
        elif first is None or last is None:
            self._refuse(Refusal("plan_range", most=slot_plans.MOST_COPIED_DAYS))
        else:
            change = await self._ask(slot_plans.copied_week, actor, self.pool_id, source, first, last)
            if change is not None:
                self._edit(lambda draft: draft.with_days(change.exceptions))

    @rx.event
    @needs(Permission.ADMINISTER)
    async def read_text(self, form_data: dict[str, Any]) -> None:
        """Take a table over that was pasted."""
        text = form_data.get("table") if isinstance(form_data, dict) else None
        self._take_over(text.encode(errors="replace") if isinstance(text, str) else b"")

    @rx.event
    @needs(Permission.ADMINISTER)
    async def read_file(self, content: str) -> None:
        """Take a file over; its bytes come as base64."""
        if not isinstance(content, str) or len(content) > 4 * (MOST_BYTES // 3) + 8:
            self._refuse(Refusal("csv_too_large", most=2_000))
            return
        try:
            self._take_over(base64.b64decode(content, validate=True))
        except (binascii.Error, ValueError):
            self._refuse(Refusal("csv_encoding"))

    @rx.event
    @needs(Permission.ADMINISTER)
    async def drop_change(self, line: str) -> None:
        """Take one change out of the draft."""
        if isinstance(line, str):
            self._edit(lambda draft: draft.without(line))

    @rx.event
    @needs(Permission.ADMINISTER)
    async def step_back(self) -> None:
        """Undo the last edit of the draft."""
        if self._steps:
            self._quiet()
            self._draft, self._steps = self._steps[-1:], self._steps[:-1]
            self.serial += 1
            self._show()

    @rx.event
    @needs(Permission.ADMINISTER)
    async def discard(self) -> None:
        """Begin again from the plan as it is; one step back brings the draft back."""
        self._edit(Draft.emptied)

    def _take_over(self, data: bytes) -> None:
        try:
            change = read(data)
        except Refusal as refusal:
            self._refuse(refusal)
            return
        if self._edit(lambda draft: draft.taken_over(change)):
            self.said = "読み込みました。影響を確認してから適用してください。"

    def _edit(self, edit: Callable[[Draft], Draft]) -> bool:
        """Change the draft, if what comes out is a plan that can be; whether it is another one."""
        self._quiet()
        if not self._draft:
            return False
        before = self._draft[0]
        try:
            after = edit(before)
            changed(after.plan, after.change(), after.today)
        except Refusal as refusal:
            self._refuse(refusal)
            return False
        if after == before:
            return False
        self._steps = (*self._steps[-MOST_STEPS:], before)
        self._draft = (after,)
        self.serial += 1
        self._show()
        return True

    def _has_month(self, day: date) -> bool:
        this = self._draft[0].today.replace(day=1)
        return this <= day.replace(day=1) <= months_after(this, _MONTHS_AHEAD)

    def _refuse(self, refusal: Refusal) -> None:
        self.said, self.refusal = "", refusal_text("ja", refusal)

    def _quiet(self) -> None:
        self.said = self.refusal = ""

    async def _ask(self, service: Callable[..., Any], *arguments: object) -> Any:
        """What a service answers; None when it refused, which is then said."""
        self._quiet()
        what = "a step of the plan of places"
        answer, self.refusal = await asked(_log, what, service, running.office(), *arguments)
        return answer

    async def _read_pools(self, actor: Actor) -> None:
        found = await self._ask(pools.pools_of, actor)
        self.pools = [Option(f"{one.id}", f"{one.desk}｜{one.name}") for one in found or []]
        self._services = {one.id: "、".join(name for _, name in one.services) for one in found or []}

    async def _read_plan(self, actor: Actor) -> None:
        """Show the pool's plan as it is, with an empty draft."""
        view = await self._ask(slot_plans.plan_of, actor, self.pool_id)
        if view is None:
            return
        self._draft, self._steps = (draft_of(view),), ()
        self.pool_name, self.today = view.name, f"{view.today}"
        self.pool_services = self._services.get(self.pool_id, "")
        if not self.day_from or self.day_from < self.today:
            # What was chosen last is often what comes next.
            self.day_from = self.day_to = f"{view.today + timedelta(days=1)}"
            self.day_serial += 1
            self._month = view.today.replace(day=1)
        self.serial += 1
        self._show()

    def _show(self) -> None:
        if not self._draft:
            return
        draft = self._draft[0]
        self.rows, self.totals = grid(draft.bands, whole_day=self.whole_day)
        self.first = f"{draft.first}"
        self.holidays, self.year_end = draft.holidays, draft.year_end
        self.changes = [Option(name, words) for name, words in draft.lines()]
        self.patterns = pattern_options(draft)
        self.may_step_back = bool(self._steps)
        new = changed(draft.plan, draft.change(), draft.today)
        chosen = (read_date(self.day_from) or draft.today, read_date(self.day_to) or draft.today)
        self.month_name = f"{self._month.year}年{self._month.month}月"
        self.month = month(new, draft.days, self._month, chosen)


def change_of(draft: tuple[Draft, ...]) -> PlanChange:
    """What a tab's draft changes; nothing before the pool was read."""
    return draft[0].change() if draft else PlanChange()
