"""``/staff/reservations/print``: the desk's day on A4. Names only by a form that asks for them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader, Template, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from ..dates import day_text, moment_text
from ..domain.booking import Door, ReservationState
from ..domain.errors import Refusal
from ..domain.languages import DEFAULT
from ..services import day_sheet, running, sessions
from ..services.day_sheet import Sheet
from ..texts import refusal_text
from .sign_in import COOKIE, same_origin

PATH: Final = "/staff/reservations/print"
_NO_STORE: Final = {"Cache-Control": "no-store"}
_MOST_BYTES: Final = 1_024
_STATUS: Final = {"not_allowed": 403, "unknown_desk": 404}
_STATES: Final = {
    ReservationState.CHECKED_IN.value: "受付済み",
    ReservationState.DONE.value: "終了",
    ReservationState.MISSED.value: "来庁なし",
}
_CHANNELS: Final = {Door.LINE.value: "LINE", Door.WEB.value: "Web", Door.STAFF.value: "電話・窓口"}


def routes() -> list[BaseRoute]:
    """The sheet, and the same with names: what is looked at and recorded is never a plain link."""
    return [Route(PATH, show, methods=["GET"]), Route(PATH, named, methods=["POST"])]


async def show(request: Request) -> Response:
    """The sheet without names."""
    return await _sheet(request, request.query_params.get("desk"), request.query_params.get("day"))


async def named(request: Request) -> Response:
    """The sheet, with names if the form's box is ticked; the look is audited."""
    if not same_origin(request, running.office().settings):
        return PlainTextResponse("ほかのサイトから送られたため受け付けませんでした。\n", 403, _NO_STORE)
    fields = await _fields(request)
    return await _sheet(request, fields.get("desk"), fields.get("day"), names=fields.get("names") == "1")


async def _sheet(request: Request, desk: str | None, day: str | None, *, names: bool = False) -> Response:
    office = running.office()
    actor = await running.in_thread(sessions.actor_of, office, request.cookies.get(COOKIE, ""))
    wanted = _day(day) or office.today()
    desk_id = int(desk) if desk and desk.isascii() and desk.isdigit() and len(desk) < 10 else 0
    try:
        if actor is None:
            raise Refusal("not_allowed")
        sheet = await running.in_thread(
            lambda: day_sheet.day_sheet(office, actor, desk_id, wanted, names=names)
        )
    except Refusal as refusal:
        html = _template().render(refusal=refusal_text("ja", refusal))
        return HTMLResponse(html, _STATUS.get(refusal.code, 400), _NO_STORE)
    return HTMLResponse(_rendered(sheet), headers=_NO_STORE)


def _rendered(sheet: Sheet) -> str:
    return _template().render(
        sheet=sheet,
        title=f"{sheet.day.year}年{day_text(DEFAULT, sheet.day)}",
        printed=moment_text(DEFAULT, sheet.printed_at, running.office().settings.zone),
        states=_STATES,
        channels=_CHANNELS,
        path=PATH,
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


async def _fields(request: Request) -> dict[str, str]:
    """The form's fields; a body too long to be one counts as empty."""
    raw = bytearray()
    async for part in request.stream():
        raw += part
        if len(raw) > _MOST_BYTES:
            return {}
    try:
        found = parse_qs(raw.decode(), keep_blank_values=True, max_num_fields=10)
    except ValueError:
        return {}
    return {name: values[0] for name, values in found.items()}


@lru_cache(maxsize=1)
def _environment() -> Environment:
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    return Environment(loader=loader, autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True)


def _template() -> Template:
    return _environment().get_template("day_sheet.html")
