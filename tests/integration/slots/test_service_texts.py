"""What a service asks and tells, set by staff: recorded by names only, put back, and never an answer lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from office_kit import clock_of
from plan_kit import FRIDAY, Planned
from sqlmodel import col, select

from madoguchi.domain.asking import Draft
from madoguchi.domain.errors import Refusal
from madoguchi.domain.questions import QuestionKind
from madoguchi.services import masking, reservation_desk, service_texts, slots
from madoguchi.services.service_texts import ServiceAsks, TextsSaved
from madoguchi.store.tables import AuditEntry, Service

ITEMS = {"ja": "印かん", "en": "Seal"}


def kind(key: str = "", options: str = "新規\n継続", label: str = "種類") -> Draft:
    return Draft(key, QuestionKind.CHOICE, True, {"ja": label}, {"ja": options})


def words(key: str = "", label: str = "希望の園") -> Draft:
    return Draft(key, QuestionKind.TEXT, False, {"ja": label})


def asks(plan: Planned) -> ServiceAsks:
    return service_texts.texts_for(plan.office, plan.admin, plan.city.service_id)


def save(plan: Planned, *drafts: Draft) -> TextsSaved:
    return service_texts.save_texts(plan.office, plan.admin, plan.city.service_id, drafts, ITEMS)


def keys(plan: Planned) -> list[str]:
    return [one.key for one in asks(plan).texts.questions]


def entries(plan: Planned) -> list[tuple[str, str, object]]:
    with plan.office.look() as unit:
        found = unit.session.exec(select(AuditEntry).order_by(col(AuditEntry.id))).all()
        return [(one.action, one.subject, one.facts) for one in found]


def at_the_form(plan: Planned) -> slots.BookingDesk:
    """The desk as the booking form offers it."""
    with plan.office.look() as unit:
        return slots.booking_desk(unit, plan.city.desk_id)


def answers_of(plan: Planned, booked: int) -> tuple[tuple[str, str], ...]:
    return reservation_desk.detail(plan.office, plan.city.clerk, booked).answers


def test_what_is_saved_is_what_citizens_are_asked_and_the_log_has_names_only(plan: Planned) -> None:
    saved = save(plan, kind(), words())
    assert saved.changed
    offered = at_the_form(plan).services[0]
    assert [one.label["ja"] for one in offered.questions] == ["種類", "希望の園"]
    assert list(offered.questions[0].options or {}) == ["新規", "継続"]
    assert offered.items == ITEMS
    subject = f"service:{plan.city.service_id}"
    assert entries(plan) == [("change_texts", subject, {"fields": ["questions", "items"]})]


def test_a_question_keeps_its_key_when_its_words_and_its_place_change(plan: Planned) -> None:
    save(plan, kind(), words())
    first, second = keys(plan)
    assert save(plan, words(second, "ほしい園"), kind(first)).changed
    assert keys(plan) == [second, first]
    assert save(plan, words(second, "ほしい園"), kind(first)).changed is False
    assert len(entries(plan)) == 2


def test_options_in_another_order_are_a_change_too(plan: Planned) -> None:
    save(plan, kind())
    (key,) = keys(plan)
    assert save(plan, kind(key, "継続\n新規")).changed
    assert list(asks(plan).texts.questions[0].options or {}) == ["継続", "新規"]
    with plan.office.look() as unit:
        row = unit.session.get_one(Service, plan.city.service_id)
        assert list(row.questions[0]["options"]) == ["継続", "新規"]


def test_a_save_is_put_back_as_a_whole_unless_somebody_saved_since(plan: Planned) -> None:
    before = asks(plan)
    saved = save(plan, kind())
    service_texts.put_texts_back(plan.office, plan.admin, plan.city.service_id, saved)
    assert asks(plan) == before
    save(plan, words())
    with pytest.raises(Refusal, match="undo_too_late"):
        service_texts.put_texts_back(plan.office, plan.admin, plan.city.service_id, saved)


def test_an_answer_outlives_its_question_and_its_option(plan: Planned) -> None:
    save(plan, kind(), words())
    first, second = keys(plan)
    booked = plan.book(FRIDAY, answers={first: "継続", second: "ひかり園"})
    assert answers_of(plan, booked) == (("種類", "継続"), ("希望の園", "ひかり園"))
    removed = save(plan, kind(first, "新規\n更新"))
    assert plan.reservation(booked).answers == {first: "継続", second: "ひかり園"}
    assert answers_of(plan, booked) == (("種類", "継続"), ("（質問は削除済み）", "ひかり園"))
    assert reservation_desk.detail(plan.office, plan.city.viewer, booked).answers == ()
    service_texts.put_texts_back(plan.office, plan.admin, plan.city.service_id, removed)
    assert answers_of(plan, booked)[1] == ("希望の園", "ひかり園")


def test_answers_to_removed_questions_are_overwritten_with_the_name(lite_plan: Planned) -> None:
    save(lite_plan, words())
    booked = lite_plan.book(FRIDAY, answers={keys(lite_plan)[0]: "ひかり園"})
    save(lite_plan)
    clock_of(lite_plan.office).put(datetime(2027, 3, 1, tzinfo=UTC))
    assert masking.mask_due(lite_plan.office).masked == 1
    assert answers_of(lite_plan, booked) == (("（質問は削除済み）", "＊"),)


def test_what_is_refused_changes_nothing(lite_plan: Planned) -> None:
    save(lite_plan, kind())
    before = asks(lite_plan)
    for draft in (kind("made-up"), kind(options="ひとつ"), words(label=" ")):
        with pytest.raises(Refusal):
            save(lite_plan, draft)
    assert asks(lite_plan) == before
    assert len(entries(lite_plan)) == 1


def test_a_desk_lets_people_without_line_book_or_not(plan: Planned) -> None:
    desk = plan.city.desk_id
    assert service_texts.allow_guests(plan.office, plan.admin, desk, allowed=True)
    assert service_texts.allow_guests(plan.office, plan.admin, desk, allowed=True) is False
    assert (asks(plan).guest_booking, at_the_form(plan).guest_booking) == (True, True)
    assert entries(plan) == [("change_desk", f"desk:{desk}", {"fields": ["guest_booking"]})]
    assert service_texts.allow_guests(plan.office, plan.admin, desk, allowed=False)
    assert asks(plan).guest_booking is False
