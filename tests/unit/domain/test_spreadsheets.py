"""What staff take away as a file opens in a spreadsheet as the text it is, and is read back as it was."""

from __future__ import annotations

import pytest

from madoguchi.domain.spreadsheets import harmless, plain


@pytest.mark.parametrize(
    "text", ["=1+1", "+81", "-1", "@A1", "＝1", "＋1", "－1", "＠A", "  =1", "\t1", "\r1", "\n1"]
)
def test_what_a_spreadsheet_would_calculate_is_marked_as_text(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert plain(harmless(text)) == text


@pytest.mark.parametrize("text", ["", "保育課", "A=1", "3-1", "'quoted'", "  space"])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text
    assert plain(text) == text
