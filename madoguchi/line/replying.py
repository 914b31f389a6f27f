"""Answering with the event's reply token: free of charge, once, within a minute.

The token makes replies exactly-once: LINE takes it a single time, so trying again after a time-out can
never show an answer twice. Three cases follow.

- 200: delivered.
- 400 after an attempt of ours that nobody answered (or that a killed server may have made), while the
  token must still be alive: the earlier attempt was the one that used it. Delivered.
- 400 otherwise (too old, or a redelivery whose token is spent): not delivered. What mattered is pushed.

Only when LINE stays silent for all tries it is unknown whether the answer arrived. Then what mattered
is pushed: a number told twice is better than a number never told.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

from linebot.v3.messaging import AsyncMessagingApi, ReplyMessageRequest

from ..services.clock import Clock
from ..services.inbox import Event
from .client import Verdict, attempt
from .conversation import Answer

WAITS: Final = (0.0, 0.3, 1.5)
TIMEOUT_SECONDS: Final = 4
TOKEN_LIFE: Final = timedelta(seconds=50)
"""LINE promises a minute from receipt; the rest is margin for clocks and the way."""


async def reply(api: AsyncMessagingApi, clock: Clock, event: Event, answer: Answer) -> bool:
    """Reply with `answer`; True when it is known to have been delivered."""
    token = event.body.get("reply_token")
    if not token or not answer.messages:
        return False
    request = ReplyMessageRequest(replyToken=token, messages=list(answer.messages))
    used_by_us = event.attempts > 1
    for wait in WAITS:
        await asyncio.sleep(wait)
        made = await attempt(api.reply_message(request, _request_timeout=TIMEOUT_SECONDS))
        if made.verdict is Verdict.ACCEPTED:
            return True
        if made.verdict is Verdict.REFUSED:
            return used_by_us and clock.now() - event.received_at < TOKEN_LIFE
        used_by_us = used_by_us or made.verdict is Verdict.UNSURE
    return False
