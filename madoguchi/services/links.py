"""Links: who books at which desk, for ten minutes, or by LIFF at which desk; a booking's calendar file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote

from itsdangerous import BadData, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from ..domain.errors import Refusal
from .office import Office

BOOKING_FOR: Final = timedelta(minutes=10)
CALENDAR_FOR: Final = timedelta(hours=24)
LIFF_DESK: Final = "d"
"""The parameter of a LIFF URL that names the desk by its row id."""
_BOOKING: Final = "booking-link"
_CALENDAR: Final = "calendar-file"
_LONGEST: Final = 512


def booking_link(office: Office, line_user_id: int, desk_id: int) -> str:
    """The full address of `/book` for this user and desk, good for ten minutes.

    With LIFF it is the LIFF URL, good for ever: LINE says who comes with it, whoever that is.
    """
    if office.settings.liff_id:
        return f"{office.settings.liff_links}/{office.settings.liff_id}?{LIFF_DESK}={desk_id}"
    signed = _serializer(office, _BOOKING).dumps([line_user_id, desk_id])
    return f"{office.settings.public_url}/book?k={_text(signed)}"


def read(office: Office, signed: str) -> tuple[int, int]:
    """LINE user id and desk id (row ids) of a link. Raises `Refusal`: link_expired, link_invalid."""
    user, desk = _numbers(office, _BOOKING, signed, BOOKING_FOR, 2)
    return user, desk


def calendar_path(office: Office, reservation_id: int) -> str:
    """The path of a booking's .ics file, good for a day."""
    return f"/book/calendar.ics?k={_text(_serializer(office, _CALENDAR).dumps([reservation_id]))}"


def read_calendar(office: Office, signed: str) -> int:
    """The reservation id of a calendar link. Raises `Refusal`: link_expired, link_invalid."""
    return _numbers(office, _CALENDAR, signed, CALENDAR_FOR, 1)[0]


def chat_link(office: Office) -> str:
    """The link that leads back into the account's chat."""
    account = quote(office.settings.line_basic_id, safe="")
    return f"{office.settings.line_links}/R/oaMessage/{account}/"


def _numbers(office: Office, salt: str, signed: str, life: timedelta, count: int) -> list[int]:
    if not signed or len(signed) > _LONGEST:
        raise Refusal("link_invalid")
    try:
        found: Any = _serializer(office, salt).loads(signed, max_age=int(life.total_seconds()))
    except SignatureExpired:
        raise Refusal("link_expired") from None
    except (BadData, UnicodeError):
        raise Refusal("link_invalid") from None
    assert isinstance(found, list)
    assert len(found) == count
    return found


def _serializer(office: Office, salt: str) -> URLSafeTimedSerializer:
    second = int(office.clock.now().timestamp())

    class _Signer(TimestampSigner):
        def get_timestamp(self) -> int:
            return second

    return URLSafeTimedSerializer(office.settings.secret_key.get_secret_value(), salt=salt, signer=_Signer)


def _text(signed: str | bytes) -> str:
    return signed if isinstance(signed, str) else signed.decode("ascii")
