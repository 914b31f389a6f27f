"""What staff see of a desk's reservations and do with them, on both databases."""

from __future__ import annotations

import json
from datetime import time, timedelta

import pytest
from office_kit import City
from reservation_kit import NAME, PHONE, Reservations, reservations_of

from madoguchi.domain.booking import CancelReason, ReservationState
from madoguchi.domain.citizens import Citizen
from madoguchi.domain.errors import Refusal
from madoguchi.domain.questions import Question, QuestionKind, questions_as_json
from madoguchi.services import (
    booking,
    checkin,
    checkup,
    contacts,
    day_sheet,
    holds,
    masking,
    moving,
    reservation_changes,
    reservation_desk,
    reservation_places,
    reservation_search,
    waiting_list,
)
from madoguchi.services.office import Office
from madoguchi.store.tables import Contact, OutboxMessage, Slot


@pytest.fixture
def desk(office: Office, city: City) -> Reservations:
    return reservations_of(office, city)


def day_of(desk: Reservations, service_id: int = 0) -> reservation_desk.DayView:
    return reservation_desk.day(desk.office, desk.city.viewer, desk.city.desk_id, desk.today, service_id)


def test_a_day_shows_each_place_with_who_has_it_and_no_names(desk: Reservations) -> None:
    eleven, noon = desk.slot(), desk.slot(time(12), capacity=1)
    first, second = desk.caller(eleven), desk.in_line(eleven)
    citizen = Citizen.in_line(desk.city.line_user_ids[1])
    holds.hold(desk.office, citizen, service_id=desk.city.service_id, slot_id=noon)
    seen = day_of(desk)
    assert [(one.time, one.capacity, one.taken, one.held) for one in seen.slots] == [
        ("11:00", 2, 2, 0),
        ("12:00", 1, 1, 1),
    ]
    rows = seen.slots[0].reservations
    assert [(one.code, one.channel, one.in_line) for one in rows] == [
        (first.code, "staff", False),
        (second.code, "line", True),
    ]
    assert seen.booked == 2
    assert "ヌルマエ" not in repr(seen)
    assert "9876" not in repr(seen)


def test_a_day_can_be_narrowed_to_the_places_of_one_service(desk: Reservations) -> None:
    desk.slot()
    other = desk.slot(time(13), service=desk.city.other_service_id)
    assert [one.slot_id for one in day_of(desk, desk.city.other_service_id).slots] == [other]
    with pytest.raises(Refusal, match="unknown_service"):
        day_of(desk, desk.city.other_desk_service_id)


def test_a_week_has_a_row_for_each_time_and_sums_up_its_days(desk: Reservations) -> None:
    eleven, thirteen = desk.slot(capacity=1), desk.slot(time(13), day=desk.tomorrow, capacity=3)
    desk.in_line(eleven)
    desk.caller(thirteen)
    waiter = desk.city.line_user_ids[1]
    waiting_list.ask(desk.office, line_user_id=waiter, service_id=desk.city.service_id, day=desk.today)
    seen = reservation_desk.week(desk.office, desk.city.clerk, desk.city.desk_id, desk.today)
    assert [one.day.weekday() for one in seen.days] == list(range(7))
    figures = {one.day: (one.taken, one.capacity, one.waiting) for one in seen.days}
    assert figures[desk.today] == (1, 1, 1)
    assert figures[desk.tomorrow] == (1, 3, 0)
    assert [time for time, _ in seen.times] == ["11:00", "13:00"]
    cell = seen.times[1][1][desk.tomorrow.weekday()]
    assert cell is not None
    assert (cell.slot_id, cell.taken, cell.capacity) == (thirteen, 1, 3)
    assert day_of(desk).waiting == (("保育所等利用申込", 1),)


