"""What `/book` shows, made from what the services say, in one language."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from ..dates import day_text, moment_text, month_text, weekday_texts
from ..domain.booking import Mark
from ..domain.errors import Refusal
from ..domain.languages import localized
from ..services.booking_views import BookingView
from ..services.slots import BookingDesk, DayView
from ..texts import catalogues, refusal_text, say

PART: Final = "book."
_SPOKEN: Final = {
    Mark.FREE: "book.mark.free",
    Mark.FEW: "book.mark.few",
    Mark.FULL: "book.mark.full",
    Mark.CLOSED: "book.mark.closed",
}
OPEN_MARKS: Final = (Mark.FREE, Mark.FEW)


@dataclass
class ServiceChoice:
    """A button of the first step."""

    code: str
    name: str
    bring: str


@dataclass
class DayCell:
    """A field of the month; `iso` is empty before the first day."""

    iso: str
    number: str
    mark: str
    spoken: str
    open: bool


@dataclass
class PlaceChoice:
    """A button with a time."""

    slot_id: int
    time: str
    mark: str
    spoken: str
    open: bool


@dataclass
class Done:
    """The confirmation. Neither name nor phone number."""

    code: str = ""
    when: str = ""
    service: str = ""
    desk: str = ""
    place: str = ""
    bring: str = ""
    until: str = ""
    calendar: str = ""


def texts(language: str, months_kept: int) -> dict[str, str]:
    """Every sentence of the page, by key without its first word; `kana.request` asks for katakana."""
    keys = [key for key in catalogues()["ja"] if key.startswith(PART)]
    said = {key.removeprefix(PART): say(language, key, months=months_kept) for key in keys}
    return said | {"kana.request": refusal_text(language, Refusal("name_not_kana"))}


def services(desk: BookingDesk, language: str) -> list[ServiceChoice]:
    """The buttons of the first step."""
    return [
        ServiceChoice(one.code, localized(one.names, language), localized(one.items, language))
        for one in desk.services
    ]


def month_cells(days: Mapping[date, Mark], month: date, language: str) -> list[DayCell]:
    """The month's fields, Sunday first, with blanks before the first day."""
    blanks = (month.weekday() + 1) % 7
    length = months.monthrange(month.year, month.month)[1]
    cells = [DayCell("", "", "", "", False) for _ in range(blanks)]
    for number in range(length):
        day = month + timedelta(days=number)
        mark = days.get(day, Mark.CLOSED)
        spoken = f"{day_text(language, day)} {say(language, _SPOKEN[mark])}"
        cells.append(DayCell(day.isoformat(), str(day.day), mark.value, spoken, mark in OPEN_MARKS))
    return cells


def first_of(day: date) -> date:
    """The month that `day` is in."""
    return day.replace(day=1)


def month_range(days: Iterable[DayView]) -> tuple[date, date]:
    """The first and last month that the calendar can show."""
    every = [one.day for one in days]
    return first_of(min(every)), first_of(max(every))


def place_choice(slot_id: int, time: str, free: int, language: str) -> PlaceChoice:
    """A time's button: how full it is in a sign and in words."""
    mark = Mark.FULL if free <= 0 else Mark.FREE
    spoken = f"{time} {say(language, _SPOKEN[mark])}"
    return PlaceChoice(slot_id, time, mark.value, spoken, free > 0)


def weekdays(language: str) -> list[str]:
    """The heads of the month's columns."""
    return weekday_texts(language)


def month_name(language: str, month: date) -> str:
    """The month's heading."""
    return month_text(language, month)


def done(booking: BookingView, calendar: str, language: str, zone: ZoneInfo) -> Done:
    """The confirmation of a booking; `calendar` is the path of its .ics file."""
    return Done(
        code=booking.code,
        when=moment_text(language, booking.starts_at, zone),
        service=localized(booking.service, language),
        desk=localized(booking.desk, language),
        place=localized(booking.place, language),
        bring=localized(booking.items, language),
        until=moment_text(language, booking.changeable_until, zone),
        calendar=calendar,
    )
