"""What a service asks and tells: as fields of a form, as their reading, and as citizens will see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ..domain.asking import Draft, lines_of
from ..domain.languages import DEFAULT, LANGUAGES
from ..domain.questions import Question, QuestionKind, one_line
from ..texts import say
from . import typed

LONGEST: Final = 2_000
"""More than any field takes; the domain's own limits are shorter."""


@dataclass
class QuestionRow:
    """A question in the form. Its fields bear the number of its `slot`, which no other ever gets."""

    slot: int
    label: dict[str, str] = field(default_factory=dict)
    kind: str = QuestionKind.CHOICE.value
    required: bool = False
    options: dict[str, str] = field(default_factory=dict)
    """By language, one in a line."""


class Sketch(NamedTuple):
    """The Japanese part of a question as it is being typed."""

    label: str = ""
    kind: str = QuestionKind.CHOICE.value
    required: bool = False
    options: str = ""


@dataclass
class Previewed:
    """A question as citizens see it; without options it is answered in words."""

    label: str
    note: str
    options: list[str] = field(default_factory=list)
    words: bool = False


def row_of(slot: int, question: Question) -> QuestionRow:
    """The stored question as the form has it."""
    labels = (question.options or {}).values()
    return QuestionRow(
        slot,
        in_every_language(question.label),
        question.kind.value,
        question.required,
        {language: "\n".join(one[language] for one in labels if language in one) for language in LANGUAGES},
    )


def blank_row(slot: int) -> QuestionRow:
    """A question that nobody has written yet."""
    return QuestionRow(slot, in_every_language({}), options=in_every_language({}))


def in_every_language(texts: Mapping[str, str]) -> dict[str, str]:
    """The texts with an empty one for each language that is not there."""
    return {language: texts.get(language, "") for language in LANGUAGES}


def sketch_of(row: QuestionRow) -> Sketch:
    """What is shown of a question before anything is typed."""
    return Sketch(row.label.get(DEFAULT, ""), row.kind, row.required, row.options.get(DEFAULT, ""))


def previewed(sketches: Iterable[Sketch]) -> list[Previewed]:
    """The questions as citizens will see them; one without words is not shown yet."""
    return [_previewed(one) for one in sketches if one_line(one.label)]


def _previewed(one: Sketch) -> Previewed:
    chosen = one.kind == QuestionKind.CHOICE.value
    note = "" if one.required else say(DEFAULT, "book.question.optional")
    nothing = [] if one.required else [say(DEFAULT, "book.question.none")]
    options = [*lines_of(one.options), *nothing] if chosen else []
    return Previewed(one_line(one.label), note, options, words=not chosen)


def drafts_from(form_data: object, asked: Sequence[tuple[int, str]]) -> list[Draft] | None:
    """The questions that a form describes, by slot and stored key; None when it is not this form."""
    found = []
    for slot, key in asked:
        kind = typed.field(form_data, f"q{slot}-kind")
        if kind not in set(QuestionKind):
            return None
        found.append(
            Draft(
                key,
                QuestionKind(kind),
                typed.field(form_data, f"q{slot}-required") != "",
                texts_from(form_data, f"q{slot}-label"),
                texts_from(form_data, f"q{slot}-options"),
            )
        )
    return found


def items_from(form_data: object) -> dict[str, str] | None:
    """What to bring as a form says; None when it is not this form."""
    if not isinstance(form_data, dict) or f"items-{DEFAULT}" not in form_data:
        return None
    return texts_from(form_data, "items")


def texts_from(form_data: object, name: str) -> dict[str, str]:
    """The texts of a field that stands there once for each language."""
    return {language: typed.field(form_data, f"{name}-{language}", LONGEST) for language in LANGUAGES}
