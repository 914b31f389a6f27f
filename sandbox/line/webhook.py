"""The webhook sender: signs exact bytes, gives two seconds, tries again a few times, keeps a log."""

import asyncio
import base64
import copy
import hashlib
import hmac
import json
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import aiohttp

from sandbox.line.errors import PhoneRefusal
from sandbox.line.events import Event
from sandbox.line.ledgers import ReplyTokens

Signing = Literal["valid", "forged", "missing"]

_KEPT_DELIVERIES = 2000
_AT_ONCE = 256


@dataclass(frozen=True)
class Attempt:
    """One POST: the status (0: no answer), LINE's reason word, and how long it took."""

    status: int
    reason: str
    milliseconds: float


@dataclass
class Delivery:
    """A webhook body on its way: the bytes as text, what it holds, and every attempt so far."""

    body: str
    event_ids: list[str]
    types: list[str]
    events: list[Event] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    done: bool = False

    @property
    def status(self) -> int:
        """The last attempt's status; 0 before any answer."""
        return self.attempts[-1].status if self.attempts else 0

    def as_json(self) -> dict[str, Any]:
        """For the control API."""
        told = {name: value for name, value in asdict(self).items() if name != "events"}
        return {**told, "status": self.status}


def signature(secret: str, body: bytes) -> str:
    """``x-line-signature`` for exactly these bytes: base64 of HMAC-SHA256."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


class WebhookSender:
    """Posts events to one URL. ``delays`` are the waits in seconds before each redelivery."""

    def __init__(self, url: str, secret: str, destination: str, reply_tokens: ReplyTokens) -> None:
        self._secret = secret
        self._destination = destination
        self._session: aiohttp.ClientSession | None = None
        self._running: set[asyncio.Task[Delivery]] = set()
        self.restart(url, reply_tokens)

    def restart(self, url: str, reply_tokens: ReplyTokens) -> None:
        """Drop redeliveries that wait, forget the log, and go back to the usual patience."""
        for task in self._running:
            task.cancel()
        self.url = url
        self.timeout = 2.0
        self.redelivery = True
        self.delays: tuple[float, ...] = (1.0, 5.0, 15.0)
        self.log: deque[Delivery] = deque(maxlen=_KEPT_DELIVERIES)
        self._reply_tokens = reply_tokens

    async def open(self) -> None:
        """Make ready to send; needs a running loop."""
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_AT_ONCE))

    async def close(self) -> None:
        """Give up what is still under way."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self._session:
            await self._session.close()

    def send(self, events: Sequence[Event]) -> asyncio.Task[Delivery]:
        """Start delivering ``events`` in one body; the task ends with the last attempt."""
        return self._start(self._deliver(list(events)))

    def redeliver(self, event_id: str) -> asyncio.Task[Delivery]:
        """Post the newest body that held ``event_id`` once more, as a redelivery; raises `PhoneRefusal`."""
        for delivery in reversed(self.log):
            if event_id in delivery.event_ids:
                return self._start(self._deliver_again(delivery.events))
        raise PhoneRefusal(f"このイベントは送っていません: {event_id}")

    def send_bytes(self, body: bytes, signing: Signing) -> asyncio.Task[Delivery]:
        """Start posting ``body`` as it is, once, without redelivery."""
        return self._start(self._deliver_bytes(body, signing))

    async def probe(self, url: str | None = None) -> Attempt:
        """Post ``events: []``, as the platform does to see whether the endpoint answers."""
        return await self._post(self.encode([]), "valid", url or self.url)

    def _start(self, work: Any) -> asyncio.Task[Delivery]:
        task: asyncio.Task[Delivery] = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _deliver(self, events: list[Event]) -> Delivery:
        body = self.encode(events)
        delivery = self._logged(body, events)
        delivery.attempts.append(await self._post(body, "valid", self.url))
        waits = self.delays if self.redelivery else ()
        for wait in waits:
            if 200 <= delivery.status < 300:
                break
            await asyncio.sleep(wait)
            body = self.encode([self._again(event) for event in events])
            delivery.attempts.append(await self._post(body, "valid", self.url))
        delivery.done = True
        return delivery

    async def _deliver_bytes(self, body: bytes, signing: Signing) -> Delivery:
        return await self._posted(self._logged(body, []), signing, body)

    async def _deliver_again(self, events: list[Event]) -> Delivery:
        again = [self._again(event) for event in events]
        return await self._posted(self._logged(self.encode(again), again), "valid")

    async def _posted(self, delivery: Delivery, signing: Signing, body: bytes | None = None) -> Delivery:
        """Post ``body``, else the logged one, once."""
        raw = delivery.body.encode() if body is None else body
        delivery.attempts.append(await self._post(raw, signing, self.url))
        delivery.done = True
        return delivery

    def _logged(self, body: bytes, events: Sequence[Event]) -> Delivery:
        delivery = Delivery(
            body.decode(errors="replace"),
            [str(event.get("webhookEventId", "")) for event in events],
            [str(event.get("type", "")) for event in events],
            list(events),
        )
        self.log.append(delivery)
        return delivery

    def _again(self, event: Event) -> Event:
        self._reply_tokens.delivered_again(str(event.get("replyToken", "")))
        redelivered = copy.deepcopy(event)
        redelivered["deliveryContext"] = {"isRedelivery": True}
        return redelivered

    def encode(self, events: Sequence[Event]) -> bytes:
        """The compact JSON body for ``events``."""
        whole = {"destination": self._destination, "events": list(events)}
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()

    async def _post(self, body: bytes, signing: Signing, url: str) -> Attempt:
        if self._session is None:
            raise RuntimeError("the sender is not open")
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "LineBotWebhook/2.0"}
        if signing != "missing":
            secret = self._secret if signing == "valid" else f"not-{self._secret}"
            headers["x-line-signature"] = signature(secret, body)
        started = time.perf_counter()
        status, reason = 0, "UNCLASSIFIED"
        try:
            limit = aiohttp.ClientTimeout(total=self.timeout)
            async with self._session.post(
                url, data=body, headers=headers, timeout=limit, allow_redirects=False
            ) as answer:
                status = answer.status
                reason = "OK" if 200 <= status < 300 else "ERROR_STATUS_CODE"
        except TimeoutError:
            reason = "REQUEST_TIMEOUT"
        except aiohttp.ClientConnectorError:
            reason = "COULD_NOT_CONNECT"
        except aiohttp.ClientError:
            reason = "UNCLASSIFIED"
        return Attempt(status, reason, round((time.perf_counter() - started) * 1000, 1))