def test_a_closed_time_with_somebody_on_it_stays_in_sight(desk: Reservations) -> None:
    slot = desk.slot()
    desk.caller(slot)
    desk.slot(time(15))
    with desk.office.change() as unit:
        for place in reservation_desk.rows.slots(unit.session, desk.city.desk_id, desk.today, desk.today):
            unit.session.get_one(Slot, place.slot_id).capacity = 0
    assert [(one.time, one.capacity, one.taken) for one in day_of(desk).slots] == [("11:00", 0, 1)]


def test_free_days_and_times_are_those_that_can_still_be_booked(desk: Reservations) -> None:
    early, late = desk.slot(time(9)), desk.slot(time(15), capacity=1)
    desk.caller(late)
    desk.slot(time(9), day=desk.tomorrow, capacity=4)
    days = reservation_places.free_days(desk.office, desk.city.clerk, desk.city.service_id)
    assert [(one.day, one.free) for one in days] == [(desk.today, 0), (desk.tomorrow, 4)]
    places = reservation_places.free_places(desk.office, desk.city.clerk, desk.city.service_id, desk.today)
    assert [(one.slot_id, one.free) for one in places] == [(late, 0)]
    assert early not in {one.slot_id for one in places}


@pytest.mark.parametrize("typed", ["ぬるまえ", "ヌルマエ", "ﾇﾙﾏｴ", "つづみ", "ヌルマエ　ツツミ"])
def test_kana_is_found_however_it_is_typed(desk: Reservations, typed: str) -> None:
    made = desk.caller(desk.slot())
    found = reservation_search.find(desk.office, desk.city.clerk, typed)
    assert [one.id for one in found.reservations] == [made.id]


