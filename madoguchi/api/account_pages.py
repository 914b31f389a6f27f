"""``/staff/account`` (自分のアカウント): own sessions, password, authenticator and recovery codes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import BaseRoute

from .. import qr
from ..domain.errors import Refusal
from ..services import own_account, running, sessions
from ..staff_menu import ACCOUNT
from ..texts import refusal_text
from .staff_pages import Asked, Page, page, route, see_other

_SAID: Final = {
    "password": "パスワードを変えました。ほかの場所のログインは取り消しました。",
    "end": "ログインを取り消しました。",
    "drop": "認証アプリを外しました。",
}


def routes() -> list[BaseRoute]:
    """The page and its forms, for every role."""
    posts = {"end": end, "password": password, "totp": offer, "enrol": enrol, "drop": drop, "codes": codes}
    return [
        route(ACCOUNT, show),
        *(route(f"{ACCOUNT}/{name}", _told(act), method="POST") for name, act in posts.items()),
    ]


def _told(act: Page) -> Page:
    """`act`, with the page and a sentence where it is refused."""

    async def told(asked: Asked) -> Response:
        try:
            return await act(asked)
        except Refusal as refusal:
            salt = asked.text("salt")
            offered = await _offered(asked, salt) if salt else None
            return await _page(asked, error=refusal_text("ja", refusal), status=422, offered=offered)

    return told


async def show(asked: Asked) -> Response:
    """Own sessions and what keeps the account safe."""
    return await _page(asked, said=_SAID.get(asked.request.query_params.get("done", ""), ""))


async def end(asked: Asked) -> Response:
    """End another session of one's own, or all others."""
    handle = asked.text("session")
    await running.in_thread(sessions.end_own, running.office(), asked.actor, asked.token, handle)
    return _done("end")


async def password(asked: Asked) -> Response:
    """Another password."""
    if asked.text("password") != asked.text("again"):
        raise Refusal("password_twice")
    given = (asked.text("former"), asked.text("password"))
    await running.in_thread(own_account.change_password, running.office(), asked.actor, asked.token, *given)
    return _done("password")


async def offer(asked: Asked) -> Response:
    """Show a new authenticator's QR code; it counts once it has shown a code."""
    return await _page(asked, offered=await _offered(asked))


async def enrol(asked: Asked) -> Response:
    """Take the authenticator, and show the recovery codes once."""
    given = (asked.text("former"), asked.text("salt"), asked.text("code"))
    made = await running.in_thread(own_account.enrol, running.office(), asked.actor, *given)
    return await _page(asked, codes=made)


async def drop(asked: Asked) -> Response:
    """Do without an authenticator."""
    await running.in_thread(own_account.drop_totp, running.office(), asked.actor, asked.text("former"))
    return _done("drop")


async def codes(asked: Asked) -> Response:
    """New recovery codes, shown once."""
    given = asked.text("former")
    made = await running.in_thread(own_account.new_codes, running.office(), asked.actor, given)
    return await _page(asked, codes=made)


async def _offered(asked: Asked, salt: str = "") -> dict[str, Any]:
    found = await running.in_thread(own_account.offer, running.office(), asked.actor.staff_id, salt)
    return {"salt": found.salt, "spelled": found.spelled, "picture": qr.svg(found.address)}


async def _page(
    asked: Asked,
    *,
    said: str = "",
    error: str = "",
    status: int = 200,
    offered: dict[str, Any] | None = None,
    codes: tuple[str, ...] = (),
) -> Response:
    office = running.office()
    own = await running.in_thread(own_account.own, office, asked.actor)
    mine = await running.in_thread(sessions.of_staff, office, asked.actor, asked.token)
    values = {"said": said, "error": error, "offered": offered, "codes": codes}
    return page("account.html", asked.actor, ACCOUNT, status, own=own, sessions=mine, time=_time, **values)


def _done(what: str) -> Response:
    return see_other(f"{ACCOUNT}?done={what}")


def _time(at: datetime) -> str:
    local = at.astimezone(running.office().settings.zone)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
