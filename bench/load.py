"""Load: clients on keep-alive connections, each asking again as soon as it is answered."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Final
from uuid import uuid4

from .http import Answer, Connection, request_bytes

Requests = Callable[[int], bytes]
"""The next request of the client with that index."""


@dataclass(frozen=True)
class Measured:
    """What a round of load brought."""

    clients: int
    seconds: float
    latencies: tuple[float, ...]
    """Sorted, in seconds."""
    errors: int
    statuses: dict[int, int]
    generator_cpu: float
    """Processor seconds of the process that made the load."""

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, percent: float) -> float:
        """The latency in seconds that `percent` of the answers kept."""
        return percentile(self.latencies, percent)


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The value that `percent` of the `ordered` values keep; NaN of none."""
    if not ordered:
        return float("nan")
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


async def keep_asking(port: int, clients: int, seconds: float, requests: Requests, expected: int) -> Measured:
    """Ask with `clients` connections for `seconds`; any other status than `expected` is an error."""
    connections = [await Connection.open(port) for _ in range(clients)]
    answers: list[Answer] = []
    broken: Counter[str] = Counter()
    cpu, begun = time.process_time(), time.perf_counter()

    async def client(index: int, connection: Connection) -> None:
        try:
            while time.perf_counter() - begun < seconds:
                answers.append(await connection.ask(requests(index)))
        except ConnectionError as error:
            broken[type(error).__name__] += 1

    await asyncio.gather(*(client(index, one) for index, one in enumerate(connections)))
    ended, cpu_ended = time.perf_counter(), time.process_time()
    for one in connections:
        one.close()
    return measured(clients, ended - begun, answers, expected, broken.total(), cpu_ended - cpu)


async def ask_all(port: int, clients: int, requests: Sequence[bytes]) -> tuple[list[Answer], float]:
    """Send every request once, spread over `clients` connections; the answers in their order, seconds.

    A request whose connection breaks has no answer, and the others are left to the other connections.
    """
    connections = [await Connection.open(port) for _ in range(clients)]
    answers: list[Answer | None] = [None] * len(requests)
    numbers = iter(range(len(requests)))
    begun = time.perf_counter()

    async def client(connection: Connection) -> None:
        with suppress(ConnectionError):
            for number in numbers:
                answers[number] = await connection.ask(requests[number])

    await asyncio.gather(*(client(one) for one in connections))
    seconds = time.perf_counter() - begun
    for one in connections:
        one.close()
    return [answer for answer in answers if answer is not None], seconds


def measured(
    clients: int, seconds: float, answers: Sequence[Answer], expected: int, broken: int, cpu: float
) -> Measured:
    """Sum up a round."""
    statuses = Counter(answer.status for answer in answers)
    good = sorted(answer.seconds for answer in answers if answer.status == expected)
    errors = broken + len(answers) - len(good)
    return Measured(clients, seconds, tuple(good), errors, dict(statuses), cpu)


def issue_request(token: str, service: str, key: str) -> bytes:
    """A terminal's request for a number."""
    body = json.dumps({"service": service, "language": "ja"}).encode()
    headers = {
        "authorization": f"Bearer {token}",
        "content-type": "application/json",
        "idempotency-key": key,
    }
    return request_bytes("POST", "/api/v1/terminal/tickets", headers, body)


def healthz_request() -> bytes:
    """The no-op route."""
    return request_bytes("GET", "/healthz", {})


_message_ids: Final = count(1)


def message_event(user_id: str, text: str) -> dict[str, object]:
    """A citizen's text message, as LINE's webhook tells it."""
    number = next(_message_ids)
    return {
        "type": "message",
        "mode": "active",
        "webhookEventId": f"01{uuid4().hex[:24].upper()}",
        "timestamp": int(time.time() * 1000),
        "source": {"type": "user", "userId": user_id},
        "replyToken": uuid4().hex,
        "deliveryContext": {"isRedelivery": False},
        "message": {"id": str(number), "type": "text", "quoteToken": "q", "text": text},
    }


def webhook_request(secret: str, events: Sequence[dict[str, object]]) -> bytes:
    """LINE's signed delivery of `events`."""
    body = json.dumps({"destination": "U" + "0" * 32, "events": list(events)}, ensure_ascii=False).encode()
    signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    headers = {"x-line-signature": signature, "content-type": "application/json; charset=utf-8"}
    return request_bytes("POST", "/line/webhook", headers, body)
