"""One's bookings in the chat: the list, giving one up, arriving."""

from __future__ import annotations

from datetime import timedelta

import pytest
from line_kit import Town, until, words
from office_kit import clock_of
from sqlalchemy import select

from madoguchi.domain.citizens import Citizen
from madoguchi.services import booking, holds, slots
from madoguchi.services.booking_views import BookingView
from madoguchi.services.line_users import line_user
from madoguchi.store.tables import Contact, OutboxMessage, Service, Slot, Ticket

pytestmark = pytest.mark.anyio


async def booked(town: Town, **until_visit: float) -> BookingView:
    """A booking of hanako's, made on the page; the push about it has arrived."""
    before = len(town.received("hanako"))
    now = town.office.clock.now()
    starts_at = now + timedelta(**until_visit)
    with town.office.change() as unit:
        day = starts_at.astimezone(unit.zone).date()
        pool = slots.pool_of(unit, unit.session.get_one(Service, town.city.service_id))
        slot = Slot(pool_id=pool, starts_at=starts_at, day=day, capacity=1)
        unit.session.add(slot)
        unit.session.flush()
        slot_id = slot.id or 0
    user = line_user(town.office, town.platform.citizen("hanako").user_id).id
    held = holds.hold(town.office, Citizen.in_line(user), service_id=town.city.service_id, slot_id=slot_id)
    made = booking.book(
        town.office,
        Citizen.in_line(user),
        reservation_id=held.reservation_id,
        kana="ヤマダ ハナコ",
        phone="090-8765-4321",
        language="ja",
    )
    await until(lambda: len(town.received("hanako")) > before)
    return made


def kinds(town: Town) -> list[str]:
    with town.office.look() as unit:
        return list(unit.session.execute(select(OutboxMessage.kind)).scalars())


async def test_a_booking_is_pushed_listed_and_given_up_with_one_question(town: Town) -> None:
    await town.follow("hanako")
    made = await booked(town, days=1)
    (listed,) = await town.write("hanako", "予約の確認・変更")
    assert made.code in words(listed)
    assert "着きました" not in words(listed)
    (question,) = await town.tap("hanako", "予約を取り消す")
    assert "取り消しますか" in question["altText"]
    (gone,) = await town.tap("hanako", "予約を取り消す")
    assert gone["altText"].startswith("予約を取り消しました")
    assert kinds(town) == ["booking_made"]
    (none,) = await town.write("hanako", "予約の確認・変更")
    assert none["text"] == "ご予約はありません。"


async def test_no_message_carries_name_or_phone_of_the_citizen(town: Town) -> None:
    await town.follow("hanako")
    await booked(town, days=1)
    await town.write("hanako", "予約の確認・変更")
    with town.office.look() as unit:
        contact = unit.session.execute(select(Contact)).scalar_one()
        facts = str(list(unit.session.execute(select(OutboxMessage.facts)).scalars()))
    said = "".join(words(message) for message in town.received("hanako"))
    assert contact.phone == "+819087654321"
    for secret in (contact.kana, "ヤマダ", "ハナコ", "8765"):
        assert secret not in said
        assert secret not in facts


async def test_arriving_takes_one_tap_on_the_day(town: Town) -> None:
    await town.follow("hanako")
    await booked(town, hours=2)
    clock_of(town.office).advance(minutes=100)
    (listed,) = await town.write("hanako", "予約の確認・変更")
    assert "予約を取り消す" not in words(listed), "too late to give up"
    (ticket,) = await town.tap("hanako", "着きました（受付する）")
    assert "A001番" in ticket["altText"]
    (again,) = await town.tap("hanako", "着きました（受付する）")
    assert "A001" in words(again)
    with town.office.look() as unit:
        assert len(unit.session.execute(select(Ticket)).all()) == 1


async def test_arriving_hours_before_says_from_when(town: Town) -> None:
    await town.follow("hanako")
    await booked(town, hours=5)
    await town.write("hanako", "予約の確認・変更")
    (early,) = await town.tap("hanako", "着きました（受付する）")
    assert early["type"] == "text"
    assert "14:30" in early["text"]


async def test_a_button_of_a_booking_gone_shows_what_is_left(town: Town) -> None:
    await town.follow("hanako")
    for data in ("a=unbook&r=4711", "a=unbook_yes&r=4711", "a=checkin&r=4711"):
        event = town.platform.events.postback(town.platform.citizen("hanako"), data)
        (answer,) = await town._answered("hanako", town.platform.webhook.send([event]))
        assert answer["type"] == "text"
