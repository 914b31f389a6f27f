"""予約の確認・変更 in the chat: the list, another time, giving one up, arriving, waiting lists."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from line_kit import Town, words
from office_kit import clock_of
from sqlalchemy import select
from visit_kit import (
    TODAY,
    TOMORROW,
    booked,
    calm,
    id_of,
    labels,
    link_in,
    me,
    news,
    place,
    postback,
    put,
    states_of,
    waits,
)

from madoguchi.domain.booking import CancelReason, ReservationState
from madoguchi.services import booking, checkin, holds, moving, waiting_list
from madoguchi.store.tables import Contact, OutboxMessage, Reservation, Ticket

pytestmark = pytest.mark.anyio
LIST = "予約の確認・変更"


@pytest.fixture
async def hanako(town: Town) -> str:
    """Somebody who added the account."""
    await town.follow("hanako")
    return "hanako"


def reservation(town: Town, reservation_id: int) -> Reservation:
    with town.office.look() as unit:
        return unit.session.get_one(Reservation, reservation_id)


def kinds(town: Town) -> list[str]:
    with town.office.look() as unit:
        return list(unit.session.execute(select(OutboxMessage.kind)).scalars())


def tickets(town: Town) -> int:
    with town.office.look() as unit:
        return len(unit.session.execute(select(Ticket.id)).all())


async def test_a_booking_is_pushed_listed_and_given_up_with_one_question(town: Town, hanako: str) -> None:
    made = await booked(town)
    (listed,) = await town.write(hanako, LIST)
    assert made.code in words(listed)
    assert labels(listed) == ["時間を変える", "キャンセル"]
    (question,) = await town.tap(hanako, "キャンセル")
    assert "キャンセルしますか" in question["altText"]
    (gone,) = await town.tap(hanako, "キャンセルする")
    assert gone["altText"].startswith("予約をキャンセルしました")
    (again,) = await town.tap(hanako, "キャンセルする")
    assert "キャンセルする" not in labels(again)
    assert kinds(town) == ["booking_made"], "the free replies have told"
    (none,) = await town.write(hanako, LIST)
    assert none["text"] == "ご予約はありません。"


async def test_cancel_said_in_words_means_the_booking_of_who_waits_in_no_line(
    town: Town, hanako: str
) -> None:
    (nothing,) = await town.write(hanako, "Cancel")
    made = await booked(town)
    for said in ("Cancel", "キャンセル"):
        (listed,) = await town.write(hanako, said)
        assert listed != nothing
        assert made.code in words(listed)
        assert "キャンセル" in labels(listed)


async def test_no_message_carries_name_or_phone_of_the_citizen(town: Town, hanako: str) -> None:
    await booked(town)
    await town.write(hanako, LIST)
    with town.office.look() as unit:
        contact = unit.session.execute(select(Contact)).scalar_one()
        facts = str(list(unit.session.execute(select(OutboxMessage.facts)).scalars()))
    said = "".join(words(message) for message in town.received(hanako))
    assert contact.phone == "+819087654321"
    for secret in (contact.kana, "ヤマダ", "ハナコ", "8765"):
        assert secret not in said
        assert secret not in facts


async def test_changing_the_time_leads_to_the_page_with_this_booking(town: Town, hanako: str) -> None:
    made = await booked(town)
    await town.write(hanako, LIST)
    for _ in range(2):
        (page,) = await town.tap(hanako, "時間を変える")
        link = link_in(town, page)
        assert (link.citizen, link.desk_id, link.reservation_id) == (me(town), town.city.desk_id, made.id)
        clock_of(town.office).advance(minutes=11)
    assert reservation(town, made.id).starts_at == made.starts_at


async def test_after_the_deadline_the_list_and_old_buttons_say_whom_to_call(town: Town, hanako: str) -> None:
    made = await booked(town)
    await town.write(hanako, LIST)
    put(town, TOMORROW, time(9, 1))
    for label in ("時間を変える", "キャンセル"):
        (answer,) = await town.tap(hanako, label)
        assert "10月2日(金) 09:00まで" in answer["altText"]
        assert labels(answer) == ["お問い合わせ 03-1234-5678"]
        await town.write(hanako, "今の順番")
    late = await postback(town, hanako, f"a=unbook_yes&r={made.id}&v={int(made.starts_at.timestamp())}")
    assert "お電話ください" in late["altText"]
    assert reservation(town, made.id).state == ReservationState.BOOKED.value
    (listed,) = await town.write(hanako, LIST)
    assert labels(listed) == ["到着しました", "受付用QRコード", "お問い合わせ 03-1234-5678"]
    assert "期限を過ぎました" in words(listed)


async def test_a_yes_counts_for_the_time_it_was_asked_about(town: Town, hanako: str) -> None:
    made = await booked(town)
    await town.write(hanako, LIST)
    await town.tap(hanako, "キャンセル")
    moving.move_own(town.office, me(town), made.id, place(town, at=time(14)))
    await calm(town)
    (question,) = await town.tap(hanako, "キャンセルする")
    assert "14:00" in question["altText"]
    assert reservation(town, made.id).state == ReservationState.BOOKED.value
    await town.tap(hanako, "キャンセルする")
    assert reservation(town, made.id).state == ReservationState.CANCELLED.value


async def test_arriving_takes_one_tap_on_the_day(town: Town, hanako: str) -> None:
    await booked(town, day=TODAY, at=time(12))
    clock_of(town.office).advance(minutes=100)
    (listed,) = await town.write(hanako, LIST)
    assert "キャンセル" not in labels(listed), "too late to give up"
    (ticket,) = await town.tap(hanako, "到着しました")
    assert "A001番" in ticket["altText"]
    (again,) = await town.tap(hanako, "到着しました")
    assert "A001" in words(again)
    assert tickets(town) == 1
    (listed,) = await town.write(hanako, LIST)
    assert "受付ずみです" in words(listed)
    assert labels(listed) == ["今の順番"]


async def test_arriving_hours_before_says_from_when(town: Town, hanako: str) -> None:
    await booked(town, day=TODAY, at=time(15))
    (listed,) = await town.write(hanako, LIST)
    assert "受付は 14:30 から" in words(listed)
    (early,) = await town.tap(hanako, "到着しました")
    assert early["type"] == "text"
    assert "14:30" in early["text"]
    assert tickets(town) == 0


async def test_arriving_on_another_day_or_after_a_cancellation_is_told(town: Town, hanako: str) -> None:
    made = await booked(town)
    assert "10月2日" in (await postback(town, hanako, f"a=checkin&r={made.id}"))["text"]
    booking.cancel_booking(town.office, town.city.clerk, made.id, reason=CancelReason.OTHER)
    for action in ("checkin", "move", "unbook"):
        answer = await postback(town, hanako, f"a={action}&r={made.id}")
        assert "すでにキャンセルされています" in answer["text"]


async def test_after_the_visit_its_buttons_do_nothing(town: Town, hanako: str) -> None:
    made = await booked(town, day=TODAY, at=time(12))
    clock_of(town.office).advance(minutes=110)
    checkin.check_in_in_line(
        town.office, line_user_id=id_of(town, hanako), reservation_id=made.id, event_id="e"
    )
    version = int(made.starts_at.timestamp())
    for data in (f"a=move&r={made.id}", f"a=unbook&r={made.id}", f"a=unbook_yes&r={made.id}&v={version}"):
        assert "変更できません" in (await postback(town, hanako, data))["text"]
    assert reservation(town, made.id).state == ReservationState.CHECKED_IN.value


@pytest.mark.parametrize(
    "data", ["a=move&r={}", "a=unbook&r={}", "a=unbook_yes&r={}&v=1", "a=checkin&r={}", "a=offer&r={}"]
)
async def test_a_booking_of_somebody_else_is_unknown(town: Town, hanako: str, data: str) -> None:
    other = await booked(town, "ken")
    held = holds.hold(
        town.office, me(town, "ken"), service_id=town.city.service_id, slot_id=place(town, TODAY, time(15))
    )
    for reservation_id in (other.id, held.reservation_id, 4711, 2**52):
        answer = await postback(town, hanako, data.format(reservation_id))
        assert answer["text"].startswith("その予約は見つかりません"), answer["text"]
    assert reservation(town, other.id).state == ReservationState.BOOKED.value
    assert tickets(town) == 0


@pytest.mark.parametrize(
    "data",
    [
        "a=move",
        "a=move&r=-1",
        "a=unbook_yes&r=1",
        "a=unwait&s=1",
        "a=unwait&s=1&d=yesterday",
        "a=unwait_yes&s=1&d=2026-13-01&r=0",
        "a=wait_again&s=1&d=2026-10-02",
        "a=wait_again&s=x&d=2026-10-02&k=1",
    ],
)
async def test_data_that_no_button_carries_gets_a_kind_sentence(town: Town, hanako: str, data: str) -> None:
    assert (await postback(town, hanako, data))["text"].startswith("このボタンはもう使えません")


async def test_the_same_event_again_does_nothing_twice(town: Town, hanako: str) -> None:
    made = await booked(town, day=TODAY, at=time(12))
    clock_of(town.office).advance(minutes=110)
    event = town.platform.events.postback(town.platform.citizen(hanako), f"a=checkin&r={made.id}")
    await town.answered(hanako, town.platform.webhook.send([event]))
    assert (await town.platform.webhook.send([event])).status == 200
    await town.idle()
    assert tickets(town) == 1


async def test_a_waiting_list_is_listed_and_left_after_a_question(town: Town, hanako: str) -> None:
    await booked(town, "ken")
    waits(town)
    (listed,) = await town.write(hanako, LIST)
    assert listed["altText"] == "キャンセル待ちは1件です：10月2日(金) 保育所等利用申込"
    (question,) = await town.tap(hanako, "キャンセル待ちをやめる")
    assert "10月2日(金)" in question["altText"]
    (left,) = await town.tap(hanako, "やめる")
    assert left["text"] == "キャンセル待ちをやめました。"
    (again,) = await town.tap(hanako, "やめる")
    assert again["text"] == left["text"]
    assert waiting_list.lists_of(town.office, id_of(town, hanako)) == []


async def offered(town: Town, day: date = TOMORROW) -> int:
    """Ken's place falls free for hanako, who is told; the id of the held reservation."""
    his = await booked(town, "ken", day)
    waits(town, day=day)
    booking.cancel_booking_own(town.office, me(town, "ken"), his.id)
    await calm(town)
    (row,) = news(town, "place_offered")
    return int(row.reservation_id or 0)


