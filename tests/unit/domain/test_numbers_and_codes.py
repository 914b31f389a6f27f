"""Ticket numbers run through their range; codes survive what people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.domain.codes import CLAIM_ALPHABET, claim_code_in, digits, drawn, typed_claim_code
from madoguchi.domain.errors import Refusal
from madoguchi.domain.numbers import NumberRange, label, number_after


def test_the_first_lap_runs_from_first_to_last() -> None:
    numbers, given_out = NumberRange(5, 8), []
    last, lap = None, 0
    for _ in range(4):
        last, lap = number_after(last, lap, numbers, set())
        given_out.append((last, lap))
    assert given_out == [(5, 0), (6, 0), (7, 0), (8, 0)]


@given(st.integers(1, 20), st.sets(st.integers(1, 20)), st.integers(1, 20))
def test_wrapping_never_reuses_an_open_number(last: int, still_open: set[int], size: int) -> None:
    numbers = NumberRange(1, size)
    if set(range(1, size + 1)) <= still_open:
        with pytest.raises(Refusal, match="numbers_run_out"):
            number_after(min(last, size), 1, numbers, still_open)
        return
    number, lap = number_after(min(last, size), 1, numbers, still_open)
    assert number not in still_open
    assert 1 <= number <= size
    assert lap in (1, 2)


def test_an_empty_range_is_no_range() -> None:
    with pytest.raises(ValueError, match="not a range"):
        NumberRange(3, 2)


def test_people_read_letter_and_three_digits() -> None:
    assert (label("A", 7), label("B", 1234)) == ("A007", "B1234")


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("番号札登録 P4ZT8TJ9", "P4ZT8TJ9"),
        ("番号札登録　ｐ４ｚｔ－８ｔｊ９", "P4ZT8TJ9"),
        ("  番号札登録:p4zt 8tj9 ", "P4ZT8TJ9"),
        ("番号札登録P4ZT8TJ9", "P4ZT8TJ9"),
        ("番号札登録", ""),
        ("番号札", None),
        ("予約する", None),
    ],
)
def test_a_claim_is_read_however_it_is_typed(message: str, code: str | None) -> None:
    assert claim_code_in(message) == code


@given(st.text(max_size=200))
def test_any_text_is_a_code_or_none_but_never_an_error(text: str) -> None:
    claim_code_in(text)
    assert len(typed_claim_code(text)) <= 64
    assert digits(text).isdigit() or digits(text) == ""


def test_codes_have_no_letters_that_look_alike() -> None:
    assert not set("01ILOS") & set(CLAIM_ALPHABET) - {"S"}
    assert drawn(lambda letters: letters[0], CLAIM_ALPHABET, 4) == "2222"
