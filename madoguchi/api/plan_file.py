"""A pool's plan of places as a CSV file, for signed-in staff."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from sqlalchemy.exc import OperationalError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from ..domain.errors import Refusal
from ..services import running, sessions, slot_plans
from ..texts import refusal_text
from .sign_in import COOKIE

PATH: Final = "/staff/slots/plan.csv"
_ENCODINGS: Final = {"utf-8": "utf-8-sig", "cp932": "cp932"}
"""With a BOM, by which Excel knows UTF-8."""
_STATUS: Final = {"not_allowed": 403, "unknown_pool": 404, "busy": 503}


def routes() -> list[BaseRoute]:
    """The file's address. The safety wrapper lets nobody but staff come so far."""
    return [Route(PATH, plan_file, methods=["GET"])]


async def plan_file(request: Request) -> Response:
    """The plan of ``pool``, in ``encoding`` utf-8 (with BOM) or cp932."""
    office = running.office()
    headers = {"Cache-Control": "no-store"}
    encoding = _ENCODINGS.get(request.query_params.get("encoding", "utf-8"), "utf-8-sig")
    try:
        actor = await running.in_thread(sessions.actor_of, office, request.cookies.get(COOKIE, ""))
        if actor is None:
            raise Refusal("not_allowed")
        pool_id = _whole(request.query_params.get("pool", ""))
        text = await running.in_thread(slot_plans.plan_file, office, actor, pool_id)
    except (Refusal, OperationalError) as reason:
        refusal = reason if isinstance(reason, Refusal) else Refusal("busy")
        sentence = refusal_text("ja", refusal)
        return PlainTextResponse(f"{sentence}\n", _STATUS.get(refusal.code, 400), headers)
    name = f"予約枠-{pool_id}-{office.today()}.csv"
    headers["Content-Disposition"] = f"attachment; filename=\"slots.csv\"; filename*=UTF-8''{quote(name)}"
    # Signs that Shift_JIS lacks come out as question marks; only a note can hold them.
    body = text.encode(encoding, errors="replace")
    charset = "Shift_JIS" if encoding == "cp932" else "utf-8"
    return Response(body, headers={**headers, "Content-Type": f"text/csv; charset={charset}"})


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
