"""What being late costs, and what may be asked and answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from madoguchi.domain.arrival import ArrivalRules, LatePolicy
from madoguchi.domain.citizens import Citizen
from madoguchi.domain.errors import Refusal
from madoguchi.domain.questions import (
    OVERWRITTEN,
    Question,
    QuestionKind,
    checked_answers,
    questions_as_json,
    questions_from_json,
    without_words,
)

TEN = datetime(2026, 12, 1, 10, tzinfo=UTC)
LATE = TEN + timedelta(minutes=16)
KIND = Question(
    "kind", QuestionKind.CHOICE, {"ja": "区分"}, True, {"new": {"ja": "新規"}, "more": {"ja": "継続"}}
)
NOTE = Question("note", QuestionKind.TEXT, {"ja": "伝えたいこと"})


@pytest.mark.parametrize(
    ("policy", "arrived", "appointment"),
    [
        (LatePolicy.KEEP_TIME, LATE, TEN),
        (LatePolicy.KEEP_DAY, LATE, LATE),
        (LatePolicy.TO_BACK, LATE, None),
        (LatePolicy.TO_BACK, TEN + timedelta(minutes=15), TEN),
        (LatePolicy.KEEP_DAY, TEN - timedelta(minutes=20), TEN),
    ],
)
def test_lateness_costs_what_the_policy_says(
    policy: LatePolicy, arrived: datetime, appointment: datetime | None
) -> None:
    rules = ArrivalRules(timedelta(minutes=30), timedelta(minutes=15), policy)
    assert rules.appointment(TEN, arrived) == appointment


def test_questions_are_kept_as_they_are() -> None:
    assert list(questions_from_json(questions_as_json([KIND, NOTE]))) == [
        KIND,
        Question("note", QuestionKind.TEXT, {"ja": "伝えたいこと"}, False, {}),
    ]


def test_answers_are_checked_and_nothing_else_is_kept() -> None:
    given = {"kind": "new", "note": "  ベビーカー \n で\u200b行きます ", "other": "x"}
    assert checked_answers([KIND, NOTE], given) == {"kind": "new", "note": "ベビーカー で行きます"}
    assert checked_answers([NOTE], {}) == {}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "answer_missing"),
        ({"kind": " "}, "answer_missing"),
        ({"kind": "old"}, "answer_unknown"),
        ({"kind": "new", "note": "x" * 101}, "answer_too_long"),
    ],
)
def test_a_wrong_answer_names_its_question(given: dict[str, str], code: str) -> None:
    with pytest.raises(Refusal, match=code) as refused:
        checked_answers([KIND, NOTE], given)
    assert refused.value.facts["question"] in (KIND.label, NOTE.label)


def test_words_are_overwritten_and_choices_stay() -> None:
    answers = {"kind": "new", "note": "ヤマダです", "gone": "x"}
    assert without_words([KIND, NOTE], answers) == {"kind": "new", "note": OVERWRITTEN, "gone": OVERWRITTEN}


def test_a_confirmation_code_is_known_however_it_is_typed() -> None:
    guest = Citizen.with_code("ABCD2345EFGH")
    assert guest == Citizen.with_code("ａｂｃｄ-2345 efgh")
    assert guest.guest is not None
    assert "ABCD" not in guest.guest
    assert guest != Citizen.with_code("ABCD2345EFGJ")
