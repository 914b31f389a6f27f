"""No number in LINE: the answer says why, and the next best thing to do, with the taps for it."""

from __future__ import annotations

from typing import Any

import pytest
from line_kit import Town, words
from office_kit import clock_of
from sqlalchemy import select, update
from sqlmodel import col

from madoguchi.domain.languages import LANGUAGES
from madoguchi.services import closing_soon, issuing
from madoguchi.services.line_users import choose_language, line_user
from madoguchi.store.tables import Desk, Service, Ticket

pytestmark = pytest.mark.anyio

NURSERY = "保育所等利用申込"


def set_desk(town: Town, **values: object) -> None:
    with town.office.change() as unit:
        unit.session.execute(update(Desk).where(col(Desk.id) == town.city.desk_id).values(**values))


async def befriend(town: Town, name: str = "hanako") -> int:
    await town.follow(name)
    await town.tap(name, "保育課")
    return line_user(town.office, town.platform.citizen(name).user_id).id


async def take(town: Town, name: str = "hanako") -> list[Any]:
    answered = await town.write(name, "順番待ちをする")
    return await town.tap(name, NURSERY) if NURSERY in town.labels(name) else answered


def quick_replies(message: dict[str, Any]) -> list[str]:
    return [item["action"]["label"] for item in message.get("quickReply", {}).get("items", [])]


def tickets_in_line(town: Town) -> int:
    with town.office.look() as unit:
        query = select(col(Ticket.id)).where(col(Ticket.line_user_id).is_not(None))
        return len(unit.session.execute(query).all())


async def test_a_desk_without_numbers_in_line_says_at_once_where_the_paper_is(town: Town) -> None:
    await befriend(town)
    set_desk(town, remote=False)
    (answer,) = await town.write("hanako", "順番待ちをする")
    said = words(answer)
    assert "LINEではお取りできません" in said
    assert "保育課（本庁舎2階）の発券機" in said
    assert "QRコード" in said, "a paper number can be called in LINE all the same"
    assert quick_replies(answer) == ["予約する", "窓口をえらぶ", "ことば / Language"]
    assert tickets_in_line(town) == 0


async def test_when_all_numbers_for_line_are_gone_paper_and_booking_are_left(town: Town) -> None:
    await befriend(town)
    await befriend(town, "ken")
    set_desk(town, remote_limit=1)
    await take(town)
    (answer,) = await take(town, "ken")
    assert "すべて出ました" in answer["text"]
    assert "発券機" in answer["text"]
    assert "予約" in answer["text"]
    assert quick_replies(answer)[0] == "予約する"
    assert tickets_in_line(town) == 1


async def test_who_has_taken_enough_in_line_can_look_at_the_own_number(town: Town) -> None:
    await befriend(town)
    set_desk(town, remote_per_person=1)
    await take(town)
    await town.write("hanako", "順番待ちをする")
    (answer,) = await town.tap("hanako", "児童手当")
    assert "お一人1日1回まで" in answer["text"]
    assert quick_replies(answer)[:2] == ["今の順番", "予約する"]
    assert tickets_in_line(town) == 1


async def test_a_desk_that_stopped_says_when_numbers_are_given_again(town: Town) -> None:
    await befriend(town)
    closing_soon.stop_numbers(town.office, town.city.clerk, town.city.desk_id, True)
    (answer,) = await town.write("hanako", "順番待ちをする")
    assert "本日の新しい受付は終わりました" in answer["text"]
    assert "次の受付は、10月2日(金) 08:30からです" in answer["text"]
    assert quick_replies(answer) == ["予約する", "窓口をえらぶ", "ことば / Language"]


@pytest.mark.parametrize(("hours", "day"), [(-3, "10月1日(木)"), (9, "10月2日(金)")])
async def test_a_closed_desk_says_when_it_opens(town: Town, hours: int, day: str) -> None:
    await befriend(town)
    clock_of(town.office).advance(hours=hours)
    (answer,) = await town.write("hanako", "順番待ちをする")
    assert "受付時間外" in answer["text"]
    assert f"次の受付は、{day} 08:30からです" in answer["text"]


async def test_booking_is_offered_only_where_one_can_book(town: Town) -> None:
    await befriend(town)
    with town.office.change() as unit:
        unit.session.execute(update(Service).values(bookable=False))
    set_desk(town, remote=False)
    (answer,) = await town.write("hanako", "順番待ちをする")
    assert "予約" not in answer["text"]
    assert quick_replies(answer) == ["窓口をえらぶ", "ことば / Language"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_language_says_all_of_it_with_nothing_left_open(town: Town, language: str) -> None:
    user = await befriend(town)
    choose_language(town.office, user, language)
    for values in ({"remote": False}, {"remote": True, "stopped_on": town.office.today()}):
        set_desk(town, **values)
        (answer,) = await town.write("hanako", "順番待ちをする")
        assert answer["text"].count("\n") == 2
        assert "{" not in answer["text"]


async def test_going_later_for_the_third_time_offers_to_stop_instead(town: Town) -> None:
    await befriend(town)
    await take(town)
    for number in range(3):
        clock_of(town.office).advance(seconds=10)
        issuing.issue_at_terminal(
            town.office,
            terminal_id=town.city.terminal_id,
            desk_id=town.city.desk_id,
            service_code="nursery",
            language="ja",
            key=f"paper-{number:04d}",
        )
    for _ in range(2):
        await town.write("hanako", "あとにまわす")
        await town.tap("hanako", "1人あと")
    (answer,) = await town.write("hanako", "あとにまわす")
    assert quick_replies(answer) == ["今の順番", "順番待ちをやめる"]
