"""Letters 1 and 3 of the kana name and the last two digits of the phone, three calendar months later."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.domain.masking import Policy, due_on, masked_kana, masked_phone


@pytest.mark.parametrize(
    ("kana", "left"),
    [
        ("ヤマダ ハナコ", "＊マ＊ ハナコ"),
        ("イ アン", "＊ ア＊"),
        ("アン", "＊ン"),
        ("ア", "＊"),
        ("ヴィクトリア・マリア", "＊ィ＊トリア・マリア"),
        ("ア イ", "＊ イ"),
        # Voicing marks that were stored apart belong to their letter, full width and half width.
        ("ハ\u3099ハ\u3099タ\u3099 サン", "＊ハ\u3099＊ サン"),
        ("ﾊﾞﾊﾞﾀﾞ", "＊ﾊﾞ＊"),
        ("𠮷田𠮷夫", "＊田＊夫"),
        ("e\u0301le\u0301", "＊l＊"),
        ("👩\u200d👧ミ👩\u200d👧", "＊ミ＊"),
        ("", ""),
    ],
)
def test_the_first_and_third_letter_go_spaces_not_counted(kana: str, left: str) -> None:
    assert masked_kana(kana, "partial") == left


@pytest.mark.parametrize(
    ("phone", "left"),
    [
        ("+819012345678", "+8190123456**"),
        ("03-1234-5678", "03-1234-56**"),
        ("+81312345678;ext=1234", "+813123456**;ext=****"),
        ("03-1234-5678 内線 12", "03-1234-56** 内線 **"),
        ("０９０１２３４５６７８", "０９０１２３４５６**"),
        ("7", "*"),
        ("", ""),
    ],
)
def test_the_last_two_digits_go_and_any_extension(phone: str, left: str) -> None:
    assert masked_phone(phone, "partial") == left


@given(
    st.text(st.characters(codec="utf-8"), max_size=12),
    st.text("0123456789+-() ;ext=内線０９", max_size=20),
    st.sampled_from(["partial", "full"]),
)
def test_whatever_stands_there_masking_it_twice_changes_nothing(
    kana: str, phone: str, policy: Policy
) -> None:
    once = masked_kana(kana, policy), masked_phone(phone, policy)
    assert (masked_kana(once[0], policy), masked_phone(once[1], "full")) == (
        once[0],
        masked_phone(phone, "full"),
    )


@given(
    st.text("アイウエオカキクケコ ー・", min_size=1, max_size=40),
    st.from_regex(r"\+\d{8,15}", fullmatch=True),
)
def test_under_full_no_letter_and_no_digit_is_left(kana: str, phone: str) -> None:
    assert set(masked_kana(kana, "full")) <= {"＊", " "}
    assert set(masked_phone(phone, "full")) == {"+", "*"}


@pytest.mark.parametrize(
    ("created", "visit", "due"),
    [
        (date(2026, 10, 1), date(2026, 10, 15), date(2027, 1, 15)),
        (date(2026, 10, 20), date(2026, 10, 15), date(2027, 1, 20)),
        (date(2026, 11, 30), date(2026, 11, 30), date(2027, 2, 28)),
        (date(2027, 11, 30), date(2027, 11, 30), date(2028, 2, 29)),
    ],
)
def test_three_calendar_months_after_the_later_day_clamped_to_the_months_end(
    created: date, visit: date, due: date
) -> None:
    assert due_on(created, visit, 3) == due


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(1, 60))
def test_due_is_always_in_the_right_month(start: date, months: int) -> None:
    due = due_on(start, start, months)
    assert (due.year - start.year) * 12 + due.month - start.month == months
    assert due.day <= start.day
