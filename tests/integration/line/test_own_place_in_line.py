"""Going later, back, and again into the queue, on the phone of a citizen."""

from __future__ import annotations

from typing import Any

import pytest
from line_kit import Town, words
from office_kit import clock_of

from madoguchi.services import calling, counters, handling, issuing, tickets
from madoguchi.services.line_users import line_user

pytestmark = pytest.mark.anyio


async def waiting_first(town: Town, behind: int) -> int:
    await town.follow("hanako")
    await town.tap("hanako", "保育課")
    await town.write("hanako", "順番待ちをする")
    await town.tap("hanako", "保育所等利用申込")
    for number in range(behind):
        clock_of(town.office).advance(seconds=10)
        issuing.issue_at_terminal(
            town.office,
            terminal_id=town.city.terminal_id,
            desk_id=town.city.desk_id,
            service_code="nursery",
            language="ja",
            key=f"k{number}",
        )
    return line_user(town.office, town.platform.citizen("hanako").user_id).id


async def test_fewer_behind_than_asked_for_is_said_and_the_old_place_comes_back(town: Town) -> None:
    user = await waiting_first(town, 2)
    await town.write("hanako", "あとにまわす")
    (moved,) = await town.tap("hanako", "5人あと")
    assert "うしろの方は2人でした" in words(moved)
    (back,) = await town.tap("hanako", "もとの順番にもどす")
    assert back["altText"] == "A001番：もとの順番にもどしました。前に0人"
    (again,) = await town.tap("hanako", "もとの順番にもどす")
    assert again["altText"].startswith("A001番：前に0人"), "an old button shows how things stand"
    assert tickets.tickets_of(town.office, user)[0].ahead == 0


async def test_later_by_minutes_says_from_when_one_is_called(town: Town) -> None:
    await waiting_first(town, 0)
    await town.write("hanako", "あとにまわす")
    (moved,) = await town.tap("hanako", "30分後")
    assert moved["altText"].startswith("A001番：10:30まではお呼びしません")
    (standing,) = await town.write("hanako", "今の順番")
    assert standing["altText"].startswith("A001番：10:30まではお呼びしません")
    await town.write("hanako", "あとにまわす")
    (twice,) = await town.tap("hanako", "15分後")
    assert "10:15" in twice["altText"]
    (enough,) = await town.write("hanako", "あとにまわす")
    assert "2回まで" in enough["text"]


@pytest.mark.parametrize(
    ("time", "said"), [("11:20", "11:20まで"), ("17:30", "17:15まで"), ("9:00", "A001番")]
)
async def test_a_time_of_the_picker_counts_within_the_desks_hours(town: Town, time: str, said: str) -> None:
    await waiting_first(town, 0)
    (question,) = await town.write("hanako", "あとにまわす")
    found = [part["action"] for part in _buttons(question) if part["action"]["type"] == "datetimepicker"]
    assert [(one["mode"], one["min"], one["max"]) for one in found] == [("time", "10:05", "17:15")]
    event = town.platform.events.postback(town.platform.citizen("hanako"), found[0]["data"], {"time": time})
    (answer,) = await town.answered("hanako", town.platform.webhook.send([event]))
    assert said in words(answer)


async def test_near_closing_no_time_can_be_chosen(town: Town) -> None:
    await waiting_first(town, 1)
    clock_of(town.office).advance(hours=7, minutes=10)
    await town.write("hanako", "あとにまわす")
    labels = town.labels("hanako")
    assert "1人あと" in labels
    assert not {"15分後", "時刻をえらぶ"} & set(labels)


async def test_who_was_absent_taps_the_push_and_waits_again(town: Town) -> None:
    user = await waiting_first(town, 4)
    office, clerk, counter = town.office, town.city.clerk, town.city.counter_ids[0]
    counters.take_counter(office, clerk, counter)
    called = calling.call_next(office, clerk, counter, None)
    handling.miss(office, clerk, counter, called.ticket_id or 0)
    await town.write("hanako", "今の順番")
    (back,) = await town.tap("hanako", "列に戻る")
    assert back["altText"] == "A001番：順番待ちに戻りました。前に3人"
    (again,) = await town.tap("hanako", "列に戻る")
    assert "前に3人" in again["altText"]
    assert tickets.tickets_of(office, user)[0].ahead == 3


def _buttons(message: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []

    def walk(part: object) -> None:
        if isinstance(part, dict):
            if part.get("type") == "button":
                found.append(part)
            for value in part.values():
                walk(value)
        elif isinstance(part, list):
            for each in part:
                walk(each)

    walk(message)
    return found
