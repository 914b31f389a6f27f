"""A booking as an iCalendar file (RFC 5545), by a link that its confirmation carries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy.exc import OperationalError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from ..domain.errors import Refusal
from ..domain.languages import localized
from ..services import booking, links, running
from ..services.booking import Settled
from ..services.booking_views import BookingView
from ..services.office import Office
from ..texts import refusal_text, say
from .problems import reader_language

PATH: Final = "/book/calendar.ics"
_LINE_OCTETS: Final = 75
_UNKEPT: Final = {"Cache-Control": "no-store"}
_STATUS: Final = {"link_expired": 410, "busy": 503}


def routes() -> list[BaseRoute]:
    """The file's address."""
    return [Route(PATH, calendar_file, methods=["GET"])]


async def calendar_file(request: Request) -> Response:
    """The file for the booking that the signed ``k`` names. 410 after a day or when it is cancelled."""
    office = running.office()
    found = await booking_of(office, request)
    if isinstance(found, PlainTextResponse):
        return found
    made, language, settled = found
    host = urlsplit(office.settings.public_url).hostname or "madoguchi"
    text = event(
        made,
        language,
        settled=settled,
        stamp=office.clock.now(),
        host=host,
        zone=office.settings.zone,
        code_link=links.lasting_code_link(office, made.id),
    )
    headers = {**_UNKEPT, "Content-Disposition": 'attachment; filename="yoyaku.ics"'}
    return Response(text.encode(), media_type="text/calendar; charset=utf-8", headers=headers)


async def booking_of(
    office: Office, request: Request, read: Callable[[Office, str], int] = links.read_calendar
) -> tuple[BookingView, str, Settled] | PlainTextResponse:
    """The standing booking that the request's signed ``k`` names, its language, since when; or why none.

    `read` takes the reservation's id out of ``k``.
    """
    try:
        reservation_id = read(office, request.query_params.get("k", ""))
        return await running.in_thread(booking.booking_for_calendar, office, reservation_id)
    except (Refusal, OperationalError) as reason:
        refusal = reason if isinstance(reason, Refusal) else Refusal("busy")
        sentence = refusal_text(reader_language(request), refusal)
        return PlainTextResponse(f"{sentence}\n", _STATUS.get(refusal.code, 404), _UNKEPT)


def event(
    made: BookingView,
    language: str,
    *,
    settled: Settled,
    stamp: datetime,
    host: str,
    zone: ZoneInfo,
    code_link: str,
) -> str:
    """The booking as a calendar with one event, and an alarm the day before for whom nobody else reminds.

    Holds neither name nor phone number of the citizen. `code_link` leads to the number as a QR code.
    """
    code = f"{say(language, 'book.done.code')} {made.code}"
    arrive = say(language, "visit.arrive", time=f"{made.check_in_from.astimezone(zone):%H:%M}")
    late = say(language, f"visit.late.{made.late_policy}", time=f"{made.late_from.astimezone(zone):%H:%M}")
    about = [code, arrive, late]
    if items := localized(made.items, language):
        about.append(f"{say(language, 'book.done.bring')}: {items}")
    if made.desk_phone:
        about.append(f"{_in(made.desk, language)}: {made.desk_phone}")
    about.append(f"{say(language, 'visit.code_qr')}: {code_link}")
    where = " ".join(part for part in (_in(made.desk, language), _in(made.place, language)) if part)
    summary = _escaped(f"{_in(made.service, language)} ({code})")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//madoguchi//booking//JA",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:reservation-{made.id}@{host}",
        f"DTSTAMP:{_utc(stamp)}",
        f"LAST-MODIFIED:{_utc(settled.changed)}",
        # Grows with each change, so that a calendar that has the event takes the new time.
        f"SEQUENCE:{max(0, int((settled.changed - settled.booked).total_seconds()))}",
        f"DTSTART:{_utc(made.starts_at)}",
        f"DTEND:{_utc(made.starts_at + timedelta(minutes=made.minutes))}",
        f"SUMMARY:{summary}",
        f"LOCATION:{_escaped(where)}",
        f"URL:{code_link}",
        f"DESCRIPTION:{_escaped(chr(10).join(about))}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{summary}",
        "TRIGGER:-P1D",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _in(names: object, language: str) -> str:
    return localized(names, language) if isinstance(names, dict) else ""


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> str:
    """No line over 75 octets; what follows begins with a space. Characters are never cut apart."""
    pieces: list[str] = []
    piece = ""
    for letter in line:
        limit = _LINE_OCTETS if not pieces else _LINE_OCTETS - 1
        if len((piece + letter).encode()) > limit:
            pieces.append(piece)
            piece = ""
        piece += letter
    return "\r\n ".join([*pieces, piece])
