"""今日の窓口 as one clerk's page shows it, made from the desk's dashboard. No citizens' names or phones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from ..domain.booking import ReservationState
from ..domain.tickets import AT_COUNTER, Channel, TicketState
from ..services import handing_over
from ..services.actors import Actor
from ..services.dashboard import (
    CounterView,
    Dashboard,
    FinishedRow,
    QueueRow,
    ReservationRow,
    ServiceChoice,
)
from . import terminal_words
from .today_words import bookings_sentence, next_sentence, place_sentence, priority, priority_sentence

_CHANNELS: Final = {
    Channel.LINE.value: "LINE",
    Channel.PAPER.value: "紙",
    Channel.RESERVATION.value: "予約",
    Channel.STAFF.value: "職員",
}
_RESERVATIONS: Final = {
    ReservationState.BOOKED.value: "予約",
    ReservationState.CHECKED_IN.value: "受付済み",
    ReservationState.DONE.value: "終了",
    ReservationState.CANCELLED.value: "取消",
    ReservationState.MISSED.value: "来庁なし",
}
_FIRST: Final = "優先"
_LINE: Final = {"ok": "正常", "late": "送信が遅れています"}


@dataclass
class Row:
    """One ticket in a list."""

    ticket_id: int
    number: str
    service: str
    channel: str
    waited: int
    flags: list[str] = field(default_factory=list)
    why: str = ""
    """By what it has its place among those waiting."""
    first: bool = False
    """Has a priority."""
    expected: str = ""
    """``あと5～10分``, as its holder is told; empty when nothing is known."""


@dataclass
class FinishedLine:
    """A ticket that ended a moment ago and can be opened once more."""

    ticket_id: int
    number: str
    service: str
    ended: str
    """``10:30 終了``, ``10:30 取消``."""


@dataclass
class Taken:
    """A service and whether my counter takes it."""

    id: int
    name: str
    taken: bool


@dataclass
class Choice:
    """A desk or a service to choose."""

    id: int
    name: str
    code: str = ""
    letter: str = ""


@dataclass
class Target:
    """A service to hand over to, or to go on to; `desk` is empty for my own desk's."""

    id: int
    name: str
    code: str
    letter: str
    desk: str


@dataclass
class CounterLine:
    """One counter: who sits there, whom they serve."""

    id: int
    label: str
    staff: str
    mine: bool
    number: str
    note: str
    """``休止中``, ``対応中`` …; empty for a counter that waits for work."""
    caption: str
    """What the picker shows: ``3番（田中）``."""


@dataclass
class ReservationLine:
    """One of today's reservations; its contact is asked for on demand."""

    id: int
    code: str
    time: str
    service: str
    state: str
    late: bool
    waits: bool
    """Can still be checked in."""
    number: str
    telephone: bool = False
    """Is to be told by telephone that the desk has closed: LINE does not reach them."""


def milliseconds(moment: datetime | None) -> int:
    """Since 1970, as browsers count; 0 for none."""
    return 0 if moment is None else int(moment.timestamp() * 1000)


def view_of(board: Dashboard, actor: Actor, zone: ZoneInfo) -> dict[str, Any]:
    """Every value of the page that depends on the desk, by the state's variable."""
    mine = next((one for one in board.counters if one.staff_id == actor.staff_id), None)
    now = board.generated_at
    return {
        "desk_id": board.desk_id,
        "desk_name": board.desk_name,
        "desk_open": board.open,
        "desk_paused": board.paused,
        "desk_stopped": board.stopped,
        "desk_closed": board.closed,
        "close_warning": _close_warning(board.reservations),
        "waiting": [row_of(row, place_sentence(row, now, zone)) for row in board.waiting],
        "waiting_count": board.waiting_count,
        "waiting_more": board.waiting_count - len(board.waiting),
        "on_hold": [row_of(row, priority_sentence(row)) for row in board.on_hold],
        "missed": [row_of(row) for row in board.missed],
        "finished": [_finished(row) for row in board.finished],
        "counters": [_counter(one, actor) for one in board.counters],
        "reservations": _reservations(board.reservations, closed=board.closed),
        "services": [choice_of(one) for one in board.services],
        "longest_wait": board.longest_wait,
        "places_left": board.places_left_today,
        "line_health": _LINE.get(board.line_health, board.line_health),
        "line_ok": board.line_health == "ok",
        "printer_health": terminal_words.short(board.terminals),
        "printer_ok": terminal_words.all_well(board.terminals),
        "terminal_warnings": terminal_words.warnings_of(board.terminals),
        "server_now": milliseconds(now),
        "updated": f"{now.astimezone(zone):%H:%M:%S}",
        **_current_of(mine),
        **_counter_of(mine, board, zone),
    }


def row_of(row: QueueRow, why: str = "") -> Row:
    """One ticket as a list shows it."""
    channel = _CHANNELS.get(row.channel, row.channel)
    if row.channel == Channel.RESERVATION.value:
        channel = f"{channel} {row.appointment}".strip()
    return Row(
        ticket_id=row.ticket_id,
        number=row.number,
        service=row.service,
        channel=channel,
        waited=row.waited_minutes,
        flags=_flags(row),
        why=why,
        first=row.priority > 0,
        expected=_expected(row.expected),
    )


def choice_of(service: ServiceChoice) -> Choice:
    """A service to choose."""
    return Choice(service.id, service.name, service.code, service.letter)


