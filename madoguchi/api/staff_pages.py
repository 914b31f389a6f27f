"""Pages of the staff side that are plain HTML with plain forms: what is secret or is recorded passes no
event socket, and works without any script."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy.exc import OperationalError
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from ..domain.errors import Refusal
from ..domain.roles import Permission, may
from ..services import running, sessions
from ..services.actors import Actor
from ..staff_menu import ACCOUNT, LOCK, ROLE_NAMES, STAFF_NAV
from ..texts import refusal_text
from . import forms

COOKIE: Final = "madoguchi_staff"
NO_STORE: Final = {"Cache-Control": "no-store"}
LOGIN: Final = "/staff/login"
_STATUS: Final = {"not_allowed": 403, "busy": 503, "unknown_staff": 404}

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asked:
    """A request of somebody who is signed in."""

    request: Request
    actor: Actor
    token: str
    fields: dict[str, list[str]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A form's field, empty when it is missing."""
        return self.fields.get(name, [""])[0]

    def number(self, name: str) -> int:
        """A form's field that holds an id, 0 when it does not."""
        return forms.whole(self.text(name))


Page = Callable[[Asked], Awaitable[Response]]


def route(path: str, page: Page, *, permission: Permission | None = None, method: str = "GET") -> Route:
    """One address for those who are signed in and, where one is named, have the permission."""

    async def answered(request: Request) -> Response:
        try:
            return await _answer(request, page, permission)
        except OperationalError as error:
            _log.warning("%s %s: %s", request.method, request.url.path, type(error).__name__)
            return _sorry(None, path, Refusal("busy"))

    return Route(path, answered, methods=[method])


async def _answer(request: Request, page: Page, permission: Permission | None) -> Response:
    office = running.office()
    token = request.cookies.get(COOKIE, "")
    posted = request.method == "POST"
    if posted and not forms.same_origin(request, office.settings):
        return foreign()
    actor = await running.in_thread(sessions.actor_of, office, token)
    if actor is None:
        return see_other(LOGIN)
    try:
        if permission is not None:
            actor.require(permission)
        fields = await forms.fields(request) if posted else {}
        return await page(Asked(request, actor, token, fields))
    except Refusal as refusal:
        return _sorry(actor, request.url.path, refusal)


def page(template: str, actor: Actor | None, current: str, status: int = 200, **values: Any) -> Response:
    """The page in the staff side's frame."""
    menu = [
        item
        for item in STAFF_NAV
        if actor is not None and (item.permission is None or may(actor.role, item.permission))
    ]
    html = (
        _templates()
        .get_template(template)
        .render(
            menu=menu,
            current=current,
            actor=actor,
            role=ROLE_NAMES[actor.role.value] if actor else "",
            roles=ROLE_NAMES,
            account=ACCOUNT,
            lock=LOCK,
            **values,
        )
    )
    return HTMLResponse(html, status, NO_STORE)


def see_other(path: str) -> Response:
    """Lead on after a form was worked, so that a reload does not send it again."""
    return RedirectResponse(path, 303, NO_STORE)


def foreign() -> Response:
    """What a form on another site's page gets."""
    text = "ほかのサイトから送られたため受け付けませんでした。ログイン画面を開き直してください。\n"
    return PlainTextResponse(text, 403, NO_STORE)


def _sorry(actor: Actor | None, path: str, refusal: Refusal) -> Response:
    sentence = refusal_text("ja", refusal)
    return page("staff_sorry.html", actor, path, _STATUS.get(refusal.code, 400), sentence=sentence)


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
