"""Which action leads where, who may do what, when a desk is open, how full a day looks."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.domain.booking import Mark, day_mark
from madoguchi.domain.errors import Refusal
from madoguchi.domain.languages import LANGUAGES, known, localized
from madoguchi.domain.opening import Hours
from madoguchi.domain.roles import GRANTS, Permission, Role, may
from madoguchi.domain.tickets import TRANSITIONS, Action, TicketState, after

ENDED = (TicketState.DONE, TicketState.CANCELLED)


@given(st.sampled_from(TicketState), st.sampled_from(Action))
def test_every_pair_of_state_and_action_has_an_answer(state: TicketState, action: Action) -> None:
    if state in TRANSITIONS[action]:
        assert after(state, action) in TicketState
    else:
        with pytest.raises(Refusal, match="not_possible_now"):
            after(state, action)


def test_what_has_ended_stays_ended_unless_a_clerk_opens_it_again() -> None:
    for action, targets in TRANSITIONS.items():
        assert action is Action.REOPEN or not set(ENDED) & set(targets)


def test_every_role_has_its_grants_and_only_admins_and_auditors_read_the_audit() -> None:
    assert set(GRANTS) == set(Role)
    assert [role for role in Role if may(role, Permission.SEE_AUDIT)] == [Role.ADMIN, Role.AUDITOR]
    assert not may(Role.VIEWER, Permission.CALL)
    assert not may(Role.AUDITOR, Permission.SEE_CONTACT)


def test_a_desk_is_open_from_opening_until_closing_on_its_days() -> None:
    hours = Hours(time(8, 30), time(17, 15), (0, 1, 2, 3, 4), closed_on_holidays=True, closed_year_end=True)
    thursday, sunday = date(2026, 10, 1), date(2026, 10, 4)

    def open_at(day: date, at: time, holiday: bool = False) -> bool:
        return hours.open_at(datetime.combine(day, at), lambda _day: holiday)

    assert open_at(thursday, time(8, 30))
    assert not open_at(thursday, time(8, 29))
    assert not open_at(thursday, time(17, 15))
    assert not open_at(sunday, time(10))
    assert not open_at(thursday, time(10), holiday=True)


def test_a_day_is_free_few_or_full() -> None:
    assert [day_mark(free, 4) for free in (4, 2, 1, 0)] == [Mark.FREE, Mark.FREE, Mark.FEW, Mark.FULL]


@pytest.mark.parametrize(
    ("asked", "given_back"),
    [
        ("zh-CN", "zh-Hans"),
        ("pt-BR", "pt"),
        ("en_US", "en"),
        ("fr", "ja"),
        (None, "ja"),
        ("ja-easy", "ja-easy"),
    ],
)
def test_the_nearest_language_is_taken(asked: str | None, given_back: str) -> None:
    assert known(asked) == given_back
    assert given_back in LANGUAGES


def test_a_name_without_translation_is_shown_in_japanese() -> None:
    assert localized({"ja": "保育課", "en": "Childcare"}, "ko") == "保育課"
    assert localized({}, "ko") == ""
