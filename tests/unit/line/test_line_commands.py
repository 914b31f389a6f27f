"""Typed words and tapped buttons."""

from __future__ import annotations

import pytest

from madoguchi.domain.languages import LANGUAGES
from madoguchi.line.conversation.commands import COMMANDS, command_in
from madoguchi.line.conversation.postbacks import Data, OldButtonError
from madoguchi.texts import say


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS)
def test_each_menu_label_is_understood_in_each_language(command: str, language: str) -> None:
    assert command_in(say(language, f"line.menu.{command}")) == command


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("予約する", "book"),
        (" 予約する。", "book"),
        ("予約の確認・変更", "bookings"),
        ("順番待ちを　する", "take"),
        ("今の順番", "status"),
        ("あとにまわす", "later"),
        ("順番待ちをやめる", "stop"),
        ("窓口をえらぶ", "desk"),
        ("ことば / Language", "language"),
        ("ＬＡＮＧＵＡＧＥ", "language"),
        ("TAKE A NUMBER!", "take"),
        ("cancel", "stop"),
        ("Tiếng Việt", "language"),
        ("번호표", "take"),
        ("取号", "take"),
    ],
)
def test_words_are_understood_whatever_their_width_case_and_marks(typed: str, command: str) -> None:
    assert command_in(typed) == command


@pytest.mark.parametrize("typed", ["", "   ", "。", "こんにちは", "予約" * 100, "はい"])
def test_other_words_are_no_command(typed: str) -> None:
    assert command_in(typed) is None


@pytest.mark.parametrize("number", ["", "-1", "1.5", "１２", "9" * 17, "abc"])
def test_an_id_in_a_button_must_be_a_plain_number(number: str) -> None:
    with pytest.raises(OldButtonError):
        Data(f"a=stop&t={number}&x=1").id("t")


def test_a_button_without_fields_is_old() -> None:
    for data in ("", "===", "a", "&".join(f"f{number}=1" for number in range(20))):
        with pytest.raises(OldButtonError):
            Data(data).id("t")
