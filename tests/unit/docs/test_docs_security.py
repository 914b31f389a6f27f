"""The walk through ASVS names every item of levels 1 and 2 once, and what is met has a place that exists."""

import re
from collections import Counter

from docs_kit import ROOT, in_backticks, rows

PAGE = ROOT / "docs" / "security.md"
MARKS = {"met", "partly", "not met", "n/a"}
# Last item of each section, and those that are deleted or of level 3 only.
SECTIONS = {
    1: (7, 4, 0, 5, 4, 4, 2, 2, 2, 1, 2, 2, 0, 6),
    2: (12, 3, 3, 5, 7, 3, 6, 7, 3, 4),
    3: (1, 4, 4, 5, 3, 0, 1),
    4: (5, 2, 3),
    5: (5, 8, 10, 3, 4),
    6: (3, 6, 2, 2),
    7: (4, 2, 4, 3),
    8: (4, 3, 8),
    9: (3, 4),
    10: (0, 2, 3),
    11: (8,),
    12: (3, 1, 6, 2, 2, 1),
    13: (5, 6, 2, 2),
    14: (4, 6, 3, 7, 4),
}
GONE = {"1.4.2", "1.4.3", "1.12.1", "4.1.4", "7.3.2", "13.1.2", "13.2.4", "14.3.1"}


def _items() -> list[list[str]]:
    return [row for row in rows(PAGE) if re.fullmatch(r"\d+\.\d+\.\d+", row[0])]


def test_every_item_stands_once() -> None:
    expected = {
        f"{chapter}.{place}.{item}"
        for chapter, last in SECTIONS.items()
        for place, number in enumerate(last, 1)
        for item in range(1, number + 1)
    }
    assert Counter(row[0] for row in _items()) == Counter(expected - GONE)


def test_every_item_is_judged_and_says_where_or_why() -> None:
    assert {row[1] for row in _items()} <= MARKS
    assert [row[0] for row in _items() if not row[2]] == []


def test_every_place_exists() -> None:
    for row in _items():
        for place in in_backticks(row[2]):
            if re.fullmatch(r"[\w.-]+(/[\w.-]+)+/?|[\w-]+\.(py|toml|hashes)", place):
                assert (ROOT / "madoguchi" / place).exists() or (ROOT / place).exists(), (row[0], place)
