"""What the pages for whoever runs the server tell to type is understood by the programs that there are."""

import re
import shlex
from pathlib import Path

import pytest
from docs_kit import ROOT, in_backticks, shell_lines, text

from kiosk.__main__ import main as _terminal  # noqa: F401  the module is there
from madoguchi.cli.commands import _parser

PAGES = [ROOT / "docs" / name for name in ("runbook.ja.md", "install-server.md", "install-server.ja.md")]
AT_THE_TERMINAL = {"check", "test-page", "reprint-last", "unprinted", "void"}


def typed(page: Path, program: str) -> list[list[str]]:
    """The words behind `program` in every line to type."""
    lines = [*shell_lines(page), *in_backticks(text(page))]
    found = (re.fullmatch(rf"(?:sudo )?{program} ([a-z].*)", line) for line in lines)
    return [shlex.split(one[1]) for one in found if one]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_the_server_is_understood(page: Path) -> None:
    commands = typed(page, "madoguchi")
    assert commands
    for words in commands:
        _parser().parse_args(words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_the_terminal_is_one(page: Path) -> None:
    assert {words[0] for words in typed(page, "madoguchi-terminal")} <= AT_THE_TERMINAL


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_and_service_that_is_named_is_ours_or_the_systems(page: Path) -> None:
    units = {unit.name for unit in (ROOT / "deploy").glob("*/systemd/*")}
    named = set(re.findall(r"\bmadoguchi(?:-[a-z]+)*\.(?:service|timer)\b", text(page)))
    assert named <= units | {"madoguchi-firewall-undo.timer"}
    script = (ROOT / "deploy/server/install.sh").read_text() + (
        ROOT / "deploy/terminal/install.sh"
    ).read_text()
    for path in set(re.findall(r"/etc/madoguchi(?:-terminal)?/[\w.]+", text(page))):
        assert path in script or Path(path).name in script, path


def test_both_languages_say_to_type_the_same() -> None:
    english, japanese = (shell_lines(page) for page in PAGES[1:])
    assert english == japanese
