"""Going later, back, and again into the queue, on the phone of a citizen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from line_kit import Town, until, words
from office_kit import clock_of
from post_kit import befriended, rows, states, write

from madoguchi.line.client import messaging
from madoguchi.line.conversation import Answer
from madoguchi.line.sender import Sender
from madoguchi.line.worker import InboxWorker
from madoguchi.services import (
    calling,
    counters,
    handling,
    issuing,
    messages,
    nearing,
    sending,
    tickets,
    undoing,
)
from madoguchi.services.changes import OutboxFilled
from madoguchi.services.line_users import line_user
from madoguchi.services.steps import Outcome
from madoguchi.store.tables import Ticket
from sandbox.line.faults import Fault

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
    assert back["altText"] == "A001番：列に戻りました。前に3人"
    (again,) = await town.tap("hanako", "列に戻る")
    assert "前に3人" in again["altText"]
    assert tickets.tickets_of(office, user)[0].ahead == 3


async def test_a_time_asked_for_can_be_taken_back_with_one_tap(town: Town) -> None:
    user = await waiting_first(town, 3)
    for number in range(2):
        await town.write("hanako", "あとにまわす")
        await town.tap("hanako", "30分後")
        assert tickets.tickets_of(town.office, user)[0].not_before is not None
        (back,) = await town.tap("hanako", "もとの順番にもどす")
        assert back["altText"] == "A001番：もとの順番にもどしました。前に0人", number
        held = tickets.tickets_of(town.office, user)[0]
        assert (held.not_before, held.ahead, held.may_postpone) == (None, 0, True)
    # Taken back when the time has come already: the place is the old one either way.
    await town.write("hanako", "あとにまわす")
    await town.tap("hanako", "15分後")
    clock_of(town.office).advance(minutes=16)
    await town.tap("hanako", "もとの順番にもどす")
    assert tickets.tickets_of(town.office, user)[0].ahead == 0


def absences(town: Town) -> list[dict[str, Any]]:
    return [one for one in town.received("hanako") if "お呼びしましたが不在" in one.get("altText", "")]


async def test_who_was_absent_twice_is_sent_to_the_staff_and_finds_no_button(town: Town) -> None:
    await waiting_first(town, 2)
    office, clerk, counter = town.office, town.city.clerk, town.city.counter_ids[0]
    counters.take_counter(office, clerk, counter)
    called = calling.call_next(office, clerk, counter, None)
    for time_ in range(2):
        if time_:
            called = calling.call_chosen(office, clerk, counter, called.ticket_id or 0)
        handling.miss(office, clerk, counter, called.ticket_id or 0)
        clock_of(office).advance(seconds=11)
        office.changes.publish(OutboxFilled())
        await until(lambda wanted=time_ + 1: len(absences(town)) == wanted)  # type: ignore[misc]
        push = absences(town)[-1]
        labels = [button["action"]["label"] for button in _buttons(push)]
        if time_:
            assert "職員にお声がけください" in push["altText"]
            assert "列に戻る" not in labels
        else:
            assert "列に戻る" in push["altText"], "the notification line alone says what to do"
            await town.tap("hanako", "列に戻る")


async def test_what_a_delivered_answer_tells_is_not_pushed_after_it(closed_town: Town) -> None:
    town = closed_town
    user = befriended(town)
    given = [
        issuing.issue_in_line(
            town.office, line_user_id=user, service_id=town.city.service_id, event_id="of-hanako"
        )
    ]
    with town.office.change() as unit:
        ticket = unit.session.get_one(Ticket, given[0].id)
        ticket.near_told = False
        ticket.issued_at -= timedelta(minutes=30)
    assert nearing.tell_everywhere(town.office) == 1
    assert states(town) == ["pending"]
    await write(town, "今の順番")
    async with messaging(town.office.settings) as api:
        await InboxWorker(town.office, api).work_all()
        (answer,) = town.received("hanako")
        assert "前に0人" in answer["altText"]
        assert [(row.state, row.failure) for row in rows(town)] == [("dropped", "answered in line")]
        assert await Sender(town.office, api).send_all() == 0
    assert len(town.received("hanako")) == 1


def called_unheard(town: Town) -> tuple[int, Outcome]:
    """Hanako's number, called; no sender has looked since. Its id, and the click."""
    office, clerk, counter = town.office, town.city.clerk, town.city.counter_ids[0]
    user = befriended(town)
    issued = issuing.issue_in_line(
        office, line_user_id=user, service_id=town.city.service_id, event_id="of-hanako"
    )
    counters.take_counter(office, clerk, counter)
    return issued.id, calling.call_next(office, clerk, counter, None)


