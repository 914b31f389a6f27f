"""What arrives at a webhook: signed bytes, whole events, redeliveries, batches, forgeries."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from linebot.v3 import WebhookParser
from linebot.v3.webhook import SignatureValidator
from linebot.v3.webhooks import FollowEvent, MessageEvent, PostbackEvent, UnfollowEvent

Control = Callable[..., Any]
SECRET = "demo-channel-secret-0000000000000"


def events_of(webhook: Any) -> list[dict[str, Any]]:
    return [event for _, body in webhook.posts for event in json.loads(body)["events"]]


def test_the_real_parser_takes_every_event(control: Control, webhook: Any, user_ids: dict[str, str]) -> None:
    control("POST", "/users/hanako/follow")
    control("POST", "/users/hanako/text", {"text": "順番は？ 🍎"})
    control("POST", "/events", {"events": [{"user": "hanako", "postback": "a=1"}]})
    control("POST", "/users/hanako/block")
    control("POST", "/users/hanako/unblock")
    parser = WebhookParser(SECRET)
    parsed = [
        event
        for headers, body in webhook.posts
        for event in parser.parse(body.decode(), headers["x-line-signature"])
    ]
    kinds = [FollowEvent, MessageEvent, PostbackEvent, UnfollowEvent, FollowEvent]
    assert [type(event) for event in parsed] == kinds
    assert [event.follow.is_unblocked for event in parsed if isinstance(event, FollowEvent)] == [False, True]
    assert {event.source.user_id for event in parsed} == {user_ids["hanako"]}
    assert parsed[1].message.text == "順番は？ 🍎"
    assert parsed[1].message.quote_token
    assert not any(event.delivery_context.is_redelivery for event in parsed)
    assert len({event.webhook_event_id for event in parsed}) == 5


@pytest.mark.parametrize(("signing", "valid"), [("valid", True), ("forged", False), ("missing", None)])
def test_the_signature_covers_exactly_the_bytes_sent(
    control: Control, webhook: Any, signing: str, valid: bool | None
) -> None:
    body = '{"destination":"U0","events":[] }'
    control("POST", "/deliver", {"body": body, "signature": signing})
    headers, raw = webhook.posts[0]
    assert raw.decode() == body
    given = headers.get("x-line-signature")
    told = None if given is None else SignatureValidator(SECRET).validate(body, given)
    assert told is valid


def test_a_webhook_that_fails_gets_the_same_event_again(control: Control, webhook: Any) -> None:
    control("POST", "/webhook", {"delays": [0, 0]})
    webhook.answers.extend([500, 503])
    told = control("POST", "/users/ken/follow")
    assert [attempt["status"] for attempt in told["delivery"]["attempts"]] == [500, 503, 200]
    events = events_of(webhook)
    assert [event["deliveryContext"]["isRedelivery"] for event in events] == [False, True, True]
    assert len({(event["webhookEventId"], event["replyToken"], event["timestamp"]) for event in events}) == 1


def test_an_event_is_redelivered_on_demand(control: Control, webhook: Any) -> None:
    told = control("POST", "/users/ken/follow")
    event_id = told["delivery"]["event_ids"][0]
    for _ in range(2):
        control("POST", "/redeliver", {"eventId": event_id})
    events = events_of(webhook)
    assert [event["webhookEventId"] for event in events] == [event_id] * 3
    assert [event["deliveryContext"]["isRedelivery"] for event in events] == [False, True, True]


def test_one_body_mixes_users_and_unknown_things_in_any_order_and_twice(
    control: Control, webhook: Any, user_ids: dict[str, str]
) -> None:
    specs = [
        {"user": "hanako", "postback": "first"},
        {"user": "ken", "type": "somethingNew", "extra": {"future": {"a": 1}}},
        {"user": "an", "text": "third"},
        {"raw": {"type": "neverSeen"}},
    ]
    control("POST", "/events", {"events": specs, "order": [2, 0, 1, 3], "copies": 2})
    assert len(webhook.posts) == 2
    assert webhook.posts[0][1] == webhook.posts[1][1]
    events = json.loads(webhook.posts[0][1])["events"]
    assert [event["type"] for event in events] == ["message", "postback", "somethingNew", "neverSeen"]
    assert events[0]["source"]["userId"] == user_ids["an"]
    assert events[2]["future"] == {"a": 1}
    assert events[0]["timestamp"] >= events[1]["timestamp"]


def test_a_webhook_that_is_away_is_told_in_the_log(control: Control, webhook: Any) -> None:
    control("POST", "/webhook", {"url": "http://127.0.0.1:9/line/webhook", "redelivery": False})
    told = control("POST", "/users/ken/follow")
    attempts = told["delivery"]["attempts"]
    assert [(attempt["status"], attempt["reason"]) for attempt in attempts] == [(0, "COULD_NOT_CONNECT")]
    assert control("GET", "/deliveries")["deliveries"][-1]["types"] == ["follow"]


def test_the_empty_probe_is_signed_too(control: Control, webhook: Any, line: Any) -> None:
    assert line.test_webhook_endpoint().success
    headers, body = webhook.posts[0]
    assert json.loads(body)["events"] == []
    assert SignatureValidator(SECRET).validate(body.decode(), headers["x-line-signature"])
