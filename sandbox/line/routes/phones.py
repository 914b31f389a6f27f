"""The phone screens' own routes: state, live updates, and what the citizen does."""

import asyncio
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.line.citizens import Citizen
from sandbox.line.errors import LineRefusal, PhoneRefusal
from sandbox.line.phone import Outcome, Phone
from sandbox.line.platform import Platform
from sandbox.line.routes.guard import parse_json, read_body

_MOST_BYTES = 8_000_000


async def json_object(request: Request) -> dict[str, Any]:
    """The request's JSON object, ``{}`` for an empty body; raises `PhoneRefusal`."""
    try:
        raw = await read_body(request, _MOST_BYTES)
        value = parse_json(raw) if raw else {}
    except LineRefusal as refusal:
        raise PhoneRefusal(refusal.message) from None
    if not isinstance(value, dict):
        raise PhoneRefusal("JSONのオブジェクトを送ってください")
    return value


def text_of(body: dict[str, Any], name: str) -> str:
    """The string ``name`` of a JSON body; raises `PhoneRefusal` when it is none."""
    value = body.get(name)
    if not isinstance(value, str):
        raise PhoneRefusal(f"{name}に文字列を指定してください")
    return value


def path_of(body: dict[str, Any]) -> list[str | int]:
    """The control's path of a tap; raises `PhoneRefusal`."""
    value = body.get("path")
    if not isinstance(value, list) or not all(isinstance(part, str | int) for part in value):
        raise PhoneRefusal("pathに配列を指定してください")
    return value


def picked_of(body: dict[str, Any]) -> str | None:
    """What was picked in a date picker, if anything."""
    return None if body.get("value") is None else text_of(body, "value")


class PhoneRoutes:
    """Serves the phones of one platform."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def routes(self) -> list[BaseRoute]:
        """All routes under ``/phone/{name}`` but the page itself, and the rich menus' pictures."""
        return [
            Route("/phone/{name}/state", self._state),
            WebSocketRoute("/phone/{name}/live", self._live),
            Route("/phone/{name}/do", self._do, methods=["POST"]),
            Route("/phone-media/richmenu/{menu_id}", self._picture),
        ]

    async def _state(self, request: Request) -> Response:
        try:
            citizen = self._platform.citizen(request.path_params["name"])
        except PhoneRefusal as refusal:
            return JSONResponse({"error": str(refusal)}, 404)
        return JSONResponse(self._whole(citizen), headers={"Cache-Control": "no-store"})

    def _whole(self, citizen: Citizen) -> dict[str, Any]:
        entries = [entry.as_json() for entry in self._platform.chat(citizen).entries]
        return {"kind": "whole", "state": self._platform.phone_state(citizen), "entries": entries}

    async def _live(self, socket: WebSocket) -> None:
        """Send the whole phone first, then every update, until the screen goes away."""
        await socket.accept()
        name = socket.path_params["name"]
        try:
            citizen = self._platform.citizen(name)
        except PhoneRefusal:
            await socket.close(4404)
            return
        with self._platform.chat(citizen).watch() as queue:
            sending = asyncio.create_task(self._send_updates(socket, name, queue))
            try:
                while True:
                    await socket.receive_text()
            except WebSocketDisconnect:
                pass
            finally:
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)

    async def _send_updates(self, socket: WebSocket, name: str, queue: asyncio.Queue[dict[str, Any]]) -> None:
        update: dict[str, Any] = {"kind": "resync"}
        while True:
            if update["kind"] == "resync":
                update = self._whole(self._platform.citizen(name))
            await socket.send_text(json.dumps(update, ensure_ascii=False))
            update = await queue.get()

    async def _do(self, request: Request) -> Response:
        """``{"do": "follow"|"block"|"send"|"tap"|"tapMenu"|"liff"|"read", ...}``; answers what to show."""
        try:
            citizen = self._platform.citizen(request.path_params["name"])
            outcome = self._act(citizen, await json_object(request))
        except PhoneRefusal as refusal:
            return JSONResponse({"error": str(refusal)}, 400)
        return JSONResponse(outcome.show)

    def _act(self, citizen: Citizen, body: dict[str, Any]) -> Outcome:
        phone, wanted = Phone(self._platform, citizen), body.get("do")
        if wanted == "follow":
            return phone.follow()
        if wanted == "block":
            return phone.block()
        if wanted == "send":
            return phone.write(text_of(body, "text"))
        if wanted == "liff":
            return phone.open_liff(text_of(body, "id"), text_of(body, "rest"))
        if wanted == "read":
            self._platform.chat(citizen).mark_read()
            return Outcome()
        return _tap(phone, body)

    async def _picture(self, request: Request) -> Response:
        menu = self._platform.menus.menus.get(request.path_params["menu_id"])
        if menu is None or not menu.picture:
            return Response(status_code=404)
        return Response(menu.picture, media_type=menu.media_type)


def _tap(phone: Phone, body: dict[str, Any]) -> Outcome:
    if body.get("do") == "tap":
        return phone.tap(text_of(body, "entry"), path_of(body), picked_of(body))
    area = body.get("area")
    if body.get("do") != "tapMenu" or not isinstance(area, int):
        raise PhoneRefusal("できない操作です")
    return phone.tap_menu(text_of(body, "menu"), area, picked_of(body))
