"""Links lead somewhere, pictures are there and light, and the map of requirements is whole."""

import re
import unicodedata
from pathlib import Path

import pytest
from docs_kit import PAGES, READMES, ROOT, in_backticks, rows, text

LINK = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")
IMAGES = ROOT / "docs" / "images"


def _targets(page: Path) -> list[str]:
    found = [one or other for one, other in LINK.findall(text(page))]
    return [target for target in found if "://" not in target]


def _anchors(page: Path) -> set[str]:
    """Headings as GitHub names them."""
    headings = re.findall(r"^#+ (.+)$", text(page), re.MULTILINE)
    return {_anchor(heading) for heading in headings}


def _anchor(heading: str) -> str:
    kept = (c for c in heading.lower() if c in " -_" or unicodedata.category(c)[0] in "LN")
    return "".join(kept).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page) -> None:
    for target in _targets(page):
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        assert not anchor or anchor in _anchors(file), target


def test_both_readmes_show_the_same_pictures() -> None:
    shown = [re.findall(r"docs/images/[a-z-]+\.png", text(page)) for page in READMES]
    assert shown[0]
    assert shown[0] == shown[1]


def test_pictures_are_light_and_shown_somewhere() -> None:
    pictures = list(IMAGES.iterdir())
    shown = {(page.parent / target).resolve() for page in PAGES for target in _targets(page)}
    assert pictures
    assert [file.name for file in pictures if file.stat().st_size > 250_000] == []
    assert [file.name for file in pictures if file not in shown] == []


def test_the_map_holds_every_requirement_once_and_its_places_exist() -> None:
    cells = [row for row in rows(ROOT / "docs" / "users.md") if re.fullmatch(r"S\d+", row[0])]
    assert [row[0] for row in cells] == [f"S{number}" for number in range(1, 27)]
    for row in cells:
        for place in in_backticks(row[3]):
            assert (ROOT / "madoguchi" / place).exists() or (ROOT / place).exists(), place
        for place in in_backticks(row[4]):
            assert (ROOT / "tests" / place).exists() or (ROOT / place).exists(), place


def test_what_is_done_is_tested() -> None:
    cells = [row for row in rows(ROOT / "docs" / "users.md") if re.fullmatch(r"S\d+", row[0])]
    assert [row[0] for row in cells if row[2].startswith("done") and not in_backticks(row[4])] == []
