"""What the booking page says, in seven languages, and the month it draws."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as some

from madoguchi.dates import day_text, month_text, weekday_texts
from madoguchi.domain.booking import Mark
from madoguchi.domain.languages import LANGUAGES
from madoguchi.state import book_view
from madoguchi.texts import LOCALES


def _catalogue(language: str, part: str) -> dict[str, str]:
    with (LOCALES / language / f"{part}.po").open("rb") as stream:
        return {str(entry.id): str(entry.string) for entry in read_po(stream) if entry.id}


@pytest.mark.parametrize("part", ["book", "refusal-booking", "refusal-liff", "liff"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_untranslated(language: str, part: str) -> None:
    ours, japanese = _catalogue(language, part), _catalogue("ja", part)
    assert ours.keys() == japanese.keys()
    for key, text in ours.items():
        assert text.strip(), key
        assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", japanese[key])), key


@pytest.mark.parametrize(
    ("language", "day", "month"),
    [
        ("ja", "11月25日(水)", "2026年11月"),
        ("ja-easy", "11月25日(水)", "2026年11月"),
        ("en", "Wed, Nov 25", "November 2026"),
        ("zh-CN", "11月25日周三", "2026年11月"),
    ],
)
def test_days_read_as_people_write_them(language: str, day: str, month: str) -> None:
    assert day_text(language, date(2026, 11, 25)) == day
    assert month_text(language, date(2026, 11, 25)) == month


def test_weeks_begin_on_sunday() -> None:
    assert weekday_texts("ja") == list("日月火水木金土")


@given(some.dates(date(2020, 1, 1), date(2099, 12, 1)), some.sampled_from(LANGUAGES))
def test_a_month_has_all_its_days_under_their_weekdays(day: date, language: str) -> None:
    month = book_view.first_of(day)
    cells = book_view.month_cells({day: Mark.FREE}, month, language)
    days = [date.fromisoformat(cell.iso) for cell in cells if cell.iso]
    assert days[0] == month
    assert (days[-1] + timedelta(days=1)).day == 1
    for column, cell in enumerate(cells):
        if cell.iso:
            assert date.fromisoformat(cell.iso).isoweekday() % 7 == column % 7
    assert [cell.iso for cell in cells if cell.open] == [day.isoformat()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_full_time_says_so_in_words(language: str) -> None:
    full = book_view.place_choice(1, "10:00", 0, language)
    assert not full.open
    assert full.spoken == f"10:00 {book_view.texts(language, 3)['mark.full']}"
