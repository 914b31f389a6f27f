"""Services that share one pool of places, opening at nine sharp, and what was answered."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from madoguchi.domain.booking import Mark
from madoguchi.domain.citizens import Citizen
from madoguchi.domain.errors import Refusal
from madoguchi.domain.questions import Question, QuestionKind, questions_as_json
from madoguchi.services import holds, masking, slots
from madoguchi.store.tables import Reservation, Service
from tests.integration.booking.booking_city import MONDAY, TUESDAY, City
from tests.integration.booking.visits_kit import booked, by_phone, reservation, set_rules

QUESTIONS = questions_as_json(
    [
        Question("kind", QuestionKind.CHOICE, {"ja": "区分"}, True, {"new": {"ja": "新規"}}),
        Question("note", QuestionKind.TEXT, {"ja": "伝えたいこと"}),
    ]
)


def test_two_services_take_from_one_pool(city: City) -> None:
    slot = city.slot(capacity=1)
    with city.office.change() as unit:
        pool = slots.pool_of(unit, unit.session.get_one(Service, city.nursery))
        unit.session.get_one(Service, city.permit).pool_id = pool
    me = Citizen.in_line(city.citizen())
    holds.hold(city.office, me, service_id=city.permit, slot_id=slot)
    assert slots.places(city.office, city.nursery, TUESDAY)[0].free == 0
    with pytest.raises(Refusal, match="sold_out"):
        booked(city, Citizen.in_line(city.citizen()), slot)


def test_a_day_that_opens_later_says_when_and_is_booked_from_that_second(city: City) -> None:
    set_rules(city, opens_amount=1, opens_unit="months", opens_at=time(9))
    day = date(2027, 1, 5)
    slot = city.slot(day)
    nine = datetime(2026, 12, 5, 0, tzinfo=UTC)
    shown = {one.day: one for one in slots.calendar(city.office, city.nursery)}
    assert (shown[day].mark, shown[day].opens) == (Mark.CLOSED, nine)
    city.clock.put(nine - timedelta(seconds=1))
    assert slots.places(city.office, city.nursery, day) == []
    with pytest.raises(Refusal, match="not_open_yet") as early:
        booked(city, Citizen.in_line(city.citizen()), slot)
    assert early.value.facts["when"]["en"] == "Sat, Dec 5 09:00"  # type: ignore[index]
    city.clock.put(nine)
    shown = {one.day: one for one in slots.calendar(city.office, city.nursery)}
    assert (shown[day].mark, shown[day].opens) == (Mark.FREE, None)
    booked(city, Citizen.in_line(city.citizen()), slot)


def test_a_time_that_the_plan_no_longer_has_is_not_shown(city: City) -> None:
    city.slot(capacity=0)
    assert slots.places(city.office, city.nursery, TUESDAY) == []
    days = {one.day: one.mark for one in slots.calendar(city.office, city.nursery)}
    assert days[TUESDAY] is Mark.CLOSED
    assert min(days) == MONDAY


def test_party_and_answers_are_asked_and_kept_with_the_booking(city: City) -> None:
    set_rules(city, max_party=3, questions=QUESTIONS)
    me, answers = Citizen.in_line(city.citizen()), {"kind": "new", "note": "ベビーカーです"}
    for given, code in (
        ({"party": 4, "answers": answers}, "party_size"),
        ({"party": 0, "answers": answers}, "party_size"),
        ({"party": 2, "answers": {}}, "answer_missing"),
        ({"party": 2, "answers": {"kind": "x"}}, "answer_unknown"),
    ):
        with pytest.raises(Refusal, match=code):
            booked(city, me, **given)
    made = booked(city, me, party=2, answers=answers)
    caller = by_phone(city, city.slot(at=time(11)), "a", party=3, answers={"kind": "new"})
    assert (made.party, caller.party) == (2, 3)
    assert reservation(city, made.id).answers == answers


def test_words_answered_are_overwritten_with_the_name(city: City) -> None:
    set_rules(city, questions=QUESTIONS)
    answers = {"kind": "new", "note": "ヤマダです"}
    made = booked(city, Citizen.in_line(city.citizen()), answers=answers)
    with city.office.change() as unit:
        unit.session.get_one(Reservation, made.id).over_reason = "ヤマダさんは双子のため"
    city.clock.advance(days=93)
    assert masking.mask_due(city.office).masked == 1
    masked = reservation(city, made.id)
    assert (masked.answers, masked.over_reason) == ({"kind": "new", "note": "＊"}, "＊")
