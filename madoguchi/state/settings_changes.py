"""What somebody else has saved while a form of 設定 was open: in words, and with what was typed kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ..domain.calling_rules import LABELS
from ..domain.languages import OWN_NAMES
from ..domain.order import OrderKind
from ..domain.returning import ReturnRule
from .slots_view import Option

KINDS: Final[Mapping[str, str]] = {
    OrderKind.APPOINTMENTS_FIRST.value: "予約を先に",
    OrderKind.ARRIVAL.value: "来た順",
    OrderKind.RATIO.value: "割合で交互に",
}
RETURNS: Final[Mapping[str, str]] = {
    ReturnRule.NEXT.value: "すぐ次に呼ぶ",
    ReturnRule.AFTER_THREE.value: "3人のあとに呼ぶ",
    ReturnRule.BACK.value: "列のうしろ",
}
_SWITCHED: Final = {"1": "する", "": "しない"}
_NAMES: Final = {
    **LABELS,
    "order_kind": "呼び出しの順番",
    "return_rule": "戻られた方",
    "remote": "LINEで番号を取れるように",
    "speech": "呼び出しの読み上げ",
    **{f"notice_{language}": f"お知らせ（{name}）" for language, name in OWN_NAMES.items()},
}
_CHOICES: Final = {"order_kind": KINDS, "return_rule": RETURNS, "remote": _SWITCHED, "speech": _SWITCHED}


def differences(
    opened: Mapping[str, str], now: Mapping[str, str], mine: Mapping[str, str] | None = None
) -> list[str]:
    """A line for each field that somebody has changed since the form was `opened`.

    What is typed there too, as `mine` has it, is named: it stays in the field.
    """
    return [
        _changed(name, value, now[name], value if mine is None else mine[name])
        for name, value in opened.items()
        if now[name] != value
    ]


def merged(opened: Mapping[str, str], now: Mapping[str, str], mine: Mapping[str, str]) -> dict[str, str]:
    """Every field as it is typed or, where nothing was typed since the form was `opened`, as it is `now`."""
    return {name: now[name] if mine[name] == value else mine[name] for name, value in opened.items()}


def taken_now(takes: Sequence[str], services: Sequence[Option]) -> str:
    """What a counter takes now that somebody else has chosen: ids of `services`, empty for all."""
    names = [one.text for one in services if one.value in takes]
    return f"受ける業務は、いま「{'・'.join(names) or 'すべて'}」です。"


def _changed(name: str, before: str, now: str, mine: str) -> str:
    kept = "" if mine in (before, now) else f"（欄には入力した「{_said(name, mine)}」を残しています）"
    return f"{_NAMES[name]}：{_said(name, before)} → {_said(name, now)}{kept}"


def _said(name: str, value: str) -> str:
    return _CHOICES.get(name, {}).get(value, value) or "なし"
