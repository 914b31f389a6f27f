"""What `/book` shows, made from what the services say, in one language."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import Final
from zoneinfo import ZoneInfo

from ..dates import day_text, moment_text, moment_texts, month_text, weekday_texts
from ..domain.booking import Mark, ReservationState
from ..domain.languages import localized
from ..domain.questions import LONGEST, QuestionKind
from ..services.booking_together import MOST_TOGETHER
from ..services.booking_views import BookingView
from ..services.slots import BookableService, BookingDesk, DayView
from ..services.waiting_list import WaitView
from ..texts import catalogues, say

PART: Final = "book."
_SPOKEN: Final = {
    Mark.FREE: "book.mark.free",
    Mark.FEW: "book.mark.few",
    Mark.FULL: "book.mark.full",
    Mark.CLOSED: "book.mark.closed",
}
OPEN_MARKS: Final = (Mark.FREE, Mark.FEW)
LATER: Final = "◇"
"""A day that has places which cannot be booked yet."""
_COUNTED: Final = 24 * 3600


@dataclass
class ServiceChoice:
    """A button of the first step."""

    code: str
    name: str
    bring: str


@dataclass
class Option:
    """One answer to choose."""

    key: str
    label: str


@dataclass
class QuestionShown:
    """A question of the service; `options` is empty where words are asked for."""

    key: str
    field: str
    """Id of its field, or of the group of its options."""
    name: str
    """Its name in the form."""
    label: str
    required: bool
    options: list[Option]
    error: str = ""


@dataclass
class DayCell:
    """A field of the month; `iso` is empty before the first day."""

    iso: str
    number: str
    mark: str
    spoken: str
    open: bool
    """Whether it can be booked now."""
    tells: bool = False
    """Whether tapping it tells more."""


@dataclass
class PlaceChoice:
    """A button with a time."""

    slot_id: int
    time: str
    mark: str
    spoken: str
    open: bool


@dataclass
class BookingCard:
    """One of the citizen's bookings."""

    id: int
    code: str
    when: str
    service: str
    where: str
    until: str
    changeable: bool
    note: str
    """Why it can no longer be changed here."""
    call: str
    """Where to telephone then, as a link; empty without a number."""
    bring: str = ""
    calendar: str = ""
    picture: str = ""
    """As in `Done`; both empty once it is checked in."""


@dataclass
class WaitCard:
    """A list the citizen is on."""

    service_id: int
    day: str
    label: str
    note: str


@dataclass
class Done:
    """The confirmation. Neither name nor phone number."""

    title: str = ""
    code: str = ""
    when: str = ""
    service: str = ""
    where: str = ""
    place: str = ""
    bring: str = ""
    until: str = ""
    arrive: str = ""
    late: str = ""
    pushed: str = ""
    guest_code: str = ""
    """A guest's confirmation code, grouped for reading."""
    calendar: str = ""
    picture: str = ""
    """Where the number is as a code for the terminal's scanner."""


def texts(language: str, months_kept: int) -> dict[str, str]:
    """Every sentence of the page, by key without its first word."""
    keys = [key for key in catalogues()["ja"] if key.startswith(PART)]
    return {key.removeprefix(PART): say(language, key, months=months_kept, limit=LONGEST) for key in keys}


def services(desk: BookingDesk, language: str) -> list[ServiceChoice]:
    """The buttons of the first step."""
    return [
        ServiceChoice(one.code, localized(one.names, language), localized(one.items, language))
        for one in desk.services
    ]


def month_cells(days: Mapping[date, DayView], month: date, language: str, zone: ZoneInfo) -> list[DayCell]:
    """The month's fields, Sunday first, with blanks before the first day."""
    blanks = (month.weekday() + 1) % 7
    length = months.monthrange(month.year, month.month)[1]
    cells = [DayCell("", "", "", "", False) for _ in range(blanks)]
    for number in range(length):
        day = month + timedelta(days=number)
        cells.append(_cell(days.get(day) or DayView(day, Mark.CLOSED), language, zone))
    return cells


def _cell(shown: DayView, language: str, zone: ZoneInfo) -> DayCell:
    day, number = day_text(language, shown.day), str(shown.day.day)
    if shown.opens is not None:
        opens = say(language, "visit.opens_from", when=moment_text(language, shown.opens, zone))
        return DayCell(shown.day.isoformat(), number, LATER, f"{day} {opens}", False, True)
    spoken = f"{day} {say(language, _SPOKEN[shown.mark])}"
    can_book = shown.mark in OPEN_MARKS
    tells = can_book or shown.mark is Mark.FULL
    return DayCell(shown.day.isoformat(), number, shown.mark.value, spoken, can_book, tells)


def next_opening(
    days: Mapping[date, DayView], language: str, zone: ZoneInfo, now: datetime
) -> tuple[str, int]:
    """When more days can be booked, in words, and in how many seconds; 0 when not within a day."""
    later = [one for one in days.values() if one.opens is not None]
    if not later:
        return "", 0
    first = min(later, key=lambda one: (one.opens or now, one.day))
    assert first.opens is not None
    when = moment_text(language, first.opens, zone)
    words = say(language, "visit.opens_next", when=when, day=day_text(language, first.day))
    # Never too early: a page that asks again before the moment would only be told to wait on.
    left = max(1, ceil((first.opens - now).total_seconds()))
    return words, left if left <= _COUNTED else 0


