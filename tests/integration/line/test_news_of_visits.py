"""News about visits on their way: once each, in order, never at night, never when no longer true."""

from __future__ import annotations

import asyncio
from datetime import time, timedelta
from typing import Any

import pytest
from line_kit import Town, door_open, until
from office_kit import clock_of
from post_kit import make_due, rows
from visit_kit import (
    TODAY,
    TOMORROW,
    book,
    calm,
    id_of,
    me,
    moment,
    news,
    place,
    put,
    set_rules,
    states_of,
    waits,
)

from madoguchi.domain.booking import CancelReason
from madoguchi.line.by_hand import send_all_now
from madoguchi.services import booking, holds, moving, outbox, reminders, sending
from madoguchi.services.booking_views import BookingView
from sandbox.line.faults import Fault

pytestmark = pytest.mark.anyio
NEXT_WEEK = TODAY + timedelta(days=6)
NIGHT, LATE, EIGHT, FIVE = time(21, 30), time(7, 59), time(8), time(17)


@pytest.fixture
def town_url(database_url: str) -> str:
    """Both databases."""
    return database_url


@pytest.fixture
async def quiet_town(closed_town: Town) -> Town:
    """Nobody sends yet; hanako is a friend."""
    id_of(closed_town, "hanako")
    return closed_town


def told(town: Town, name: str = "hanako") -> list[str]:
    return [message["altText"] for message in town.received(name)]


async def told_of_booking(town: Town) -> BookingView:
    """A booking for tomorrow, of which hanako has been told."""
    made = book(town)
    await send(town)
    assert len(told(town)) == 1
    return made


async def send(town: Town) -> None:
    """Look for what is due and send it, until nothing is."""
    await asyncio.to_thread(send_all_now, town.office)


async def start_again(town: Town) -> None:
    """The server starts, and takes up what the one before had under way."""
    async with door_open(town.office):
        await until(lambda: "pending" not in states_of(town, "booking_reminder"))


def remind(town: Town, at: time = FIVE) -> None:
    put(town, TODAY, at)
    assert reminders.remind(town.office) == 1


async def test_a_reminder_arrives_once_and_the_one_of_the_day_too(quiet_town: Town) -> None:
    town = quiet_town
    await told_of_booking(town)
    remind(town)
    await send(town)
    put(town, TOMORROW, EIGHT)
    for _ in range(2):
        reminders.remind(town.office)
        await send(town)
    assert [alt.split("：")[0] for alt in told(town)[1:]] == ["ご予約のお知らせ", "本日 10:00 のご予約"]


async def test_killed_after_writing_before_sending_it_goes_out_once(quiet_town: Town) -> None:
    town = quiet_town
    await told_of_booking(town)
    remind(town)
    assert len(sending.claim(town.office, 10)) == 1, "and then the server died"
    assert reminders.remind(town.office) == 0
    await start_again(town)
    assert states_of(town, "booking_reminder") == ["sent"]
    assert len(told(town)) == 2


