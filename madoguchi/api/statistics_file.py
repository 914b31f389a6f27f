"""The statistics as Excel and CSV files, for signed-in staff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final, TypeVar
from urllib.parse import quote

from sqlalchemy.exc import OperationalError
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from ..domain.errors import Refusal
from ..domain.statistics.periods import Period
from ..domain.tickets import Channel
from ..services import running, sessions, statistics, statistics_files
from ..services.statistics import Question
from ..services.statistics_files import INSTEAD, Form
from ..texts import refusal_text
from .sign_in import COOKIE

PATH: Final = "/staff/stats/file"
_NO_STORE: Final = {"Cache-Control": "no-store"}
_STATUS: Final = {
    "not_allowed": 403,
    **dict.fromkeys(("unknown_desk", "unknown_service", "unknown_counter", "unknown_table"), 404),
    "busy": 503,
}

T = TypeVar("T")


def routes() -> list[BaseRoute]:
    """The files' address. The safety wrapper lets nobody but staff come so far."""
    return [Route(PATH, statistics_file, methods=["GET"])]


async def statistics_file(request: Request) -> Response:
    """What the page shows, by its address's words: ``first``, ``last``, ``desk``, ``service``, ``counter``,
    ``channel``, ``band``, ``compared_first``, ``compared_last``; ``form`` and, of CSV, one ``table``."""
    office = running.office()
    try:
        actor = await running.in_thread(sessions.actor_of, office, request.cookies.get(COOKIE, ""))
        if actor is None:
            raise Refusal("not_allowed")
        words = request.query_params
        form, table = _kind(Form, words.get("form", "")) or Form.XLSX, words.get("table")
        asked = (question_of(words), form.value, table)
        answer = await running.in_thread(statistics.for_download, office, actor, *asked)
        file = await running.in_thread(statistics_files.file_of, answer, form, table)
    except (Refusal, OperationalError) as reason:
        refusal = reason if isinstance(reason, Refusal) else Refusal("busy")
        sentence = refusal_text("ja", refusal)
        return PlainTextResponse(f"{sentence}\n", _STATUS.get(refusal.code, 400), _NO_STORE)
    ending = file.name.rpartition(".")[2]
    headers = {
        **_NO_STORE,
        "Content-Type": file.media_type,
        "Content-Disposition": (
            f"attachment; filename=\"statistics.{ending}\"; filename*=UTF-8''{quote(file.name)}"
        ),
    }
    if file.replaced:
        # Who reads the file by a program learns it here; the page asks before and says it to people.
        headers["X-Replaced-Signs"] = quote(f"{''.join(file.replaced)} -> {INSTEAD}")
    return Response(file.body, headers=headers)


def question_of(words: QueryParams) -> Question:
    """What an address asks for; what is no id is an unknown one. Raises `Refusal("wrong_period")`."""
    first, last = _day(words.get("first")), _day(words.get("last"))
    if first is None or last is None:
        raise Refusal("wrong_period")
    compared_first, compared_last = _day(words.get("compared_first")), _day(words.get("compared_last"))
    return Question(
        Period(first, last),
        desk_id=_whole(words.get("desk")),
        service_id=_whole(words.get("service")),
        counter_id=_whole(words.get("counter")),
        channel=_kind(Channel, words.get("channel", "")),
        band=_whole(words.get("band")) or 60,
        compared=Period(compared_first, compared_last) if compared_first and compared_last else None,
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _whole(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _kind(kinds: Callable[[str], T], text: str) -> T | None:
    try:
        return kinds(text)
    except ValueError:
        return None
