"""Every sentence is there in all seven languages, with the same places to fill, and every key used exists."""

import re
import string
from pathlib import Path

import pytest

from madoguchi.domain.errors import Refusal
from madoguchi.domain.languages import LANGUAGES
from madoguchi.texts import UnknownTextError, catalogues, refusal_text, say

ROOT = Path(__file__).resolve().parents[2]
STAFF_SIDE = "staff."
"""Japanese only."""
STAFF_REFUSALS = {
    f"refusal.{code}"
    for code in (
        "backup_broken",
        "backup_no_key",
        "counter_label",
        "counter_occupied",
        "counter_taken",
        "erase_standing",
        "letter_taken",
        "login_taken",
        "totp_needed",
        "last_admin",
        "role_unknown",
        "unknown_staff",
        "password_over",
        "password_twice",
        "password_same",
        "password_simple",
        "password_wrong",
        "code_wrong",
        "sign_in_over",
        "logo_blank",
        "logo_dots",
        "logo_large",
        "logo_not_png",
        "login_unusable",
        "move_differs",
        "move_not_taken",
        "move_source_busy",
        "move_source_missing",
        "move_source_schema",
        "move_target_busy",
        "move_target_kind",
        "move_target_not_empty",
        "numbers_open",
        "office_hours",
        "office_japanese",
        "office_long",
        "office_weekdays",
        "paper_closing_long",
        "paper_emoji",
        "paper_line_long",
        "password_short",
        "restore_not_empty",
        "service_closed",
        "service_letter",
        "service_numbers",
        "sign_in_locked",
        "sign_in_throttled",
        "sign_in_wrong",
        "terminal_name",
        "unknown_municipality",
        "unknown_table",
        "wrong_period",
    )
}
"""Said to staff only."""


def shared(language: str) -> dict[str, str]:
    return {key: text for key, text in catalogues()[language].items() if not key.startswith(STAFF_SIDE)}


def places(text: str) -> set[str]:
    return {name.split(".")[0] for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_lacks_a_sentence_or_a_place_to_fill(language: str) -> None:
    japanese, own = shared("ja"), shared(language)
    assert own.keys() == japanese.keys() - (STAFF_REFUSALS if language != "ja" else set())
    for key, text in own.items():
        allowed = places(japanese[key])
        # Easy Japanese may leave a figure out; it may not ask for one that nobody gives.
        assert places(text) <= allowed if language == "ja-easy" else places(text) == allowed, key


def test_every_refusal_in_the_code_has_its_sentence() -> None:
    used = {
        code
        for path in (ROOT / "madoguchi").rglob("*.py")
        for code in re.findall(r'Refusal\(\s*"([a-z_]+)"', path.read_text(encoding="utf-8"))
    }
    assert used
    assert {code for code in used if f"refusal.{code}" not in catalogues()["ja"]} == set()


def test_an_unknown_key_is_an_error_not_a_blank() -> None:
    with pytest.raises(UnknownTextError):
        say("ja", "nothing.of.the.kind")


def test_a_refusal_is_said_with_its_facts() -> None:
    assert "A001" in refusal_text("vi", Refusal("already_waiting", number="A001"))
