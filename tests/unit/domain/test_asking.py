"""What an office may ask and tell: limits, languages side by side, and keys that outlive their words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from madoguchi.domain.asking import MOST_QUESTIONS, Draft, checked_items, checked_questions
from madoguchi.domain.errors import Refusal
from madoguchi.domain.questions import Question, QuestionKind

CHOICE, TEXT = QuestionKind.CHOICE, QuestionKind.TEXT


def choice(key: str = "", ja: str = "新規\n継続", **more: Any) -> Draft:
    return Draft(key, CHOICE, more.pop("required", False), {"ja": "種類", **more}, {"ja": ja})


def checked(*drafts: Draft, stored: tuple[Question, ...] = ()) -> tuple[Question, ...]:
    numbers: Iterator[int] = count(1)
    return checked_questions(drafts, stored, lambda: f"q{next(numbers)}")


def test_a_new_question_gets_a_key_that_no_stored_one_has() -> None:
    stored = (Question("q1", TEXT, {"ja": "園"}), Question("q2", TEXT, {"ja": "外す"}))
    found = checked(choice(), Draft("q1", TEXT, True, {"ja": "希望の園"}), choice(), stored=stored)
    assert [one.key for one in found] == ["q3", "q1", "q4"]
    assert (found[1].label, found[1].required, found[1].options) == ({"ja": "希望の園"}, True, None)


@pytest.mark.parametrize("drafts", [(choice("made-up"),), (choice("q1"), choice("q1"))])
def test_a_key_that_is_not_stored_or_comes_twice_is_refused(drafts: tuple[Draft, ...]) -> None:
    with pytest.raises(Refusal, match="question_gone"):
        checked(*drafts, stored=(Question("q1", TEXT, {"ja": "園"}),))


def test_options_keep_their_keys_when_their_order_or_translation_changes() -> None:
    (first,) = checked(choice())
    assert list(first.options or {}) == ["新規", "継続"]
    draft = Draft(
        first.key, CHOICE, False, first.label, {"ja": "継続\n新規\nほか", "en": "Again\nNew\nOther"}
    )
    (second,) = checked(draft, stored=(first,))
    assert list(second.options or {}) == ["継続", "新規", "ほか"]
    assert (second.options or {})["新規"] == {"ja": "新規", "en": "New"}


def test_keys_that_were_entered_otherwise_stay_and_are_never_given_to_another_option() -> None:
    options = {"new": {"ja": "新規"}, "again": {"ja": "継続"}}
    stored = Question("kind", CHOICE, {"ja": "種類"}, options=options)
    (found,) = checked(choice("kind", "継続\nnew\n新規"), stored=(stored,))
    assert {key: label["ja"] for key, label in (found.options or {}).items()} == {
        "again": "継続",
        "new_": "new",
        "new": "新規",
    }


def test_a_text_has_no_options_and_what_cannot_be_seen_is_left_out() -> None:
    draft = Draft("", TEXT, False, {"ja": " 園の\u200b  名前\n", "en": " ", "xx": "?"}, {"ja": "ひとつ"})
    (found,) = checked(draft)
    assert (found.label, found.options) == ({"ja": "園の 名前"}, None)


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (Draft("", TEXT, False, {"en": "Name"}), "question_label"),
        (choice(ja="新規"), "question_options"),
        (choice(ja="\n".join(map(str, range(11)))), "question_options"),
        (choice(ja="新規\n 新規 "), "question_option_twice"),
        (choice(ja="新規\n" + "あ" * 41), "question_option_long"),
        (Draft("", TEXT, False, {"ja": "あ" * 61}), "question_label_long"),
        (Draft("", TEXT, False, {"ja": "園", "ko": "가" * 61}), "question_label_long"),
        (Draft("", TEXT, False, {"ja": "園", "pt": "a" * 121}), "question_label_long"),
        (Draft("", CHOICE, False, {"ja": "園"}, {"ja": "甲\n乙", "vi": "A"}), "question_option_lines"),
        (Draft("", CHOICE, False, {"ja": "園"}, {"ja": "甲\n乙", "vi": "A\nA"}), "question_option_twice"),
    ],
)
def test_what_could_not_be_asked_is_refused_by_its_number(draft: Draft, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked(choice(), draft)
    assert (refused.value.code, refused.value.facts["number"]) == (code, 2)


def test_as_many_as_may_be_and_no_more() -> None:
    most = Draft("", TEXT, False, {"ja": "あ" * 60, "pt": "a" * 120})
    assert len(checked(*[most] * MOST_QUESTIONS)) == MOST_QUESTIONS
    with pytest.raises(Refusal, match="questions_many"):
        checked(*[most] * (MOST_QUESTIONS + 1))


def test_what_to_bring_needs_japanese_as_soon_as_anything_is_said() -> None:
    assert checked_items({"ja": "", "en": " "}) == {}
    assert checked_items({"ja": " 印かん\n通帳 ", "en": "Seal"}) == {"ja": "印かん 通帳", "en": "Seal"}
    with pytest.raises(Refusal, match="items_japanese"):
        checked_items({"en": "Seal"})
    with pytest.raises(Refusal, match="items_long"):
        checked_items({"ja": "あ" * 201})
