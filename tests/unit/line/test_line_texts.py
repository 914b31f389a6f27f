"""The LINE catalogues: every sentence in every language, with the same places to fill."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import madoguchi.line
from madoguchi.domain.languages import LANGUAGES
from madoguchi.texts import catalogues

CODE = Path(madoguchi.line.__file__).parent


def ours(language: str) -> dict[str, str]:
    return {key: text for key, text in catalogues()[language].items() if key.startswith("line.")}


def places(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_missing_and_each_fills_the_same_places(language: str) -> None:
    japanese, other = ours("ja"), ours(language)
    assert other.keys() == japanese.keys()
    for key, text in other.items():
        assert places(text) == places(japanese[key]), key


def test_every_sentence_that_the_code_names_exists() -> None:
    code = "".join(path.read_text() for path in CODE.rglob("*.py"))
    named = set(re.findall(r'"(line\.[a-z_.]+)"', code))
    named |= {f"line.{key}" for key in re.findall(r'\.say\(\s*"([a-z_]+)"', code)}
    assert named
    assert named <= ours("ja").keys()


def test_the_menu_labels_of_the_posters_are_exact() -> None:
    labels = [text for key, text in ours("ja").items() if key.startswith("line.menu.")]
    assert labels == [
        "予約する",
        "予約の確認・変更",
        "順番待ちをする",
        "今の順番",
        "あとにまわす",
        "順番待ちをやめる",
        "窓口をえらぶ",
        "ことば / Language",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_menu_labels_fit_into_quick_replies(language: str) -> None:
    for key, text in ours(language).items():
        if key.startswith("line.menu.") or key.startswith("line.yes_"):
            assert len(text) <= 20, key
