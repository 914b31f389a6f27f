"""What `/book` keeps and shows: the variables of one tab, and saying them in a language.

None of them ever holds a name or a telephone number: see `book_letters`.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime

import reflex as rx

from ..dates import day_text, moment_text
from ..domain.booking import Mark
from ..domain.errors import Refusal
from ..domain.languages import DEFAULT, localized
from ..services import links, running, slots
from ..services.booking_views import BookingView
from ..services.holds import Held
from ..services.links import BookingLink
from ..services.slots import Ask, BookableService, BookingDesk
from ..texts import refusal_text
from . import book_view
from .book_view import DayCell, Done, PlaceChoice, ServiceChoice

_log = logging.getLogger(__name__)

SERVICE, WHEN, CONTACT = 1, 2, 3


class BookShown(rx.State, mixin=True):
    """Variables of `/book`, and what brings them up to date. Those with a ``_`` never leave the server."""

    phase: str = "loading"
    """``loading``, ``expired``, ``open`` or ``done``."""
    language: str = DEFAULT
    text: dict[str, str] = book_view.texts(DEFAULT, 3)
    link_problem: str = ""
    line_url: str = ""
    desk_name: str = ""
    services: list[ServiceChoice] = []
    step: int = SERVICE
    service_code: str = ""
    service_name: str = ""
    month_name: str = ""
    weekdays: list[str] = []
    cells: list[DayCell] = []
    has_earlier: bool = False
    has_later: bool = False
    day: str = ""
    day_name: str = ""
    places: list[PlaceChoice] = []
    held_slot: int = 0
    held_when: str = ""
    hold_seconds: int = 0
    hold_serial: int = 0
    error: str = ""
    kana_error: str = ""
    phone_error: str = ""
    sending: bool = False
    done: Done = Done()

    _link: str = ""
    _who: BookingLink | None = None
    _desk: BookingDesk | None = None
    _service_id: int = 0
    _days: dict[date, Mark] = {}
    _month: date | None = None
    _day: date | None = None
    _free: list[tuple[int, str, int]] = []
    _reservation_id: int = 0
    _starts_at: datetime | None = None
    _booking: BookingView | None = None

    def _turn_away(self, refusal: Refusal, language: str) -> None:
        """Show why nobody can book here."""
        self.reset()  # type: ignore[no-untyped-call]
        self.phase = "expired"
        self.link_problem = refusal_text(language, refusal)
        self._speak(language)

    async def _refresh(self) -> None:
        """The calendar and the day's times as they are now."""
        if self._service_id:
            seen = await running.together(slots.look_together, Ask(self._service_id, self._day))
            self._days = {one.day: one.mark for one in seen.days}
            first, last = book_view.month_range(seen.days)
            opens = [one.day for one in seen.days if one.mark in book_view.OPEN_MARKS]
            self._month = self._month or (book_view.first_of(opens[0]) if opens else first)
            self._month = min(max(self._month, first), last)
            self._free = [(one.slot_id, one.time, one.free) for one in seen.places]
        self._speak(self.language)

    def _keep(self, held: Held | None) -> None:
        self._reservation_id = held.reservation_id if held else 0
        self._starts_at = held.starts_at if held else None
        self.held_slot = held.slot_id if held else 0
        left = (held.until - running.office().clock.now()).total_seconds() if held else 0
        self.hold_seconds = max(0, int(left))
        self.hold_serial += 1

    def _offered(self) -> list[BookableService]:
        return list(self._desk.services) if self._desk else []

    @contextmanager
    def _kept(self) -> Iterator[None]:
        """When something of ours fails, say so on the page and keep what is there."""
        try:
            yield
        except Exception as error:
            # A database's message may quote the row, so only its kind and the place are logged.
            where = "".join(traceback.format_tb(error.__traceback__))
            _log.error("a booking failed: %s\n%s", type(error).__name__, where)
            self.error = self.text["error.unexpected"]

    def _complaint(self, check: Callable[[str], str], typed: str) -> str:
        try:
            check(typed)
        except Refusal as refusal:
            return refusal_text(self.language, refusal)
        return ""

    def _speak(self, language: str) -> None:
        """Say everything shown in `language`."""
        office = running.office()
        self.language = language
        self.text = book_view.texts(language, office.settings.retention_months)
        self.line_url = links.chat_link(office)
        self.weekdays = book_view.weekdays(language)
        if self._desk is not None:
            self.desk_name = localized(self._desk.names, language)
            self.services = book_view.services(self._desk, language)
        chosen = [one for one in self._offered() if one.id == self._service_id]
        self.service_code = chosen[0].code if chosen else ""
        self.service_name = localized(chosen[0].names, language) if chosen else ""
        self._speak_of_days(language)
        self._speak_of_place()
        self._speak_of_booking()

    def _speak_of_place(self) -> None:
        zone = running.office().settings.zone
        self.held_when = moment_text(self.language, self._starts_at, zone) if self._starts_at else ""

    def _speak_of_booking(self) -> None:
        if self._booking is not None:
            office = running.office()
            path = self.done.calendar or links.calendar_path(office, self._booking.id)
            self.done = book_view.done(self._booking, path, self.language, office.settings.zone)

    def _speak_of_days(self, language: str) -> None:
        if self._month is not None and self._days:
            self.cells = book_view.month_cells(self._days, self._month, language)
            self.month_name = book_view.month_name(language, self._month)
            self.has_earlier = self._month > book_view.first_of(min(self._days))
            self.has_later = self._month < book_view.first_of(max(self._days))
        self.day = self._day.isoformat() if self._day else ""
        self.day_name = day_text(language, self._day) if self._day else ""
        self.places = [book_view.place_choice(*place, language) for place in self._free]
