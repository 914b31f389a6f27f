"""Two thousand citizens on `/book` reach for five hundred places in the same moment."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import cycle

import pytest
from load_kit import Town
from sqlalchemy import func, select
from sqlmodel import col

from bench.booking import Visit, book_link, hold, submit, tabs
from bench.city import add_phones, add_slot
from bench.page import Page
from madoguchi.dates import moment_text
from madoguchi.domain.booking import HOLD_FOR
from madoguchi.domain.citizens import Citizen
from madoguchi.services import checkup, holds
from madoguchi.services.clock import SetClock
from madoguchi.store.tables import OutboxMessage, Reservation, Slot
from madoguchi.texts import say

pytestmark = pytest.mark.concurrency

CITIZENS = 2_000
TIMES = 10
EACH = 50
ASLEEP = 40
"""Places held by people who never send the form; their holds run out while the rush goes on."""
SECONDS_LEFT = 2


@dataclass
class Rush:
    """The day's times, and what the citizens were told."""

    slots: dict[str, int]
    """Slot by the words in which its start is said."""
    told: Counter[str]

    async def reach(self, tab: Page, visit: Visit) -> bool:
        """Tap the wanted time, then each nearest one that the page names, until one is held and booked."""
        wanted = visit.slot_id
        while not await hold(tab, wanted):
            error = str(tab.shown["error"])
            if error == say("ja", "refusal.sold_out"):
                self.told["full"] += 1
                return False
            near = [
                slot
                for when, slot in self.slots.items()
                if error == say("ja", "refusal.sold_out_near", when=when)
            ]
            assert len(near) == 1, error
            assert near != [wanted]
            self.told["near"] += 1
            wanted = near[0]
        return await submit(tab)


def test_two_thousand_citizens_and_five_hundred_places(town: Town) -> None:
    """Exactly as many are booked as there are places, also those whose first holders fell asleep; everybody
    else reads of the nearest free time while there is one, and then that all is full."""
    service_id, code = town.city.service_ids[1], town.city.service_codes[1]
    slots = [add_slot(town.office, service_id, EACH, hours_later=hour) for hour in range(TIMES)]
    with town.office.look() as unit:
        found = {slot: unit.session.get_one(Slot, slot) for slot in slots}
        words = {moment_text("ja", one.starts_at, unit.zone): slot for slot, one in found.items()}
    (day,) = {one.day for one in found.values()}
    people = add_phones(town.office, town.city.desk_id, CITIZENS + ASLEEP)
    _hold_and_fall_asleep(town, people[CITIZENS:], service_id, slots)
    visits = [
        Visit(book_link(town.office, user, town.city.desk_id), code, day.isoformat(), wanted)
        for user, wanted in zip(people[:CITIZENS], cycle(_liked(slots)), strict=False)
    ]

    rush = Rush(words, Counter())
    booked = asyncio.run(_all_at_once(town.port, rush, visits))

    assert booked.count(True) == TIMES * EACH
    assert rush.told["full"] == CITIZENS - TIMES * EACH
    assert rush.told["near"] > 0
    _each_has_one_place_and_one_message(town, slots)
    assert checkup.findings(town.office) == []


def _liked(slots: Sequence[int]) -> list[int]:
    """The times as people want them: every other one wants one of the first two."""
    return [wanted for at, slot in enumerate(slots) for wanted in (slots[at % 2], slot)]


async def _all_at_once(port: int, rush: Rush, visits: Sequence[Visit]) -> list[bool]:
    async with tabs(port, visits) as opened:
        return await asyncio.gather(*map(rush.reach, opened, visits))


def _hold_and_fall_asleep(town: Town, people: Sequence[int], service_id: int, slots: Sequence[int]) -> None:
    """Hold places by a clock so late that the holds run out in a moment."""
    then = SetClock(datetime.now(UTC) - HOLD_FOR + timedelta(seconds=SECONDS_LEFT))
    office = replace(town.office, clock=then)
    for at, user in enumerate(people):
        holds.hold(office, Citizen.in_line(user), service_id=service_id, slot_id=slots[at % TIMES])


def _each_has_one_place_and_one_message(town: Town, slots: Sequence[int]) -> None:
    with town.office.look() as unit:
        standing = list(
            unit.session.execute(
                select(col(Reservation.id), col(Reservation.line_user_id), col(Reservation.slot_id)).where(
                    col(Reservation.slot_id).in_(slots), col(Reservation.state) == "booked"
                )
            )
        )
        taken: Mapping[int, int] = dict(
            unit.session.execute(select(col(Slot.id), col(Slot.taken)).where(col(Slot.id).in_(slots))).all()  # type: ignore[arg-type]
        )
        told = unit.session.execute(
            select(func.count()).where(
                col(OutboxMessage.kind) == "booking_made",
                col(OutboxMessage.reservation_id).in_([row[0] for row in standing]),
            )
        ).scalar_one()
    assert Counter(row[2] for row in standing) == taken == dict.fromkeys(slots, EACH)
    assert len({row[1] for row in standing}) == len(standing) == told
