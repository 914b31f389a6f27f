"""What an office sets of what a service asks and tells: its questions, and what to bring."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from .errors import Refusal
from .languages import DEFAULT, LANGUAGES, OWN_NAMES, localized
from .questions import Question, QuestionKind, one_line

MOST_QUESTIONS: Final = 5
FEWEST_OPTIONS: Final = 2
MOST_OPTIONS: Final = 10
LONGEST_LABEL: Final = 60
LONGEST_OPTION: Final = 40
LONGEST_ITEMS: Final = 200
_WIDER: Final = 2
"""The same in letters takes about twice the characters that Japanese takes."""
_LIKE_JAPANESE: Final = frozenset({"ja", "zh-Hans", "ko"})


@dataclass(frozen=True, slots=True)
class Draft:
    """A question as somebody wrote it; texts by language. `key` is empty for a new one, and `options` are a
    choice's, one in a line, in the same order in each language."""

    key: str
    kind: QuestionKind
    required: bool
    label: Mapping[str, str]
    options: Mapping[str, str] = field(default_factory=dict)


def most_signs(language: str, japanese: int) -> int:
    """How many characters a text may have where Japanese may have so many."""
    return japanese if language in _LIKE_JAPANESE else japanese * _WIDER


def checked_questions(
    drafts: Sequence[Draft], stored: Sequence[Question], new_key: Callable[[], str]
) -> tuple[Question, ...]:
    """The questions to store. One that is stored keeps its key whatever becomes of its text.

    Raises `Refusal`: questions_many(most), question_gone(number), question_label(number),
    question_label_long(number, tongue, most), question_options(number, least, most),
    question_option_long(number, tongue, most), question_option_twice(number, option),
    question_option_lines(number, tongue, count, given).
    """
    if len(drafts) > MOST_QUESTIONS:
        raise Refusal("questions_many", most=MOST_QUESTIONS)
    known = {one.key: one for one in stored}
    found: list[Question] = []
    for number, draft in enumerate(drafts, 1):
        taken = {one.key for one in found}
        if draft.key and (draft.key not in known or draft.key in taken):
            raise Refusal("question_gone", number=number)
        key = draft.key or _fresh(new_key, known.keys() | taken)
        label, options = _label(draft, number), None
        if draft.kind is QuestionKind.CHOICE:
            options = _options(draft, number, known.get(key))
        found.append(Question(key, draft.kind, label, draft.required, options))
    return tuple(found)


def checked_items(given: Mapping[str, str]) -> dict[str, str]:
    """What to bring, by language. Raises `Refusal`: items_japanese, items_long(tongue, most)."""
    items = _texts(given)
    if items and DEFAULT not in items:
        raise Refusal("items_japanese")
    for language, text in items.items():
        most = most_signs(language, LONGEST_ITEMS)
        if len(text) > most:
            raise Refusal("items_long", tongue=OWN_NAMES[language], most=most)
    return items


def lines_of(text: str) -> list[str]:
    """The lines that something stands in."""
    return [line for one in text.splitlines() if (line := one_line(one))]


def _label(draft: Draft, number: int) -> dict[str, str]:
    label = _texts(draft.label)
    if DEFAULT not in label:
        raise Refusal("question_label", number=number)
    for language, text in label.items():
        most = most_signs(language, LONGEST_LABEL)
        if len(text) > most:
            raise Refusal("question_label_long", number=number, tongue=OWN_NAMES[language], most=most)
    return label


def _options(draft: Draft, number: int, stored: Question | None) -> dict[str, dict[str, str]]:
    columns = {language: lines_of(draft.options.get(language, "")) for language in LANGUAGES}
    japanese = columns[DEFAULT]
    if not FEWEST_OPTIONS <= len(japanese) <= MOST_OPTIONS:
        raise Refusal("question_options", number=number, least=FEWEST_OPTIONS, most=MOST_OPTIONS)
    written = {language: lines for language, lines in columns.items() if lines}
    for language, lines in written.items():
        _check_options(number, language, lines, len(japanese))
    keys = _option_keys(japanese, stored)
    return {key: {language: lines[at] for language, lines in written.items()} for at, key in enumerate(keys)}


def _check_options(number: int, language: str, lines: list[str], count: int) -> None:
    name, most = OWN_NAMES[language], most_signs(language, LONGEST_OPTION)
    if len(lines) != count:
        raise Refusal("question_option_lines", number=number, tongue=name, count=count, given=len(lines))
    if any(len(line) > most for line in lines):
        raise Refusal("question_option_long", number=number, tongue=name, most=most)
    twice = next((line for at, line in enumerate(lines) if line in lines[:at]), None)
    if twice is not None:
        raise Refusal("question_option_twice", number=number, option=twice)


def _option_keys(japanese: Sequence[str], stored: Question | None) -> list[str]:
    """An option's key is its Japanese text, which an answer can still be read by when the option is gone."""
    known = {localized(label, DEFAULT): key for key, label in ((stored and stored.options) or {}).items()}
    keys: list[str] = []
    for text in japanese:
        key = known.get(text, text)
        while text not in known and (key in known.values() or key in keys):
            key += "_"
        keys.append(key)
    return keys


def _texts(given: Mapping[str, str]) -> dict[str, str]:
    cleaned = {language: one_line(given.get(language, "")) for language in LANGUAGES}
    return {language: text for language, text in cleaned.items() if text}


def _fresh(new_key: Callable[[], str], taken: set[str]) -> str:
    while (key := new_key()) in taken:
        pass
    return key
