"""Many threads want the last places: exactly as many get one as there are, and everybody gets an answer."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import time
from pathlib import Path

import pytest

from madoguchi.domain.citizens import Citizen
from madoguchi.domain.errors import Refusal
from madoguchi.services import booking, holds
from tests.integration.booking.booking_city import City, furnished, opened

pytestmark = pytest.mark.concurrency
PEOPLE = 128
KANA, PHONE = "ヤマダ タロウ", "090-1234-5678"


@pytest.fixture
def city(database_url: str, tmp_path: Path) -> Iterator[City]:
    """A small city with places to book, on SQLite and on PostgreSQL."""
    office = opened(database_url, tmp_path)
    yield furnished(office)
    office.database.close()


def _all_at_once(tasks: list[Callable[[], object]]) -> Counter[str]:
    """Start every task in the same moment; how many ended in what: ``ok`` or the refusal's code."""
    start = threading.Barrier(len(tasks))

    def run(task: Callable[[], object]) -> str:
        start.wait(timeout=60)
        try:
            task()
        except Refusal as refusal:
            return refusal.code
        return "ok"

    with ThreadPoolExecutor(len(tasks)) as threads:
        return Counter(threads.map(run, tasks))


def _hold_and_book(city: City, user: int, slot: int) -> Callable[[], object]:
    def task() -> None:
        held = holds.hold(city.office, Citizen.in_line(user), service_id=city.nursery, slot_id=slot)
        booking.book(
            city.office,
            Citizen.in_line(user),
            reservation_id=held.reservation_id,
            kana=KANA,
            phone=PHONE,
            language="ja",
        )

    return task


@pytest.mark.parametrize("capacity", [1, 20])
def test_exactly_as_many_as_there_are_places(city: City, capacity: int) -> None:
    slot = city.slot(capacity=capacity)
    people = [city.citizen() for _ in range(PEOPLE)]
    ended = _all_at_once([_hold_and_book(city, person, slot) for person in people])
    assert ended == {"ok": capacity, "sold_out": PEOPLE - capacity}
    assert city.taken(slot) == capacity
    codes = [one.code for one in city.reservations()]
    assert len(codes) == len(set(codes)) == capacity
    assert len(city.messages("booking_made")) == capacity


def test_one_person_in_many_windows_gets_one_booking(city: City) -> None:
    slots, user = [city.slot(at=time(9 + at), capacity=5) for at in range(8)], city.citizen()
    ended = _all_at_once([_hold_and_book(city, user, slot) for slot in slots * 4])
    booked = [one for one in city.reservations() if one.state == "booked"]
    assert len(booked) == 1
    assert sum(city.taken(slot) for slot in slots) == 1
    assert set(ended) <= {"ok", "already_booked", "hold_lapsed", "sold_out"}


def test_swapping_places_crosswise_neither_blocks_nor_drifts(city: City) -> None:
    first, second = city.slot(at=time(10), capacity=64), city.slot(at=time(11), capacity=64)
    people = [city.citizen() for _ in range(32)]
    for number, person in enumerate(people):
        holds.hold(
            city.office, Citizen.in_line(person), service_id=city.nursery, slot_id=(first, second)[number % 2]
        )

    def swap(number: int, person: int) -> Callable[[], object]:
        there = (second, first)[number % 2]
        return lambda: holds.hold(
            city.office, Citizen.in_line(person), service_id=city.nursery, slot_id=there
        )

    ended = _all_at_once([swap(number, person) for number, person in enumerate(people)])
    assert ended == {"ok": len(people)}
    assert (city.taken(first), city.taken(second)) == (16, 16)


def test_lapsed_places_come_back_in_the_middle_of_the_rush(city: City) -> None:
    slot = city.slot(capacity=10)
    for _ in range(10):
        holds.hold(city.office, Citizen.in_line(city.citizen()), service_id=city.nursery, slot_id=slot)
    city.clock.advance(minutes=11)
    people = [city.citizen() for _ in range(40)]
    tasks = [_hold_and_book(city, person, slot) for person in people]
    lapse: list[Callable[[], object]] = [lambda: holds.lapse_holds(city.office)] * 8
    ended = _all_at_once([*tasks, *lapse])
    # Who asks while somebody else is just giving the places back may be sent away, nobody doubled.
    assert ended["ok"] - len(lapse) == city.taken(slot) <= 10
    assert holds.lapse_holds(city.office) == 0


def test_the_same_form_sent_many_times_books_once(city: City) -> None:
    slot = city.slot(capacity=20)

    def task() -> object:
        return booking.book_at_desk(
            city.office,
            city.clerk,
            service_id=city.nursery,
            slot_id=slot,
            kana=KANA,
            phone=PHONE,
            form="one-form",
        )

    assert _all_at_once([task] * 32) == {"ok": 32}
    assert city.taken(slot) == 1
