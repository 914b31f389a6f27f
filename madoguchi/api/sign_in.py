"""``/staff/login`` and what follows it: plain forms, so that they work without any script."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup
from sqlalchemy.exc import OperationalError
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from .. import knocks, qr
from ..domain.errors import Refusal
from ..domain.sign_in import Stage
from ..services import own_account, running, second_steps, sessions, staff_accounts
from ..services.sessions import Standing
from ..services.staff_accounts import Browser
from ..settings import Settings
from ..staff_menu import LOCK
from ..texts import refusal_text
from . import forms
from .browsers import name_of
from .staff_pages import COOKIE, LOGIN, NO_STORE, foreign, see_other

__all__ = ["COOKIE", "routes", "same_origin"]

HOME: Final = "/staff"
DEVICE: Final = "madoguchi_device"
_DEVICE_SECONDS: Final = 180 * 24 * 3600
_AT_ONCE: Final = 2
"""Each check takes a core and 64 MiB for a moment; more at once would starve the services' threads."""
_STATUS: Final = {"sign_in_wrong": 401, "sign_in_locked": 429, "sign_in_throttled": 429, "busy": 503}
_SENTENCE: Final = "ログイン名とパスワードを入力してください。"
_TITLES: Final = {
    Stage.LOCKED: "ロック中",
    Stage.CODE: "認証アプリのコード",
    Stage.PASSWORD: "新しいパスワード",
    Stage.ENROL: "認証アプリの登録",
}

_WRONG: Final = frozenset({"sign_in_wrong", "sign_in_locked", "sign_in_throttled"})
_OWN_PAGE: Final = re.compile(r"/staff(/[a-z0-9-]+)*")

Endpoint = Callable[[Request], Awaitable[Response]]

same_origin = forms.same_origin

_log = logging.getLogger(__name__)
_checking = asyncio.Semaphore(_AT_ONCE)


def routes() -> list[BaseRoute]:
    """The form, the steps that may follow it, locking, and the way out."""
    posts = {LOGIN: submit, f"{LOGIN}/step": step, LOCK: lock, "/staff/logout": leave}
    return [
        Route(LOGIN, _answering(show), methods=["GET"]),
        *(Route(path, _answering(_own(endpoint)), methods=["POST"]) for path, endpoint in posts.items()),
    ]


def _answering(endpoint: Endpoint) -> Endpoint:
    """`endpoint`, with the form and a sentence while the database does not answer."""

    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except OperationalError as error:
            _log.warning("%s %s: %s", request.method, request.url.path, type(error).__name__)
            next_page = _own_page(request.query_params.get("next", ""))
            return _page(next_page=next_page, error=refusal_text("ja", Refusal("busy")), status=503)

    return answered


def _own(endpoint: Endpoint) -> Endpoint:
    """`endpoint`, for forms of our own pages only."""

    async def answered(request: Request) -> Response:
        return await endpoint(request) if same_origin(request, running.office().settings) else foreign()

    return answered


async def show(request: Request) -> Response:
    """The empty form, or the step where this browser's sign-in stands; who is signed in goes on."""
    next_page = _own_page(request.query_params.get("next", ""))
    found = await _standing(request)
    if found is not None and found.stage is Stage.OPEN:
        return see_other(next_page)
    if found is not None and "out" not in request.query_params:
        return await _step_page(found, next_page)
    notice = "ログアウトしました。" if "out" in request.query_params else ""
    return _page(next_page=next_page, notice=notice)


async def submit(request: Request) -> Response:
    """Sign in, or show the form again with what is wrong and the login name as it was typed."""
    office = running.office()
    fields = await _fields(request)
    login, password = fields.get("login", ""), fields.get("password", "")
    next_page = _own_page(fields.get("next", ""))
    if not login.strip() or not password:
        return _page(next_page=next_page, login=login, error=_SENTENCE, status=422)
    browser, address = _browser(request), forms.address(request, office.settings)
    try:
        async with _checking:
            token = await running.in_thread(staff_accounts.sign_in, office, login, password, address, browser)
    except (Refusal, OperationalError) as reason:
        refusal = reason if isinstance(reason, Refusal) else Refusal("busy")
        if refusal.code in _WRONG:
            knocks.refused("sign-in", forms.client(request, office.settings))
        status = _STATUS.get(refusal.code, 401)
        return _page(next_page=next_page, login=login, error=refusal_text("ja", refusal), status=status)
    former = request.cookies.get(COOKIE, "")
    if former:
        await running.in_thread(sessions.sign_out, office, former)
    return await _go_on(token, browser, next_page)


