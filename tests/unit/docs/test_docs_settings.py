"""Every setting is described, and nothing is described that is not a setting."""

import re

import pytest
from docs_kit import PAGES, ROOT, rows, text
from pydantic import SecretStr

from kiosk.settings import DEFAULTS
from madoguchi.settings import Settings
from sandbox.settings import SandboxSettings

NAME = re.compile(r"\b(?:MADOGUCHI|KIOSK|SANDBOX)_[A-Z][A-Z_]*[A-Z]\b")


def _in_code() -> dict[str, str]:
    """Each setting's name and default as text."""
    server = {f"MADOGUCHI_{name.upper()}": field.default for name, field in Settings.model_fields.items()}
    fields = SandboxSettings.__dataclass_fields__
    sandbox = {f"SANDBOX_{name.upper()}": field.default for name, field in fields.items()}
    found = {**server, **DEFAULTS, **sandbox}
    return {name: "" if isinstance(value, SecretStr) else str(value) for name, value in found.items()}


def _of_tests() -> set[str]:
    """What only the tests read."""
    files = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "tools").glob("*.py")]
    return {name for file in files for name in re.findall(r"MADOGUCHI_TEST_[A-Z_]+", text(file))}


def _table() -> dict[str, str]:
    cells = rows(ROOT / "docs" / "settings.md")
    return {name[0]: cell[1] for cell in cells if (name := NAME.findall(cell[0]))}


def test_the_table_holds_every_setting_and_no_other() -> None:
    assert set(_table()) == set(_in_code())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_names_a_setting_that_is_not_there(page) -> None:
    named = set(NAME.findall(text(page)))
    assert named <= {*_in_code(), *_of_tests()}


def test_defaults_are_told_as_they_are() -> None:
    for name, told in _table().items():
        literal = re.fullmatch(r"`([^`]+)`", told)
        if literal:
            assert literal.group(1) == _in_code()[name], name
