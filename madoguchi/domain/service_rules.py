"""What an office sets for each service: when it can be booked, by whom how often, arriving, reminders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Final

from .arrival import LatePolicy
from .booking_rules import ClosesUnit, OpensUnit
from .bounds import refuse_outside
from .errors import Refusal

EARLIEST_MESSAGE: Final = time(8)
LATEST_MESSAGE: Final = time(20, 30)
"""Nobody's phone rings at night: what is not sent by 21:00 is dropped, so half an hour is left for it."""
MOST_OPENS: Final = {OpensUnit.DAYS: 365, OpensUnit.BUSINESS_DAYS: 120, OpensUnit.MONTHS: 12}
MOST_CLOSES: Final = {ClosesUnit.MINUTES: 10_080, ClosesUnit.DAYS: 60, ClosesUnit.BUSINESS_DAYS: 40}
LABELS: Final = {
    "opens_amount": "予約の受付開始",
    "closes_amount": "予約の締切",
    "max_open": "1人の予約件数",
    "max_in_period": "期間内の来庁回数",
    "period_days": "期間の日数",
    "max_party": "来庁人数",
    "early_minutes": "受付できる時刻",
    "late_minutes": "遅刻とみなす時間",
    "remind_days": "お知らせの日",
    "offer_minutes": "キャンセル待ちの案内",
}
"""The fields as staff read them."""
_BOUNDS: Final = {
    "max_open": (0, 99),
    "max_in_period": (0, 99),
    "period_days": (0, 365),
    "max_party": (1, 20),
    "early_minutes": (0, 240),
    "late_minutes": (0, 240),
    "remind_days": (0, 14),
    "offer_minutes": (5, 1_440),
}
_CALENDAR_DAYS: Final = {OpensUnit.DAYS: 1.0, OpensUnit.BUSINESS_DAYS: 1.4, OpensUnit.MONTHS: 30.0}
_CLOSING_DAYS: Final = {ClosesUnit.MINUTES: 1 / 1_440, ClosesUnit.DAYS: 1.0, ClosesUnit.BUSINESS_DAYS: 1.4}


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """The columns of a service that staff set; each is described at `store.tables.Service`."""

    opens_amount: int
    opens_unit: OpensUnit
    opens_at: time
    closes_amount: int
    closes_unit: ClosesUnit
    closes_at: time
    max_open: int
    max_in_period: int
    period_days: int
    max_party: int
    early_minutes: int
    late_minutes: int
    late_policy: LatePolicy
    remind_days: int
    remind_at: time
    remind_same_day_at: time | None
    offer_minutes: int


def checked(rules: ServiceRules) -> ServiceRules:
    """The rules as they are.

    Raises `Refusal`: rule_number(field, least, most), rule_period, rule_never_open, rule_night.
    """
    bounds = {
        **_BOUNDS,
        "opens_amount": (0, MOST_OPENS[rules.opens_unit]),
        "closes_amount": (0, MOST_CLOSES[rules.closes_unit]),
    }
    refuse_outside(rules, bounds, LABELS)
    if bool(rules.max_in_period) != bool(rules.period_days):
        raise Refusal("rule_period")
    if _opens_too_late(rules):
        raise Refusal("rule_never_open")
    for at in (rules.remind_at, rules.remind_same_day_at):
        if at is not None and not EARLIEST_MESSAGE <= at <= LATEST_MESSAGE:
            raise Refusal("rule_night")
    return rules


def _opens_too_late(rules: ServiceRules) -> bool:
    opens = rules.opens_amount * _CALENDAR_DAYS[rules.opens_unit]
    closes = rules.closes_amount * _CLOSING_DAYS[rules.closes_unit]
    if rules.closes_unit is ClosesUnit.MINUTES:
        # On the day itself the hour of the opening decides, and no rule here knows the hours of the places.
        return opens + 1 <= closes
    return (opens, rules.closes_at) <= (closes, rules.opens_at)
