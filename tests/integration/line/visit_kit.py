"""Visits of the town's citizens: places, bookings, waiting lists, and what is read from messages."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from line_kit import Json, Town, until
from office_kit import clock_of
from sqlalchemy import select
from sqlmodel import col

from madoguchi.domain.citizens import Citizen
from madoguchi.services import booking, holds, links, slots, waiting_list
from madoguchi.services.booking_views import BookingView
from madoguchi.services.changes import OutboxFilled
from madoguchi.services.line_users import line_user
from madoguchi.services.links import BookingLink
from madoguchi.store.tables import OutboxMessage, Service, Slot
from sandbox.line.controls import controls_in

TODAY = date(2026, 10, 1)
"""Thursday; the town's clock stands at ten."""
TOMORROW = TODAY + timedelta(days=1)


def moment(town: Town, day: date, at: time) -> datetime:
    return datetime.combine(day, at, town.office.settings.zone)


def put(town: Town, day: date, at: time) -> None:
    """Put the clock forward and let the sender look."""
    clock_of(town.office).put(moment(town, day, at))
    town.office.changes.publish(OutboxFilled())


def id_of(town: Town, name: str) -> int:
    """A citizen who is a friend; the id of the LINE user."""
    citizen = town.platform.citizen(name)
    citizen.friend = True
    return line_user(town.office, citizen.user_id).id


def me(town: Town, name: str = "hanako") -> Citizen:
    return Citizen.in_line(id_of(town, name))


def place(town: Town, day: date = TOMORROW, at: time = time(10), capacity: int = 1) -> int:
    """A place of the nursery service, made or found."""
    starts_at = moment(town, day, at)
    with town.office.change() as unit:
        service = unit.session.get_one(Service, town.city.service_id)
        slots.make_slots(unit, service, [day], [at], capacity)
        query = select(col(Slot.id)).where(col(Slot.starts_at) == starts_at)
        return int(unit.session.execute(query).scalar_one())


def set_rules(town: Town, **values: Any) -> None:
    with town.office.change() as unit:
        service = unit.session.get_one(Service, town.city.service_id)
        for name, value in values.items():
            setattr(service, name, value)


async def booked(town: Town, name: str = "hanako", day: date = TOMORROW, at: time = time(10)) -> BookingView:
    """A booking made on the page; the push about it has arrived."""
    made = book(town, name, day, at)
    await calm(town)
    return made


def book(town: Town, name: str = "hanako", day: date = TOMORROW, at: time = time(10)) -> BookingView:
    """A booking made on the page."""
    citizen, slot = me(town, name), place(town, day, at)
    held = holds.hold(town.office, citizen, service_id=town.city.service_id, slot_id=slot)
    return booking.book(
        town.office,
        citizen,
        reservation_id=held.reservation_id,
        kana="ヤマダ ハナコ",
        phone="090-8765-4321",
        language="ja",
    )


def waits(town: Town, name: str = "hanako", day: date = TOMORROW) -> None:
    """The citizen asked on the page to be told when a place of the full day falls free."""
    service = town.city.service_id
    assert waiting_list.ask(town.office, line_user_id=id_of(town, name), service_id=service, day=day)


def news(town: Town, kind: str) -> list[OutboxMessage]:
    with town.office.look() as unit:
        query = select(OutboxMessage).where(col(OutboxMessage.kind) == kind)
        return list(unit.session.execute(query.order_by(col(OutboxMessage.id))).scalars())


def states_of(town: Town, kind: str) -> list[str]:
    return [row.state for row in news(town, kind)]


def labels(message: Json) -> list[str]:
    """The buttons of a message, without quick replies."""
    return [str(action["label"]) for path, action in controls_in(message) if "quickReply" not in path]


def link_in(town: Town, message: Json) -> BookingLink:
    """What the signed link to the booking page on the message says."""
    (address,) = [
        str(action["uri"])
        for _, action in controls_in(message)
        if action["type"] == "uri" and str(action["uri"]).startswith("http")
    ]
    assert address.startswith(f"{town.office.settings.public_url}/book?")
    return links.read(town.office, parse_qs(urlsplit(address).query)["k"][0])


async def calm(town: Town) -> None:
    """Until every message that is due has gone out."""

    def done() -> bool:
        now = town.office.clock.now()
        with town.office.look() as unit:
            query = select(OutboxMessage).where(col(OutboxMessage.state) == "pending")
            waiting = list(unit.session.execute(query).scalars())
        return not any(row.attempts or row.try_at <= now for row in waiting)

    await until(done)
    await town.idle()


async def postback(town: Town, name: str, data: str) -> Json:
    """A button with that data was tapped, whether it was ever shown or not; the one answer."""
    await calm(town)
    event = town.platform.events.postback(town.platform.citizen(name), data)
    (answer,) = await town.answered(name, town.platform.webhook.send([event]))
    return answer
