"""A paper ticket as the terminal will print it, for the preview of 設定.

The terminal draws by its own code (`kiosk/ticket_picture.py`), which this side cannot import; a test
compares every text, size, weight and language with what that code writes.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from .. import qr
from ..domain.languages import DEFAULT, LANGUAGES
from ..domain.numbers import label
from ..domain.paper import MOST_LINES, PaperTexts, closing_in, shown_as
from ..services.ticket_paper import PaperSample
from ..texts import catalogues, say

SAMPLE_NUMBER: Final = 12
SAMPLE_AHEAD: Final = 3
SAMPLE_MINUTES: Final = (10, 20)
SAMPLE_CLAIM: Final = "K7M2PQ9X"
_SAMPLE_PATH: Final = "/#" + "-" * 23
_CLAIM_WORDS: Final = "番号札登録"
_WEEKDAYS: Final = "月火水木金土日"
_STANDARD: Final = "public.paper_closing_words"


@dataclass
class Words:
    """A text on the paper; `size` in dots of a 576-dot paper."""

    text: str
    size: int
    tag: str = DEFAULT
    """The language as HTML names it."""
    bold: bool = False


@dataclass
class PaperSketch:
    """A ticket's texts from top to bottom. Logo, QR code, lines and gaps do not change while one types."""

    office: list[Words] = field(default_factory=list)
    service: list[Words] = field(default_factory=list)
    title: list[Words] = field(default_factory=list)
    number: str = ""
    issued: list[Words] = field(default_factory=list)
    ahead: list[Words] = field(default_factory=list)
    wait: list[Words] = field(default_factory=list)
    link: list[Words] = field(default_factory=list)
    claim: list[Words] = field(default_factory=list)
    closing: list[list[Words]] = field(default_factory=list)

    def words(self) -> list[Words]:
        """Every text in the order in which it is drawn."""
        parts = (self.office, self.service, self.title, self.issued, self.ahead, self.wait, self.link)
        return [one for part in (*parts, self.claim, *self.closing) for one in part]


def sketched(
    sample: PaperSample, texts: PaperTexts, language: str, now: datetime, zone: ZoneInfo
) -> PaperSketch:
    """The ticket of somebody who has chosen `language`, with `texts` as they are typed so far."""
    local = now.astimezone(zone)
    city, desk = (names.get(DEFAULT) or "" for names in (sample.municipality, sample.desk))
    low, high = SAMPLE_MINUTES
    told = [({DEFAULT: line}) for line in texts.lines]
    return PaperSketch(
        office=[
            Words(" ".join(filter(None, (city, desk))), 32, bold=True),
            *_own(sample.desk, language, 20),
            *_both(sample.place, language, 22),
        ],
        service=[
            Words(sample.service.get(DEFAULT) or "", 38, bold=True),
            *_own(sample.service, language, 24),
        ],
        title=[_joined("paper.number", language, 24)],
        number=label(sample.letter, SAMPLE_NUMBER),
        issued=_issued(local, language),
        ahead=_fact("paper.ahead", "paper.people", {"n": SAMPLE_AHEAD}, language),
        wait=_fact("paper.wait", "paper.minutes", {"low": low, "high": high}, language),
        link=_spoken("paper.qr", language, 25, 21, bold=True),
        claim=[
            *_spoken("paper.claim", language, 19, 18),
            Words(f"{_CLAIM_WORDS} {SAMPLE_CLAIM}", 22, _tag(DEFAULT), bold=True),
        ],
        closing=[_both(names, language, 22) for names in (*told, closing_in(texts, standard()))],
    )


def sample_code(public_url: str) -> str:
    """A QR code as dense as a ticket's own; whoever reads it comes to the front page."""
    return data_uri(qr.png(public_url + _SAMPLE_PATH))


def standard() -> dict[str, str]:
    """The closing words where a desk has none of its own, by language."""
    return {language: catalogues()[language][_STANDARD] for language in LANGUAGES}


def data_uri(png: bytes | None) -> str:
    """The picture as a page can show it without asking for it; empty for none."""
    return "" if png is None else f"data:image/png;base64,{base64.b64encode(png).decode()}"


def fields_of(texts: PaperTexts) -> dict[str, str]:
    """The texts as the form's fields have them."""
    lines = {f"line_{place + 1}": "".join(texts.lines[place : place + 1]) for place in range(MOST_LINES)}
    return lines | {f"closing_{one}": texts.closing_words.get(one, "") for one in LANGUAGES}


def _issued(local: datetime, language: str) -> list[Words]:
    day = f"{local.year}年{local.month}月{local.day}日({_WEEKDAYS[local.weekday()]})"
    japanese = Words(f"{day} {local:%H:%M} 発行", 24)
    if language in {DEFAULT, "ja-easy"}:
        return [japanese]
    return [japanese, Words(f"{say(language, 'paper.issued')} {local:%Y-%m-%d %H:%M}", 20, _tag(language))]


def _fact(title: str, value: str, values: Mapping[str, int], language: str) -> list[Words]:
    japanese, own = (say(spoken, value, **values) for spoken in (DEFAULT, language))
    # A bare number says the same in every language.
    further = [Words(own, 20, _tag(language))] if own != japanese and not own.isdigit() else []
    return [*_spoken(title, language, 22, 19), Words(japanese, 42, bold=True), *further]


def _spoken(key: str, language: str, size: int, own_size: int, *, bold: bool = False) -> list[Words]:
    japanese = Words(say(DEFAULT, key), size, bold=bold)
    if language == DEFAULT:
        return [japanese]
    return [japanese, Words(say(language, key), own_size, _tag(language))]


def _joined(key: str, language: str, size: int) -> Words:
    japanese, own = say(DEFAULT, key), say(language, key)
    return Words(japanese if own == japanese else f"{japanese}  {own}", size, _tag(language))


def _both(names: Mapping[str, str], language: str, size: int) -> list[Words]:
    japanese, _own_words = shown_as(names, language)
    return [*([Words(japanese, size)] if japanese else []), *_own(names, language, size - 2)]


def _own(names: Mapping[str, str], language: str, size: int) -> list[Words]:
    _japanese, own = shown_as(names, language)
    return [Words(own, size, _tag(language))] if own else []


def _tag(language: str) -> str:
    return DEFAULT if language == "ja-easy" else language
