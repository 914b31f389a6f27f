"""The page's event handlers: anyone may call each with anything, and only the link says who it is."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from madoguchi.domain.booking import Mark
from madoguchi.domain.citizens import Citizen
from madoguchi.domain.languages import LANGUAGES
from madoguchi.services import booking, holds, running
from madoguchi.services.office import Office
from madoguchi.state import access
from madoguchi.state.book import PUBLIC_HANDLERS, BookState
from tests.integration.booking.book_tab import GOOD, key, new_page, opened_page, page_at_contact, run
from tests.integration.booking.booking_city import MONDAY, TUESDAY, City

JUNK: list[Any] = [
    None,
    "",
    "x" * 5000,
    0,
    -1,
    10**30,
    1.5,
    True,
    [],
    {},
    {"kana": 7},
    "2026-02-31",
    b"\0",
    1.0,
    "\ud800",
]


@pytest.fixture(autouse=True)
def _open_office(city: City) -> Iterator[None]:
    running.start(city.office)
    yield
    running.stop()


def called(page: Any, handler: str, junk: Any) -> Any:
    """The handler called with as much junk as it takes arguments."""
    count = len(inspect.signature(getattr(page, handler)).parameters)
    return getattr(page, handler)(*[junk] * count)


def _seen(page: Any) -> str:
    """All that the browser is sent."""
    return str(page.dict())


def test_the_whole_way_from_link_to_number(city: City) -> None:
    user, slot = city.citizen("en"), city.slot()
    page = page_at_contact(city, user, slot)
    assert page.language == "en"
    assert page.hold_seconds == 600
    run(page.submit(GOOD))
    (made,) = booking.bookings_of(city.office, Citizen.in_line(user))
    assert (page.phase, page.done.code) == ("done", made.code)
    assert city.taken(slot) == 1


def test_neither_name_nor_phone_nor_identity_is_left_after_booking(city: City) -> None:
    page = page_at_contact(city, city.citizen(), city.slot())
    run(page.check_kana("すずき はなこ"), page.check_phone("080-9876-5432"), page.submit(GOOD))
    assert page.phase == "done"
    for secret in ("スズキ", "すずき", "9876", "line_user_id"):
        assert secret not in _seen(page)


def test_submitting_twice_makes_one_booking(city: City) -> None:
    user, slot = city.citizen(), city.slot()
    page = page_at_contact(city, user, slot)
    run(page.submit(GOOD), page.submit(GOOD))
    assert len(booking.bookings_of(city.office, Citizen.in_line(user))) == 1
    assert len(city.messages("booking_made")) == 1


@pytest.mark.parametrize("link", ["", "nonsense", "x" * 9000])
def test_a_bad_link_shows_how_to_get_a_good_one(city: City, link: str) -> None:
    page = new_page()
    run(page._open(link, "en"))
    assert page.phase == "expired"
    assert page.link_problem == "This link is not valid."


def test_an_old_link_is_refused_but_a_reload_of_an_open_page_is_not(city: City) -> None:
    user, slot = city.citizen(), city.slot()
    page, link = new_page(), key(city, user)
    run(page._open(link, "ja"), page.choose_service("nursery"), page.choose_day(TUESDAY.isoformat()))
    city.clock.advance(minutes=9)
    run(page.choose_place(slot))
    city.clock.advance(minutes=2)
    run(page._open(link, "ja"))
    assert (page.phase, page.step, page.held_slot) == ("open", 3, slot)
    assert page.hold_seconds == 480
    late = new_page()
    run(late._open(link, "ja"))
    assert late.phase == "expired"


def test_another_link_in_the_same_tab_is_another_person(city: City) -> None:
    first, second, slot = city.citizen(), city.citizen(), city.slot()
    page = page_at_contact(city, first, slot)
    run(page.check_kana("スズキ"), page._open(key(city, second), "ja"), page.submit(GOOD))
    assert page.held_slot == 0
    assert (
        booking.bookings_of(city.office, Citizen.in_line(first))
        == booking.bookings_of(city.office, Citizen.in_line(second))
        == []
    )


def test_a_second_tab_finds_the_held_place(city: City) -> None:
    user, slot = city.citizen(), city.slot()
    page_at_contact(city, user, slot)
    page = opened_page(city, user)
    assert (page.step, page.held_slot, page.service_code) == (3, slot, "nursery")
    run(page.submit(GOOD))
    assert page.phase == "done"


def test_a_wrong_name_and_phone_are_both_explained_and_kept(city: City) -> None:
    page = page_at_contact(city, city.citizen(), city.slot())
    letters = run(page.submit({"kana": "山田", "phone": "12"}))
    assert all(one["value"] == one["instead_of"] for one in letters)
    assert page.kana_error
    assert page.phone_error
    assert page.phase == "open"


def test_a_place_sold_out_in_between_shows_the_fresh_calendar(city: City) -> None:
    slot, user = city.slot(capacity=1), city.citizen()
    page = opened_page(city, user)
    run(page.choose_service("nursery"), page.choose_day(TUESDAY.isoformat()))
    holds.hold(city.office, Citizen.in_line(city.citizen()), service_id=city.nursery, slot_id=slot)
    run(page.choose_place(slot))
    assert "満席" in page.error
    assert [(one.time, one.open) for one in page.places] == [("10:00", False)]
    assert [cell.mark for cell in page.cells if cell.iso == TUESDAY.isoformat()] == [Mark.FULL.value]


def test_a_hold_that_lapsed_and_went_to_another_keeps_what_was_typed(city: City) -> None:
    slot = city.slot(capacity=1)
    page = page_at_contact(city, city.citizen(), slot)
    city.clock.advance(minutes=11)
    holds.hold(city.office, Citizen.in_line(city.citizen()), service_id=city.nursery, slot_id=slot)
    letters = run(page.submit(GOOD))
    assert (page.phase, page.step, page.held_slot) == ("open", 2, 0)
    assert [one["value"] for one in letters] == ["スズキ ハナコ"]
    other = city.slot(at=time(11))
    run(page.choose_day(TUESDAY.isoformat()), page.choose_place(other), page.submit(GOOD))
    assert page.phase == "done"


def test_another_service_gives_the_held_place_back(city: City) -> None:
    slot = city.slot()
    page = page_at_contact(city, city.citizen(), slot)
    run(page.choose_service("permit"))
    assert city.taken(slot) == 0
    assert (page.held_slot, page.step) == (0, 2)


@pytest.mark.parametrize("handler", sorted(PUBLIC_HANDLERS - {"open_page"}))
def test_no_handler_does_anything_without_a_link(city: City, handler: str) -> None:
    city.slot()
    for junk in [*JUNK, "nursery", TUESDAY.isoformat(), 1, GOOD]:
        page = new_page()
        run(called(page, handler, junk))
        assert page.phase == "loading"
    assert city.reservations() == []


@pytest.mark.parametrize("handler", sorted(PUBLIC_HANDLERS - {"open_page"}))
def test_junk_from_somebody_with_a_link_changes_no_booking(city: City, handler: str) -> None:
    slot = city.slot()
    page = page_at_contact(city, city.citizen(), slot)
    before = city.reservations()
    for junk in JUNK:
        run(called(page, handler, junk))
    assert city.reservations() == before
    assert page.phase == "open"
    assert page.language in LANGUAGES


@pytest.mark.parametrize("handler", ["check_kana", "check_phone", "submit"])
def test_half_a_character_does_not_cut_the_tab_off(city: City, handler: str) -> None:
    page = opened_page(city, city.citizen())
    half = "ハナ\ud83d"
    letters = run(getattr(page, handler)({"kana": half, "phone": half} if handler == "submit" else half))
    assert str(letters).encode("utf-8")


def test_a_place_that_was_not_offered_is_not_held(city: City) -> None:
    user = city.citizen()
    page = opened_page(city, user)
    hidden = city.slot(MONDAY + timedelta(days=2))
    run(page.choose_service("nursery"), page.choose_place(hidden))
    assert city.taken(hidden) == 0


def test_every_language_says_everything(city: City) -> None:
    page = page_at_contact(city, city.citizen(), city.slot())
    for language in LANGUAGES:
        run(page.choose_language(language))
        assert all(page.text.values())
        assert page.held_when
        assert page.step == 3


def test_a_failure_of_ours_keeps_what_was_typed_and_logs_nobody(
    city: City, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    slot = city.slot()
    page = page_at_contact(city, city.citizen(), slot)
    with monkeypatch.context() as broken:
        broken.setattr("madoguchi.services.contacts.search_key", lambda _: None)
        run(page.submit(GOOD))
    assert page.error == page.text["error.unexpected"]
    assert (page.phase, page.sending) == ("open", False)
    assert "a booking failed: IntegrityError" in caplog.text
    assert "スズキ" not in caplog.text
    assert "9876" not in caplog.text
    run(page.submit(GOOD))
    assert page.phase == "done"


def test_a_database_away_is_said_on_the_page(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    slot = city.slot()
    page = opened_page(city, city.citizen())
    run(page.choose_service("nursery"), page.choose_day(TUESDAY.isoformat()))

    def away(*_: object, **__: object) -> None:
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    with monkeypatch.context() as broken:
        broken.setattr(Office, "change", away)
        broken.setattr(Office, "look", away)
        for event in (page.choose_place(slot), page.choose_day(TUESDAY.isoformat())):
            run(event)
            assert page.error == page.text["error.unexpected"]
    run(page.choose_place(slot))
    assert (page.error, page.step) == ("", 3)


def test_the_public_handlers_are_exactly_those_that_the_state_has() -> None:
    handlers = {name: handler.fn for name, handler in BookState.event_handlers.items() if name != "setvar"}
    assert set(handlers) == PUBLIC_HANDLERS
    assert {access.access_of(function) for function in handlers.values()} == {access.ANYONE}
