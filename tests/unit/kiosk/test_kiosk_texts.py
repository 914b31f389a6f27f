"""Everything the terminal says exists in all seven languages."""

import re
from pathlib import Path

import pytest

import kiosk
from kiosk.texts import LANGUAGES, load_texts

CATALOGUES = load_texts().catalogues
SOURCES = [
    path.read_text("utf-8")
    for path in Path(kiosk.__file__).parent.rglob("*")
    if path.suffix in {".py", ".js", ".html"}
]
SAID_BY_STATE = {
    *(f"print.{state}" for state in ("waiting", "printed", "failed")),
    *(f"fault.{state}" for state in ("paper_out", "cover_open", "offline", "paper_near_end")),
    *(f"checkin.{key}" for key in ("clear", "erase")),
    *(f"{look}.{state}" for look in ("large_text", "contrast") for state in ("on", "off")),
    *(
        f"error.{code}"
        for code in (
            "desk_closed", "desk_stopped", "service_closed", "numbers_run_out", "unknown_service",
            "unknown_reservation", "not_a_booking", "too_early", "already_checked_in", "wrong_day",
        )
    ),
}  # fmt: skip


def _placeholders(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", sentence))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_missing(language: str) -> None:
    assert set(CATALOGUES[language]) == set(CATALOGUES["ja"])
    assert [key for key, sentence in CATALOGUES[language].items() if not sentence.strip()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_has_the_same_facts(language: str) -> None:
    for key, sentence in CATALOGUES[language].items():
        assert _placeholders(sentence) == _placeholders(CATALOGUES["ja"][key]), key


def test_every_sentence_that_the_code_says_exists_and_none_is_left_over() -> None:
    said = set(SAID_BY_STATE)
    for source in SOURCES:
        said |= set(re.findall(r'"((?:[a-z_]+\.[a-z_]+)|busy)"', source)) & set(CATALOGUES["ja"])
        for key in re.findall(r'(?:say\(|data-text=)"([a-z_]+\.[a-z_]+)"', source):
            assert key in CATALOGUES["ja"], key
    assert said == set(CATALOGUES["ja"])
