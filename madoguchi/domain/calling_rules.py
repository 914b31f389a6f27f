"""What a desk sets about calling: order, pushes before the turn, absence, numbers from afar, the lobby."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from .bounds import refuse_outside
from .errors import Refusal
from .languages import DEFAULT, LANGUAGES
from .order import OrderKind
from .returning import ReturnRule

LONGEST_NOTICE: Final = 60
"""Letters that can be read on a wall from ten metres, in one or two lines."""
LABELS: Final = {
    "appointment_lead": "予約を優先し始める時刻",
    "patience": "予約に抜かれなくなる待ち時間",
    "ratio_appointments": "続けて呼ぶ予約の人数",
    "ratio_others": "続けて呼ぶ当日受付の人数",
    "near_threshold": "お知らせする人数",
    "near_minutes": "お知らせする時間",
    "absent_after_calls": "自動で不在にする呼び出し回数",
    "absent_after_minutes": "自動で不在にする時間",
    "return_within": "戻れる時間",
    "remote_limit": "LINEで1日に出す番号",
    "remote_per_person": "1人が1日に取れる番号",
}
"""The numbers as staff read them."""
BOUNDS: Final = {
    "appointment_lead": (0, 60),
    "patience": (1, 480),
    "ratio_appointments": (1, 20),
    "ratio_others": (1, 20),
    "near_threshold": (0, 30),
    "near_minutes": (0, 120),
    "absent_after_calls": (0, 10),
    "absent_after_minutes": (0, 60),
    "return_within": (0, 480),
    "remote_limit": (0, 9_999),
    "remote_per_person": (0, 99),
}


@dataclass(frozen=True, slots=True)
class CallingRules:
    """The columns of a desk that staff set about calling; each is described at `store.tables.Desk`."""

    order_kind: OrderKind
    appointment_lead: int
    patience: int
    ratio_appointments: int
    ratio_others: int
    near_threshold: int
    near_minutes: int
    absent_after_calls: int
    absent_after_minutes: int
    return_rule: ReturnRule
    return_within: int
    remote: bool
    remote_limit: int
    remote_per_person: int
    speech: bool
    notice: Mapping[str, str] = field(default_factory=dict)


def checked(rules: CallingRules) -> CallingRules:
    """The rules, their notice without empty languages.

    Raises `Refusal`: rule_number(field, least, most), notice_long(most), notice_japanese.
    """
    refuse_outside(rules, BOUNDS, LABELS)
    return replace(rules, notice=_notice(rules.notice))


def _notice(texts: Mapping[str, str]) -> dict[str, str]:
    found = {language: " ".join(texts.get(language, "").split()) for language in LANGUAGES}
    found = {language: text for language, text in found.items() if text}
    if any(len(text) > LONGEST_NOTICE or not text.isprintable() for text in found.values()):
        raise Refusal("notice_long", most=LONGEST_NOTICE)
    if found and DEFAULT not in found:
        raise Refusal("notice_japanese")
    return found