async def step(request: Request) -> Response:
    """What the sign-in asks for after the password, or for a locked page: one form each."""
    office, fields = running.office(), await _fields(request)
    next_page = _own_page(fields.get("next", ""))
    found = await _standing(request)
    if found is None or found.stage is Stage.OPEN:
        return see_other(LOGIN if found is None else next_page)
    token, browser = request.cookies.get(COOKIE, ""), _browser(request)
    address = forms.address(request, office.settings)
    try:
        if found.stage is Stage.ENROL:
            given = (fields.get("salt", ""), fields.get("code", ""))
            fresh, codes = await running.in_thread(
                second_steps.enrol, office, token, *given, address, browser
            )
            return _signed(_codes_page(codes, next_page), fresh, browser)
        async with _checking:
            fresh = await running.in_thread(_stepped, found.stage, token, fields, address, browser)
    except Refusal as refusal:
        if refusal.code == "sign_in_over" or await _standing(request) is None:
            error = refusal_text("ja", Refusal("sign_in_over"))
            return _page(next_page=next_page, login=found.login, error=error, status=401)
        status = _STATUS.get(refusal.code, 422)
        return await _step_page(found, next_page, refusal_text("ja", refusal), status, fields.get("salt", ""))
    return await _go_on(fresh, browser, next_page)


def _stepped(stage: Stage, token: str, fields: dict[str, str], address: str, browser: Browser) -> str:
    office = running.office()
    if stage is Stage.LOCKED:
        return second_steps.unlock(office, token, fields.get("password", ""), address, browser)
    if stage is Stage.CODE:
        return second_steps.enter_code(office, token, fields.get("code", ""), address, browser)
    if fields.get("password", "") != fields.get("again", ""):
        raise Refusal("password_twice")
    return second_steps.choose_password(office, token, fields.get("password", ""), address, browser)


async def lock(request: Request) -> Response:
    """Have the password asked for; afterwards the page goes on where it was left."""
    token = request.cookies.get(COOKIE, "")
    if token:
        await running.in_thread(sessions.lock, running.office(), token)
    left = request.headers.get("referer", "").removeprefix(running.office().settings.public_url)
    next_page = _own_page(left)
    return see_other(LOGIN if next_page == HOME else f"{LOGIN}?next={next_page}")


async def leave(request: Request) -> Response:
    """End the session and forget the cookie."""
    token = request.cookies.get(COOKIE, "")
    if token:
        await running.in_thread(sessions.sign_out, running.office(), token)
    response = see_other(f"{LOGIN}?out=1")
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
    return response


async def _standing(request: Request) -> Standing | None:
    token = request.cookies.get(COOKIE, "")
    return await running.in_thread(sessions.standing, running.office(), token) if token else None


async def _go_on(token: str, browser: Browser, next_page: str) -> Response:
    """To the page that was asked for, or to the next step before it."""
    found = await running.in_thread(sessions.standing, running.office(), token)
    whole = found is not None and found.stage is Stage.OPEN
    return _signed(see_other(next_page if whole else f"{LOGIN}?next={next_page}"), token, browser)


def _signed(response: Response, token: str, browser: Browser) -> Response:
    """`response` with the session's cookie, and the browser's own."""
    settings = running.office().settings
    for name, value, seconds in (
        (COOKIE, token, settings.staff_hours * 3600),
        (DEVICE, browser.device, _DEVICE_SECONDS),
    ):
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path="/",
            httponly=True,
            samesite="lax",
            secure=settings.public_url.startswith("https://"),
        )
    return response


def _browser(request: Request) -> Browser:
    device = request.cookies.get(DEVICE, "")
    usable = 20 <= len(device) <= 100 and device.isascii()
    return Browser(
        device if usable else secrets.token_urlsafe(32), name_of(request.headers.get("user-agent", ""))
    )


def _own_page(wanted: str) -> str:
    """Where to go after signing in: a staff page of ours, nothing else."""
    return wanted if _OWN_PAGE.fullmatch(wanted) and not wanted.startswith((LOGIN, LOCK)) else HOME


async def _fields(request: Request) -> dict[str, str]:
    """The form's fields; a body too long to be one counts as empty."""
    return {name: values[0] for name, values in (await forms.fields(request)).items()}


@lru_cache(maxsize=1)
def _templates() -> Environment:
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    return Environment(loader=loader, autoescape=select_autoescape(), trim_blocks=True)


def _page(
    *, next_page: str, login: str = "", error: str = "", notice: str = "", status: int = 200
) -> Response:
    hours = _settings().staff_hours
    values = {"next": next_page, "login": login[:64], "error": error, "notice": notice, "hours": hours}
    return _html("sign_in.html", status, **values)


async def _step_page(
    found: Standing, next_page: str, error: str = "", status: int = 200, salt: str = ""
) -> Response:
    values: dict[str, Any] = {"next": next_page, "error": error, "who": found.display_name}
    if found.stage is Stage.ENROL:
        offered = await running.in_thread(own_account.offer, running.office(), found.staff_id, salt)
        values |= {"offered": offered, "picture": _picture(offered.address)}
    title = _TITLES[found.stage]
    return _html("sign_in_step.html", status, stage=found.stage.value, title=title, **values)


def _codes_page(codes: tuple[str, ...], next_page: str) -> Response:
    return _html("recovery_codes.html", 200, codes=codes, next=next_page)


def _picture(text: str) -> Markup:
    return qr.svg(text)


def _html(template: str, status: int, **values: Any) -> Response:
    return HTMLResponse(_templates().get_template(template).render(**values), status, NO_STORE)


def _settings() -> Settings:
    return running.office().settings
