"""Links: who books at which desk, for ten minutes, or by LIFF at which desk; a booking's calendar file."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote

from itsdangerous import BadData, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from ..domain.citizens import CONFIRMATION_LENGTH, Citizen
from ..domain.codes import CLAIM_ALPHABET
from ..domain.errors import Refusal
from .office import Office

BOOKING_FOR: Final = timedelta(minutes=10)
CALENDAR_FOR: Final = timedelta(hours=24)
CODE_FOR: Final = timedelta(days=400)
"""A calendar keeps the link until the visit; whoever holds it can read the number beside it anyway."""
LANGUAGE: Final = "lang"
"""The parameter that names the language a page is to speak."""
LIFF_DESK: Final = "d"
"""The parameter of a LIFF URL that names the desk by its row id."""
LIFF_BOOKING: Final = "r"
"""The one that names a booking to be changed."""
_BOOKING: Final = "booking-link"
_CALENDAR: Final = "calendar-file"
_CODE: Final = "booking-code"
_LONGEST: Final = 512
_DRAWN: Final = "+"
_KNOWN: Final = "="


@dataclass(frozen=True, slots=True)
class BookingLink:
    """What a link to `/book` says. `code` is the confirmation code that a guest is given with it,
    `reservation_id` a booking to be changed; 0 for none."""

    citizen: Citizen
    desk_id: int
    reservation_id: int = 0
    code: str = ""


def booking_link(office: Office, line_user_id: int, desk_id: int, reservation_id: int = 0) -> str:
    """The full address of `/book` for this user and desk, and for a booking to be changed; for ten minutes.

    With LIFF it is the LIFF URL, good for ever: LINE says who comes with it, whoever that is.
    """
    if office.settings.liff_id:
        change = f"&{LIFF_BOOKING}={reservation_id}" if reservation_id else ""
        address = f"{office.settings.liff_links}/{office.settings.liff_id}"
        return f"{address}?{LIFF_DESK}={desk_id}{change}"
    return f"{office.settings.public_url}{_book_path(office, [line_user_id, desk_id, reservation_id])}"


def guest_path(office: Office, desk_id: int, language: str = "") -> str:
    """The path of `/book` for somebody without LINE who gets a new confirmation code, good for ten minutes.

    The code does not stand in it: addresses are kept in histories and logs, and a code is good until the
    visit. It is worked out from what the link draws and our secret. The page speaks `language`,
    the browser's when it is empty.
    """
    path = _book_path(office, [f"{_DRAWN}{secrets.token_urlsafe(16)}", desk_id, 0])
    return path + _spoken(language)


def returning_path(office: Office, guest: Citizen, desk_id: int, language: str = "") -> str:
    """The same for a guest who has a code: only its hash goes along."""
    return _book_path(office, [f"{_KNOWN}{guest.guest}", desk_id, 0]) + _spoken(language)


def read(office: Office, signed: str) -> BookingLink:
    """What the signed part of a link says. Raises `Refusal`: link_expired, link_invalid."""
    who, desk, reservation = _content(office, _BOOKING, signed, BOOKING_FOR, 3)
    if isinstance(who, str) and who.startswith(_KNOWN):
        return BookingLink(Citizen(guest=who.removeprefix(_KNOWN)), desk, reservation)
    if isinstance(who, str):
        code = _code_from(office, who)
        return BookingLink(Citizen.with_code(code), desk, reservation, code)
    return BookingLink(Citizen.in_line(who), desk, reservation)


def _code_from(office: Office, drawn: str) -> str:
    secret = office.settings.secret_key.get_secret_value().encode()
    number = int.from_bytes(hmac.digest(secret, f"guest-code:{drawn}".encode(), "sha256"))
    letters = []
    for _ in range(CONFIRMATION_LENGTH):
        number, at = divmod(number, len(CLAIM_ALPHABET))
        letters.append(CLAIM_ALPHABET[at])
    return "".join(letters)


def _book_path(office: Office, content: list[int | str]) -> str:
    return f"/book?k={_text(_serializer(office, _BOOKING).dumps(content))}"


def _spoken(language: str) -> str:
    return f"&{LANGUAGE}={language}" if language else ""


def calendar_path(office: Office, reservation_id: int) -> str:
    """The path of a booking's .ics file, good for a day."""
    return f"/book/calendar.ics?k={_text(_serializer(office, _CALENDAR).dumps([reservation_id]))}"


def code_path(office: Office, reservation_id: int) -> str:
    """The path of the picture that the terminal's scanner reads the booking's number from, good for a day."""
    return calendar_path(office, reservation_id).replace("calendar.ics", "code.png", 1)


def lasting_code_link(office: Office, reservation_id: int) -> str:
    """The full address of that picture for a calendar file: as long as the booking stands."""
    signed = _text(_serializer(office, _CODE).dumps([reservation_id]))
    return f"{office.settings.public_url}/book/code.png?k={signed}"


def read_code(office: Office, signed: str) -> int:
    """The reservation id of either link to the picture. Raises `Refusal`: link_expired, link_invalid."""
    try:
        return int(_content(office, _CODE, signed, CODE_FOR, 1)[0])
    except Refusal as refusal:
        if refusal.code != "link_invalid":
            raise
    return read_calendar(office, signed)


def read_calendar(office: Office, signed: str) -> int:
    """The reservation id of a calendar link. Raises `Refusal`: link_expired, link_invalid."""
    return int(_content(office, _CALENDAR, signed, CALENDAR_FOR, 1)[0])


def chat_link(office: Office) -> str:
    """The link that leads back into the account's chat."""
    account = quote(office.settings.line_basic_id, safe="")
    return f"{office.settings.line_links}/R/oaMessage/{account}/"


def _content(office: Office, salt: str, signed: str, life: timedelta, count: int) -> list[Any]:
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
