"""The control API's hands on the webhook: where it goes, batches, duplicates, wrong order, forgeries."""

import copy
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.line.errors import PhoneRefusal
from sandbox.line.events import Event
from sandbox.line.phone import Phone
from sandbox.line.platform import Platform
from sandbox.line.routes.control import answered
from sandbox.line.routes.phones import json_object, text_of
from sandbox.line.webhook import Delivery, Signing

Json = dict[str, Any]

_MOST_EVENTS = 5000


class TrafficRoutes:
    """Serves ``/control/webhook``, ``/events``, ``/deliver``, ``/redeliver`` and ``/deliveries``."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def routes(self) -> list[Route]:
        """All routes; every answer is JSON, a wrong request 400 with ``error``."""
        return [
            _post("/control/webhook", self._configure),
            _post("/control/events", self._events),
            _post("/control/deliver", self._deliver),
            _post("/control/redeliver", self._redeliver),
            Route("/control/deliveries", self._deliveries),
        ]

    async def _configure(self, given: Json) -> object:
        """``{"url"?, "redelivery"?, "delays"?: [seconds], "timeout"?: seconds}``."""
        sender = self._platform.webhook
        if "url" in given:
            sender.url = text_of(given, "url")
        sender.redelivery = bool(given.get("redelivery", sender.redelivery))
        sender.delays = tuple(float(wait) for wait in given.get("delays", sender.delays))
        sender.timeout = float(given.get("timeout", sender.timeout))
        return {
            "url": sender.url,
            "redelivery": sender.redelivery,
            "delays": sender.delays,
            "timeout": sender.timeout,
        }

    async def _events(self, given: Json) -> object:
        """``{"events": [spec], "batch"?: true, "order"?: [numbers], "copies"?: 1}``.

        A spec is ``{"user", "text" | "postback" | "type" | "follow" | "unfollow", "extra"?}`` or ``{"raw"}``.
        ``batch`` puts all into one body, otherwise each goes in its own, all at once. ``order`` names the
        events by number in the order to send. ``copies`` sends the same bodies that many times.
        """
        specs = given.get("events")
        if not isinstance(specs, list) or len(specs) > _MOST_EVENTS:
            raise PhoneRefusal(f"eventsに{_MOST_EVENTS}件までの配列を指定してください")
        made = [self._event(spec) for spec in specs]
        ordered = [made[number] for number in given.get("order", range(len(made)))]
        bodies = [ordered] if given.get("batch", True) else [[event] for event in ordered]
        tasks = [
            self._platform.webhook.send(copy.deepcopy(body))
            for _ in range(int(given.get("copies", 1)))
            for body in bodies
        ]
        if not given.get("wait", True):
            return {"deliveries": len(tasks)}
        return _told([await task for task in tasks])

    def _event(self, spec: object) -> Event:
        if not isinstance(spec, dict):
            raise PhoneRefusal("イベントはオブジェクトで指定してください")
        if "raw" in spec:
            return dict(spec["raw"])
        event = self._made(spec)
        event.update(spec.get("extra", {}))
        return event

    def _made(self, spec: Json) -> Event:
        citizen, events = self._platform.citizen(text_of(spec, "user")), self._platform.events
        if "text" in spec:
            return Phone(self._platform, citizen).text_event(text_of(spec, "text"))
        if "postback" in spec:
            return events.postback(citizen, text_of(spec, "postback"), spec.get("params"))
        if spec.get("follow"):
            citizen.friend, citizen.blocked = True, False
            return events.follow(citizen, unblocked=False)
        if spec.get("unfollow"):
            citizen.blocked = True
            return events.unfollow(citizen)
        return events.bare(citizen, text_of(spec, "type"))

    async def _deliver(self, given: Json) -> object:
        """``{"body": text, "signature"?: "valid"|"forged"|"missing"}``, or with ``events`` as they are."""
        signing: Signing = given.get("signature", "valid")
        if signing not in get_args(Signing):
            raise PhoneRefusal("signatureは valid, forged, missing のどれかです")
        sender = self._platform.webhook
        body = text_of(given, "body").encode() if "body" in given else sender.encode(given.get("events", []))
        return _told([await sender.send_bytes(body, signing)])

    async def _redeliver(self, given: Json) -> object:
        """``{"eventId"}``: the same body as before with ``isRedelivery`` true."""
        return _told([await self._platform.webhook.redeliver(text_of(given, "eventId"))])

    async def _deliveries(self, _request: Request) -> Response:
        async def log() -> object:
            return _told(self._platform.webhook.log)

        return await answered(log())


def _told(deliveries: Any) -> Json:
    each: Sequence[Delivery] = list(deliveries)
    return {"deliveries": [delivery.as_json() for delivery in each]}


def _post(path: str, action: Callable[[Json], Awaitable[object]]) -> Route:
    async def answer(request: Request) -> Response:
        async def act() -> object:
            return await action(await json_object(request))

        return await answered(act())

    return Route(path, answer, methods=["POST"])
