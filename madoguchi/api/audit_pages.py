"""``/staff/audit`` (監査記録): who did what and who looked at which contact; verified, and as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

from starlette.responses import Response
from starlette.routing import BaseRoute

from ..domain.roles import Permission
from ..domain.spreadsheets import harmless
from ..services import audit_log, running
from ..services.audit import Verdict
from ..services.audit_log import LOOKS, SYSTEM, Line, Wanted
from . import audit_words, forms
from .staff_pages import NO_STORE, Asked, page, route

PATH: Final = "/staff/audit"
_FIELDS: Final = ("since", "until", "who", "action", "kind", "number")
_HEADS: Final = (
    "番号",
    "日時",
    "職員",
    "ログイン名",
    "操作",
    "操作コード",
    "対象",
    "対象コード",
    "内容",
    "ハッシュ",
)


def routes() -> list[BaseRoute]:
    """The page, looking through the chain, and the file: what is itself recorded is never a plain link."""
    seen = Permission.SEE_AUDIT
    return [
        route(PATH, show, permission=seen),
        route(f"{PATH}/verify", verify, permission=seen, method="POST"),
        route(f"{PATH}/export", export, permission=seen, method="POST"),
    ]


async def show(asked: Asked) -> Response:
    """The rows that the address asks for, the newest first."""
    return await _page(asked, {name: asked.request.query_params.get(name, "") for name in _FIELDS})


async def verify(asked: Asked) -> Response:
    """The same with what looking through the whole chain has found."""
    verdict = await running.in_thread(audit_log.verify, running.office(), asked.actor)
    return await _page(asked, dict.fromkeys(_FIELDS, ""), verdict)


async def export(asked: Asked) -> Response:
    """The rows as CSV in UTF-8 with a BOM, by which Excel knows it."""
    office = running.office()
    wanted = _wanted({name: asked.text(name) for name in _FIELDS})
    lines = await running.in_thread(audit_log.export, office, asked.actor, wanted)
    name = f"監査記録-{office.today()}.csv"
    headers = {
        **NO_STORE,
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f"attachment; filename=\"audit.csv\"; filename*=UTF-8''{quote(name)}",
    }
    return Response(await running.in_thread(_csv, lines), headers=headers)


async def _page(asked: Asked, kept: Mapping[str, str], verdict: Verdict | None = None) -> Response:
    office = running.office()
    before = forms.whole(asked.request.query_params.get("before", "")) or None
    found = await running.in_thread(audit_log.find, office, asked.actor, _wanted(kept, before))
    people = await running.in_thread(audit_log.people, office, asked.actor)
    older = {**{name: value for name, value in kept.items() if value}}
    if found.lines:
        older["before"] = str(found.lines[-1].id)
    return page(
        "audit.html",
        asked.actor,
        PATH,
        verdict=verdict,
        why=audit_words.WHY.get(verdict.why, "") if verdict else "",
        found=found,
        kept=kept,
        people=people,
        actions=sorted(audit_words.ACTIONS.items(), key=lambda one: one[1]),
        kinds=[one for one in audit_words.KINDS.items() if one[0] not in {"audit", "batch"}],
        looks=LOOKS,
        older=f"{PATH}?{urlencode(older)}",
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "label": audit_words.action,
        "subject": audit_words.subject,
        "facts": audit_words.facts,
        "time": lambda at: _local(at).strftime("%Y-%m-%d %H:%M:%S"),
        "link": _link,
    }


def _link(subject: str) -> str:
    kind, _, number = subject.partition(":")
    return urlencode({"kind": kind, "number": number} if number else {"kind": kind})


def _wanted(given: Mapping[str, str], before: int | None = None) -> Wanted:
    """What the fields ask for; what is no such thing does not narrow the choice."""
    who, action = given["who"], given["action"]
    since, until = _midnight(given["since"]), _midnight(given["until"], days=1)
    number = given["number"].strip()[:50]
    kind = given["kind"] if given["kind"] in audit_words.KINDS else ""
    return Wanted(
        since=since,
        until=until,
        staff_id=SYSTEM if who == "system" else forms.whole(who) or None,
        actions=LOOKS if action == "looks" else (action[:40],) if action else (),
        subject=f"{kind}:{number}" if kind and number else kind,
        before=before,
    )


def _midnight(text: str, days: int = 0) -> datetime | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text) + timedelta(days=days)
        # Far from all calendars there are days that cannot be told in UTC.
        return datetime.combine(day, time(), running.office().settings.zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _csv(lines: tuple[Line, ...]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(_HEADS)
    for line in lines:
        cells = (
            str(line.id),
            _local(line.at).isoformat(timespec="seconds"),
            line.who or "",
            line.login or "",
            audit_words.action(line.action),
            line.action,
            audit_words.subject(line.subject),
            line.subject,
            audit_words.facts(line.facts),
            line.hash,
        )
        writer.writerow([harmless(one) for one in cells])
    return stream.getvalue().encode("utf-8-sig")


def _local(at: datetime) -> datetime:
    return at.astimezone(running.office().settings.zone)
