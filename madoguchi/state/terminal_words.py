"""What is the matter with a terminal (発券機), in words for clerks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ..domain.terminal_health import Finding, Health, Level, Reason, worst_first
from ..services.lease_troubles import TroubleLine
from ..services.terminal_states import TerminalState

FINE: Final = "正常"
NO_TERMINAL: Final = "発券機なし"
_SHORT: Final = {
    Reason.SILENT: "連絡なし",
    Reason.COVER_OPEN: "カバー開",
    Reason.PAPER_OUT: "用紙切れ",
    Reason.OFFLINE: "接続なし",
    Reason.UNTOLD: "準備中",
    Reason.PAPER_NEAR_END: "用紙わずか",
    Reason.UNSENT: "未送信あり",
    Reason.CLOCK_OFF: "時計のずれ",
    Reason.PRINTER_UNKNOWN: "状態不明",
    Reason.OLD_VERSION: "更新が必要",
}
_PLAIN: Final = {
    Reason.COVER_OPEN: "カバーが開いています",
    Reason.PAPER_OUT: "用紙切れ",
    Reason.OFFLINE: "プリンターにつながりません",
    Reason.UNTOLD: "端末の最初の連絡を待っています",
    Reason.PAPER_NEAR_END: "用紙がもうすぐなくなります",
    Reason.PRINTER_UNKNOWN: "プリンターの状態がわかりません",
    Reason.OLD_VERSION: "端末のプログラムが古くなっています",
}
_TO_DO: Final = {
    Reason.SILENT: "端末の電源と通信を確かめてください。",
    Reason.COVER_OPEN: "カバーを閉めてください。",
    Reason.PAPER_OUT: "用紙を入れ替えてください。印刷できなかった番号は、自動で印刷します。",
    Reason.OFFLINE: "プリンターの電源とケーブルを確かめてください。",
    Reason.PAPER_NEAR_END: "替えの用紙を用意してください。",
    Reason.UNSENT: "通信が戻ると、自動で送ります。",
    Reason.CLOCK_OFF: "番号札の時刻がずれます。端末の担当者に知らせてください。",
    Reason.PRINTER_UNKNOWN: "試し刷りをして確かめてください。",
    Reason.OLD_VERSION: "端末の担当者に知らせてください。",
}
_STEPS: Final = (5, 10, 30)
_PRINTER: Final = {
    "ok": "正常",
    "cover_open": "カバーが開いています",
    "paper_out": "用紙切れ",
    "offline": "つながりません",
    "paper_near_end": "用紙がもうすぐなくなります",
}


@dataclass
class TerminalWarning:
    """One line of the bar: what is the matter with a terminal, and what to do."""

    what: str
    to_do: str
    trouble: bool


def short(terminals: Sequence[TerminalState]) -> str:
    """A word or two for all of a desk's terminals: the worst of what is the matter."""
    if not terminals:
        return NO_TERMINAL
    found = worst_first(one for terminal in terminals for one in terminal.health.findings)
    return _SHORT[found[0].reason] if found else FINE


def all_well(terminals: Sequence[TerminalState]) -> bool:
    """Whether nothing is the matter with any."""
    return all(one.health.level is Level.OK for one in terminals)


def warnings_of(terminals: Sequence[TerminalState]) -> list[TerminalWarning]:
    """A line for each terminal that needs a clerk's hand, troubles first; named where there are several."""
    lines = [
        _warning(one.name if len(terminals) > 1 else "", one) for one in terminals if one.health.for_clerks
    ]
    return sorted(lines, key=lambda line: not line.trouble)


def papers_of(papers: Sequence[TroubleLine]) -> list[TerminalWarning]:
    """A line for each paper given without the network that needs a clerk's hand."""
    return [TerminalWarning(*paper(one), trouble=True) for one in papers]


def paper(line: TroubleLine) -> tuple[str, str]:
    """What is the matter with such a paper, and what to do."""
    twice = line.reason == "given_twice"
    what = f"{line.number}の番号札を{'2人の方がお持ちです' if twice else '登録できませんでした'}"
    if not line.instead:
        return what, "お持ちの方に声をかけ、番号を取り直してください。"
    whose = "あとから届いた方" if twice else "お持ちの方"
    return what, f"{whose}は{line.instead}で並んでいます。声をかけてください。"


def plain(health: Health) -> str:
    """All that is the matter, as a list of terminals says it."""
    return "、".join(map(_said, health.findings)) or FINE


def printer(told: str) -> str:
    """What a terminal told of its printer."""
    return _PRINTER.get(told, "状態がわかりません")


def _warning(name: str, terminal: TerminalState) -> TerminalWarning:
    findings = terminal.health.for_clerks
    whose = f"発券機「{name}」" if name else "発券機"
    return TerminalWarning(
        what=f"{whose}: {'、'.join(map(_said, findings))}",
        to_do=_TO_DO[findings[0].reason] + _meanwhile(terminal.holds),
        trouble=findings[0].reason.level is Level.TROUBLE,
    )


def _meanwhile(holds: Sequence[str]) -> str:
    return f"その間も、手元の番号（{'、'.join(holds)}）を出せます。" if holds else ""


def _said(finding: Finding) -> str:
    amount = finding.amount
    match finding.reason:
        case Reason.SILENT:
            return f"端末から{_silence(amount)}連絡がありません" if amount else "端末からまだ連絡がありません"
        case Reason.UNSENT:
            return f"未送信{amount}件"
        case Reason.CLOCK_OFF:
            return f"端末の時計が{abs(amount)}分{'進んで' if amount > 0 else '遅れて'}います"
        case other:
            return _PLAIN[other]


def _silence(minutes: int) -> str:
    """In growing steps: a screen reader must not say it anew every minute."""
    if minutes >= 24 * 60:
        return f"{minutes // (24 * 60)}日以上"
    if minutes >= 60:
        return f"{minutes // 60}時間以上"
    step = max((one for one in _STEPS if one <= minutes), default=0)
    return f"{step}分以上" if step else f"{minutes}分間"
