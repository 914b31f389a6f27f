"""What is said when a number is called: in each language as people read it, as it is spoken, and in kana.

A number is read as a number, without the zeros before it: A012 is エー、じゅうにばん. The letter is spelled.
What an engine is given differs from what people read: Japanese engines read 方 as ほう, and the は of はち
as わ, so they get かた and figures in kanji, which they read right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .languages import DEFAULT, LANGUAGES

GREATEST: Final = 9_999

_SPELLED: Final = """
エー ビー シー ディー イー エフ ジー エイチ アイ ジェイ ケー エル エム
エヌ オー ピー キュー アール エス ティー ユー ブイ ダブリュー エックス ワイ ゼット
"""
LETTERS: Final = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", _SPELLED.split(), strict=True))
"""Letters as Japanese voices spell them."""
_LABELS: Final = {
    "赤": "あか",
    "青": "あお",
    "黄": "き",
    "黄色": "きいろ",
    "緑": "みどり",
    "白": "しろ",
    "黒": "くろ",
    "相談室": "そうだんしつ",
    "相談": "そうだん",
    "受付": "うけつけ",
    "総合受付": "そうごううけつけ",
    "総合案内": "そうごうあんない",
    "会計": "かいけい",
    "出納": "すいとう",
    "納付": "のうふ",
    "証明": "しょうめい",
    "個室": "こしつ",
}
"""Words above counters, in kana; what is not here is left to the engine's dictionary."""
_A_PLACE: Final = (
    "窓口",
    "室",
    "受付",
    "案内",
    "コーナー",
    "カウンター",
    "ブース",
    "デスク",
    "テーブル",
    "席",
)
_ONES: Final = ("", "いち", "に", "さん", "よん", "ご", "ろく", "なな", "はち", "きゅう")
_HUNDREDS: Final = {1: "ひゃく", 3: "さんびゃく", 6: "ろっぴゃく", 8: "はっぴゃく"}
_THOUSANDS: Final = {1: "せん", 3: "さんぜん", 8: "はっせん"}
_FIGURES: Final = "零一二三四五六七八九"
_NUMBERED: Final = re.compile(r"([A-Z]?)([0-9]{1,4})([A-Z]?)")


class Occasion(StrEnum):
    """Why a number is called."""

    FIRST = "first"
    AGAIN = "again"
    """It was called before and nobody came."""
    NEXT = "next"
    """Its holder was handed over from another counter."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said in one language. `text` is for the eye, `spoken` for a voice."""

    language: str
    text: str
    spoken: str
    kana: str | None = None
    """How Japanese is read, with a gap at each comma; None in other languages."""


def announcement(
    letter: str, number: int, counter: str, language: str, occasion: Occasion = Occasion.FIRST
) -> tuple[Sentence, ...]:
    """The sentences of one call: Japanese first, then the ticket's language if it is another."""
    languages = dict.fromkeys((DEFAULT, language if language in LANGUAGES else DEFAULT))
    return tuple(sentence(letter, number, counter, one, occasion) for one in languages)


def sentence(
    letter: str, number: int, counter: str, language: str, occasion: Occasion = Occasion.FIRST
) -> Sentence:
    """What is said in `language`, one of ours; `counter` is its label."""
    return _WRITERS[language](letter.upper(), number, counter.strip(), occasion)


