"""今日の窓口: the sentences that tell a clerk why somebody is next, and other words of its rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from ..domain.languages import localized
from ..domain.order import Why
from ..domain.priorities import PriorityReason
from ..services.dashboard import CounterView, QueueRow
from ..services.dashboard_next import NextUp
from ..services.steps import Unreached

PRIORITIES: Final = {
    PriorityReason.UNWELL.value: "体調がすぐれない",
    PriorityReason.INFANT.value: "妊娠中・乳児連れ",
    PriorityReason.DISABILITY.value: "高齢・障がいなど",
    PriorityReason.INTERPRETER.value: "通訳の都合",
    PriorityReason.OUR_MISTAKE.value: "こちらの手違い",
    PriorityReason.OTHER.value: "その他の事情",
}
"""Why somebody may go first, in the order in which it is offered."""
_NONE_HERE: Final = "この窓口でいま呼べる人はいません"


def priority(reason: str) -> str:
    """``優先（体調がすぐれない）``, or ``優先`` where no reason is known."""
    words = PRIORITIES.get(reason)
    return f"優先（{words}）" if words else "優先"


def priority_sentence(row: QueueRow) -> str:
    """That a row has a priority and why; else nothing."""
    return f"{priority(row.priority_reason)}の人です" if row.priority > 0 else ""


def bookings_sentence(reached: int, others: int) -> str:
    """What closing means for bookings still to come: `reached` by LINE, and `others`; empty for none."""
    if not reached + others:
        return ""
    said = [f"これから来られる予約が{reached + others}件あります。"]
    if reached:
        said.append(f"{'そのうち' if others else ''}{reached}件にはLINEで知らせます。")
    if others:
        said.append(f"{others}件はLINEで知らせられないので、電話で知らせてください。")
    return "".join(said)


def next_sentence(counter: CounterView, waiting: int, now: datetime, zone: ZoneInfo) -> str:
    """Who is next at the counter and why; or that nobody is."""
    if counter.next is None:
        return _NONE_HERE if waiting else ""
    return f"次は {counter.next.number}。{_because(counter.next, bool(counter.services), now, zone)}"


def _because(up: NextUp, some_services: bool, now: datetime, zone: ZoneInfo) -> str:
    reason = up.reason
    appointments, others = reason.ratio
    if reason.why is Why.PRIORITY:
        return f"{priority(up.priority_reason)}のため"
    if reason.why is Why.APPOINTMENT:
        come = "時刻になった" if reason.moment <= now else "時刻が近い"
        return f"予約{_time(reason.moment, zone)}の{come}ため"
    if reason.why is Why.WAITED_OUT:
        return f"{up.patience_minutes}分以上待っているため、予約より先に"
    if reason.why is Why.TURN_OF_APPOINTMENTS:
        return f"予約の番です（予約{appointments}人のあと{others}人）"
    if reason.why is Why.TURN_OF_OTHERS:
        return f"当日受付の番です（予約{appointments}人のあと{others}人）"
    waited = max(0, (now - reason.moment) // timedelta(minutes=1))
    who = "受ける業務の中で、" if some_services else ""
    return f"{who}いちばん長く（{waited}分）待っているため"


def place_sentence(row: QueueRow, now: datetime, zone: ZoneInfo) -> str:
    """By what a waiting row has its place in the list."""
    if row.later:
        return f"{row.not_before}から呼ぶ約束です。それまでは順番が来ません"
    if row.priority > 0:
        return priority_sentence(row)
    if row.appointment:
        return f"予約{row.appointment}の人です。時刻になると先に呼びます"
    place = f"{_time(row.queued_at, zone)}の順番です"
    if row.queued_at - row.issued_at >= timedelta(minutes=1):
        return f"{place}（受付は{_time(row.issued_at, zone)}）"
    return f"{place}（{max(0, (now - row.queued_at) // timedelta(minutes=1))}分待ち）"


def not_reached(one: Unreached) -> str:
    """What to tell the citizen about a service of the visit that cannot be reached with the number."""
    where = f"{localized(one.desk, 'ja')}（{localized(one.service, 'ja')}）"
    if one.why == "number_taken_there":
        return f"{one.number} は{where}へ進めません。同じ番号の方がお待ちのため、新しい番号が必要です"
    return f"{one.number} は{where}へ進めません。本日の受付が終わっています"


def _time(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%H:%M}"
