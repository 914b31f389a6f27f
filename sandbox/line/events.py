"""Webhook events with every field that the real ones carry."""

from collections.abc import Mapping
from typing import Any

from sandbox.line import ids
from sandbox.line.chat import Entry
from sandbox.line.citizens import Citizen
from sandbox.line.clock import Clock
from sandbox.line.ledgers import ReplyTokens

Event = dict[str, Any]


class EventMaker:
    """Makes events that happen now."""

    def __init__(self, clock: Clock, reply_tokens: ReplyTokens) -> None:
        self._clock = clock
        self._reply_tokens = reply_tokens

    def follow(self, citizen: Citizen, *, unblocked: bool) -> Event:
        """The citizen added the account, or took a block back."""
        return self._event(citizen, "follow", {"follow": {"isUnblocked": unblocked}})

    def unfollow(self, citizen: Citizen) -> Event:
        """The citizen blocked the account; there is no reply token."""
        return self._event(citizen, "unfollow", {}, replyable=False)

    def text(self, citizen: Citizen, entry: Entry) -> Event:
        """The citizen sent a text."""
        content = {
            "id": entry.id,
            "type": "text",
            "quoteToken": entry.quote_token,
            "markAsReadToken": ids.quote_token(),
            "text": entry.message["text"],
        }
        return self._event(citizen, "message", {"message": content})

    def location(self, citizen: Citizen, entry: Entry) -> Event:
        """The citizen sent a place."""
        content = {"id": entry.id, "markAsReadToken": ids.quote_token(), **entry.message}
        return self._event(citizen, "message", {"message": content})

    def postback(self, citizen: Citizen, data: str, params: Mapping[str, str] | None = None) -> Event:
        """The citizen tapped a control with ``data``; ``params`` come from pickers and menu switches."""
        content: dict[str, Any] = {"data": data}
        if params:
            content["params"] = dict(params)
        return self._event(citizen, "postback", {"postback": content})

    def bare(self, citizen: Citizen, kind: str) -> Event:
        """An event of any ``kind`` with the common properties only."""
        return self._event(citizen, kind, {})

    def _event(
        self, citizen: Citizen, kind: str, content: Mapping[str, Any], *, replyable: bool = True
    ) -> Event:
        now = self._clock.milliseconds()
        event: Event = {
            "type": kind,
            **content,
            "webhookEventId": ids.ulid(now),
            "deliveryContext": {"isRedelivery": False},
            "timestamp": now,
            "source": {"type": "user", "userId": citizen.user_id},
        }
        if replyable:
            event["replyToken"] = self._reply_tokens.issue(citizen.user_id)
        event["mode"] = "active"
        return event
