"""Codes cost nothing: what one machine without LINE may keep from everybody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

import pytest

from madoguchi.domain.citizens import Citizen
from madoguchi.domain.errors import Refusal
from madoguchi.services import guest_holds, holds, links, running
from madoguchi.services.guest_holds import BOOKED, HELD_AT_ONCE, GuestHolds
from madoguchi.state import caller
from madoguchi.store.tables import Desk
from madoguchi.texts import say
from tests.integration.booking.book_tab import GOOD, new_page, opened_page, run
from tests.integration.booking.booking_city import TUESDAY, City

HALL, HOME = "203.0.113.7", "198.51.100.4"


@pytest.fixture(autouse=True)
def watch(city: City, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The city's desk lets guests book; nobody has yet."""
    with city.office.change() as unit:
        unit.session.get_one(Desk, city.desk).guest_booking = True
    monkeypatch.setattr(guest_holds, "WATCH", GuestHolds())
    running.start(city.office)
    yield
    running.stop()


def comes_from(patch: pytest.MonkeyPatch, address: str) -> None:
    """Every event from now on."""
    patch.setattr(caller, "caller", lambda: caller.Caller("", "socket", "tab", address, ""))


def guest(city: City, number: int) -> Any:
    """A guest's tab with the day's times before it."""
    page = new_page()
    path = links.returning_path(city.office, Citizen.with_code(f"{number:012}"), city.desk)
    run(page._open(path.partition("?k=")[2], "ja"), page.choose_service("nursery"))
    run(page.choose_day(TUESDAY.isoformat()))
    return page


def test_one_machine_cannot_hold_every_place(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    slot, other = city.slot(capacity=100), city.slot(at=time(11), capacity=100)
    comes_from(monkeypatch, HALL)
    pages = [guest(city, number) for number in range(HELD_AT_ONCE + 5)]
    run(*(page.choose_place(slot) for page in pages))
    assert city.taken(slot) == HELD_AT_ONCE
    late = pages[-1]
    assert (late.step, late.error) == (2, say("ja", "refusal.guest_many_here", minutes=10))
    run(pages[0].open_step(2), pages[0].choose_place(other))
    assert (city.taken(slot), city.taken(other)) == (HELD_AT_ONCE - 1, 1), "who holds one may choose anew"
    run(pages[1].submit(GOOD), late.choose_place(slot))
    assert late.step == 3, "a place was booked, so another may be held"
    comes_from(monkeypatch, HOME)
    elsewhere = guest(city, 900)
    run(elsewhere.choose_place(slot))
    assert elsewhere.step == 3
    comes_from(monkeypatch, HALL)
    in_line = opened_page(city, city.citizen())
    run(
        in_line.choose_service("nursery"), in_line.choose_day(TUESDAY.isoformat()), in_line.choose_place(slot)
    )
    assert in_line.step == 3, "LINE says who that is"


def test_holds_that_lapsed_count_no_more(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    slot = city.slot(capacity=100)
    comes_from(monkeypatch, HALL)
    run(*(guest(city, number).choose_place(slot) for number in range(HELD_AT_ONCE)))
    waiting = guest(city, 500)
    run(waiting.choose_place(slot))
    assert waiting.step == 2
    city.clock.put(city.clock.now() + timedelta(minutes=10))
    holds.lapse_holds(city.office)
    run(waiting.choose_place(slot))
    assert waiting.step == 3


def test_a_place_that_was_not_had_is_not_counted(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    slot, full = city.slot(capacity=100), city.slot(at=time(11), capacity=1)
    comes_from(monkeypatch, HALL)
    pages = [guest(city, number) for number in range(HELD_AT_ONCE)]
    holds.hold(city.office, Citizen.in_line(city.citizen()), service_id=city.nursery, slot_id=full)
    run(*(page.choose_place(full) for page in pages))
    run(*(page.choose_place(slot) for page in pages))
    assert city.taken(slot) == HELD_AT_ONCE


def test_an_hour_has_so_many_bookings_of_one_address(city: City) -> None:
    watch, now = GuestHolds(), city.clock.now()
    for number in range(BOOKED):
        citizen = Citizen.with_code(f"{number:012}")
        with watch.taking(HALL, citizen, 1, now):
            pass
        watch.booked(HALL, citizen, 1, now)
    late = Citizen.with_code("LATE")
    with pytest.raises(Refusal, match="guest_many_here") as refused, watch.taking(HALL, late, 1, now):
        pass
    assert refused.value.facts == {"minutes": 60}
    with watch.taking(HALL, late, 1, now + timedelta(hours=1)):
        pass
