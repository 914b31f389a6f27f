"""Reply, push and multicast: who gets the messages, what counts, what is answered."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.line import ids
from sandbox.line.chat import Entry
from sandbox.line.citizens import Citizen
from sandbox.line.errors import LineRefusal
from sandbox.line.platform import Platform

_QUOTABLE = {"text", "textV2", "sticker", "image"}

Body = Mapping[str, Any]
Answer = dict[str, object]


def reply(platform: Platform, body: Body) -> Answer:
    """Answer an event with its token; uncounted. Raises `LineRefusal` 400 on a token that can't be used."""
    citizen = platform.by_user_id(platform.reply_tokens.spend(body["replyToken"]))
    platform.counts["reply"] += 1
    return _sent(_write(platform, citizen, body, "reply") if citizen else _unsent(body))


def push(platform: Platform, body: Body, retry_key: str | None, request_id: str) -> Answer:
    """Send to one user id. Raises `LineRefusal`: 409 repeated key, 400 unknown user, 429 quota."""
    platform.retry_keys.refuse_repeat(retry_key)
    citizen = platform.by_user_id(body["to"])
    if citizen is None:
        raise LineRefusal(400, "Failed to send messages")
    _refuse_foreign_quotes(platform, citizen, body["messages"])
    arrives = citizen.reachable(platform.clock.now())
    platform.quota.charge(int(arrives))
    platform.counts["push"] += 1
    answer = _sent(_write(platform, citizen, body, "push"))
    platform.retry_keys.remember(retry_key, request_id, answer)
    return answer


def multicast(platform: Platform, body: Body, retry_key: str | None, request_id: str) -> Answer:
    """Send to many user ids; unknown ones, blockers and those who are no friends are passed over."""
    platform.retry_keys.refuse_repeat(retry_key)
    now = platform.clock.now()
    known = [platform.by_user_id(user_id) for user_id in dict.fromkeys(body["to"])]
    receivers = [each for each in known if each and each.reachable(now, friends_only=True)]
    platform.quota.charge(len(receivers))
    platform.counts["multicast"] += 1
    for citizen in receivers:
        _write(platform, citizen, body, "multicast")
    platform.retry_keys.remember(retry_key, request_id, {})
    return {}


def _refuse_foreign_quotes(platform: Platform, citizen: Citizen, messages: Sequence[Body]) -> None:
    for message in messages:
        token = message.get("quoteToken")
        if token is not None and not platform.chat(citizen).quotable(token):
            raise LineRefusal(400, "Invalid quote token")


def _write(platform: Platform, citizen: Citizen, body: Body, via: str) -> list[Entry]:
    """Make the entries, and put them into the chat when the citizen can be reached."""
    silent = bool(body.get("notificationDisabled", False))
    entries = [_entry(platform, message, via, silent) for message in body["messages"]]
    if not citizen.reachable(platform.clock.now()):
        platform.counts["undelivered"] += 1
        return entries
    platform.counts["delivered"] += 1
    chat = platform.chat(citizen)
    for entry in entries:
        chat.add(entry)
    platform.show(citizen)
    return entries


def _unsent(body: Body) -> list[Entry]:
    return [Entry(ids.message_id(), "account", 0, message) for message in body["messages"]]


def _entry(platform: Platform, message: Body, via: str, silent: bool) -> Entry:
    return Entry(
        id=ids.message_id(),
        side="account",
        at=platform.clock.milliseconds(),
        message=message,
        via=via,
        silent=silent,
        quote_token=ids.quote_token() if message["type"] in _QUOTABLE else "",
        read=False,
    )


def _sent(entries: Sequence[Entry]) -> Answer:
    sent = []
    for entry in entries:
        one = {"id": entry.id}
        if entry.quote_token:
            one["quoteToken"] = entry.quote_token
        sent.append(one)
    return {"sentMessages": sent}
