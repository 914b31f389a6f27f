"""The preview of a ticket and the terminal's own drawing say the same, in the same sizes and order."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kiosk.fonts import Fonts
from kiosk.messages import Ticket, TicketFace
from kiosk.sheet import Sheet
from kiosk.sheet import Words as Drawn
from kiosk.texts import load_texts
from kiosk.ticket_picture import TicketPicture
from madoguchi.domain.languages import LANGUAGES
from madoguchi.domain.paper import PaperTexts, closing_in
from madoguchi.services.ticket_paper import Paper, PaperSample
from madoguchi.state.settings_paper_view import (
    SAMPLE_AHEAD,
    SAMPLE_CLAIM,
    SAMPLE_MINUTES,
    PaperSketch,
    sketched,
    standard,
)
from madoguchi.texts import catalogues

NOW = datetime(2026, 10, 1, 1, 23, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Tokyo")
CITY = {"ja": "森市", "en": "Mori City"}
DESK = {"ja": "保育課", "en": "Childcare", "ko": "보육과"}
PLACE = {"ja": "本庁舎2階", "en": "Main building 2F"}
SERVICE = {"ja": "児童手当", "en": "Child allowance", "vi": "Trợ cấp trẻ em"}
TEXTS = PaperTexts(("電話 03-1234-5678", "駐車場　無料"), {"ja": "お待ちください。", "en": "Please wait."})
FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")


def preview(language: str, texts: PaperTexts = TEXTS) -> PaperSketch:
    sample = PaperSample(Paper(texts), CITY, DESK, PLACE, SERVICE, "B")
    return sketched(sample, texts, language, NOW, ZONE)


class Watched(Sheet):
    """A sheet that writes down what is written on it."""

    said: list[Drawn]
    number: str

    def centred(self, words: Drawn, left: int = 0, right: int | None = None) -> None:
        self.said.append(words)
        super().centred(words, left, right)

    def flush_left(self, words: Drawn, left: int, right: int | None = None) -> None:
        self.said.append(words)
        super().flush_left(words, left, right)

    def widest(self, text: str, *, at_most: int, high: int) -> tuple[int, int]:
        type(self).number = text
        return super().widest(text, at_most=at_most, high=high)


def drawn(language: str, monkeypatch: pytest.MonkeyPatch) -> type[Watched]:
    """What the terminal draws for the same desk."""
    if not FONT.exists():
        pytest.skip("no CJK font")
    Watched.said = []
    monkeypatch.setattr("kiosk.ticket_picture.Sheet", Watched)
    low, high = SAMPLE_MINUTES
    ticket = {
        "id": 1,
        "number": "B012",
        "service": {"code": "allowance", "names": SERVICE},
        "desk": {"code": "childcare", "names": DESK},
        "issued_at": NOW.isoformat(),
        "waiting_ahead": SAMPLE_AHEAD,
        "estimated_wait_minutes": [low, high],
        "status_url": "http://city.test/t/abc",
        "claim_code": SAMPLE_CLAIM,
    }
    face = TicketFace(
        ticket=Ticket.model_validate(ticket),
        language=language,
        municipality=CITY,
        place=PLACE,
        lines=tuple({"ja": line} for line in TEXTS.lines),
        closing_words=closing_in(TEXTS, standard()),
    )
    TicketPicture(576, Fonts(FONT, FONT), load_texts()).page(face)
    return Watched


@pytest.mark.parametrize("language", LANGUAGES)
def test_preview_and_paper_say_the_same(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    paper, shown = drawn(language, monkeypatch), preview(language)
    wanted = [
        (one.text, one.size, one.bold, "ja" if one.language == "ja-easy" else one.language)
        for one in paper.said
    ]
    assert [(one.text, one.size, one.bold, one.tag) for one in shown.words()] == wanted
    assert shown.number == paper.number


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_catalogues_hold_the_same_words_of_the_paper(language: str) -> None:
    ours = {key: text for key, text in catalogues()[language].items() if key.startswith("paper.")}
    assert ours
    theirs = load_texts()
    spaces = {"n": "{n}", "low": "{low}", "high": "{high}"}
    assert {key: theirs.say(language, key, **spaces) for key in ours} == ours


def test_without_a_service_at_the_terminal_the_preview_still_stands() -> None:
    sample = PaperSample(Paper(), {}, {}, {}, {}, "A")
    assert sketched(sample, PaperTexts(), "pt", NOW, ZONE).number == "A012"
