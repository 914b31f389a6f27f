"""Many citizens reach for the last places on `/book` at the same moment."""

from __future__ import annotations

import asyncio

import pytest
from load_kit import Town
from sqlalchemy import select
from sqlmodel import col

from bench.booking import Visit, book_link, hold, submit, tabs
from bench.city import add_slot
from bench.page import Page
from madoguchi.store.tables import Reservation, Slot
from madoguchi.texts import say

pytestmark = pytest.mark.concurrency

CAPACITY = 5


def test_exactly_the_capacity_is_booked(town: Town, clients: int) -> None:
    """The whole way: signed link, socket, page, hold, booking. Whoever is too late is told so."""
    slot_id, day = _slot(town)
    phases = asyncio.run(_book(town, clients, slot_id, day))
    places = min(CAPACITY, clients)
    assert phases.count("done") == places
    assert phases.count("too late") == clients - places
    with town.office.look() as unit:
        slot = unit.session.get_one(Slot, slot_id)
        query = select(col(Reservation.line_user_id)).where(
            col(Reservation.slot_id) == slot_id, col(Reservation.state) == "booked"
        )
        booked = list(unit.session.execute(query).scalars())
    assert slot.taken == len(booked) == len(set(booked)) == places


def _slot(town: Town) -> tuple[int, str]:
    """A fresh time with `CAPACITY` places; nobody holds or has booked any other."""
    with town.office.change() as unit:
        for reservation in unit.session.execute(select(Reservation)).scalars():
            reservation.state, reservation.hold_until = "cancelled", None
        for old in unit.session.execute(select(Slot)).scalars():
            old.taken = old.capacity = 0
        taken_times = len(unit.session.execute(select(col(Slot.id))).all())
    slot_id = add_slot(town.office, town.city.service_ids[0], CAPACITY, hours_later=taken_times)
    with town.office.look() as unit:
        return slot_id, unit.session.get_one(Slot, slot_id).day.isoformat()


async def _book(town: Town, clients: int, slot_id: int, day: str) -> list[str]:
    code, desk = town.city.service_codes[0], town.city.desk_id
    visits = [
        Visit(book_link(town.office, user, desk), code, day, slot_id)
        for user in town.city.line_user_ids[:clients]
    ]
    async with tabs(town.port, visits) as opened:
        return list(await asyncio.gather(*(_reach(tab, slot_id) for tab in opened)))


async def _reach(tab: Page, slot_id: int) -> str:
    """Tap the time and fill in the form if it is held; how it ended."""
    if await hold(tab, slot_id):
        assert await submit(tab)
        return "done"
    assert tab.shown["error"] == say("ja", "refusal.sold_out")
    return "too late"
