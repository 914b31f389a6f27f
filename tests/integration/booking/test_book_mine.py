"""Moving, giving up, waiting, asking, guests and days that open later: the newer handlers of `/book`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from reflex.istate.data import RouterData

from madoguchi.domain.booking import Mark
from madoguchi.domain.citizens import Citizen
from madoguchi.domain.errors import Refusal
from madoguchi.domain.questions import Question, QuestionKind, questions_as_json
from madoguchi.services import booking, guests, holds, links, running, waiting_list
from madoguchi.services.booking_views import BookingView
from madoguchi.state import book_view
from madoguchi.store.tables import Desk, Reservation, Service
from tests.integration.booking.book_tab import GOOD, Tab, key, new_page, opened_page, page_at_contact, run
from tests.integration.booking.booking_city import MONDAY, TUESDAY, City

QUESTIONS = (
    Question(
        "kind", QuestionKind.CHOICE, {"ja": "初めてですか"}, required=True, options={"yes": {"ja": "はい"}}
    ),
    Question("wish", QuestionKind.TEXT, {"ja": "ご希望"}),
)


@pytest.fixture(autouse=True)
def _open_office(city: City) -> Iterator[None]:
    running.start(city.office)
    yield
    running.stop()


def _booked(city: City, user: int, slot: int) -> BookingView:
    citizen = Citizen.in_line(user)
    held = holds.hold(city.office, citizen, service_id=city.nursery, slot_id=slot)
    return booking.book(
        city.office,
        citizen,
        reservation_id=held.reservation_id,
        kana="ヤマダ",
        phone="0312345678",
        language="ja",
    )


def _change(city: City, kind: type[Any], row_id: int, **values: Any) -> None:
    with city.office.change() as unit:
        row = unit.session.get_one(kind, row_id)
        for name, value in values.items():
            setattr(row, name, value)


def test_taking_a_place_does_not_work_out_the_calendar_anew(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    slot = city.slot()
    page = opened_page(city, city.citizen())
    run(page.choose_service("nursery"), page.choose_day(TUESDAY.isoformat()))
    with monkeypatch.context() as broken:
        for name in ("calendars_together", "places_together"):
            broken.setattr(f"madoguchi.services.slots.{name}", None)
        run(page.choose_place(slot), page.submit(GOOD))
    assert page.phase == "done"


def test_a_place_that_is_gone_names_the_nearest_and_takes_it_in_one_tap(city: City) -> None:
    slot, other = city.slot(capacity=1), city.slot(TUESDAY + timedelta(days=1), capacity=1)
    page = opened_page(city, city.citizen())
    run(page.choose_service("nursery"), page.choose_day(TUESDAY.isoformat()))
    holds.hold(city.office, Citizen.in_line(city.citizen()), service_id=city.nursery, slot_id=slot)
    run(page.choose_place(slot))
    assert page.error
    assert "12月2日(水) 10:00" in page.near
    run(page.choose_near())
    assert (page.step, page.held_slot, page.error, page.near) == (3, other, "", "")
    run(page.choose_near())
    assert page.held_slot == other


def test_a_booking_is_moved_after_the_change_was_shown(city: City) -> None:
    user, old, new = city.citizen(), city.slot(), city.slot(at=time(11))
    made = _booked(city, user, old)
    page = opened_page(city, user)
    assert [card.code for card in page.bookings] == [made.code]
    run(page.move(made.id), page.choose_day(TUESDAY.isoformat()), page.choose_place(new))
    assert (page.step, page.from_when, page.to_when) == (3, "12月1日(火) 10:00", "12月1日(火) 11:00")
    assert (city.taken(old), city.taken(new)) == (1, 0)
    run(page.confirm_move())
    assert (page.phase, page.done.when) == ("done", "12月1日(火) 11:00")
    assert (city.taken(old), city.taken(new)) == (0, 1)
    run(page.show_bookings())
    assert (page.phase, page.moving, [card.when for card in page.bookings]) == (
        "open",
        0,
        ["12月1日(火) 11:00"],
    )


def test_a_link_for_a_booking_opens_where_it_is_moved_and_can_be_left(city: City) -> None:
    user, slot = city.citizen(), city.slot()
    made = _booked(city, user, slot)
    page = new_page()
    link = links.booking_link(city.office, user, city.desk, made.id).partition("?k=")[2]
    run(page._open(link, "ja"))
    assert (page.moving, page.step, page.day) == (made.id, 2, TUESDAY.isoformat())
    run(page.choose_place(slot))
    assert page.step == 2, "to where it is already"
    run(page.leave_move(), page._open(link, "ja"))
    assert page.moving == 0, "a reload does not begin anew"


def test_a_move_whose_place_is_gone_says_so_and_keeps_the_booking(city: City) -> None:
    user, old, new = city.citizen(), city.slot(), city.slot(at=time(11), capacity=1)
    near = city.slot(at=time(12))
    made = _booked(city, user, old)
    page = opened_page(city, user)
    run(page.move(made.id), page.choose_place(new))
    _booked(city, city.citizen(), new)
    run(page.confirm_move())
    assert (page.phase, page.step, bool(page.error), page.moving) == ("open", 2, True, made.id)
    run(page.choose_near(), page.confirm_move())
    assert page.phase == "done"
    assert {old: city.taken(old), near: city.taken(near)} in ({old: 0, near: 1}, {old: 1, near: 0})


def test_another_persons_booking_can_be_neither_moved_nor_given_up(city: City) -> None:
    slot, other = city.slot(), city.slot(at=time(11))
    made = _booked(city, city.citizen(), slot)
    page = opened_page(city, city.citizen())
    run(page.move(made.id), page.ask_cancel(made.id), page.cancel())
    assert (page.moving, page.cancelling) == (0, 0)
    page._mine, page.moving, page._to = [made], made.id, (other, {"ja": ""})
    page.cancelling = made.id
    run(page.confirm_move())
    page._mine, page.cancelling = [made], made.id
    run(page.cancel())
    assert (city.taken(slot), city.taken(other)) == (1, 0)


def test_a_booking_is_given_up_after_a_question(city: City) -> None:
    user, slot = city.citizen(), city.slot()
    made = _booked(city, user, slot)
    page = opened_page(city, user)
    run(page.cancel())
    assert city.taken(slot) == 1
    run(page.ask_cancel(made.id), page.keep_booking(), page.cancel())
    assert city.taken(slot) == 1
    run(page.ask_cancel(made.id), page.cancel())
    assert (city.taken(slot), page.bookings, page.news) == (0, [], page.text["mine.cancelled"])


def test_after_the_deadline_it_is_neither_moved_nor_given_up_but_telephoned(city: City) -> None:
    user, slot = city.citizen(), city.slot()
    made = _booked(city, user, slot)
    page = opened_page(city, user)
    _change(city, Service, city.nursery, closes_amount=60 * 48)
    run(page.ask_cancel(made.id), page.cancel())
    assert "03-0000-1111" in page.error
    assert [card.changeable for card in page.bookings] == [False]
    assert "03-0000-1111" in page.bookings[0].note
    run(page.move(made.id))
    assert page.moving == 0
    assert city.taken(slot) == 1


def test_somebody_waits_for_a_full_day_and_gets_its_place_at_the_contact_step(city: City) -> None:
    slot, user, first = city.slot(capacity=1), city.citizen(), city.citizen()
    made = _booked(city, first, slot)
    page = opened_page(city, user)
    run(page.choose_service("nursery"), page.wait_for_day())
    assert page.waits == []
    run(page.choose_day(TUESDAY.isoformat()))
    assert page.day_full
    run(page.wait_for_day())
    assert (page.day_waiting, [one.day for one in page.waits]) == (True, [TUESDAY.isoformat()])
    booking.cancel_booking_own(city.office, Citizen.in_line(first), made.id)
    again = opened_page(city, user)
    assert (again.step, again.held_slot) == (3, slot)
    assert again.hold_seconds > 600
    assert again.waits[0].note != page.waits[0].note


def test_a_list_can_be_left(city: City) -> None:
    slot, user = city.slot(capacity=1), city.citizen()
    _booked(city, city.citizen(), slot)
    page = opened_page(city, user)
    run(page.choose_service("nursery"), page.choose_day(TUESDAY.isoformat()), page.wait_for_day())
    run(page.stop_waiting(city.permit, TUESDAY.isoformat()))
    assert waiting_list.lists_of(city.office, user)
    run(page.stop_waiting(city.nursery, TUESDAY.isoformat()))
    assert (waiting_list.lists_of(city.office, user), page.waits, page.day_waiting) == ([], [], False)


def test_what_is_asked_is_answered_before_anything_is_booked(city: City) -> None:
    _change(city, Service, city.nursery, questions=questions_as_json(QUESTIONS), max_party=3)
    user, slot = city.citizen(), city.slot()
    page = page_at_contact(city, user, slot)
    assert (len(page.parties), [one.name for one in page.questions]) == (3, ["q-kind", "q-wish"])
    run(page.submit({**GOOD, "party": "4", "q-kind": "no", "q-wish": "x" * 150}))
    assert page.party_error
    assert all(one.error for one in page.questions)
    assert page.phase == "open"
    run(page.submit({**GOOD, "party": "2", "q-kind": "yes", "q-wish": "ひかり園"}))
    assert page.phase == "done"
    with city.office.look() as unit:
        made = unit.session.get_one(Reservation, page._booking.id)
        assert (made.party, made.answers) == (2, {"kind": "yes", "wish": "ひかり園"})


def test_answers_in_words_stand_in_no_session(city: City) -> None:
    _change(city, Service, city.nursery, questions=questions_as_json(QUESTIONS))
    slot = city.slot()
    tab = Tab(key(city, city.citizen()))
    page = tab.page
    tab.does(page.open_page(), page.choose_service("nursery"), page.choose_day(TUESDAY.isoformat()))
    tab.does(page.choose_place(slot))
    tab.fields[book_view.question_field("wish")] = "ひかり園"
    tab.does(page.submit({**GOOD, "q-wish": "ひかり園"}))
    assert page.questions[0].error
    assert "ひかり園" not in tab.kept()
    tab.does(page.submit({**GOOD, "q-kind": "yes", "q-wish": "ひかり園"}))
    assert page.phase == "done"
    assert "ひかり園" not in tab.kept()
    assert tab.fields[book_view.question_field("wish")] == ""


def test_days_that_open_later_say_when_and_open_at_the_very_second(city: City) -> None:
    day = MONDAY + timedelta(days=10)
    slot = city.slot(day)
    _change(city, Service, city.nursery, opens_amount=10, opens_at=time(9, 10))
    page = opened_page(city, city.citizen())
    run(page.choose_service("nursery"))
    (cell,) = [one for one in page.cells if one.iso == day.isoformat()] or [None]
    if cell is None:
        run(page.show_month(1))
        (cell,) = [one for one in page.cells if one.iso == day.isoformat()]
    assert (cell.mark, cell.open, cell.tells) == (book_view.LATER, False, True)
    assert "11月30日(月) 09:10" in cell.spoken
    assert page.opens_in == 600
    run(page.choose_day(day.isoformat()))
    assert "09:10" in page.day_note
    assert page.places == []
    city.clock.advance(minutes=9, seconds=59)
    run(page.look_again())
    assert (page.opens_in, page.news, page.places) == (1, "", [])
    city.clock.advance(seconds=1)
    run(page.look_again())
    assert page.news == page.text["opens.started"]
    assert [one.slot_id for one in page.places] == [slot]


def test_a_day_that_became_free_meanwhile_is_shown_free(city: City) -> None:
    slot, first = city.slot(capacity=1), city.citizen()
    made = _booked(city, first, slot)
    page = opened_page(city, city.citizen())
    run(page.choose_service("nursery"))
    booking.cancel_booking_own(city.office, Citizen.in_line(first), made.id)
    run(page.choose_day(TUESDAY.isoformat()))
    assert [one.open for one in page.places] == [True]
    assert [one.mark for one in page.cells if one.iso == TUESDAY.isoformat()] == [Mark.FREE.value]


def test_a_guest_books_sees_the_code_and_comes_back_with_it(city: City) -> None:
    _change(city, Desk, city.desk, guest_booking=True)
    slot = city.slot()
    page = new_page()
    watch = guests.Watch()
    path = guests.begin(city.office, "kosodate", "203.0.113.7", watch=watch)
    run(page._open(path.partition("?k=")[2], "ja"), page.choose_service("nursery"))
    run(page.choose_day(TUESDAY.isoformat()), page.choose_place(slot), page.submit(GOOD))
    code = page.done.guest_code
    assert (page.phase, len(code), code.count("-"), page.done.pushed) == ("done", 14, 2, "")
    back = new_page()
    typed = f" {code.lower()} "
    path = guests.come_back(city.office, typed, "203.0.113.7", watch=watch)
    run(back._open(path.partition("?k=")[2].partition("&")[0], "ja"))
    assert [one.code for one in back.bookings] == [page.done.code]
    assert all("スズキ" not in str(one) for one in (back.dict(), page.dict()))


def test_a_desk_that_wants_no_guests_gives_no_codes_and_takes_no_bookings(city: City) -> None:
    slot = city.slot()
    with pytest.raises(Refusal, match="unknown_desk"):
        guests.begin(city.office, "kosodate", "203.0.113.7", watch=guests.Watch())
    page = new_page()
    path = links.guest_path(city.office, city.desk)
    run(page._open(path.partition("?k=")[2], "ja"))
    assert not page.may_book
    run(page.choose_service("nursery"), page.choose_day(TUESDAY.isoformat()), page.choose_place(slot))
    assert city.taken(slot) == 0


def test_codes_are_not_to_be_guessed_and_none_tells_whether_it_exists(city: City) -> None:
    _change(city, Desk, city.desk, guest_booking=True)
    watch = guests.Watch()
    for _ in range(30):
        assert guests.come_back(city.office, "2222-3333-4444", "198.51.100.9", watch=watch).startswith(
            "/book?k="
        )
    with pytest.raises(Refusal, match="guest_throttled"):
        guests.come_back(city.office, "2222-3333-4444", "198.51.100.9", watch=watch)
    assert guests.come_back(city.office, "2222-3333-4444", "198.51.100.10", watch=watch)
    for typed in ("", "short", "O" * 12, "２" * 40):
        with pytest.raises(Refusal, match="guest_code_wrong"):
            guests.come_back(city.office, typed, "198.51.100.11", watch=watch)
    for _ in range(200):
        guests.begin(city.office, "kosodate", "198.51.100.12", watch=watch)
    with pytest.raises(Refusal, match="guest_throttled"):
        guests.begin(city.office, "kosodate", "198.51.100.12", watch=watch)


def test_from_the_confirmation_one_comes_to_the_bookings_not_to_a_new_one(city: City) -> None:
    page = page_at_contact(city, city.citizen(), city.slot())
    run(page.submit(GOOD), page.show_bookings())
    assert (page.phase, len(page.bookings), page.folded) == ("open", 1, True)
    run(page.book_more())
    assert page.folded is False
    opened = opened_page(city, city.citizen())
    assert opened.folded is False, "somebody without bookings came to book"


def test_a_guests_page_speaks_the_language_chosen_on_the_way(city: City) -> None:
    _change(city, Desk, city.desk, guest_booking=True)
    ways = [
        guests.begin(city.office, "kosodate", "203.0.113.8", "vi", watch=guests.Watch()),
        guests.come_back(city.office, "2222-3333-4444", "203.0.113.8", "vi", watch=guests.Watch()),
        links.guest_path(city.office, city.desk),
        links.guest_path(city.office, city.desk, "klingon"),
    ]
    spoken = []
    for path in ways:
        tab = _came_by(path)
        spoken.append((tab.page.phase, tab.page.language))
    assert spoken == [("open", "vi"), ("open", "vi"), ("open", "pt"), ("open", "pt")]


def test_a_code_without_bookings_begins_no_booking_under_that_code(city: City) -> None:
    _change(city, Desk, city.desk, guest_booking=True)
    path = guests.come_back(city.office, "2222-3333-4444", "203.0.113.9", watch=guests.Watch())
    tab = _came_by(path)
    assert (tab.page.phase, tab.page.bookings, tab.page.folded) == ("open", [], True)


def test_each_booking_shows_what_is_needed_on_the_day(city: City) -> None:
    user, slot = city.citizen(), city.slot()
    made = _booked(city, user, slot)
    _change(city, Service, city.nursery, items={"ja": "印鑑", "en": "A seal"})
    page = opened_page(city, user)
    (card,) = page.bookings
    assert card.bring == "印鑑"
    for path, file in ((card.calendar, "/book/calendar.ics?k="), (card.picture, "/book/code.png?k=")):
        assert path.startswith(file)
        assert links.read_calendar(city.office, path.removeprefix(file)) == made.id
    run(page.choose_language("en"))
    assert page.bookings[0].picture == card.picture, "the picture is not fetched again"
    assert page.bookings[0].bring == "A seal"


def test_joining_the_waiting_list_is_said(city: City) -> None:
    user, slot = city.citizen(), city.slot(capacity=1)
    _booked(city, city.citizen(), slot)
    page = opened_page(city, user)
    run(page.choose_service("nursery"), page.choose_day(TUESDAY.isoformat()), page.wait_for_day())
    assert page.day_waiting
    assert page.news == page.text["wait.joined"]


def test_a_name_in_other_letters_comes_with_where_to_telephone(city: City) -> None:
    _change(city, Desk, city.desk, phone="03-1234-5678")
    page = opened_page(city, city.citizen())
    run(page.check_kana("Maria Silva"))
    assert page.kana_error
    assert page.desk_phone == "03-1234-5678"


def _came_by(path: str) -> Tab:
    """A tab of somebody whose browser is Portuguese."""
    tab = Tab("")
    headers = {"origin": "http://here", "accept-language": "pt-BR,pt;q=0.9"}
    query = dict(parse_qsl(urlsplit(path).query))
    data = {"pathname": "/book", "headers": headers, "asPath": path, "query": query}
    tab.root.router = RouterData.from_router_data(data)
    tab.does(tab.page.open_page())
    return tab
