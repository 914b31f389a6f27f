"""What a desk may put on its paper tickets (番号札), beside what stands on every one."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from .errors import Refusal
from .languages import DEFAULT, LANGUAGES, OWN_NAMES

MOST_LINES: Final = 3
LONGEST_LINE: Final = 40
LONGEST_CLOSING: Final = 60
"""Full-width letters; narrow ones count half. A longer closing would fill half of a 58 mm ticket."""
LOGO_WIDTH: Final = 360
LOGO_HEIGHT: Final = 120
"""The largest logo, in dots of the widest paper (576); terminals print it smaller on narrower ones."""
_WIDE: Final = {"W", "F", "A"}
_EMOJI: Final = range(0x1F000, 0x20000)
_VARIATION: Final = "\ufe0f"


@dataclass(frozen=True, slots=True)
class PaperTexts:
    """The desk's own lines, Japanese, and its closing words by language (without one: the standard words)."""

    lines: tuple[str, ...] = ()
    closing_words: Mapping[str, str] = field(default_factory=dict)


def checked_texts(lines: Sequence[str], closing_words: Mapping[str, str]) -> PaperTexts:
    """The texts as they are kept: without empty ones and without what cannot be seen.

    Raises `Refusal`: paper_line_long(line, most), paper_closing_long(language, most), paper_emoji(text).
    """
    own = [_kept(line) for line in lines][:MOST_LINES]
    closing = {language: _kept(closing_words.get(language, "")) for language in LANGUAGES}
    for number, line in enumerate(own, start=1):
        if width(line) > LONGEST_LINE:
            raise Refusal("paper_line_long", line=number, most=LONGEST_LINE)
    for language, words in closing.items():
        if width(words) > LONGEST_CLOSING:
            raise Refusal("paper_closing_long", language=OWN_NAMES[language], most=LONGEST_CLOSING)
    for text in (*own, *closing.values()):
        if unprintable := next((sign for sign in text if _unprintable(sign)), ""):
            raise Refusal("paper_emoji", sign=unprintable)
    return PaperTexts(
        tuple(line for line in own if line), {language: words for language, words in closing.items() if words}
    )


def closing_in(texts: PaperTexts, standard: Mapping[str, str]) -> dict[str, str]:
    """The closing words of every language, its own or the standard ones."""
    return {**standard, **texts.closing_words}


def width(text: str) -> float:
    """How wide the text is, in full-width letters."""
    return sum(0.5 if _narrow(sign) else 1 for sign in text)


def shown_as(names: Mapping[str, str], language: str) -> tuple[str, str]:
    """A text as a paper has it: Japanese, and the citizen's language where that says something else."""
    japanese = names.get(DEFAULT) or ""
    own = names.get(language) or japanese
    return japanese, own if own != japanese else ""


def _kept(text: str) -> str:
    """In one line, without signs that cannot be seen. Wide spaces stay: they are there to be seen."""
    seen = "".join(" " if sign in "\t\r\n" else sign for sign in unicodedata.normalize("NFC", text))
    seen = "".join(sign for sign in seen if unicodedata.category(sign)[0] != "C")
    return " ".join(part for part in seen.split(" ") if part).strip()


def _narrow(sign: str) -> bool:
    """Letters with accents are narrow, whatever old Japanese character sets did with some of them."""
    return unicodedata.east_asian_width(sign) not in _WIDE or (sign.isalpha() and sign < "\u0250")


def _unprintable(sign: str) -> bool:
    """Pictures that the terminals' font lacks; they would come out as empty boxes."""
    return ord(sign) in _EMOJI or sign == _VARIATION