@pytest.mark.parametrize("typed", ["4321", "9876-4321", "０８０９８７６４３２１", "080 9876 4321", "64321"])
def test_the_end_of_the_phone_number_is_found(desk: Reservations, typed: str) -> None:
    made = desk.caller(desk.slot())
    found = reservation_search.find(desk.office, desk.city.clerk, typed)
    assert [one.id for one in found.reservations] == [made.id]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "search_unclear"),
        ("321", "search_short"),
        ("%", "search_unclear"),
        ("_", "search_unclear"),
        ("山田", "search_unclear"),
        ("・", "search_unclear"),
        ("x" * 5000, "search_unclear"),
    ],
)
def test_what_cannot_be_searched_for_is_explained(desk: Reservations, typed: str, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        reservation_search.find(desk.office, desk.city.clerk, typed)


def test_a_search_by_contact_is_audited_without_what_was_typed(desk: Reservations) -> None:
    made = desk.caller(desk.slot())
    reservation_search.find(desk.office, desk.city.viewer, made.code)
    assert desk.audited("search_contact") == []
    reservation_search.find(desk.office, desk.city.clerk, "ヌルマエ")
    reservation_search.find(desk.office, desk.city.clerk, "4321")
    entries = desk.audited("search_contact")
    assert [one.facts for one in entries] == [{"by": "kana", "found": 1}, {"by": "phone", "found": 1}]
    told = json.dumps([[one.subject, one.facts] for one in entries], ensure_ascii=False)
    assert "ヌル" not in told
    assert "4321" not in told


@pytest.mark.parametrize("typed", ["ヌルマエ", "4321"])
def test_who_may_not_see_contacts_cannot_search_by_them(desk: Reservations, typed: str) -> None:
    desk.caller(desk.slot())
    with pytest.raises(Refusal, match="not_allowed"):
        reservation_search.find(desk.office, desk.city.viewer, typed)


def test_names_that_begin_so_come_first_and_coming_visits_before_past_ones(desk: Reservations) -> None:
    inside = desk.caller(desk.slot(capacity=9), kana="オオモリ ハナ")
    begins = desk.caller(desk.slot(time(16)), kana="モリ ハナ")
    later = desk.caller(desk.slot(day=desk.tomorrow), kana="モリタ ケン")
    found = reservation_search.find(desk.office, desk.city.clerk, "もり")
    assert [one.id for one in found.reservations] == [begins.id, later.id, inside.id]
    desk.passes(days=1)
    found = reservation_search.find(desk.office, desk.city.clerk, "もり")
    assert [one.id for one in found.reservations] == [later.id, begins.id, inside.id]


def test_editing_corrects_what_is_given_and_audits_no_value(desk: Reservations) -> None:
    desk.service(max_party=4)
    made = desk.caller(desk.slot())
    edited = reservation_changes.edit_at_desk(
        desk.office, desk.city.clerk, made.id, kana="さとう けん", party=3
    )
    assert edited.party == 3
    assert contacts.contact_of(desk.office, desk.city.clerk, made.id) == ("サトウ ケン", PHONE)
    (entry,) = desk.audited("edit_booking")
    assert entry.facts == {"fields": ["kana", "party"]}
    found = reservation_search.find(desk.office, desk.city.clerk, "サトウ")
    assert [one.id for one in found.reservations] == [made.id]


def test_editing_refuses_what_booking_refuses_and_changes_nothing(desk: Reservations) -> None:
    made = desk.caller(desk.slot())
    for given, why in (
        ({"kana": "Sato"}, "name_not_kana"),
        ({"phone": "12"}, "phone_unreadable"),
        ({"kana": "サトウ", "party": 2}, "party_size"),
    ):
        with pytest.raises(Refusal, match=why):
            reservation_changes.edit_at_desk(desk.office, desk.city.clerk, made.id, **given)
    assert contacts.contact_of(desk.office, desk.city.clerk, made.id) == (NAME, PHONE)
    assert desk.audited("edit_booking") == []


def test_a_masked_contact_cannot_be_edited(desk: Reservations) -> None:
    made = desk.caller(desk.slot())
    with desk.office.change() as unit:
        unit.session.get_one(Contact, desk.row(made.id).contact_id).visit_day -= timedelta(days=4000)
        contact = unit.session.get_one(Contact, desk.row(made.id).contact_id)
        contact.created_at -= timedelta(days=4000)
    assert masking.mask_due(desk.office).masked == 1
    with pytest.raises(Refusal, match="contact_masked"):
        reservation_changes.edit_at_desk(desk.office, desk.city.clerk, made.id, kana="サトウ")
    assert reservation_desk.detail(desk.office, desk.city.clerk, made.id).masked
    assert reservation_search.find(desk.office, desk.city.clerk, "4321").reservations == ()


def test_absent_can_be_marked_from_the_visits_time_on_and_taken_back(desk: Reservations) -> None:
    slot = desk.slot()
    made = desk.caller(slot)
    with pytest.raises(Refusal, match="visit_not_begun"):
        reservation_changes.mark_missed(desk.office, desk.city.clerk, made.id)
    desk.passes(hours=1)
    for _ in range(2):
        missed = reservation_changes.mark_missed(desk.office, desk.city.clerk, made.id)
        assert missed.state is ReservationState.MISSED
    assert desk.taken(slot) == 1
    assert reservation_desk.detail(desk.office, desk.city.clerk, made.id).may_take_back
    for _ in range(2):
        back = reservation_changes.take_back_missed(desk.office, desk.city.clerk, made.id)
        assert back.state is ReservationState.BOOKED
    assert len(desk.audited("mark_missed")) == len(desk.audited("take_back_missed")) == 1


def test_who_was_marked_absent_and_comes_after_all_is_checked_in(desk: Reservations) -> None:
    made = desk.caller(desk.slot())
    desk.passes(hours=1)
    reservation_changes.mark_missed(desk.office, desk.city.clerk, made.id)
    for _ in range(2):
        assert checkin.check_in_at_desk(desk.office, desk.city.clerk, made.id).number == "A001"
    assert len(desk.audited("check_in")) == 1
    with pytest.raises(Refusal, match="booking_ended"):
        reservation_changes.take_back_missed(desk.office, desk.city.clerk, made.id)


def cancel(desk: Reservations, reservation_id: int, *, push: bool = True) -> None:
    booking.cancel_booking(desk.office, desk.city.clerk, reservation_id, reason=CancelReason.OTHER, push=push)


def test_a_cancelled_booking_comes_back_within_ten_seconds_and_nobody_was_told(desk: Reservations) -> None:
    slot = desk.slot()
    made = desk.in_line(slot)
    (confirmation,) = desk.messages()
    cancel(desk, made.id)
    assert desk.taken(slot) == 0
    (told,) = desk.messages("booking_cancelled")
    assert told.try_at >= told.created_at + timedelta(seconds=10)
    desk.passes(seconds=9)
    for _ in range(2):
        back = reservation_changes.undo_cancel(desk.office, desk.city.clerk, made.id)
        assert (back.state, back.code) == (ReservationState.BOOKED, made.code)
    assert desk.taken(slot) == 1
    assert desk.row(made.id).cancel_reason is None
    # What the cancelling had dropped is said after all.
    assert [(one.id, one.kind, one.state) for one in desk.messages()] == [
        (confirmation.id, "booking_made", "pending")
    ]
    assert len(desk.audited("undo_cancel")) == 1
    cancel(desk, made.id)
    assert len(desk.messages("booking_cancelled")) == 1


@pytest.mark.parametrize("told", [False, True])
def test_on_a_full_day_the_next_in_line_hears_of_the_place_when_it_is_too_late_to_undo(
    desk: Reservations, told: bool
) -> None:
    slot, waiting = desk.slot(day=desk.tomorrow, capacity=1), desk.city.line_user_ids[1]
    made = desk.in_line(slot)
    assert waiting_list.ask(
        desk.office, line_user_id=waiting, service_id=desk.city.service_id, day=desk.tomorrow
    )
    cancel(desk, made.id)
    (offer,) = desk.messages("place_offered")
    assert offer.try_at == offer.created_at + timedelta(seconds=10)
    assert desk.taken(slot) == 1, "held for the next in line from the first moment"
    if told:
        with desk.office.change() as unit:
            unit.session.get_one(OutboxMessage, offer.id).first_tried_at = unit.now
        with pytest.raises(Refusal, match="undo_place_gone"):
            reservation_changes.undo_cancel(desk.office, desk.city.clerk, made.id)
        return
    back = reservation_changes.undo_cancel(desk.office, desk.city.clerk, made.id)
    assert (back.state, desk.taken(slot)) == (ReservationState.BOOKED, 1)
    assert desk.messages("place_offered") == []
    (line,) = waiting_list.lists_of(desk.office, waiting)
    assert line.offered_until is None
    assert checkup.findings(desk.office) == []
    cancel(desk, made.id)
    assert len(desk.messages("place_offered")) == 1


def test_after_ten_seconds_it_stays_cancelled(desk: Reservations) -> None:
    made = desk.caller(desk.slot())
    cancel(desk, made.id)
    desk.passes(seconds=11)
    with pytest.raises(Refusal, match="undo_too_late"):
        reservation_changes.undo_cancel(desk.office, desk.city.clerk, made.id)


def test_what_the_citizen_cancelled_or_was_told_of_is_not_undone(desk: Reservations) -> None:
    slot = desk.slot()
    own, told = desk.in_line(slot), desk.in_line(slot, who=1)
    booking.cancel_booking_own(desk.office, Citizen.in_line(desk.city.line_user_ids[0]), own.id)
    with pytest.raises(Refusal, match="undo_too_late"):
        reservation_changes.undo_cancel(desk.office, desk.city.clerk, own.id)
    cancel(desk, told.id)
    with desk.office.change() as unit:
        message = unit.session.get_one(type(desk.messages()[-1]), desk.messages("booking_cancelled")[-1].id)
        message.first_tried_at = unit.now
    with pytest.raises(Refusal, match="undo_too_late"):
        reservation_changes.undo_cancel(desk.office, desk.city.clerk, told.id)
    assert desk.taken(slot) == 0


def test_a_place_that_somebody_took_meanwhile_is_not_taken_back(desk: Reservations) -> None:
    slot = desk.slot(capacity=1)
    made = desk.caller(slot)
    cancel(desk, made.id)
    desk.caller(slot)
    with pytest.raises(Refusal, match="undo_place_gone"):
        reservation_changes.undo_cancel(desk.office, desk.city.clerk, made.id)
    assert desk.taken(slot) == 1
    assert desk.row(made.id).state == "cancelled"


def test_a_citizen_who_booked_anew_meanwhile_does_not_end_up_with_two(desk: Reservations) -> None:
    slot = desk.slot()
    made = desk.in_line(slot)
    cancel(desk, made.id)
    desk.passes(seconds=2)
    desk.in_line(desk.slot(time(15)))
    with pytest.raises(Refusal, match="changed_meanwhile"):
        reservation_changes.undo_cancel(desk.office, desk.city.clerk, made.id)
    assert desk.taken(slot) == 0


def test_beyond_the_capacity_goes_an_administrator_with_a_reason_only(desk: Reservations) -> None:
    slot = desk.slot(capacity=1)
    desk.caller(slot)
    mine = desk.caller(desk.slot(time(15)))
    given = {"service_id": desk.city.service_id, "slot_id": slot, "kana": NAME, "phone": PHONE}
    with pytest.raises(Refusal, match="not_allowed"):
        booking.book_at_desk(desk.office, desk.city.clerk, form="a", over_reason="急ぎ", **given)
    with pytest.raises(Refusal, match="sold_out"):
        booking.book_at_desk(desk.office, desk.admin, form="b", over_reason="   ", **given)
    with pytest.raises(Refusal, match="sold_out"):
        moving.move_at_desk(desk.office, desk.admin, mine.id, slot, over_reason="　")
    assert desk.taken(slot) == 1
    made = booking.book_at_desk(desk.office, desk.admin, form="c", over_reason="災害のため", **given)
    assert desk.taken(slot) == 2
    seen = reservation_desk.detail(desk.office, desk.city.viewer, made.id)
    assert (seen.shown.over, seen.over_reason) == (True, "災害のため")


def test_answers_are_shown_to_those_who_may_see_contacts(desk: Reservations) -> None:
    asked = Question("child", QuestionKind.CHOICE, {"ja": "お子さんの年齢"}, True, {"0": {"ja": "0歳"}})
    desk.service(questions=questions_as_json([asked]))
    made = desk.caller(desk.slot(), answers={"child": "0"})
    clerk, viewer = desk.city.clerk, desk.city.viewer
    assert reservation_desk.detail(desk.office, clerk, made.id).answers == (("お子さんの年齢", "0歳"),)
    assert reservation_desk.detail(desk.office, viewer, made.id).answers == ()


def test_the_sheet_of_the_day_names_nobody_unless_asked_and_then_audits_it_once(desk: Reservations) -> None:
    first, second = desk.caller(desk.slot()), desk.caller(desk.slot(time(13)))
    gone = desk.caller(desk.slot(time(14)))
    cancel(desk, gone.id)
    sheet = day_sheet.day_sheet(desk.office, desk.city.viewer, desk.city.desk_id, desk.today)
    assert [one.reservation.code for one in sheet.rows] == [first.code, second.code]
    assert "ヌルマエ" not in repr(sheet)
    assert desk.audited("print_names") == []
    named = day_sheet.day_sheet(desk.office, desk.city.clerk, desk.city.desk_id, desk.today, names=True)
    assert [one.name for one in named.rows] == [NAME, NAME]
    (entry,) = desk.audited("print_names")
    assert (entry.subject, entry.facts) == (
        f"desk:{desk.city.desk_id}",
        {"day": desk.today.isoformat(), "count": 2},
    )
    with pytest.raises(Refusal, match="not_allowed"):
        day_sheet.day_sheet(desk.office, desk.city.viewer, desk.city.desk_id, desk.today, names=True)