async def test_a_call_that_a_delivered_answer_has_told_is_not_pushed_after_it(closed_town: Town) -> None:
    town = closed_town
    called_unheard(town)
    await write(town, "今の順番")
    async with messaging(town.office.settings) as api:
        await InboxWorker(town.office, api).work_all()
        (answer,) = town.received("hanako")
        assert "1番窓口へ" in answer["altText"]
        assert await Sender(town.office, api).send_all() == 0
    assert [(row.kind, row.state, row.failure) for row in rows(town)] == [
        ("ticket_called", "dropped", "answered in line")
    ]
    page = messages.messages(town.office, town.city.clerk, troubled=True)
    assert (page.unreached, page.lines) == ((), ()), "she knows"


async def test_a_call_read_in_an_answer_is_taken_back_by_a_push(closed_town: Town) -> None:
    town = closed_town
    _, click = called_unheard(town)
    await write(town, "今の順番")
    async with messaging(town.office.settings) as api:
        await InboxWorker(town.office, api).work_all()
        undoing.undo(town.office, town.city.clerk, click.batch or "")
        assert await Sender(town.office, api).send_all() == 1
    assert rows(town)[-1].kind == "ticket_call_undone"


async def test_a_call_that_no_answer_could_tell_is_still_pushed(closed_town: Town, impatient: None) -> None:
    town = closed_town
    called_unheard(town)
    await write(town, "今の順番")
    town.platform.faults.order(Fault("error500", "reply", times=1000))
    async with messaging(town.office.settings) as api:
        await InboxWorker(town.office, api).work_all()
        assert await Sender(town.office, api).send_all() == 1
    (push,) = town.received("hanako")
    assert "1番窓口へ" in push["altText"]


async def test_what_happened_after_the_answer_is_still_pushed(closed_town: Town) -> None:
    town = closed_town
    ticket, _ = called_unheard(town)
    user = line_user(town.office, town.platform.citizen("hanako").user_id).id
    (seen,) = Answer().telling(*tickets.tickets_of(town.office, user)).tells
    calling.recall(town.office, town.city.clerk, town.city.counter_ids[0], ticket)
    tickets.told(town.office, user, [seen])
    assert states(town) == ["pending", "pending"]


async def test_a_call_with_line_already_is_left_alone(closed_town: Town) -> None:
    town = closed_town
    called_unheard(town)
    sending.claim(town.office, 9)
    user = line_user(town.office, town.platform.citizen("hanako").user_id).id
    tickets.told(town.office, user, Answer().telling(*tickets.tickets_of(town.office, user)).tells)
    assert states(town) == ["pending"]


async def test_what_no_answer_could_tell_is_still_pushed(closed_town: Town, impatient: None) -> None:
    town = closed_town
    user = befriended(town)
    issued = issuing.issue_in_line(
        town.office, line_user_id=user, service_id=town.city.service_id, event_id="of-hanako"
    )
    with town.office.change() as unit:
        ticket = unit.session.get_one(Ticket, issued.id)
        ticket.near_told = False
        ticket.issued_at -= timedelta(minutes=30)
    nearing.tell_everywhere(town.office)
    await write(town, "今の順番")
    clock_of(town.office).advance(minutes=2)
    town.platform.faults.order(Fault("error500", "reply", times=1000))
    async with messaging(town.office.settings) as api:
        await InboxWorker(town.office, api).work_all()
        assert states(town) == ["pending"]
        assert await Sender(town.office, api).send_all() == 1
    (push,) = town.received("hanako")
    assert "まもなく順番です" in push["altText"]


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
