"""Reservations as the page shows them, made from what services tell. No citizens' names or phones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from ..dates import day_text, moment_text
from ..domain.booking import CancelReason, Door, ReservationState
from ..domain.languages import DEFAULT, OWN_NAMES
from ..services.reservation_desk import (
    DayView,
    DeskReservation,
    Detail,
    SlotView,
    WeekCell,
    WeekDay,
    WeekView,
)
from .reservation_panels import CANCEL, EARLY, EDIT, MOVE

WEEKDAYS: Final = "月火水木金土日"
STATES: Final = {
    ReservationState.BOOKED.value: "予約",
    ReservationState.CHECKED_IN.value: "受付済み",
    ReservationState.DONE.value: "終了",
    ReservationState.CANCELLED.value: "取消",
    ReservationState.MISSED.value: "来庁なし",
}
_GONE: Final = {
    STATES[ReservationState.CANCELLED.value]: "この予約は取り消されました。",
    STATES[ReservationState.CHECKED_IN.value]: "この予約は受付が済みました。",
    STATES[ReservationState.MISSED.value]: "この予約は来庁なしになりました。",
}
CHANNELS: Final = {Door.LINE.value: "LINE", Door.WEB.value: "Web", Door.STAFF.value: "電話・窓口"}
REASONS: Final = {
    CancelReason.REQUESTED.value: "本人の申し出",
    CancelReason.OFFICE_CLOSED.value: "窓口の都合",
    CancelReason.DUPLICATE.value: "重複",
    CancelReason.OTHER_DESK.value: "ほかの窓口を案内",
    CancelReason.OTHER.value: "その他",
}


@dataclass
class Chip:
    """One reservation in a place of the day, or in the list of what was found."""

    id: int
    code: str
    service: str
    state: str
    """The word for it; empty for one that simply stands."""
    gone: bool
    """Nobody is expected any more."""
    flags: list[str] = field(default_factory=list)
    when: str = ""
    desk: str = ""


@dataclass
class SlotLine:
    """A place of the day as a row."""

    slot_id: int
    time: str
    pool: str
    figures: str
    percent: int
    full: bool
    over: bool
    past: bool
    held: int
    spoken: str
    chips: list[Chip] = field(default_factory=list)


@dataclass
class Column:
    """A day of the week."""

    day: str
    date: str
    weekday: str
    today: bool
    shown: bool
    figures: str
    waiting: int


@dataclass
class Cell:
    """A time of a day of the week; `spoken` is empty where there is no place."""

    key: str
    day: str
    slot_id: int
    figures: str
    percent: int
    full: bool
    over: bool
    past: bool
    spoken: str


@dataclass
class WeekRow:
    """A time with its cells, Monday to Sunday."""

    time: str
    cells: list[Cell] = field(default_factory=list)


@dataclass
class Fact:
    """A line of the detail."""

    label: str
    value: str


@dataclass
class Shown:
    """The reservation that was chosen."""

    id: int = 0
    code: str = ""
    when: str = ""
    day: str = ""
    slot_id: int = 0
    service_id: int = 0
    service: str = ""
    state: str = ""
    in_line: bool = False
    masked: bool = False
    party: int = 1
    max_party: int = 1
    may_change: bool = False
    may_check_in: bool = False
    early_until: str = ""
    """Before this time of today the service takes nobody in yet; empty when it does."""
    may_miss: bool = False
    may_take_back: bool = False
    facts: list[Fact] = field(default_factory=list)


def day_values(view: DayView, zone: ZoneInfo) -> dict[str, Any]:
    """Every value of the page that depends on the day, by the state's variable."""
    return {
        "lines": [_line(one) for one in view.slots],
        "booked": view.booked,
        "waiting": [f"{service} {count}人" for service, count in view.waiting],
        "title": f"{view.day.year}年{day_text(DEFAULT, view.day)}",
        "updated": _updated(view.generated_at, zone),
    }


def week_values(view: WeekView, shown: date, today: date, zone: ZoneInfo) -> dict[str, Any]:
    """The same for a week."""
    first, last = view.days[0].day, view.days[-1].day
    return {
        "columns": [_column(one, shown, today) for one in view.days],
        "week_rows": [
            WeekRow(time, [_cell(time, at, cell) for at, cell in enumerate(cells)])
            for time, cells in view.times
        ],
        "booked": sum(one.taken for one in view.days),
        "waiting": [],
        "title": f"{first.year}年{first.month}月{first.day}日 – {last.month}月{last.day}日",
        "updated": _updated(view.generated_at, zone),
    }


def chip(one: DeskReservation) -> Chip:
    """One reservation as a list shows it."""
    standing = one.state == ReservationState.BOOKED.value
    told = {
        CHANNELS.get(one.channel, one.channel): True,
        f"{one.party}人": one.party > 1,
        OWN_NAMES.get(one.language, one.language): one.language != DEFAULT,
        "定員外": one.over,
        "時間を過ぎています": one.late,
        one.ticket_number: bool(one.ticket_number),
    }
    return Chip(
        id=one.id,
        code=one.code,
        service=one.service,
        state="" if standing else STATES.get(one.state, one.state),
        gone=one.state in {ReservationState.CANCELLED.value, ReservationState.MISSED.value},
        flags=[flag for flag, holds in told.items() if holds],
        when=f"{one.day.year}年{day_text(DEFAULT, one.day)} {one.time}",
        desk=one.desk,
    )


