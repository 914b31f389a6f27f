"""LINE counts UTF-16 units, and grapheme clusters for some properties."""

import pytest

from sandbox.line.checks.counting import graphemes, utf16_units


@pytest.mark.parametrize(
    ("text", "units", "clusters"),
    [
        ("", 0, 0),
        ("窓口予約", 4, 4),
        ("🍎", 2, 1),
        ("👩‍👧", 5, 1),
        ("👍🏽", 4, 1),
        ("🇯🇵🇻🇳", 8, 2),
        ("e\u0301", 2, 1),
        ("か\u3099", 2, 1),
        ("한국", 2, 2),
        ("\u1112\u1161\u11ab", 3, 1),
        ("a\r\nb", 4, 3),
        ("Nguyễn", 6, 6),
    ],
)
def test_both_ways_of_counting(text: str, units: int, clusters: int) -> None:
    assert utf16_units(text) == units
    assert graphemes(text) == clusters