def targets_of(found: Sequence[handing_over.Target], desk_id: int) -> list[Target]:
    """Services of my desk first, then those of the others."""
    return [
        Target(one.id, one.name, one.code, one.letter, "" if desk.id == desk_id else desk.name)
        for desk, services in found
        for one in services
    ]


def absent_line(board: Dashboard, counter_id: int) -> tuple[str, str, int]:
    """Of an absence without a click at my counter: what undoes it, the sentence, until when."""
    mine = next((one for one in board.counters if one.id == counter_id), None)
    done = None if mine is None else mine.absent
    if done is None or done.batch is None:
        return "", "", 0
    return done.batch, f"{done.number} を自動で不在にしました", milliseconds(done.undo_until)


def _flags(row: QueueRow) -> list[str]:
    told = {
        f"予約 {row.appointment}": bool(row.appointment) and row.channel != Channel.RESERVATION.value,
        _FIRST: row.priority > 0,
        f"{row.not_before}から": row.later,
        f"あとまわし{row.postponed}回": row.postponed > 0,
        "LINE不達・声で呼ぶ": row.unreachable,
        "LINE通知": row.bound and not row.unreachable and row.channel != Channel.LINE.value,
        f"呼出{row.calls}回": row.calls > (1 if row.state in AT_COUNTER else 0),
        f"このあと {'、'.join(one.name for one in row.route)}": bool(row.route),
    }
    return [flag for flag, holds in told.items() if holds]


def _told_whole(row: QueueRow) -> list[str]:
    """The channel and the flags, where there is room to say why somebody goes first."""
    shown, first = row_of(row), priority(row.priority_reason)
    return [shown.channel, *(first if flag == _FIRST else flag for flag in shown.flags)]


def _expected(minutes: tuple[int, int] | None) -> str:
    if minutes is None:
        return ""
    low, high = minutes
    return f"あと{high}分" if low == high else f"あと{low}～{high}分"


def _current_of(mine: CounterView | None) -> dict[str, Any]:
    ticket = None if mine is None else mine.ticket
    shown = None if ticket is None else row_of(ticket)
    served = ticket is not None and ticket.state == TicketState.SERVING.value
    return {
        "current_id": 0 if shown is None else shown.ticket_id,
        "current_number": "" if shown is None else shown.number,
        "current_service": "" if shown is None else shown.service,
        "current_flags": [] if ticket is None else _told_whole(ticket),
        "current_since": milliseconds(mine.since if mine is not None and ticket is not None else None),
        "current_served": served,
        "current_route": [] if ticket is None else [one.id for one in ticket.route],
    }


def _counter_of(mine: CounterView | None, board: Dashboard, zone: ZoneInfo) -> dict[str, Any]:
    """My counter: who is next there, what it takes, whether it is open."""
    if mine is None:
        return {
            "counter_id": 0,
            "counter_label": "",
            "counter_paused": False,
            "counter_services": [],
            "counter_takes": "",
            "counter_uncovered": 0,
            "next_number": "",
            "next_sentence": "",
            "newest_id": 0,
            "newest_number": "",
        }
    taken = [one for one in board.services if not mine.services or one.id in mine.services]
    own = [row for row in board.finished if row.counter_id == mine.id] or list(board.finished)
    return {
        "counter_id": mine.id,
        "counter_label": mine.label,
        "counter_paused": mine.paused,
        "counter_services": [Taken(one.id, one.name, one in taken) for one in board.services],
        "counter_takes": "、".join(one.name for one in taken) if mine.services else "すべて",
        "counter_uncovered": mine.uncovered,
        "next_number": "" if mine.next is None else mine.next.number,
        "next_sentence": next_sentence(mine, board.waiting_count, board.generated_at, zone),
        "newest_id": own[0].ticket_id if own else 0,
        "newest_number": own[0].number if own else "",
    }


def _finished(row: FinishedRow) -> FinishedLine:
    how = "取消" if row.cancelled else "終了"
    return FinishedLine(row.ticket_id, row.number, row.service, f"{row.ended} {how}")


def _counter(one: CounterView, actor: Actor) -> CounterLine:
    name = one.staff_name or ""
    return CounterLine(
        id=one.id,
        label=one.label,
        staff=name,
        mine=one.staff_id == actor.staff_id,
        number="" if one.ticket is None else one.ticket.number,
        note=_note(one),
        caption=f"{one.label}番（{name}）" if name else f"{one.label}番",
    )


def _note(one: CounterView) -> str:
    if one.paused:
        return "休止中"
    if one.ticket is None:
        return ""
    return "対応中" if one.ticket.state == TicketState.SERVING.value else "呼出中"


def _to_come(row: ReservationRow) -> bool:
    return row.state == ReservationState.BOOKED.value and not row.late


def _close_warning(rows: Sequence[ReservationRow]) -> str:
    reached = [row.reached for row in rows if _to_come(row)]
    return bookings_sentence(reached.count(True), reached.count(False))


def _reservations(rows: Sequence[ReservationRow], *, closed: bool) -> list[ReservationLine]:
    return [
        ReservationLine(
            id=row.id,
            code=row.code,
            time=row.time,
            service=row.service,
            state=_RESERVATIONS[row.state],
            late=row.late,
            waits=row.state == ReservationState.BOOKED.value,
            number=row.ticket_number,
            telephone=closed and _to_come(row) and not row.reached,
        )
        for row in rows
        if row.state in _RESERVATIONS
    ]
