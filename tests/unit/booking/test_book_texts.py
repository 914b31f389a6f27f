"""What the booking page says, in seven languages, and the month it draws."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as some

from madoguchi.dates import day_text, month_text, weekday_texts
from madoguchi.domain.arrival import LatePolicy
from madoguchi.domain.booking import Mark
from madoguchi.domain.languages import LANGUAGES
from madoguchi.services.slots import DayView
from madoguchi.state import book_view
from madoguchi.texts import LOCALES

TOKYO = ZoneInfo("Asia/Tokyo")


def _catalogue(language: str, part: str) -> dict[str, str]:
    with (LOCALES / language / f"{part}.po").open("rb") as stream:
        return {str(entry.id): str(entry.string) for entry in read_po(stream) if entry.id}


@pytest.mark.parametrize(
    "part", ["book", "refusal-booking", "public-guest", "refusal-guest", "refusal-liff", "liff"]
)
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
    cells = book_view.month_cells({day: DayView(day, Mark.FREE)}, month, language, TOKYO)
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


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("policy", list(LatePolicy))
def test_what_being_late_costs_is_told_in_every_language(language: str, policy: LatePolicy) -> None:
    moment = datetime(2026, 12, 1, 0, 15, tzinfo=UTC)
    told = book_view.late(language, policy, moment, TOKYO)
    assert ("09:15" in told) is (policy is not LatePolicy.KEEP_TIME)


@given(some.integers(-5, 200_000))
def test_a_page_never_asks_before_an_opening(seconds: int) -> None:
    now = datetime(2026, 11, 30, tzinfo=UTC)
    day = date(2026, 12, 10)
    opens = now + timedelta(seconds=seconds, milliseconds=300)
    _, left = book_view.next_opening({day: DayView(day, Mark.CLOSED, opens)}, "ja", TOKYO, now)
    assert left == 0 or now + timedelta(seconds=left) >= opens
    assert (left == 0) is (seconds >= 24 * 3600)
