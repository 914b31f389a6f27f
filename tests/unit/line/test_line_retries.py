"""What an attempt came to, and how long to wait before the next."""

from __future__ import annotations

import aiohttp
import pytest
from linebot.v3.messaging.exceptions import ApiException

from madoguchi.line.client import Attempt, Verdict, attempt
from madoguchi.line.sender import wait_before_retry


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def refusal(status: int, body: str = "") -> ApiException:
    error = ApiException(status=status, reason="x")
    error.body = body
    return error


async def came_to(error: Exception) -> Attempt:
    async def call() -> None:
        raise error

    return await attempt(call())


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (refusal(409), Verdict.ACCEPTED),
        (refusal(400), Verdict.REFUSED),
        (refusal(401), Verdict.REFUSED),
        (refusal(403), Verdict.REFUSED),
        (refusal(404), Verdict.REFUSED),
        (refusal(413), Verdict.REFUSED),
        (refusal(429, '{"message":"The API rate limit has been exceeded."}'), Verdict.BUSY),
        (refusal(429, '{"message":"You have reached your monthly limit."}'), Verdict.MONTHLY_LIMIT),
        (refusal(429, "<html>"), Verdict.BUSY),
        (refusal(500), Verdict.UNSURE),
        (refusal(503), Verdict.UNSURE),
        (TimeoutError(), Verdict.UNSURE),
        (aiohttp.ServerDisconnectedError(), Verdict.UNSURE),
        (ConnectionResetError(), Verdict.UNSURE),
    ],
)
async def test_the_verdict_goes_by_status(error: Exception, verdict: Verdict) -> None:
    assert (await came_to(error)).verdict is verdict


@pytest.mark.anyio
async def test_the_reason_never_quotes_what_was_sent() -> None:
    body = '{"message":"The request body has 1 error(s)","details":[{"message":"ヤマダ","property":"x"}]}'
    made = await came_to(refusal(400, body))
    assert made.why == "400 The request body has 1 error(s)"


def test_waits_double_up_to_a_minute_and_are_spread() -> None:
    longest = [wait_before_retry(number, lambda: 1.0).total_seconds() for number in range(1, 10)]
    shortest = [wait_before_retry(number, lambda: 0.0).total_seconds() for number in range(1, 10)]
    assert longest[:4] == [1, 2, 4, 8]
    assert longest[-1] == 60
    assert all(short == long / 2 for short, long in zip(shortest, longest, strict=True))
    assert wait_before_retry(10_000, lambda: 1.0).total_seconds() == 60
