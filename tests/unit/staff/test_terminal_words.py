"""What a terminal needs, in words: short beside the figures, one line with what to do in the bar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from madoguchi.domain.terminal_health import Finding, Health, Reason, Told
from madoguchi.services.terminal_keeping import KeptTerminal
from madoguchi.services.terminal_states import TerminalState
from madoguchi.state.settings_terminals_view import line_of
from madoguchi.state.terminal_words import all_well, plain, short, warnings_of

NOW = datetime(2026, 10, 1, 1, 23, 45, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Tokyo")


def state(name: str, *findings: Finding | Reason) -> TerminalState:
    found = tuple(one if isinstance(one, Finding) else Finding(one) for one in findings)
    return TerminalState(name, Health(found))


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words(reason: Reason) -> None:
    one = [state("ロビー", Finding(reason, 3))]
    assert short(one)
    assert plain(one[0].health)
    assert not all_well(one)
    shown = warnings_of(one)
    assert bool(shown) is reason.for_clerks
    assert all(line.to_do for line in shown)


def test_all_is_well_in_few_words() -> None:
    assert (short([]), all_well([]), warnings_of([])) == ("発券機なし", True, [])
    fine = [state("ロビー")]
    assert (short(fine), all_well(fine), warnings_of(fine)) == ("正常", True, [])


def test_of_a_silent_terminal_the_bar_says_which_numbers_it_gives_meanwhile() -> None:
    silent = replace(state("ロビー", Reason.SILENT), holds=("A901–A920", "B901–B920"))
    (line,) = warnings_of([silent])
    assert line.to_do.endswith("その間も、手元の番号（A901–A920、B901–B920）を出せます。")


def test_an_unknown_printer_is_never_called_fine() -> None:
    one = [state("ロビー", Reason.PRINTER_UNKNOWN)]
    assert (short(one), all_well(one)) == ("状態不明", False)


@pytest.mark.parametrize(
    ("findings", "words"),
    [
        ([Finding(Reason.PAPER_NEAR_END)], "用紙がもうすぐなくなります"),
        ([Finding(Reason.PAPER_OUT), Finding(Reason.UNSENT, 2)], "用紙切れ、未送信2件"),
        ([Finding(Reason.COVER_OPEN)], "カバーが開いています"),
        ([Finding(Reason.OFFLINE)], "プリンターにつながりません"),
        ([Finding(Reason.SILENT, 3)], "端末から3分間連絡がありません"),
        ([Finding(Reason.SILENT, 7)], "端末から5分以上連絡がありません"),
        ([Finding(Reason.SILENT, 59)], "端末から30分以上連絡がありません"),
        ([Finding(Reason.SILENT, 119)], "端末から1時間以上連絡がありません"),
        ([Finding(Reason.SILENT, 4 * 1440)], "端末から4日以上連絡がありません"),
        ([Finding(Reason.SILENT)], "端末からまだ連絡がありません"),
        ([Finding(Reason.CLOCK_OFF, 2)], "端末の時計が2分進んでいます"),
        ([Finding(Reason.CLOCK_OFF, -90)], "端末の時計が90分遅れています"),
    ],
)
def test_the_bar_says_what_is_the_matter(findings: list[Finding], words: str) -> None:
    (line,) = warnings_of([state("ロビー", *findings)])
    assert line.what == f"発券機: {words}"
    assert line.trouble is (findings[0].reason.level == "trouble")


def test_several_terminals_are_told_apart_the_worst_first() -> None:
    three = [state("1階", Reason.PAPER_NEAR_END), state("2階"), state("3階", Reason.PAPER_OUT)]
    assert [line.what for line in warnings_of(three)] == [
        "発券機「3階」: 用紙切れ",
        "発券機「1階」: 用紙がもうすぐなくなります",
    ]
    assert short(three) == "用紙切れ"


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=59), "たった今"),
        (timedelta(minutes=59), "59分前"),
        (timedelta(hours=10, minutes=23, seconds=45), "2026年10月1日 00:00"),
        (None, "まだありません"),
    ],
)
def test_the_list_says_when_a_terminal_was_heard(ago: timedelta | None, words: str) -> None:
    told = Told(None if ago is None else NOW - ago, "paper_out", 2, "0.1.0", 0)
    line = line_of(KeptTerminal(1, "ロビー", NOW, told, Health()), NOW, ZONE)
    assert (line.heard, line.printer, line.unsent, line.level) == (words, "用紙切れ", 2, "ok")


def test_before_its_first_word_nothing_is_claimed_of_a_terminal() -> None:
    told = Told(NOW, "unknown", 0, "", 0)
    line = line_of(KeptTerminal(1, "ロビー", NOW, told, Health((Finding(Reason.UNTOLD),))), NOW, ZONE)
    assert (line.printer, line.version) == ("まだわかりません", "まだわかりません")
