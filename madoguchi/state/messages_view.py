"""LINE送信 as the page shows it, in plain Japanese. No citizens' names, no LINE ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from ..domain.quota import Worth
from ..domain.tickets import TicketState
from ..services import quota
from ..services.messages import DayCount, MessageLine, Messages, UnreachedLine

KINDS: Final = {
    "ticket_called": "呼出",
    "ticket_call_undone": "呼出の取消",
    "ticket_handed_over": "引継ぎ",
    "ticket_missed": "不在",
    "ticket_cancelled": "番号の取消",
    "desk_closed_today": "本日の終了",
    "booking_desk_closed": "本日の終了（予約の方）",
    "desk_stopped": "新しい受付の終了",
    "ticket_near": "もうすぐ（人数）",
    "ticket_soon": "もうすぐ（時間）",
    "ticket_returned": "列に戻した",
    "ticket_taken": "番号のお知らせ",
    "ticket_claimed": "番号の登録",
    "ticket_checked_in": "受付",
    "ticket_postponed": "あとにまわした",
    "ticket_place_back": "もとの順番に戻した",
    "booking_made": "予約の確認",
    "booking_changed": "予約の変更",
    "booking_cancelled": "予約の取消",
    "booking_reminder": "予約のリマインド",
    "place_offered": "空きのご案内",
}
STATES: Final = {"sent": "送信済み", "pending": "送信待ち", "dropped": "送らず", "failed": "失敗"}
_HELD: Final = {
    (): "止めているものはありません",
    (Worth.NEWS,): "リマインドと空きのご案内を止めています（呼出・順番・予約の確認のため）",
    (Worth.SOON, Worth.NEWS): "呼出に関する通知のほかは止めています",
}
_REASONS: Final = {
    "not following": "LINEをブロック中（または友だちではない）",
    quota.KEPT: "残り通数を呼出のためにとっておくため",
    quota.USED_UP: "今月のLINEの上限に達したため",
    "expired": "間に合わなかったため（遅れては送りません）",
    "overtaken": "新しい通知に置きかわったため",
    "no longer called": "送る前に呼出が終わったため",
    "answered in line": "無料の返信で伝えたため",
    "no longer true": "内容が変わり不要になったため",
    "cancelled at the desk": "予約が取り消され不要になったため",
    "not accepted within the life of its retry key": "24時間LINEが受け付けなかったため",
}
_WAITS: Final = {
    TicketState.WAITING.value: "待っている",
    TicketState.CALLED.value: "呼出中",
    TicketState.ON_HOLD.value: "保留",
    TicketState.MISSED.value: "不在",
}


@dataclass
class CountLine:
    """A row of figures: messages of a kind or of a day, by state."""

    name: str
    sent: int = 0
    pending: int = 0
    answered: int = 0
    dropped: int = 0
    failed: int = 0


@dataclass
class Line:
    """One message."""

    id: int
    at: str
    about: str
    desk: str
    kind: str
    state: str
    bad: bool
    reason: str


@dataclass
class Unreached:
    """One whom LINE does not reach."""

    id: int
    number: str
    desk: str
    state: str
    why: str


def view_of(found: Messages, zone: ZoneInfo) -> dict[str, Any]:
    """The variables of the page."""
    month = found.quota.quota
    return {
        "used": month.used,
        "limit": month.limit or 0,
        "limited": month.limit is not None,
        "gauge": gauge_text(found.quota),
        "held": _HELD[found.quota.stopped],
        "holding": bool(found.quota.stopped),
        "outlook": outlook_text(found),
        "checked": _moment(found.quota.checked_at, zone, found.now) or "まだ確認できていません",
        "sent_at": _moment(found.sent_at, zone, found.now) or "ありません",
        "error": _error(found, zone),
        "waiting": waiting_text(found),
        "late": found.waiting_since is not None and found.now - found.waiting_since > timedelta(minutes=1),
        "kinds": _by_kind(found),
        "days": _by_day(found),
        "lines": [_line(one, zone, found.now) for one in found.lines],
        "unreached": [_unreached(one) for one in found.unreached],
        "updated": f"{found.now.astimezone(zone):%H:%M:%S}",
    }


def gauge_text(state: quota.State) -> str:
    """今月 1,234 / 5,000 通（残り 3,766）."""
    month = state.quota
    if month.limit is None:
        return f"今月 {month.used:,} 通（{'上限なし' if state.known else '上限は未確認'}）"
    return f"今月 {month.used:,} / {month.limit:,} 通（残り {month.left:,}）"


def outlook_text(found: Messages) -> str:
    """How the month ends at this pace, in one line."""
    month, outlook = found.quota.quota, found.forecast
    if month.limit is None:
        return f"このペースなら月末に約 {outlook.used:,} 通"
    if outlook.ends_on is not None and month.left:
        return f"このペースでは {outlook.ends_on.month}月{outlook.ends_on.day}日ごろに上限に達します"
    if not month.left:
        return "今月の上限に達しました。呼出は声で行ってください。翌月1日に再開します"
    return f"このペースなら月末に約 {outlook.used:,} 通（余裕 約 {month.limit - outlook.used:,} 通）"


def waiting_text(found: Messages) -> str:
    """How many wait, and how long the oldest."""
    if not found.waiting or found.waiting_since is None:
        return "なし"
    minutes, seconds = divmod(max(0, int((found.now - found.waiting_since).total_seconds())), 60)
    age = f"{minutes}分{seconds:02d}秒" if minutes else f"{seconds}秒"
    return f"{found.waiting:,} 通（最も古いもの {age}）"


def kind_text(kind: str) -> str:
    """The kind in Japanese."""
    return KINDS.get(kind, "その他")


def reason_text(state: str, failure: str) -> str:
    """Why it did not arrive, in plain Japanese."""
    if not failure or state == "sent":
        return ""
    if failure in _REASONS:
        return _REASONS[failure]
    if failure.startswith("cannot be written"):
        return "文面を作れませんでした（システムの不具合）"
    refused = f"LINEが受け付けませんでした: {failure}" if failure[:3].isdigit() else "LINEにつながりません"
    return f"{refused}（再送を待っています）" if state == "pending" else refused


def _error(found: Messages, zone: ZoneInfo) -> str:
    at = _moment(found.failed_at, zone, found.now)
    return f"{at} {reason_text('failed', found.failed_why)}".strip() if at else "ありません"


def _moment(moment: datetime | None, zone: ZoneInfo, now: datetime) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(zone)
    same_day = local.date() == now.astimezone(zone).date()
    return f"{local:%H:%M}" if same_day else f"{local.month}月{local.day}日 {local:%H:%M}"


def _row(name: str, counts: Sequence[DayCount]) -> CountLine:
    sums: Counter[str] = Counter()
    for one in counts:
        sums[one.state] += one.number
    return CountLine(name, answered=sums["answered"], **{state: sums[state] for state in STATES})


def _by_kind(found: Messages) -> list[CountLine]:
    today = [one for one in found.counts if one.day == found.today]
    order = list(KINDS)
    kinds = sorted(
        {one.kind for one in today}, key=lambda kind: order.index(kind) if kind in KINDS else len(order)
    )
    return [_row(kind_text(kind), [one for one in today if one.kind == kind]) for kind in kinds]


def _by_day(found: Messages) -> list[CountLine]:
    days = sorted({one.day for one in found.counts}, reverse=True)
    return [
        _row(f"{day.month}月{day.day}日", [one for one in found.counts if one.day == day]) for day in days
    ]


def _line(one: MessageLine, zone: ZoneInfo, now: datetime) -> Line:
    return Line(
        id=one.id,
        at=_moment(one.at, zone, now),
        about=one.about or "－",
        desk=one.desk,
        kind=kind_text(one.kind),
        state=STATES.get(one.state, one.state),
        bad=one.state in ("failed", "dropped"),
        reason=reason_text(one.state, one.failure),
    )


def _unreached(one: UnreachedLine) -> Unreached:
    why = "LINEをブロック中" if one.blocked else "呼出がLINEに届いていません"
    return Unreached(one.ticket_id, one.number, one.desk, _WAITS.get(one.state, ""), why)
