"""LINE送信: what a clerk reads there, of the own municipality only and without anybody's name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from office_kit import City

from madoguchi.domain.errors import Refusal
from madoguchi.domain.roles import Role
from madoguchi.line.conversation import Answer
from madoguchi.line.messages import KINDS
from madoguchi.services import calling, counters, issuing, outbox, quota, sending, tickets
from madoguchi.services.actors import Actor
from madoguchi.services.messages import messages
from madoguchi.services.office import Office
from madoguchi.state import messages_view

TOKYO = ZoneInfo("Asia/Tokyo")


def shown(office: Office, actor: Actor, *, troubled: bool = True) -> dict[str, Any]:
    return messages_view.view_of(messages(office, actor, troubled=troubled), TOKYO)


def one_sent_one_refused(office: Office, city: City) -> str:
    """A call LINE refused, and an answer pushed that arrived; the called number."""
    user, other = city.line_user_ids[:2]
    ticket = issuing.issue_in_line(office, line_user_id=user, service_id=city.service_id, event_id="e")
    counters.take_counter(office, city.clerk, city.counter_ids[0])
    calling.call_next(office, city.clerk, city.counter_ids[0], None)
    with office.change() as unit:
        outbox.enqueue(
            unit,
            cause="answer",
            kind="ticket_taken",
            line_user_id=other,
            facts={},
            expires_in=timedelta(minutes=9),
        )
    for due in sending.claim(office, 9):
        if due.kind == "ticket_called":
            sending.failed(office, due.id, "400 Failed to send messages")
        else:
            sending.sent(office, due.id)
    return ticket.number


def test_failures_are_listed_with_number_and_reason_all_on_request(office: Office, city: City) -> None:
    number = one_sent_one_refused(office, city)
    page = shown(office, city.clerk)
    (line,) = page["lines"]
    assert (line.about, line.kind, line.state) == (number, "呼出", "失敗")
    assert line.reason == "LINEが受け付けませんでした: 400 Failed to send messages"
    assert len(shown(office, city.viewer, troubled=False)["lines"]) == 2
    assert [(one.name, one.sent, one.failed) for one in page["kinds"]] == [
        ("呼出", 0, 1),
        ("番号のお知らせ", 1, 0),
    ]
    assert [(one.name, one.sent, one.failed) for one in page["days"]] == [("10月1日", 1, 1)]
    assert (page["sent_at"], page["waiting"]) == ("10:00", "なし")
    assert "U000" not in repr(page)


def test_what_a_free_reply_has_told_is_counted_as_such_and_is_no_trouble(office: Office, city: City) -> None:
    user = city.line_user_ids[0]
    issuing.issue_in_line(office, line_user_id=user, service_id=city.service_id, event_id="e")
    counters.take_counter(office, city.clerk, city.counter_ids[0])
    calling.call_next(office, city.clerk, city.counter_ids[0], None)
    tickets.told(office, user, Answer().telling(*tickets.tickets_of(office, user)).tells)
    page = shown(office, city.clerk)
    assert [(one.name, one.answered, one.dropped) for one in page["kinds"]] == [("呼出", 1, 0)]
    assert [(one.name, one.answered, one.dropped) for one in page["days"]] == [("10月1日", 1, 0)]
    assert page["lines"] == []
    (line,) = shown(office, city.clerk, troubled=False)["lines"]
    assert (line.state, line.reason) == ("送らず", "無料の返信で伝えたため")


def test_another_citys_messages_are_not_told_and_auditors_see_none(office: Office, city: City) -> None:
    one_sent_one_refused(office, city)
    stranger = Actor(999, "stranger", Role.CLERK, city.municipality_id + 1)
    page = shown(office, stranger, troubled=False)
    assert (page["lines"], page["kinds"], page["days"]) == ([], [], [])
    with pytest.raises(Refusal, match="not_allowed"):
        messages(office, city.auditor, troubled=True)


def test_the_gauge_tells_the_month_what_is_held_back_and_its_end(office: Office, city: City) -> None:
    assert shown(office, city.clerk)["gauge"] == "今月 0 通（上限は未確認）"
    quota.told(office, quota.counted(office), None, 12)
    assert shown(office, city.clerk)["gauge"] == "今月 12 通（上限なし）"
    quota.told(office, quota.counted(office), 5_000, 1_234)
    page = shown(office, city.clerk)
    assert page["gauge"] == "今月 1,234 / 5,000 通（残り 3,766）"
    assert page["held"] == "止めているものはありません"
    quota.told(office, quota.counted(office), 5_000, 5_000)
    page = shown(office, city.clerk)
    assert (page["holding"], page["held"]) == (True, "呼出に関する通知のほかは止めています")


def test_every_kind_of_message_has_a_name_for_staff() -> None:
    assert KINDS.keys() <= messages_view.KINDS.keys()
