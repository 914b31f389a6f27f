"""Every branch of the conversation, on the phone of a citizen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from line_kit import Town, until, words
from office_kit import clock_of
from sqlalchemy import select

from madoguchi.services import issuing, tickets
from madoguchi.services.line_users import line_user
from madoguchi.store.tables import LineUser, Ticket

pytestmark = pytest.mark.anyio


def user_of(town: Town, name: str) -> int:
    return line_user(town.office, town.platform.citizen(name).user_id).id


async def with_desk(town: Town, name: str = "hanako", label: str = "保育課") -> None:
    await town.follow(name)
    await town.tap(name, label)


async def test_a_new_friend_is_greeted_and_picks_a_desk(town: Town) -> None:
    greeting, choice = await town.follow("hanako")
    assert "お名前やお電話番号をトークでおたずねすることはありません" in greeting["text"]
    assert "保育課" in words(choice)
    assert "税務課" in words(choice)
    (chosen,) = await town.tap("hanako", "税務課")
    assert "税務課" in words(chosen)
    assert town.platform.counts["profile"] == 0


async def test_a_number_takes_two_taps_and_shows_position_and_range(town: Town) -> None:
    await with_desk(town)
    (services,) = await town.write("hanako", "順番待ちをする")
    assert "0人待ち" in words(services)
    (ticket,) = await town.tap("hanako", "児童手当")
    assert ticket["altText"].startswith("B001番：まもなく順番です。前に0人")
    assert {"今の順番", "あとにまわす", "順番待ちをやめる"} <= set(town.labels("hanako"))
    (standing,) = await town.tap("hanako", "今の順番")
    assert standing["altText"].startswith("B001番：前に0人")


async def test_a_number_far_from_its_turn_says_that_one_will_be_told(town: Town) -> None:
    for number in range(5):
        issuing.issue_at_terminal(
            town.office,
            terminal_id=town.city.terminal_id,
            desk_id=town.city.desk_id,
            service_code="nursery",
            language="ja",
            key=f"k{number}",
        )
    await with_desk(town)
    await town.write("hanako", "順番待ちをする")
    (ticket,) = await town.tap("hanako", "児童手当")
    assert ticket["altText"].startswith("B001番：前に5人。近づいたらお知らせします")
    assert "離れていてもかまいません" in words(ticket)


async def test_the_only_service_of_a_desk_needs_no_choice(town: Town) -> None:
    await with_desk(town, label="税務課")
    (ticket,) = await town.write("hanako", "順番待ちをする")
    assert ticket["altText"].startswith("C001番")


async def test_taking_a_number_without_a_desk_asks_for_the_desk_first_and_goes_on(town: Town) -> None:
    await town.follow("hanako")
    await town.write("hanako", "順番待ちをする")
    (ticket,) = await town.tap("hanako", "税務課")
    assert ticket["altText"].startswith("C001番")


async def test_a_second_number_for_the_same_service_shows_the_first(town: Town) -> None:
    await with_desk(town, label="税務課")
    await town.write("hanako", "順番待ちをする")
    refusal, standing = await town.write("hanako", "順番待ちをする")
    assert "C001" in refusal["text"]
    assert "C001" in standing["altText"]


async def test_a_closed_desk_says_its_hours(town: Town) -> None:
    await with_desk(town)
    clock_of(town.office).advance(hours=10)
    (closed,) = await town.write("hanako", "順番待ちをする")
    assert "8:30" in closed["text"]
    assert "17:15" in closed["text"]


async def test_leaving_the_queue_is_asked_once_and_done_once(town: Town) -> None:
    await with_desk(town, label="税務課")
    await town.write("hanako", "順番待ちをする")
    (question,) = await town.tap("hanako", "順番待ちをやめる")
    assert "C001番" in question["altText"]
    (kept,) = await town.tap("hanako", "そのまま")
    assert "そのまま" in kept["text"]
    assert tickets.tickets_of(town.office, user_of(town, "hanako"))
    (gone,) = await town.tap("hanako", "やめる")
    assert "順番待ちをやめました" in gone["altText"]
    assert not tickets.tickets_of(town.office, user_of(town, "hanako"))
    (again,) = await town.tap("hanako", "やめる")
    assert "順番待ちをやめました" in again["altText"]


async def test_going_later_lets_three_pass_and_a_double_tap_does_it_once(town: Town) -> None:
    await with_desk(town, label="税務課")
    await town.write("hanako", "順番待ちをする")
    for number in range(7):
        issuing.issue_at_terminal(
            town.office,
            terminal_id=town.city.terminal_id,
            desk_id=town.city.other_desk_id,
            service_code="bill",
            language="ja",
            key=f"k{number}",
        )
        clock_of(town.office).advance(seconds=1)
    (question,) = await town.write("hanako", "あとにまわす")
    assert "C001番" in question["altText"]
    await town.tap("hanako", "3人あと")
    position = [one.ahead for one in tickets.tickets_of(town.office, user_of(town, "hanako"))]
    assert position == [3]
    path_of_old_yes = town.received("hanako")[-2]
    assert "later_by" in str(path_of_old_yes)
    data = path_of_old_yes["contents"]["body"]["contents"][2]["contents"][1]["action"]["data"]
    event = town.platform.events.postback(town.platform.citizen("hanako"), data)
    await town.answered("hanako", town.platform.webhook.send([event]))
    position = [one.ahead for one in tickets.tickets_of(town.office, user_of(town, "hanako"))]
    assert position == [3]


async def test_nobody_behind_is_said_kindly(town: Town) -> None:
    await with_desk(town, label="税務課")
    await town.write("hanako", "順番待ちをする")
    await town.write("hanako", "あとにまわす")
    (answer,) = await town.tap("hanako", "1人あと")
    assert answer["type"] == "text"


@pytest.mark.parametrize("words_for_nothing", ["今の順番", "あとにまわす", "順番待ちをやめる"])
async def test_without_a_number_there_is_nothing_to_show_or_leave(town: Town, words_for_nothing: str) -> None:
    await with_desk(town)
    (answer,) = await town.write("hanako", words_for_nothing)
    assert answer["text"] == "いまお待ちの番号はありません。"


async def test_a_paper_ticket_moves_into_line_even_for_one_who_is_no_friend(town: Town) -> None:
    issued = issuing.issue_at_terminal(
        town.office,
        terminal_id=town.city.terminal_id,
        desk_id=town.city.desk_id,
        service_code="nursery",
        language="ja",
        key="paper",
    )
    (ticket,) = await town.write("an", f"番号札登録　{issued.claim_code}")
    assert "A001番" in ticket["altText"]
    again, standing = await town.write("an", f"番号札登録 {issued.claim_code}")
    assert "登録ずみ" in again["text"]
    assert "A001" in standing["altText"]
    (taken,) = await town.write("ken", f"番号札登録 {issued.claim_code}")
    assert taken["type"] == "text"
    (missing,) = await town.write("ken", "番号札登録")
    (wrong,) = await town.write("ken", "番号札登録 ZZZZ-ZZZZ")
    assert missing["text"] != wrong["text"]


async def test_the_language_chosen_is_spoken_from_then_on(town: Town) -> None:
    await with_desk(town)
    await town.write("hanako", "ことば / Language")
    (chosen,) = await town.tap("hanako", "Tiếng Việt")
    assert "tiếng Việt" in chosen["text"]
    (answer,) = await town.write("hanako", "lay so gi")
    assert "Vui lòng" in answer["text"]
    with town.office.look() as unit:
        languages = unit.session.execute(select(LineUser.language)).scalars().all()
    assert "vi" in languages


async def test_booking_opens_the_signed_page_and_asks_nothing_in_the_chat(town: Town) -> None:
    await with_desk(town)
    (page,) = await town.write("hanako", "予約する")
    action = page["contents"]["footer"]["contents"][0]["action"]
    assert action["uri"].startswith("http://127.0.0.1:3000/book?k=")
    (none,) = await town.write("hanako", "予約の確認・変更")
    assert none["text"] == "ご予約はありません。"


@pytest.mark.parametrize(
    "data",
    ["", "a=", "a=unknown", "a=take&s=abc", "a=take&s=99999999999999999999", "x", "a=stop&t=" + "9" * 40],
)
async def test_data_of_no_button_of_ours_gets_a_kind_sentence(town: Town, data: str) -> None:
    await town.follow("hanako")
    event = town.platform.events.postback(town.platform.citizen("hanako"), data)
    (answer,) = await town.answered("hanako", town.platform.webhook.send([event]))
    assert "もう使えません" in answer["text"]


@pytest.mark.parametrize("data", ["a=take&s=4711", "a=desk&d=4711", "a=lang&l=tlh"])
async def test_a_button_of_something_gone_says_so(town: Town, data: str) -> None:
    await town.follow("hanako")
    event = town.platform.events.postback(town.platform.citizen("hanako"), data)
    (answer,) = await town.answered("hanako", town.platform.webhook.send([event]))
    assert answer["type"] == "text"


async def test_a_place_or_a_sticker_gets_a_short_answer(town: Town) -> None:
    await town.follow("hanako")
    citizen = town.platform.citizen("hanako")
    event = town.platform.events._event(citizen, "message", {"message": {"id": "1", "type": "sticker"}})
    (answer,) = await town.answered("hanako", town.platform.webhook.send([event]))
    assert answer["text"] == "文字かボタンでお願いします。"


async def test_blocking_is_remembered_and_an_older_event_that_comes_late_changes_nothing(
    town: Town,
) -> None:
    await town.follow("hanako")
    citizen = town.platform.citizen("hanako")
    late = town.platform.events.follow(citizen, unblocked=False)
    delivery = town.phone("hanako").block().delivery
    assert delivery is not None
    await delivery
    await town.idle()
    assert not line_user(town.office, citizen.user_id).following
    late["timestamp"] -= timedelta(minutes=5) // timedelta(milliseconds=1)
    await town.platform.webhook.send([late])
    await town.idle()
    assert not line_user(town.office, citizen.user_id).following
    (back, *_) = await town.follow("hanako")
    assert "おかえりなさい" in back["text"]
    assert line_user(town.office, citizen.user_id).following


async def test_one_batch_with_strange_events_works_the_good_ones(town: Town) -> None:
    await with_desk(town, label="税務課")
    citizen = town.platform.citizen("hanako")
    good = town.platform.events._event(
        citizen, "message", {"message": {"id": "1", "type": "text", "text": "順番待ちをする"}}
    )
    strange = [
        {"type": "fromTheFuture", "timestamp": "soon"},
        {},
        {"type": "message", "source": {"type": "user", "userId": "not-an-id"}},
        {"type": "postback", "source": {"type": "group", "groupId": "C1", "userId": citizen.user_id}},
        {"type": 7, "source": [], "mode": "odd"},
    ]
    await town.platform.webhook.send([*strange, good, *strange])
    await until(lambda: "C001番" in words(town.received("hanako")[-1]))
    with town.office.look() as unit:
        assert len(unit.session.execute(select(Ticket.id)).all()) == 1