def opens_day(shown: DayView, language: str, zone: ZoneInfo) -> str:
    """From when a day that opens later can be booked."""
    if shown.opens is None:
        return ""
    when = moment_text(language, shown.opens, zone)
    return say(language, "visit.opens_day", day=day_text(language, shown.day), when=when)


def is_full(shown: DayView) -> bool:
    """Whether the day has places and none is left."""
    return shown.mark is Mark.FULL


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


def near(language: str, when: Mapping[str, str]) -> str:
    """The button that takes the nearest free place."""
    return say(language, "visit.near", when=localized(when, language))


def parties(service: BookableService | None, language: str) -> list[str]:
    """How many may come, from one on; nothing when it is not asked."""
    most = min(service.max_party, MOST_TOGETHER) if service else 1
    return [say(language, "visit.party", count=count) for count in range(1, most + 1)] if most > 1 else []


def questions(service: BookableService | None, language: str) -> list[QuestionShown]:
    """What the service asks."""
    if service is None:
        return []
    return [
        QuestionShown(
            key=one.key,
            field=question_field(one.key),
            name=question_name(one.key),
            label=localized(one.label, language),
            required=one.required,
            options=[
                Option(key, localized(label, language))
                for key, label in (one.options or {}).items()
                if one.kind is QuestionKind.CHOICE
            ],
        )
        for one in service.questions
    ]


def question_field(key: str) -> str:
    """The id of a question's field."""
    return f"book-q-{key}"


def question_name(key: str) -> str:
    """The name of a question in the form."""
    return f"q-{key}"


def late_note(
    service: BookableService | None, starts_at: datetime | None, language: str, zone: ZoneInfo
) -> str:
    """What being late for the held place costs."""
    if service is None or starts_at is None:
        return ""
    return late(language, service.late_policy, starts_at + timedelta(minutes=service.late_minutes), zone)


def late(language: str, policy: str, late_from: datetime, zone: ZoneInfo) -> str:
    """What being late costs."""
    return say(language, f"visit.late.{policy}", time=_clock(late_from, zone))


def booking_card(
    one: BookingView, files: tuple[str, str], language: str, zone: ZoneInfo, now: datetime
) -> BookingCard:
    """One of the citizen's bookings, with what can be done about it now; `files` as for `done`."""
    stands = one.state is ReservationState.BOOKED
    changeable = stands and now <= one.changeable_until
    until = moment_text(language, one.changeable_until, zone)
    note = say(language, "visit.too_late", when=until, phone=one.desk_phone) if stands else ""
    note = note or say(language, "visit.checked_in")
    return BookingCard(
        id=one.id,
        code=one.code,
        when=moment_text(language, one.starts_at, zone),
        service=localized(one.service, language),
        where=_where(one, language),
        until=until,
        changeable=changeable,
        note="" if changeable else note,
        call=f"tel:{one.desk_phone}" if stands and not changeable and one.desk_phone else "",
        bring=localized(one.items, language),
        calendar=files[0] if stands else "",
        picture=files[1] if stands else "",
    )


def wait_card(one: WaitView, language: str, zone: ZoneInfo) -> WaitCard:
    """A list the citizen is on; while a place is held for them, until when."""
    until = one.offered_until
    offered = say(language, "visit.offered", until=moment_text(language, until, zone)) if until else ""
    label = f"{day_text(language, one.day)} {localized(one.service, language)}"
    return WaitCard(one.service_id, one.day.isoformat(), label, offered or say(language, "book.wait.on"))


def local_moment_texts(day: date, clock: str, zone: ZoneInfo) -> Mapping[str, str]:
    """A place's local day and time in every language."""
    return moment_texts(datetime.combine(day, time.fromisoformat(clock), zone), zone)


def move_title(code: str, language: str) -> str:
    """What is being done."""
    return say(language, "visit.move_title", code=code)


def done(
    booking: BookingView,
    files: tuple[str, str],
    language: str,
    zone: ZoneInfo,
    *,
    moved: bool,
    guest_code: str,
) -> Done:
    """The confirmation of a booking; `files` are the paths of its .ics file and of its number as a code."""
    part = "moved" if moved else "done"
    return Done(
        title=say(language, f"book.{part}.title"),
        code=booking.code,
        when=moment_text(language, booking.starts_at, zone),
        service=localized(booking.service, language),
        where=localized(booking.desk, language),
        place=localized(booking.place, language),
        bring=localized(booking.items, language),
        until=moment_text(language, booking.changeable_until, zone),
        arrive=say(language, "visit.arrive", time=_clock(booking.check_in_from, zone)),
        late=late(language, booking.late_policy, booking.late_from, zone),
        pushed="" if guest_code else say(language, f"book.{part}.pushed"),
        guest_code=grouped(guest_code),
        calendar=files[0],
        picture=files[1],
    )


def grouped(code: str) -> str:
    """``ABCD-EFGH-JKMN``."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def _where(one: BookingView, language: str) -> str:
    parts = (localized(one.desk, language), localized(one.place, language))
    return " ".join(part for part in parts if part)


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%H:%M}"
