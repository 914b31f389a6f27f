"""Every command that the pages name can be typed, and every command that there is, is named."""

import argparse
import re
import shlex
from importlib.util import find_spec

import pytest
from docs_kit import PAGES, READMES, ROOT, in_backticks, rows, section, shell_lines, text

from madoguchi.cli.commands import _parser
from tools.command_line import COMMANDS

NOT_YET = {"README.md": "Not yet", "README.ja.md": "まだできないこと"}


def _commands(parser: argparse.ArgumentParser, before: str = "") -> dict[str, argparse.ArgumentParser]:
    groups = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    if not groups:
        return {before: parser}
    inner = groups[0].choices.items()
    return {k: v for name, one in inner for k, v in _commands(one, f"{before} {name}".strip()).items()}


def _make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):.*##", text(ROOT / "Makefile"), re.MULTILINE)) - {"help"}


def _in_table(page, first_words: str) -> set[str]:
    cells = [in_backticks(row[0]) for row in rows(page)]
    return {name for names in cells for name in names if name.startswith(first_words)}


def test_the_makefile_is_the_tools() -> None:
    assert _make_targets() == set(COMMANDS)


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
def test_the_readme_lists_every_target(page) -> None:
    assert _in_table(page, "make ") == {f"make {name}" for name in _make_targets()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_names_a_target_that_is_not_there(page) -> None:
    typed = [*shell_lines(page), *in_backticks(text(page))]
    named = {target for one in typed for target in re.findall(r"\bmake ([a-z]+)$", one)}
    assert named <= _make_targets()


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
def test_the_readme_lists_every_command(page) -> None:
    table = {name for row in rows(page) for name in in_backticks(row[0])}
    known = _commands(_parser())
    listed = {name.removesuffix(" NAME") for name in table} & set(known)
    assert listed == set(known)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_line_is_understood(page) -> None:
    known = _commands(_parser())
    typed = [*shell_lines(page), *in_backticks(text(page))]
    for one in typed:
        found = re.search(r"python -m madoguchi ([a-z].*)", one)
        if found:
            words = shlex.split(found.group(1))
            name = next(name for name in known if words[: len(name.split())] == name.split())
            if len(words) > len(name.split()) or one in shell_lines(page):
                _parser().parse_args(words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_module_that_is_run_is_there(page) -> None:
    for name in re.findall(r"python -m ([a-z][a-z_.]*[a-z])", text(page)):
        assert find_spec(name), name


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
def test_what_is_said_to_be_missing_is_missing(page) -> None:
    promised = {"privacy-record", "backup", "restore", "export-stats"}
    said = set(in_backticks(section(page, NOT_YET[page.name])))
    assert promised & said == promised - set(_commands(_parser()))


def test_both_readmes_say_to_type_the_same() -> None:
    english, japanese = (
        [re.sub("<[^>]+>", "<>", line) for line in shell_lines(page) if "https://" not in line[:8]]
        for page in READMES
    )
    assert english == japanese
    assert all(len(text(page).splitlines()) <= 250 for page in READMES)
