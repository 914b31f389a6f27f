"""Kana names and phone numbers: typed forgivingly, stored one way, refused clearly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.domain.errors import Refusal
from madoguchi.domain.names import kana_name, search_key
from madoguchi.domain.phones import national, phone_e164


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("やまだ　はなこ", "ヤマダ ハナコ"),
        ("ﾔﾏﾀﾞ ﾊﾅｺ", "ヤマダ ハナコ"),
        (" サトー ケン ", "サトー ケン"),
        ("サト- ケン", "サトー ケン"),
        ("ゔぃくとりあ・まりあ", "ヴィクトリア・マリア"),
    ],
)
def test_a_name_becomes_full_width_katakana(typed: str, stored: str) -> None:
    assert kana_name(typed) == stored


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "name_missing"),
        ("　", "name_missing"),
        ("山田花子", "name_not_kana"),
        ("Hanako", "name_not_kana"),
        ("ア" * 41, "name_too_long"),
        ("ヤマダ<script>", "name_not_kana"),
    ],
)
def test_what_is_no_kana_name_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        kana_name(typed)


def test_the_search_key_folds_small_letters_marks_and_spaces() -> None:
    assert search_key("ヴァッハ ジョー") == search_key("ハツハ ショ") or search_key("ジョー") == "シヨ"
    assert search_key("やまだ はなこ") == search_key("ヤマダハナコ") == "ヤマタハナコ"


@pytest.mark.parametrize(
    ("typed", "stored", "shown"),
    [
        ("090-1234-5678", "+819012345678", "090-1234-5678"),
        ("０９０ー１２３４ー５６７８", "+819012345678", "090-1234-5678"),
        ("+81 90 1234 5678", "+819012345678", "090-1234-5678"),
        ("03-5550-9876", "+81355509876", "03-5550-9876"),
        ("050-3000-1234", "+815030001234", "050-3000-1234"),
    ],
)
def test_a_number_is_stored_e164_and_shown_national(typed: str, stored: str, shown: str) -> None:
    assert phone_e164(typed) == stored
    assert national(stored) == shown


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "phone_missing"),
        ("119", "phone_unreadable"),
        ("090-1234", "phone_unreadable"),
        ("0120-123-456", "phone_kind"),
        ("9" * 50, "phone_unreadable"),
        ("でんわ", "phone_unreadable"),
    ],
)
def test_what_nobody_can_be_reached_at_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        phone_e164(typed)


def test_a_masked_number_is_shown_as_it_is() -> None:
    assert national("+8190123456**") == "+8190123456**"


def test_a_foreign_number_is_shown_so_that_it_can_be_read_again() -> None:
    assert national("+16502530000") == "+1 650-253-0000"
    assert phone_e164(national("+16502530000")) == "+16502530000"


@given(st.text(max_size=60))
def test_any_input_is_taken_or_refused_never_an_error(text: str) -> None:
    for read in (kana_name, phone_e164):
        try:
            assert read(text)
        except Refusal:
            continue