async def test_the_offer_gives_a_fresh_link_however_long_it_lay_around(town: Town, hanako: str) -> None:
    held = await offered(town)
    push = town.received(hanako)[-1]
    assert push["altText"].startswith("空きが出ました：10月2日(金) 10:00")
    assert "10月1日(木) 11:00 まで" in push["altText"]
    clock_of(town.office).advance(minutes=50)
    (page,) = await town.tap(hanako, "この時間を予約する")
    link = link_in(town, page)
    assert (link.citizen, link.desk_id, link.reservation_id) == (me(town), town.city.desk_id, 0)
    standing = holds.held_at(town.office, link.citizen, link.desk_id)
    assert standing is not None
    assert standing.reservation_id == held
    (listed,) = await town.write(hanako, LIST)
    assert labels(listed) == ["この時間を予約する", "キャンセル待ちをやめる"]


async def test_an_offer_taken_leads_to_the_booking(town: Town, hanako: str) -> None:
    held = await offered(town)
    given = {"kana": "ヤマダ ハナコ", "phone": "090-8765-4321", "language": "ja"}
    made = booking.book(town.office, me(town), reservation_id=held, **given)
    answer = await postback(town, hanako, f"a=offer&r={held}")
    assert made.code in words(answer)


async def test_an_offer_that_lapsed_says_so_and_puts_on_the_list_again(town: Town, hanako: str) -> None:
    held = await offered(town)
    clock_of(town.office).advance(minutes=60)
    (sorry,) = await town.tap(hanako, "この時間を予約する")
    assert sorry["altText"].startswith("申し訳ありません")
    (again,) = await town.tap(hanako, "10月2日(金)をもう一度待つ")
    assert again["text"].startswith("10月2日(金)のキャンセル待ちを受け付けました")
    (once_more,) = await town.tap(hanako, "10月2日(金)をもう一度待つ")
    assert "受け付けずみ" in once_more["text"]
    holds.lapse_holds(town.office)
    (one,) = waiting_list.lists_of(town.office, id_of(town, hanako))
    assert one.offered_until is not None, "she is the only one who waits: it is offered anew"
    assert one.reservation_id != held