async def test_killed_after_sending_before_its_record_it_arrives_once(
    quiet_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = quiet_town
    await told_of_booking(town)
    remind(town)
    real, calls = sending.sent, []

    def die_once(*args: Any) -> None:
        calls.append(args)
        if len(calls) == 1:
            raise OSError("killed")
        real(*args)

    monkeypatch.setattr(sending, "sent", die_once)
    async with door_open(town.office):
        await until(lambda: calls)
    assert reminders.remind(town.office) == 0
    await start_again(town)
    assert states_of(town, "booking_reminder") == ["sent"]
    assert len(told(town)) == 2
    pushes = [call for call in town.platform.calls if call.path.endswith("/message/push")]
    assert pushes[-1].status == 409


async def test_moved_while_its_reminder_waits_only_the_new_time_is_told(quiet_town: Town) -> None:
    town = quiet_town
    made = await told_of_booking(town)
    remind(town)
    moving.move_own(town.office, me(town), made.id, place(town, NEXT_WEEK))
    await send(town)
    assert states_of(town, "booking_reminder") == ["dropped"]
    assert [alt.split("：")[0] for alt in told(town)[1:]] == ["予約を変更しました"]


@pytest.mark.parametrize("by", ["citizen", "office"])
async def test_cancelled_while_it_is_being_sent_the_cancellation_comes_last(
    quiet_town: Town, by: str
) -> None:
    town = quiet_town
    made = await told_of_booking(town)
    remind(town)
    town.platform.faults.order(Fault("slow", "push", seconds=0.5))
    async with door_open(town.office):
        await until(lambda: news(town, "booking_reminder")[0].attempts == 1)
        if by == "citizen":
            booking.cancel_booking_own(town.office, me(town), made.id)
        else:
            reason = CancelReason.OFFICE_CLOSED
            booking.cancel_booking(town.office, town.city.clerk, made.id, reason=reason)
        await until(lambda: len(told(town)) > 1)
        await calm(town)
    # News of the office can be undone for ten seconds.
    clock_of(town.office).advance(seconds=11)
    await send(town)
    assert states_of(town, "booking_reminder") == ["sent" if by == "citizen" else "dropped"]
    first, last = told(town)[1:]
    assert first.startswith("ご予約のお知らせ")
    assert last.startswith("予約をキャンセルしました" if by == "citizen" else "予約が取り消されました")


async def test_cancelled_while_line_answers_errors_the_reminder_is_not_tried_again(quiet_town: Town) -> None:
    town = quiet_town
    made = await told_of_booking(town)
    remind(town)
    town.platform.faults.order(Fault("error500", "push"))
    async with door_open(town.office):
        await until(lambda: rows(town)[-1].failure is not None)
        booking.cancel_booking_own(town.office, me(town), made.id)
        make_due(town)
        await calm(town)
    assert states_of(town, "booking_reminder") == ["dropped"]
    assert [alt.split("：")[0] for alt in told(town)[1:]] == ["予約をキャンセルしました"]


async def test_who_blocks_gets_no_reminder(quiet_town: Town) -> None:
    town = quiet_town
    await told_of_booking(town)
    async with door_open(town.office):
        delivery = town.phone("hanako").block().delivery
        assert delivery is not None
        await delivery
        await town.idle()
        remind(town)
        await calm(town)
    assert states_of(town, "booking_reminder") == ["dropped"]
    assert len(told(town)) == 1


def refused(town: Town, attempts: int) -> bool:
    """Whether the reminder was tried so often and waits for its next try."""
    (row,) = news(town, "booking_reminder")
    return row.attempts == attempts and row.try_at < town.office.clock.now() + timedelta(seconds=10)


@pytest.mark.parametrize("trouble", ["rate_limit", "error500"])
async def test_line_refusing_until_nine_in_the_evening_drops_the_reminder(
    quiet_town: Town, trouble: Any
) -> None:
    town = quiet_town
    await told_of_booking(town)
    remind(town, time(20, 55))
    town.platform.faults.order(Fault(trouble, "push", times=1000))
    async with door_open(town.office):
        for attempts, minute in enumerate((56, 58, 59), 1):
            put(town, TODAY, time(20, minute))
            await until(lambda attempts=attempts: refused(town, attempts))  # type: ignore[misc]
        town.platform.faults.clear()
        put(town, TODAY, time(21))
        await calm(town)
    assert states_of(town, "booking_reminder") == ["dropped"]
    assert len(told(town)) == 1


async def test_what_the_office_did_at_night_is_told_at_eight_and_holds_up_nothing(quiet_town: Town) -> None:
    town = quiet_town
    made = await told_of_booking(town)
    put(town, TODAY, NIGHT)
    moving.move_at_desk(town.office, town.city.clerk, made.id, place(town, NEXT_WEEK))
    await send(town)
    assert len(told(town)) == 1
    book(town, day=NEXT_WEEK + timedelta(days=1))
    await send(town)
    assert told(town)[-1].startswith("予約ができました"), "she has just asked for it"
    put(town, TOMORROW, LATE)
    await send(town)
    assert len(told(town)) == 2
    put(town, TOMORROW, EIGHT)
    await send(town)
    assert told(town)[-1].startswith("窓口が予約の日時を変更しました：10月7日(水) 10:00")
    assert len(told(town)) == 3


async def test_a_call_at_night_wakes_nobody_with_what_waits_for_the_morning(quiet_town: Town) -> None:
    town = quiet_town
    made = await told_of_booking(town)
    put(town, TODAY, NIGHT)
    booking.cancel_booking(town.office, town.city.clerk, made.id, reason=CancelReason.OTHER)
    with town.office.change() as unit:
        outbox.hurry(unit, id_of(town, "hanako"))
    await send(town)
    assert states_of(town, "booking_cancelled") == ["pending"]


async def test_trouble_in_the_evening_makes_no_news_of_the_night(quiet_town: Town) -> None:
    town = quiet_town
    made = await told_of_booking(town)
    put(town, TODAY, time(20, 59))
    town.platform.faults.order(Fault("error500", "push"))
    booking.cancel_booking(town.office, town.city.clerk, made.id, reason=CancelReason.OFFICE_CLOSED)
    clock_of(town.office).advance(seconds=11)
    async with door_open(town.office):
        await until(lambda: news(town, "booking_cancelled")[0].failure is not None)
        put(town, TODAY, time(21, 1))
        await until(lambda: news(town, "booking_cancelled")[0].try_at == moment(town, TOMORROW, EIGHT))
        assert len(told(town)) == 1
        put(town, TOMORROW, EIGHT)
        await calm(town)
    assert states_of(town, "booking_cancelled") == ["sent"]
    assert told(town)[-1].startswith("予約が取り消されました：10月2日(金) 10:00")


async def test_held_for_the_morning_it_is_dropped_when_the_server_comes_too_late(quiet_town: Town) -> None:
    town = quiet_town
    made = await told_of_booking(town)
    put(town, TODAY, NIGHT)
    booking.cancel_booking(town.office, town.city.clerk, made.id, reason=CancelReason.OTHER)
    put(town, TOMORROW, time(10))
    await send(town)
    assert states_of(town, "booking_cancelled") == ["dropped"]
    assert len(told(town)) == 1


async def test_an_offer_of_the_night_waits_and_is_held_from_the_morning_on(quiet_town: Town) -> None:
    town = quiet_town
    his = book(town, "ken")
    waits(town)
    put(town, TODAY, NIGHT)
    booking.cancel_booking_own(town.office, me(town, "ken"), his.id)
    await send(town)
    assert told(town) == []
    put(town, TOMORROW, EIGHT)
    await send(town)
    (alt,) = told(town)
    assert "10月2日(金) 09:00 までおさえています" in alt


@pytest.mark.parametrize("what", ["booked", "given back"])
async def test_an_offer_taken_or_passed_at_night_is_no_news_in_the_morning(
    quiet_town: Town, what: str
) -> None:
    town = quiet_town
    his = book(town, "ken")
    waits(town)
    put(town, TODAY, NIGHT)
    booking.cancel_booking_own(town.office, me(town, "ken"), his.id)
    (row,) = news(town, "place_offered")
    if what == "booked":
        given = {"kana": "ヤマダ ハナコ", "phone": "090-8765-4321", "language": "ja"}
        booking.book(town.office, me(town), reservation_id=row.reservation_id or 0, **given)
    else:
        holds.release(town.office, me(town), row.reservation_id or 0)
    await send(town)
    put(town, TOMORROW, EIGHT)
    await send(town)
    assert states_of(town, "place_offered") == ["dropped"]
    assert [alt.split("：")[0] for alt in told(town)] == ["予約ができました"] * (what == "booked")


async def test_a_lapsed_offer_goes_to_the_next_and_each_is_told_once(quiet_town: Town) -> None:
    town = quiet_town
    set_rules(town, offer_minutes=30)
    his = book(town, "ken")
    waits(town)
    waits(town, "sora")
    booking.cancel_booking_own(town.office, me(town, "ken"), his.id)
    await send(town)
    clock_of(town.office).advance(minutes=30)
    for _ in range(2):
        holds.lapse_holds(town.office)
        await send(town)
    assert len(told(town)) == len(told(town, "sora")) == 1


@pytest.mark.parametrize("done", ["moved", "cancelled"])
async def test_what_staff_does_by_day_is_told_at_once_with_the_reason(quiet_town: Town, done: str) -> None:
    town = quiet_town
    made = await told_of_booking(town)
    if done == "moved":
        moving.move_at_desk(town.office, town.city.clerk, made.id, place(town, NEXT_WEEK))
        moving.move_at_desk(town.office, town.city.clerk, made.id, place(town, NEXT_WEEK))
    else:
        for _ in range(2):
            reason = CancelReason.DUPLICATE
            booking.cancel_booking(town.office, town.city.clerk, made.id, reason=reason)
    clock_of(town.office).advance(seconds=11)
    await send(town)
    (alt,) = told(town)[1:]
    expected = "前は 10月2日(金) 10:00" if done == "moved" else "同じご用件の予約が重なっていたため"
    assert expected in alt


async def test_a_caller_without_line_gets_no_push_whatever_becomes_of_the_booking(quiet_town: Town) -> None:
    town = quiet_town
    clerk, service = town.city.clerk, town.city.service_id
    given = {"kana": "ヤマダ", "phone": "03-1234-5678", "form": "f"}
    made = booking.book_at_desk(town.office, clerk, service_id=service, slot_id=place(town), **given)
    moving.move_at_desk(town.office, clerk, made.id, place(town, at=time(14)))
    put(town, TODAY, FIVE)
    assert reminders.remind(town.office) == 0
    booking.cancel_booking(town.office, clerk, made.id, reason=CancelReason.REQUESTED)
    assert rows(town) == []
