"""The one client of LINE's API, and what an attempt at a call came to."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Any

import aiohttp
from linebot.v3.messaging import AsyncApiClient, AsyncMessagingApi, Configuration
from linebot.v3.messaging.exceptions import ApiException
from pydantic.v1 import ValidationError

from ..settings import Settings

TIMEOUT_SECONDS = 5
_CONNECTIONS = 64


class Verdict(Enum):
    """What an attempt came to."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """LINE will never take it."""
    BUSY = "busy"
    """Not taken: too many calls, try later."""
    MONTHLY_LIMIT = "monthly limit"
    """Not taken: the account's messages of this month are used up."""
    UNSURE = "unsure"
    """No answer, or an answer that does not tell whether it was taken."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """The verdict and, for people to read, why. `why` never holds what was sent nor to whom."""

    verdict: Verdict
    why: str = ""


@asynccontextmanager
async def messaging(settings: Settings) -> AsyncIterator[AsyncMessagingApi]:
    """LINE's messaging API at `settings.line_api_host`; needs a running loop."""
    configuration = Configuration(
        access_token=settings.line_channel_token.get_secret_value(), host=settings.line_api_host
    )
    configuration.connection_pool_maxsize = _CONNECTIONS
    client = AsyncApiClient(configuration)
    try:
        yield AsyncMessagingApi(client)
    finally:
        await client.close()


async def attempt(call: Awaitable[Any]) -> Attempt:
    """Make a call and judge what came of it, by status as LINE asks: the wording may change."""
    try:
        await call
    except ApiException as error:
        return _judge(error)
    except ValidationError:
        # Only a 2xx answer is parsed: it was taken, the SDK just expected another body.
        return Attempt(Verdict.ACCEPTED)
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        return Attempt(Verdict.UNSURE, type(error).__name__)
    return Attempt(Verdict.ACCEPTED)


def _judge(error: ApiException) -> Attempt:
    status = int(error.status or 0)
    message = _message_of(error.body)
    why = f"{status} {message}".strip()
    if status == 409:
        return Attempt(Verdict.ACCEPTED, why)
    if status == 429:
        monthly = "monthly limit" in message.lower()
        return Attempt(Verdict.MONTHLY_LIMIT if monthly else Verdict.BUSY, why)
    if 400 <= status < 500:
        return Attempt(Verdict.REFUSED, why)
    return Attempt(Verdict.UNSURE, why)


def _message_of(body: object) -> str:
    """The answer's ``message``, never its details: those may quote what was sent."""
    try:
        answer = json.loads(body) if isinstance(body, str | bytes) else None
    except ValueError:
        return ""
    message = answer.get("message") if isinstance(answer, dict) else None
    return message[:120] if isinstance(message, str) else ""
