"""``/staff/users`` (職員): who may sign in, as what; invited, reset and shut out by an administrator."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import BaseRoute

from ..domain.errors import Refusal
from ..domain.roles import Permission
from ..services import running, staff_keeping
from ..services.actors import Actor
from ..services.office import Office
from ..services.staff_keeping import Handed
from ..texts import refusal_text
from .staff_pages import Asked, page, route, see_other

PATH: Final = "/staff/users"
_SAID: Final = {
    "role": "役割を変えました。",
    "disable": "利用を止めました。ログイン中の画面も数秒で閉じます。",
    "enable": "利用を再開しました。",
    "end": "ログインをすべて取り消しました。",
    "totp": "認証アプリを外しました。",
    "rules": "認証アプリの決まりを保存しました。",
}
Act = Callable[[Office, Actor, Asked], Handed | int | None]
_ACTS: Final[dict[str, Act]] = {
    "invite": lambda office, actor, asked: staff_keeping.invite(
        office, actor, asked.text("login"), asked.text("name"), asked.text("role")
    ),
    "reset": lambda office, actor, asked: staff_keeping.reset_password(office, actor, asked.number("id")),
    "role": lambda office, actor, asked: staff_keeping.change_role(
        office, actor, asked.number("id"), asked.text("role")
    ),
    "disable": lambda office, actor, asked: staff_keeping.set_disabled(
        office, actor, asked.number("id"), disabled=True
    ),
    "enable": lambda office, actor, asked: staff_keeping.set_disabled(
        office, actor, asked.number("id"), disabled=False
    ),
    "end": lambda office, actor, asked: staff_keeping.end_sessions(office, actor, asked.number("id")),
    "totp": lambda office, actor, asked: staff_keeping.drop_totp(office, actor, asked.number("id")),
    "rules": lambda office, actor, asked: staff_keeping.set_totp_roles(
        office, actor, asked.fields.get("roles", [])
    ),
}


def routes() -> list[BaseRoute]:
    """The page and its forms."""
    admin = Permission.ADMINISTER
    return [
        route(PATH, show, permission=admin),
        *(route(f"{PATH}/{name}", _acting(name), permission=admin, method="POST") for name in _ACTS),
    ]


async def show(asked: Asked) -> Response:
    """Everybody of the municipality, and what was just done."""
    return await _page(asked, said=_SAID.get(asked.request.query_params.get("done", ""), ""))


def _acting(name: str) -> Any:
    async def act(asked: Asked) -> Response:
        try:
            done = await running.in_thread(_ACTS[name], running.office(), asked.actor, asked)
        except Refusal as refusal:
            status = 404 if refusal.code == "unknown_staff" else 422
            return await _page(asked, error=refusal_text("ja", refusal), status=status)
        if isinstance(done, Handed):
            # Shown in the answer itself: an address that shows it again would stay in the history.
            return await _page(asked, handed=done)
        return see_other(f"{PATH}?done={name}")

    return act


async def _page(
    asked: Asked, *, said: str = "", error: str = "", handed: Handed | None = None, status: int = 200
) -> Response:
    office = running.office()
    accounts = await running.in_thread(staff_keeping.accounts, office, asked.actor)
    needed = await running.in_thread(staff_keeping.totp_roles, office, asked.actor)
    return page(
        "users.html",
        asked.actor,
        PATH,
        status,
        accounts=accounts,
        needed=needed,
        said=said,
        error=error,
        handed=handed,
        time=_time,
    )


def _time(at: datetime) -> str:
    local = at.astimezone(running.office().settings.zone)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
