"""Many citizens reach for the last places on `/book` at the same moment."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

import pytest
from load_kit import Town
from sqlalchemy import select
from sqlmodel import col

from bench.city import add_slot
from bench.page import Page, page
from madoguchi.services import links
from madoguchi.store.tables import Reservation, Slot
from madoguchi.texts import say

pytestmark = pytest.mark.concurrency

BOOK_STATE = "reflex___state____state.madoguchi___state___book____book_state"
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
    async with AsyncExitStack() as tabs:
        citizens = [
            await tabs.enter_async_context(page(town.port, BOOK_STATE, _link(town, user)))
            for user in town.city.line_user_ids[:clients]
        ]
        for citizen in citizens:
            await _choose_day(citizen, town.city.service_codes[0], day)
        await asyncio.gather(*(citizen.send("choose_place", slot_id=slot_id) for citizen in citizens))
        return list(await asyncio.gather(*(_finish(citizen) for citizen in citizens)))


def _link(town: Town, line_user_id: int) -> str:
    link = urlsplit(links.booking_link(town.office, line_user_id, town.city.desk_id))
    return f"{link.path}?{link.query}"


async def _choose_day(citizen: Page, service: str, day: str) -> None:
    await citizen.send("open_page")
    await citizen.until(lambda shown: shown.get("phase") == "open")
    await citizen.send("choose_service", code=service)
    await citizen.until(lambda shown: shown.get("step") == 2)
    await citizen.send("choose_day", day=day)
    await citizen.until(lambda shown: shown.get("places"))


async def _finish(citizen: Page) -> str:
    """Fill in the form where a place is held; how it ended."""
    await citizen.until(lambda shown: shown.get("step") == 3 or shown.get("error"))
    if citizen.shown.get("error"):
        assert citizen.shown["error"] == say("ja", "refusal.sold_out")
        return "too late"
    form = {"kana": "ヤマダ ハナコ", "phone": "090-1234-5678"}
    await citizen.send("submit", form_data=form)
    await citizen.until(lambda shown: shown.get("phase") == "done" or shown.get("error"))
    return str(citizen.shown["phase"])
