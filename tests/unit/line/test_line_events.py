"""Reading webhook bodies and proving who sent them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linebot.v3.webhook import SignatureValidator

from madoguchi.line.events import MalformedBodyError, read_events

USER = "U" + "1" * 32


def read_one(**event: Any) -> Any:
    return read_events(json.dumps({"events": [event]}).encode())[0]


def test_the_signature_of_lines_own_documentation_fits() -> None:
    secret = "8c570fa6dd201bb328f1c1eac23a96d8"
    body = '{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    assert SignatureValidator(secret).validate(body, "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs=")


def test_only_what_answering_needs_is_kept() -> None:
    event = read_one(
        type="message",
        message={"type": "text", "id": "1", "text": "今の順番", "quoteToken": "q", "emojis": []},
        source={"type": "user", "userId": USER},
        replyToken="r",
        webhookEventId="01",
        timestamp=1_790_000_000_000,
        mode="active",
    )
    assert event.body == {"type": "text", "text": "今の順番", "reply_token": "r"}
    assert event.occurred_at.year == 2026


def test_in_standby_there_is_no_token_to_answer_with() -> None:
    source = {"type": "user", "userId": USER}
    event = read_one(
        type="follow", follow={"isUnblocked": True}, source=source, replyToken="r", mode="standby"
    )
    assert "reply_token" not in event.body
    assert event.body["standby"] is True


@pytest.mark.parametrize(
    "source",
    [None, [], "U", {}, {"type": "group", "userId": USER}, {"type": "user", "userId": USER[:-1]}],
)
def test_without_one_citizen_to_talk_with_nothing_is_kept(source: object) -> None:
    event = read_one(type="message", message={"type": "text", "text": "秘密"}, source=source)
    assert event.user_id is None
    assert event.body == {}


@pytest.mark.parametrize("moment", [None, "soon", True, -1e30, 1e30, float(10**300)])
def test_a_strange_time_is_no_time(moment: object) -> None:
    assert read_one(type="message", timestamp=moment).occurred_at is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "source",
                    "userId",
                    "message",
                    "text",
                    "postback",
                    "data",
                    "timestamp",
                    "webhookEventId",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=15,
)


@given(st.lists(_JSON, max_size=4))
@settings(max_examples=150, deadline=None)
def test_no_event_whatever_it_holds_stops_the_reading(events: list[object]) -> None:
    read = read_events(json.dumps({"events": events}).encode())
    assert len(read) == sum(isinstance(event, dict) for event in events)
    assert all(event.event_id and len(event.event_id) <= 64 for event in read)


@pytest.mark.parametrize("raw", [b"", b"\xff", b"1", b'"x"', b'{"events": 1}'])
def test_what_is_no_body_is_said_so(raw: bytes) -> None:
    with pytest.raises(MalformedBodyError):
        read_events(raw)