def kana_of(number: int) -> str:
    """A number from 1 to 9,999 in hiragana; others figure by figure."""
    if not 0 < number <= GREATEST:
        return "".join(_ONES[int(figure)] or "ゼロ" for figure in str(number))
    thousands, hundreds, tens, ones = (number // unit % 10 for unit in (1000, 100, 10, 1))
    parts = [
        _THOUSANDS.get(thousands, _ONES[thousands] + "せん") if thousands else "",
        _HUNDREDS.get(hundreds, _ONES[hundreds] + "ひゃく") if hundreds else "",
        ("" if tens == 1 else _ONES[tens]) + "じゅう" if tens else "",
        _ONES[ones],
    ]
    return "".join(parts)


def kanji_of(number: int) -> str:
    """A number from 1 to 9,999 in kanji, as engines read it right; others in figures."""
    if not 0 < number <= GREATEST:
        return str(number)
    parts = []
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        figure = number // unit % 10
        if figure:
            parts.append(name if figure == 1 and unit > 1 else _FIGURES[figure] + name)
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class _Words:
    """The same words written, spoken and in kana."""

    text: str
    spoken: str
    kana: str

    def __add__(self, other: _Words) -> _Words:
        return _Words(self.text + other.text, self.spoken + other.spoken, self.kana + other.kana)


def _same(text: str, kana: str | None = None) -> _Words:
    return _Words(text, text, text if kana is None else kana)


def _figures(number: int) -> _Words:
    return _Words(str(number), kanji_of(number), kana_of(number))


def _letter(letter: str) -> _Words:
    return _same(LETTERS.get(letter, letter))


def _number(letter: str, number: int) -> _Words:
    spelled = _letter(letter) + _same("、") if letter else _same("")
    return spelled + _figures(number) + _same("番", "ばん")


def _counter(label: str) -> _Words:
    """The label with what makes a place of it: 3番窓口, 相談室, 赤の窓口."""
    found = _NUMBERED.fullmatch(label.upper())
    if found:
        before, figures, after = found.groups()
        return _letter(before) + _figures(int(figures)) + _letter(after) + _same("番窓口", "ばんまどぐち")
    if label.upper() in LETTERS:
        return _letter(label.upper()) + _same("番窓口", "ばんまどぐち")
    named = _same(label, _LABELS.get(label, label))
    return named if label.endswith(_A_PLACE) else named + _same("の窓口", "のまどぐち")


_JA: Final = {
    Occasion.FIRST: _same(""),
    Occasion.AGAIN: _same("もう一度お呼びします。", "もういちどおよびします。"),
    Occasion.NEXT: _same(""),
}


def _japanese(letter: str, number: int, counter: str, occasion: Occasion) -> Sentence:
    who = _number(letter, number) + _Words("の方、", "のかた、", "のかた、")
    then = _same("つづいて、") if occasion is Occasion.NEXT else _same("")
    said = _JA[occasion] + who + then + _counter(counter) + _same("へお越しください。", "へおこしください。")
    return Sentence("ja", said.text, said.spoken, said.kana)


_EASY: Final = {
    Occasion.FIRST: _same(""),
    Occasion.AGAIN: _same("もう一度 呼びます。", "もういちど よびます。"),
    Occasion.NEXT: _same(""),
}


def _easy_japanese(letter: str, number: int, counter: str, occasion: Occasion) -> Sentence:
    then = _same("つぎに、") if occasion is Occasion.NEXT else _same("")
    who = _number(letter, number) + _same("の 人、", "の ひと、") + then
    said = _EASY[occasion] + who + _counter(counter) + _same("に 来て ください。", "に きて ください。")
    return Sentence("ja-easy", said.text, said.spoken, said.kana)


def _in(
    language: str,
    calls: Mapping[Occasion, str],
    number: str,
    numbered: str,
    named: str,
    *,
    spell: bool = False,
) -> _Writer:
    """Sentences of another language, by occasion. `spell`: figures are said one by one after the letter, and
    a voice pauses between, so that it does not take the letter for a word."""

    def write(letter: str, figure: int, counter: str, occasion: Occasion) -> Sentence:
        figures = " ".join(str(figure)) if spell else str(figure)
        where = (numbered if re.fullmatch(r"[A-Za-z0-9]+", counter) else named).format(counter=counter)

        def said(between: str) -> str:
            who = number.format(number=f"{letter}{between}{figures}" if letter else figures)
            return calls[occasion].format(number=who, where=where)

        return Sentence(language, said(" "), said(", " if spell else " "))

    return write


_Writer = Callable[[str, int, str, Occasion], Sentence]
_WRITERS: Final[Mapping[str, _Writer]] = {
    "ja": _japanese,
    "ja-easy": _easy_japanese,
    "en": _in(
        "en",
        {
            Occasion.FIRST: "Number {number}, please come to {where}.",
            Occasion.AGAIN: "Calling again. Number {number}, please come to {where}.",
            Occasion.NEXT: "Number {number}, please go on to {where}.",
        },
        "{number}",
        "counter {counter}",
        "the counter {counter}",
        spell=True,
    ),
    "zh-Hans": _in(
        "zh-Hans",
        {
            Occasion.FIRST: "请 {number} 号到{where}。",
            Occasion.AGAIN: "再次呼叫，请 {number} 号到{where}。",
            Occasion.NEXT: "请 {number} 号接着到{where}。",
        },
        "{number}",
        " {counter} 号窗口",
        "{counter}窗口",
    ),
    "ko": _in(
        "ko",
        {
            Occasion.FIRST: "{number} 고객님, {where} 와 주십시오.",
            Occasion.AGAIN: "다시 부르겠습니다. {number} 고객님, {where} 와 주십시오.",
            Occasion.NEXT: "{number} 고객님, 이어서 {where} 가 주십시오.",
        },
        "{number}번",
        "{counter}번 창구로",
        "{counter} 창구로",
    ),
    "vi": _in(
        "vi",
        {
            Occasion.FIRST: "Mời số {number} đến {where}.",
            Occasion.AGAIN: "Xin gọi lại. Mời số {number} đến {where}.",
            Occasion.NEXT: "Mời số {number} đến tiếp {where}.",
        },
        "{number}",
        "quầy số {counter}",
        "quầy {counter}",
        spell=True,
    ),
    "pt": _in(
        "pt",
        {
            Occasion.FIRST: "Senha {number}, dirija-se ao {where}.",
            Occasion.AGAIN: "Chamando novamente. Senha {number}, dirija-se ao {where}.",
            Occasion.NEXT: "Senha {number}, siga agora para o {where}.",
        },
        "{number}",
        "guichê {counter}",
        "guichê {counter}",
        spell=True,
    ),
}
