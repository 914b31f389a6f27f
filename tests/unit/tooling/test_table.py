"""The table of addresses lines up for Japanese text too."""

from tools import table


def test_wide_characters_take_two_columns() -> None:
    assert table.width("職員 A-1") == 8


def test_every_column_starts_at_the_same_place() -> None:
    text = table.render(["What", "なに", "Where"], [["Staff", "職員", "x"], ["Board", "待合表示", "y"]])
    lines = text.splitlines()
    starts = {table.width(line[: line.rindex(" ")]) for line in (lines[2], lines[3])}
    assert starts == {len("Staff") + 2 + 8 + 1}
    assert lines[0].startswith("What   なに")


def test_no_line_ends_with_spaces() -> None:
    text = table.render(["a", "b"], [["long cell", "c"], ["d", ""]])
    assert all(line == line.rstrip() for line in text.splitlines())