def _in_place(one: DeskReservation, pool: str) -> Chip:
    """The same in its place, whose name mostly tells the service already."""
    return replace(chip(one), service="" if one.service == pool else one.service)


def shown_of(found: Detail, zone: ZoneInfo) -> Shown:
    """The chosen reservation."""
    one = found.shown
    facts = {
        "受付方法": CHANNELS.get(one.channel, one.channel),
        "LINE": "通知できます" if one.in_line else "なし（電話で連絡）",
        "人数": f"{one.party}人",
        "ことば": OWN_NAMES.get(one.language, one.language),
        "番号札": one.ticket_number,
        "持ち物": found.bring,
        "変更・取消の期限": _deadline(found, zone),
        "予約した日時": moment_text(DEFAULT, found.booked_at, zone),
        "取り消した日時": _cancelled(found, zone),
        "変更した日時": moment_text(DEFAULT, found.moved_at, zone) if found.moved_at else "",
        "定員を超えた理由": found.over_reason,
        "取消の理由": REASONS.get(found.cancel_reason, found.cancel_reason),
    }
    return Shown(
        id=one.id,
        code=one.code,
        when=f"{day_text(DEFAULT, one.day)} {one.time}",
        day=one.day.isoformat(),
        slot_id=one.slot_id,
        service_id=one.service_id,
        service=one.service,
        state=STATES.get(one.state, one.state),
        in_line=one.in_line,
        masked=found.masked,
        party=one.party,
        max_party=found.max_party,
        may_change=found.may_change,
        may_check_in=found.may_check_in,
        early_until=f"{found.early_until.astimezone(zone):%H:%M}" if found.early_until else "",
        may_miss=found.may_miss,
        may_take_back=found.may_take_back,
        # A question may be worded like one of our own lines, or like another one.
        facts=[Fact(label, value) for label, value in (*facts.items(), *found.answers) if value],
    )


def _cancelled(found: Detail, zone: ZoneInfo) -> str:
    if found.cancelled_at is None:
        return ""
    who = "職員" if found.cancel_reason else "本人"
    return f"{moment_text(DEFAULT, found.cancelled_at, zone)}（{who}）"


def _deadline(found: Detail, zone: ZoneInfo) -> str:
    """What is read out to a caller while the booking stands."""
    if not found.may_change:
        return ""
    until = f"{moment_text(DEFAULT, found.changeable_until, zone)}まで"
    return f"{until}（過ぎました）" if found.too_late else until


def gone_text(shown: Shown, panel: str) -> str:
    """Why the form about it ends: somebody else did something meanwhile. Empty while it may go on."""
    cancelled = shown.state == STATES[ReservationState.CANCELLED.value]
    if not (cancelled and panel == EDIT) and (shown.may_change or panel not in {MOVE, CANCEL, EARLY}):
        return ""
    return _GONE.get(shown.state, "この予約は終わりました。")


def chips(found: Sequence[DeskReservation]) -> list[Chip]:
    """What was found, as the list shows it."""
    return [chip(one) for one in found]


def _line(slot: SlotView) -> SlotLine:
    free = max(0, slot.capacity - slot.taken)
    return SlotLine(
        slot_id=slot.slot_id,
        time=slot.time,
        pool=slot.pool,
        figures=f"{slot.taken}/{slot.capacity}",
        percent=_percent(slot.taken, slot.capacity),
        full=free == 0,
        over=slot.taken > slot.capacity,
        past=slot.past,
        held=slot.held,
        spoken=f"{slot.time} {slot.pool} {slot.capacity}枠のうち{slot.taken}枠が予約済み、空き{free}",
        chips=[_in_place(one, slot.pool) for one in slot.reservations],
    )


def _column(one: WeekDay, shown: date, today: date) -> Column:
    return Column(
        day=one.day.isoformat(),
        date=f"{one.day.month}/{one.day.day}",
        weekday=WEEKDAYS[one.day.weekday()],
        today=one.day == today,
        shown=one.day == shown,
        figures=f"{one.taken}/{one.capacity}" if one.capacity or one.taken else "",
        waiting=one.waiting,
    )


def _cell(time: str, at: int, cell: WeekCell | None) -> Cell:
    if cell is None:
        return Cell(f"{time}-{at}", "", 0, "", 0, False, False, False, "")
    free = max(0, cell.capacity - cell.taken)
    full = f"{cell.capacity}枠のうち{cell.taken}枠が予約済み、空き{free}"
    spoken = f"{day_text(DEFAULT, cell.day)} {time} {full}"
    return Cell(
        key=f"{time}-{at}",
        day=cell.day.isoformat(),
        slot_id=cell.slot_id,
        figures=f"{cell.taken}/{cell.capacity}",
        percent=_percent(cell.taken, cell.capacity),
        full=free == 0,
        over=cell.taken > cell.capacity,
        past=cell.past,
        spoken=spoken,
    )


def _percent(taken: int, capacity: int) -> int:
    return 100 if capacity <= 0 else min(100, round(100 * taken / capacity))


def _updated(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%H:%M:%S}"