async def test_waiting_again_for_a_day_with_places_leads_to_them(town: Town, hanako: str) -> None:
    held = await offered(town)
    clock_of(town.office).advance(minutes=61)
    holds.lapse_holds(town.office)
    await postback(town, hanako, f"a=offer&r={held}")
    label = "10月2日(金)をもう一度待つ"
    text, page = await town.tap(hanako, label)
    assert "空き" in text["text"]
    assert link_in(town, page).desk_id == town.city.desk_id
    await booked(town)
    data = f"a=wait_again&s={town.city.service_id}&d={TOMORROW}&k={town.city.desk_id}"
    assert "ご予約は1件" in (await postback(town, hanako, data))["altText"]


async def test_an_offer_of_a_time_gone_by_offers_nothing(town: Town, hanako: str) -> None:
    held = await offered(town)
    put(town, TOMORROW, time(10, 1))
    answer = await postback(town, hanako, f"a=offer&r={held}")
    assert answer["text"] == "この空きの時間は、もう過ぎました。"


async def test_passing_an_offered_place_gives_it_to_the_next_at_once(town: Town, hanako: str) -> None:
    id_of(town, "sora")
    his = await booked(town, "ken")
    waits(town)
    waits(town, "sora")
    booking.cancel_booking_own(town.office, me(town, "ken"), his.id)
    await calm(town)
    (question,) = await town.tap(hanako, "キャンセル待ちをやめる")
    assert "次の方にゆずりますか" in question["altText"]
    await town.tap(hanako, "やめる")
    await calm(town)
    assert states_of(town, "place_offered") == ["sent", "sent"]
    assert news(town, "place_offered")[1].line_user_id == id_of(town, "sora")
    assert waiting_list.lists_of(town.office, id_of(town, hanako)) == []


async def test_a_place_offered_since_the_question_is_not_given_away_by_the_old_yes(
    town: Town, hanako: str
) -> None:
    his = await booked(town, "ken")
    waits(town)
    await town.write(hanako, LIST)
    await town.tap(hanako, "キャンセル待ちをやめる")
    booking.cancel_booking_own(town.office, me(town, "ken"), his.id)
    await calm(town)
    (question,) = await town.tap(hanako, "やめる")
    assert "次の方にゆずりますか" in question["altText"]
    assert holds.held_at(town.office, me(town), town.city.desk_id) is not None


async def test_everything_in_every_language(town: Town, hanako: str) -> None:
    await booked(town)
    day = TOMORROW + timedelta(days=1)
    await booked(town, "ken", day)
    waits(town, day=day)
    for language in ("ja-easy", "en", "zh-Hans", "ko", "vi", "pt"):
        event = town.platform.events.postback(town.platform.citizen(hanako), f"a=lang&l={language}")
        await town.answered(hanako, town.platform.webhook.send([event]))
        (listed,) = await town.write(hanako, LIST)
        assert len(labels(listed)) == 3
        assert "時間を変える" not in words(listed)
