"""What a service asks of those who book: choices and short texts, never anything sensitive."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from .errors import Refusal

LONGEST: Final = 100
OVERWRITTEN: Final = "＊"
_MOST: Final = 10


class QuestionKind(StrEnum):
    """How a question is answered."""

    CHOICE = "choice"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Question:
    """One question; labels by language. `options` are key → label of a choice."""

    key: str
    kind: QuestionKind
    label: Mapping[str, str]
    required: bool = False
    options: Mapping[str, Mapping[str, str]] | None = None


def questions_as_json(questions: Iterable[Question]) -> list[dict[str, Any]]:
    """The questions as the database keeps them."""
    return [
        {
            "key": one.key,
            "kind": one.kind.value,
            "label": dict(one.label),
            "required": one.required,
            "options": {key: dict(label) for key, label in (one.options or {}).items()},
        }
        for one in questions
    ]


def questions_from_json(rows: Iterable[Mapping[str, Any]]) -> Sequence[Question]:
    """What `questions_as_json` wrote."""
    return [
        Question(
            str(row["key"]), QuestionKind(row["kind"]), row["label"], bool(row["required"]), row["options"]
        )
        for row in list(rows)[:_MOST]
    ]


def checked_answers(questions: Iterable[Question], given: Mapping[str, str]) -> dict[str, str]:
    """The answers to store. Raises `Refusal`: answer_missing, answer_unknown, answer_too_long, each with
    the `question`'s label."""
    answers: dict[str, str] = {}
    for question in questions:
        answer = one_line(given.get(question.key, ""))
        if not answer:
            if question.required:
                raise Refusal("answer_missing", question=dict(question.label))
            continue
        if question.kind is QuestionKind.CHOICE and answer not in (question.options or {}):
            raise Refusal("answer_unknown", question=dict(question.label))
        if len(answer) > LONGEST:
            raise Refusal("answer_too_long", question=dict(question.label), limit=LONGEST)
        answers[question.key] = answer
    return answers


def without_words(questions: Iterable[Question], answers: Mapping[str, str]) -> dict[str, str]:
    """The answers with every one overwritten that is not a choice between known options."""
    choices = {one.key: one.options or {} for one in questions if one.kind is QuestionKind.CHOICE}
    return {key: answer if answer in choices.get(key, {}) else OVERWRITTEN for key, answer in answers.items()}


def one_line(text: str) -> str:
    """The text as it is stored: in one line, without signs that cannot be seen."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(sign for sign in line if unicodedata.category(sign)[0] != "C")
