"""What a desk may put on its paper: a width that can be printed, letters that the font has."""

from __future__ import annotations

import pytest

from madoguchi.domain.errors import Refusal
from madoguchi.domain.paper import LONGEST_CLOSING, LONGEST_LINE, PaperTexts, checked_texts, closing_in, width


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        ("あ" * 40, 40),
        ("a" * 80, 40),
        ("ｱｲｳ", 1.5),
        ("電話 03", 3.5),
        ("ấể", 1),
        ("àé", 1),
        ("①", 1),
        ("", 0),
    ],
)
def test_narrow_letters_count_half(text: str, wide: float) -> None:
    assert width(text) == wide


def test_empty_lines_fall_away_and_what_cannot_be_seen_with_them() -> None:
    kept = checked_texts(["", " 電話\t03\n", "駐車場　無料\u200b"], {"ja": "  ", "en": "Bye", "fr": "Adieu"})
    assert kept == PaperTexts(("電話 03", "駐車場　無料"), {"en": "Bye"})


def test_a_line_may_be_as_long_as_the_limit_and_no_longer() -> None:
    assert checked_texts(["あ" * LONGEST_LINE], {}).lines == ("あ" * LONGEST_LINE,)
    with pytest.raises(Refusal) as found:
        checked_texts(["", "あ" * LONGEST_LINE + "a"], {})
    assert (found.value.code, found.value.facts) == ("paper_line_long", {"line": 2, "most": LONGEST_LINE})
    with pytest.raises(Refusal) as found:
        checked_texts([], {"vi": "a" * (2 * LONGEST_CLOSING + 1)})
    assert found.value.facts == {"language": "Tiếng Việt", "most": LONGEST_CLOSING}


@pytest.mark.parametrize("text", ["ようこそ😀", "👨\u200d👩", "❤\ufe0f", "🚗"])
def test_pictures_that_no_terminal_prints_are_refused(text: str) -> None:
    with pytest.raises(Refusal, match="paper_emoji"):
        checked_texts([text], {})
    with pytest.raises(Refusal, match="paper_emoji"):
        checked_texts([], {"en": text})


@pytest.mark.parametrize("text", ["𠮷野家", "〒100-0001", "☎ 03", "①〜③", "→"])
def test_rare_kanji_and_signs_of_the_font_are_kept(text: str) -> None:
    assert checked_texts([text], {}).lines == (text,)


def test_a_language_without_own_words_has_the_standard_ones() -> None:
    standard = {"ja": "標準", "en": "Standard"}
    assert closing_in(PaperTexts((), {"ja": "自分"}), standard) == {"ja": "自分", "en": "Standard"}
