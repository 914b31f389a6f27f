"""Rounds of holds and forms in one transaction give each what they would have got alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest

from madoguchi.domain.citizens import Citizen
from madoguchi.domain.errors import Refusal
from madoguchi.services import booking, checkup, holds, waiting_list
from madoguchi.services.booking_together import BookWish, book_together
from madoguchi.services.booking_views import BookingView
from madoguchi.services.holding_together import Held, HoldWish, hold_together
from madoguchi.services.slots import calendar, calendars_together, places, places_together
from tests.integration.booking.booking_city import TUESDAY, City, furnished, opened

NEVER = 2**40
"""An id that no table's column can hold on PostgreSQL."""


@pytest.fixture
def city(database_url: str, tmp_path: Path) -> Iterator[City]:
    """A small city with places to book, on SQLite and on PostgreSQL."""
    office = opened(database_url, tmp_path)
    made = furnished(office)
    yield made
    assert checkup.findings(office) == []
    office.database.close()


def _people(city: City, count: int) -> list[Citizen]:
    return [Citizen.in_line(city.citizen()) for _ in range(count)]


def _hold(city: City, people: Sequence[Citizen], *slots: int) -> list[Any]:
    wishes = [HoldWish(who, city.nursery, slots[at % len(slots)]) for at, who in enumerate(people)]
    return hold_together(city.office, wishes)


def _forms(people: Sequence[Citizen], held: Sequence[Held], **given: Any) -> list[BookWish]:
    values = {"kana": "ヤマダ", "phone": "03-1234-5678", "language": "ja", **given}
    return [BookWish(who, one.reservation_id, **values) for who, one in zip(people, held, strict=True)]


def _codes(answers: Sequence[Any]) -> list[str]:
    return [one.code if isinstance(one, Refusal) else type(one).__name__ for one in answers]


def test_the_first_get_the_places_and_the_others_hear_of_the_nearest(city: City) -> None:
    full, near = city.slot(capacity=2), city.slot(at=time(10, 30), capacity=5)
    answers = _hold(city, _people(city, 4), full)
    assert _codes(answers) == ["Held", "Held", "sold_out_near", "sold_out_near"]
    assert answers[3].facts["slot"] == near
    assert answers[3].facts["when"]["en"] == "Tue, Dec 1 10:30"
    assert (city.taken(full), city.taken(near)) == (2, 0)


def test_who_is_refused_keeps_what_they_held(city: City) -> None:
    first, full = city.slot(), city.slot(at=time(11), capacity=1)
    mine, others = _people(city, 1), _people(city, 1)
    (before,) = _hold(city, mine, first)
    assert _codes(_hold(city, [*others, *mine], full)) == ["Held", "sold_out_near"]
    assert holds.held_at(city.office, mine[0], city.desk) == before


def test_somebody_who_taps_twice_in_one_moment_ends_with_the_second_place(city: City) -> None:
    slots = [city.slot(at=time(hour)) for hour in (9, 10, 11)]
    who = _people(city, 1)
    first, second, third = _hold(city, who * 3, *slots)
    assert [city.taken(slot) for slot in slots] == [0, 0, 1]
    assert len({first.reservation_id, second.reservation_id, third.reservation_id}) == 3


def test_what_lapsed_goes_to_who_taps_and_what_is_left_to_the_waiting_list(city: City) -> None:
    slot = city.slot(capacity=3)
    _hold(city, _people(city, 3), slot)
    waits = city.citizen()
    waiting_list.ask(city.office, line_user_id=waits, service_id=city.nursery, day=TUESDAY)
    city.clock.advance(minutes=11)
    assert _codes(_hold(city, _people(city, 1), slot)) == ["Held"]
    assert city.taken(slot) == 2, "one tapped, one offered, one free"
    assert [one.line_user_id for one in city.messages("place_offered")] == [waits]


def test_forms_of_one_moment_and_one_that_is_wrong(city: City) -> None:
    people, slot = [*_people(city, 2), Citizen.with_code("ABCD-EFGH-JKLM")], city.slot(capacity=3)
    forms = _forms(people, _hold(city, people, slot))
    stolen = BookWish(people[0], forms[1].reservation_id, "ヤマダ", "03-1234-5678", "ja")
    unreadable = _forms(people[:1], [_hold(city, people[:1], slot)[0]], kana="Smith")[0]
    answers = book_together(city.office, [unreadable, forms[1], forms[2], stolen, forms[0], forms[1]])
    assert _codes(answers) == [
        "name_not_kana", "BookingView", "BookingView", "unknown_reservation", "BookingView", "BookingView"
    ]  # fmt: skip
    assert answers[5] == answers[1]
    assert len(city.messages("booking_made")) == 2, "a guest has no chat"


def test_forms_for_lapsed_places_take_what_is_left(city: City) -> None:
    people, slot = _people(city, 3), city.slot(capacity=3)
    forms = _forms(people, _hold(city, people, slot))
    city.clock.advance(minutes=11)
    holds.lapse_holds(city.office)
    assert _codes(_hold(city, _people(city, 1), slot)) == ["Held"]
    assert _codes(book_together(city.office, forms)) == ["BookingView", "BookingView", "hold_lapsed"]
    assert city.taken(slot) == 3


def test_a_wish_the_database_refuses_spoils_no_other(city: City) -> None:
    people, slot = _people(city, 3), city.slot(capacity=3)
    answers = _hold(city, people, slot, NEVER, slot)
    assert isinstance(answers[1], Exception)
    held = [answers[0], answers[2]]
    assert _codes(held) == ["Held", "Held"]
    forms = _forms([people[0], people[2]], held)
    made = book_together(
        city.office, [forms[0], BookWish(people[1], NEVER, "ヤマダ", "03-1234-5678", "ja"), forms[1]]
    )
    assert isinstance(made[1], Exception)
    assert isinstance(made[0], BookingView)
    assert booking.bookings_of(city.office, people[2]) == [made[2]]


def test_looking_together_shows_each_what_they_asked_for(city: City) -> None:
    city.slot(capacity=3)
    days = calendars_together(city.office, [city.nursery, NEVER // 2**20, city.nursery])
    assert days[0] == days[2] == calendar(city.office, city.nursery)
    assert _codes(days)[1] == "unknown_service"
    wanted = [(city.nursery, TUESDAY), (city.nursery, TUESDAY + timedelta(days=1))]
    assert places_together(city.office, wanted) == [places(city.office, *both) for both in wanted]
