"""The control API: a trial's hands on the citizens, and its eyes on what the account sent."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.line import idtokens
from sandbox.line.chat import Entry
from sandbox.line.citizens import Citizen
from sandbox.line.controls import controls_in, is_quick_reply
from sandbox.line.errors import PhoneRefusal
from sandbox.line.faults import KINDS, Fault
from sandbox.line.phone import Outcome, Phone
from sandbox.line.platform import Platform
from sandbox.line.routes.phones import json_object, picked_of, text_of

Json = dict[str, Any]
Action = Callable[[Json], Awaitable[object]]
PersonAction = Callable[[Citizen, Json], Awaitable[object]]

_LONGEST_WAIT = 30.0


class ControlRoutes:
    """Serves ``/control/…`` for one platform."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def routes(self) -> list[Route]:
        """All routes; every answer is JSON, a wrong request 400 with ``error``."""
        return [
            self._route("GET", "/state", self._state),
            self._route("POST", "/reset", self._reset),
            self._route("GET", "/users", self._users),
            self._route("POST", "/users", self._create),
            self._route("GET", "/sent", self._sent),
            self._route("GET", "/messages", self._all_messages),
            self._route("GET", "/calls", self._calls),
            self._route("POST", "/clock", self._advance),
            self._route("POST", "/quota", self._set_quota),
            self._route("GET", "/faults", self._faults),
            self._route("POST", "/faults", self._order_fault),
            self._route("DELETE", "/faults", self._clear_faults),
            self._person("GET", "", self._user),
            self._person("POST", "/follow", self._follow),
            self._person("POST", "/block", self._block),
            self._person("POST", "/unblock", self._follow),
            self._person("POST", "/text", self._text),
            self._person("POST", "/tap", self._tap),
            self._person("POST", "/menu-tap", self._menu_tap),
            self._person("POST", "/id-token", self._id_token),
            self._person("GET", "/messages", self._messages),
            self._person("GET", "/controls", self._controls),
        ]

    def _route(self, method: str, path: str, action: Action) -> Route:
        async def answer(request: Request) -> Response:
            return await answered(self._given(request, action))

        return Route(f"/control{path}", answer, methods=[method])

    def _person(self, method: str, path: str, action: PersonAction) -> Route:
        async def answer(request: Request) -> Response:
            async def act(body: Json) -> object:
                return await action(self._platform.citizen(request.path_params["name"]), body)

            return await answered(self._given(request, act))

        return Route(f"/control/users/{{name}}{path}", answer, methods=[method])

    async def _given(self, request: Request, action: Action) -> object:
        """Run ``action`` with the JSON body, or for a GET with the query."""
        given = dict(request.query_params) if request.method == "GET" else await json_object(request)
        return await action(given)

    async def _state(self, _given: Json) -> object:
        platform = self._platform
        return {
            "now": platform.clock.now(),
            "webhookUrl": platform.webhook.url,
            "botUserId": platform.bot_user_id,
            "basicId": platform.settings.basic_id,
            "users": [_person_json(citizen) for citizen in platform.citizens],
            "faults": platform.faults.as_json(),
        }

    async def _reset(self, given: Json) -> object:
        """``{"keepMenus"?: true}``: the account's rich menus stay."""
        self._platform.reset(keep_menus=bool(given.get("keepMenus", False)))
        return {}

    async def _users(self, _given: Json) -> object:
        return {"users": [_person_json(citizen) for citizen in self._platform.citizens]}

    async def _create(self, given: Json) -> object:
        """``{"name", "displayName"?, "language"?}``, or with ``count`` that many, numbered."""
        name, count = text_of(given, "name"), given.get("count")
        if count is not None and (not isinstance(count, int) or not 1 <= count <= 10_000):
            raise PhoneRefusal("countは1から10000までです")
        names = [name] if count is None else [f"{name}{number}" for number in range(1, count + 1)]
        made = [
            Citizen(each, str(given.get("displayName", each)), str(given.get("language", "ja")))
            for each in names
        ]
        for citizen in made:
            self._platform.add(citizen)
        return {"users": [_person_json(citizen) for citizen in made]}

    async def _sent(self, _given: Json) -> object:
        names = ("reply", "push", "multicast", "delivered", "undelivered", "profile")
        counts = {name: self._platform.counts[name] for name in names}
        return {**counts, "consumption": self._platform.quota.used}

    async def _all_messages(self, _given: Json) -> object:
        """What reached each citizen, oldest first."""
        platform = self._platform
        return {
            citizen.name: [
                each.as_json() for each in platform.chat(citizen).entries if each.side == "account"
            ]
            for citizen in platform.citizens
        }

    async def _calls(self, _given: Json) -> object:
        return {"calls": [asdict(call) for call in self._platform.calls]}

    async def _advance(self, given: Json) -> object:
        seconds = given.get("advanceSeconds")
        if not isinstance(seconds, int | float) or seconds < 0:
            raise PhoneRefusal("advanceSecondsに0以上の数を指定してください")
        self._platform.clock.advance(seconds)
        return {"now": self._platform.clock.now()}

    async def _set_quota(self, given: Json) -> object:
        """``{"limit"?: 200, "used"?: 190}``; limit ``null``: a plan without one. What is left out stays."""
        quota = self._platform.quota
        limit, used = given.get("limit", quota.limit), given.get("used", quota.used)
        if limit is not None and not _is_count(limit):
            raise PhoneRefusal("limitに0以上の整数かnullを指定してください")
        if not _is_count(used):
            raise PhoneRefusal("usedに0以上の整数を指定してください")
        quota.limit, quota.used = limit, used
        return {"limit": limit, "used": used}

    async def _faults(self, _given: Json) -> object:
        return {"faults": self._platform.faults.as_json()}

    async def _order_fault(self, given: Json) -> object:
        """``{"kind", "endpoint"?, "times"?, "seconds"?}``."""
        self._platform.faults.order(_fault(given))
        return {"faults": self._platform.faults.as_json()}

    async def _clear_faults(self, _given: Json) -> object:
        self._platform.faults.clear()
        return {"faults": []}

    async def _user(self, citizen: Citizen, _given: Json) -> object:
        return {**_person_json(citizen), **self._platform.phone_state(citizen)}

    async def _follow(self, citizen: Citizen, given: Json) -> object:
        return await _told(self._phone(citizen).follow(), given)

    async def _block(self, citizen: Citizen, given: Json) -> object:
        return await _told(self._phone(citizen).block(), given)

    async def _text(self, citizen: Citizen, given: Json) -> object:
        return await _told(self._phone(citizen).write(text_of(given, "text")), given)

    async def _tap(self, citizen: Citizen, given: Json) -> object:
        """``{"label", "value"?}``: the newest delivered control with that label."""
        label, chat = text_of(given, "label"), self._platform.chat(citizen)
        for entry in reversed(chat.entries):
            for path, action in _open_controls(entry, chat.quick_reply_entry):
                if action.get("label") == label:
                    return await _told(self._phone(citizen).tap(entry.id, path, picked_of(given)), given)
        raise PhoneRefusal(f"「{label}」というボタンは届いていません")

    async def _menu_tap(self, citizen: Citizen, given: Json) -> object:
        """``{"label"}`` or ``{"area": number}``: an area of the rich menu on the screen."""
        menu = self._platform.phone_state(citizen)["menu"]
        labels = [area["label"] for area in menu["areas"]] if menu else []
        area = given.get("area")
        if area is None and given.get("label") in labels:
            area = labels.index(given["label"])
        if menu is None or not isinstance(area, int):
            raise PhoneRefusal(f"そのメニューは表示されていません: {labels}")
        return await _told(self._phone(citizen).tap_menu(menu["id"], area, picked_of(given)), given)

    async def _id_token(self, citizen: Citizen, given: Json) -> object:
        settings = self._platform.settings
        nonce = str(given.get("nonce", ""))
        now = self._platform.clock.now()
        secret = settings.channel_secret
        return {"idToken": idtokens.issue(citizen, settings.login_channel_id, secret, now, nonce)}

    async def _messages(self, citizen: Citizen, given: Json) -> object:
        """``?after=<message id>&wait=<seconds>&side=account``: waits until there is something to tell."""
        wait = min(float(given.get("wait", 0)), _LONGEST_WAIT)
        chat = self._platform.chat(citizen)
        with chat.watch() as queue:
            try:
                async with asyncio.timeout(wait):
                    while not (found := _after(chat.entries, given)):
                        await queue.get()
            except TimeoutError:
                found = []
        return {"messages": found}

    async def _controls(self, citizen: Citizen, _given: Json) -> object:
        chat = self._platform.chat(citizen)
        return {
            "controls": [
                {"entry": entry.id, "path": path, "action": action}
                for entry in chat.entries
                for path, action in _open_controls(entry, chat.quick_reply_entry)
            ]
        }

    def _phone(self, citizen: Citizen) -> Phone:
        return Phone(self._platform, citizen)


async def answered(work: Awaitable[object]) -> Response:
    """The JSON answer of ``work``, or 400 with its refusal."""
    try:
        return JSONResponse(await work)
    except (PhoneRefusal, ValueError) as refusal:
        return JSONResponse({"error": str(refusal)}, 400)


async def _told(outcome: Outcome, given: Json) -> Json:
    """What the phone shows, and the webhook delivery: its end, or with ``wait: false`` its start."""
    told: Json = {"show": outcome.show}
    if outcome.delivery and given.get("wait", True):
        told["delivery"] = (await outcome.delivery).as_json()
    return told


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


def _fault(given: Json) -> Fault:
    if given.get("kind") not in KINDS:
        raise PhoneRefusal(f"kindは {', '.join(KINDS)} のどれかです")
    try:
        fault = Fault(**given)
    except TypeError:
        raise PhoneRefusal("kind, endpoint, times, seconds だけを指定してください") from None
    if not isinstance(fault.times, int) or not isinstance(fault.seconds, int | float) or fault.seconds < 0:
        raise PhoneRefusal("timesに整数、secondsに0以上の数を指定してください")
    return fault


def _open_controls(entry: Entry, quick: Entry | None) -> list[tuple[Any, Any]]:
    if entry.side != "account":
        return []
    return [
        (path, action)
        for path, action in controls_in(entry.message)
        if entry is quick or not is_quick_reply(path)
    ]


def _after(entries: Any, given: Json) -> list[Json]:
    newest, side = int(given.get("after", 0)), given.get("side")
    return [entry.as_json() for entry in entries if int(entry.id) > newest and side in {None, "", entry.side}]


def _person_json(citizen: Citizen) -> Json:
    return {
        "name": citizen.name,
        "userId": citizen.user_id,
        "displayName": citizen.display_name,
        "language": citizen.language,
        "friend": citizen.friend,
        "blocked": citizen.blocked,
    }
