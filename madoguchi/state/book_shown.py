"""What `/book` keeps and shows: the variables of one tab, and saying them in a language.

None of them ever holds a name, a telephone number or an answer in words: see `book_letters`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from zoneinfo import ZoneInfo

import reflex as rx

from ..dates import day_text, moment_text
from ..domain.citizens import Citizen
from ..domain.errors import Refusal
from ..domain.languages import DEFAULT, localized
from ..services import links, running
from ..services.booking_views import BookingView
from ..services.holds import Held
from ..services.links import BookingLink
from ..services.slots import BookableService, BookingDesk, DayView
from ..services.waiting_list import WaitView
from ..texts import refusal_text
from . import book_view, trouble
from .book_view import BookingCard, DayCell, Done, PlaceChoice, QuestionShown, ServiceChoice, WaitCard

_log = logging.getLogger(__name__)

SERVICE, WHEN, CONTACT = 1, 2, 3
"""The steps. While a booking is moved, the third is to confirm it."""


class BookShown(rx.State, mixin=True):
    """Variables of `/book`, and what brings them up to date. Those with a ``_`` never leave the server."""

    phase: str = "loading"
    """``loading``, ``expired``, ``open`` or ``done``."""
    answered: int = 0
    """Counts the taps that were answered, so that the page can tell when one waits."""
    language: str = DEFAULT
    text: dict[str, str] = book_view.texts(DEFAULT, 3)
    link_problem: str = ""
    line_url: str = ""
    guest: bool = False
    may_book: bool = True
    desk_name: str = ""
    desk_phone: str = ""
    services: list[ServiceChoice] = []
    step: int = SERVICE

    service_code: str = ""
    service_name: str = ""
    bring: str = ""
    late_note: str = ""
    parties: list[str] = []
    """How many may come, as the choices say it; empty when it is not asked."""
    questions: list[QuestionShown] = []

    month_name: str = ""
    weekdays: list[str] = []
    cells: list[DayCell] = []
    has_earlier: bool = False
    has_later: bool = False
    opens_note: str = ""
    opens_in: int = 0
    """Seconds until more days can be booked, by the server; 0 when that is not soon."""
    opens_serial: int = 0
    news: str = ""
    """What has just become different, for eyes and screen readers."""
    day: str = ""
    day_name: str = ""
    day_note: str = ""
    day_full: bool = False
    day_waiting: bool = False
    places: list[PlaceChoice] = []

    held_slot: int = 0
    held_when: str = ""
    hold_seconds: int = 0
    hold_serial: int = 0
    error: str = ""
    near: str = ""
    """A free place to take instead, in words."""
    kana_error: str = ""
    phone_error: str = ""
    party_error: str = ""
    sending: bool = False
    done: Done = Done()

    asked_for_mine: bool = False
    folded: bool = False
    """Whether the steps of a new booking stand behind a button: somebody came for the bookings they have."""
    bookings: list[BookingCard] = []
    waits: list[WaitCard] = []
    cancelling: int = 0
    """The booking whose cancelling is asked about."""
    moving: int = 0
    """The booking that gets another time."""
    move_title: str = ""
    from_when: str = ""
    to_when: str = ""

    _link: str = ""
    _who: BookingLink | None = None
    _desk: BookingDesk | None = None
    _service_id: int = 0
    _days: dict[date, DayView] = {}
    _month: date | None = None
    _day: date | None = None
    _free: list[tuple[int, str, int]] = []
    _near: tuple[int, Mapping[str, str]] | None = None
    _reservation_id: int = 0
    _starts_at: datetime | None = None
    _to: tuple[int, Mapping[str, str]] | None = None
    _mine: list[BookingView] = []
    _waits: list[WaitView] = []
    _booking: BookingView | None = None
    _files: dict[int, tuple[str, str]] = {}
    _moved: bool = False

    def _citizen(self) -> Citizen:
        return self._who.citizen if self._who else Citizen()

    def _turn_away(self, refusal: Refusal, language: str) -> None:
        """Show why nobody can book here."""
        self.reset()  # type: ignore[no-untyped-call]
        self.phase = "expired"
        self.link_problem = refusal_text(language, refusal)
        self._speak(language)

    def _keep(self, held: Held | None) -> None:
        self._reservation_id = held.reservation_id if held else 0
        self._starts_at = held.starts_at if held else None
        self.held_slot = held.slot_id if held else 0
        left = (held.until - running.office().clock.now()).total_seconds() if held else 0
        self.hold_seconds = max(0, int(left))
        self.hold_serial += 1
        self._show_held()

    def _offered(self) -> list[BookableService]:
        return list(self._desk.services) if self._desk else []

    def _service(self) -> BookableService | None:
        return next((one for one in self._offered() if one.id == self._service_id), None)

    def _moved_booking(self) -> BookingView | None:
        """The booking that gets another time."""
        return next((one for one in self._mine if one.id == self.moving), None)

    @contextmanager
    def _kept(self) -> Iterator[None]:
        """When something of ours fails, say so on the page and keep what is there."""
        try:
            yield
        except Exception as error:
            trouble.log(_log, "a booking", error)
            self.error = self.text["error.unexpected"]

    def _complaint(self, check: Callable[[str], str], typed: str) -> str:
        try:
            check(typed)
        except Refusal as refusal:
            return refusal_text(self.language, refusal)
        return ""

    def _clear(self) -> None:
        """What was said about the last tap is over with the next."""
        self.error = self.near = self.news = ""
        self._near = None

    def _refused(self, refusal: Refusal) -> None:
        """Say why not, and offer the nearest free place if the refusal names one."""
        self.error = refusal_text(self.language, refusal)
        slot, when = refusal.facts.get("slot"), refusal.facts.get("when")
        if isinstance(slot, int) and isinstance(when, Mapping):
            self._near = (slot, when)
            self.near = book_view.near(self.language, when)

    def _speak(self, language: str) -> None:
        """Say everything shown in `language`."""
        office = running.office()
        self.language = language
        self.text = book_view.texts(language, office.settings.retention_months)
        self.line_url = links.chat_link(office)
        self.weekdays = book_view.weekdays(language)
        if self._desk is not None:
            self.desk_name = localized(self._desk.names, language)
            self.desk_phone = self._desk.phone
            self.services = book_view.services(self._desk, language)
        if self._near is not None:
            self.near = book_view.near(language, self._near[1])
        self._show_service()
        self._show_month()
        self._show_day()
        self._show_held()
        self._show_mine()
        self._show_done()

    def _fold(self) -> None:
        """Whoever asked for their bookings sees those first, unless a place is held for them just now."""
        own = bool(self._mine) or self.guest
        self.folded = self.phase == "open" and self.asked_for_mine and own and not self._reservation_id

    def _show_service(self) -> None:
        chosen, moved = self._service(), self._moved_booking()
        self.service_code = chosen.code if chosen else ""
        self.service_name = localized(chosen.names, self.language) if chosen else ""
        self.bring = localized(chosen.items, self.language) if chosen else ""
        self.parties = book_view.parties(chosen, self.language)
        self.questions = book_view.questions(chosen, self.language)
        self.late_note = book_view.late_note(chosen, self._starts_at, self.language, self._zone())
        if moved is not None:
            self.service_name = localized(moved.service, self.language)
            self.bring = localized(moved.items, self.language)

    def _show_month(self) -> None:
        if self._month is None or not self._days:
            return
        zone, now = self._zone(), running.office().clock.now()
        self.cells = book_view.month_cells(self._days, self._month, self.language, zone)
        self.month_name = book_view.month_name(self.language, self._month)
        self.has_earlier = self._month > book_view.first_of(min(self._days))
        self.has_later = self._month < book_view.first_of(max(self._days))
        self.opens_note, self.opens_in = book_view.next_opening(self._days, self.language, zone, now)
        self.opens_serial += 1

    def _show_day(self) -> None:
        self.day = self._day.isoformat() if self._day else ""
        self.day_name = day_text(self.language, self._day) if self._day else ""
        self.places = [book_view.place_choice(*place, self.language) for place in self._free]
        shown = self._days.get(self._day) if self._day else None
        self.day_note = book_view.opens_day(shown, self.language, self._zone()) if shown else ""
        self.day_full = shown is not None and book_view.is_full(shown)
        self.day_waiting = any(
            (one.service_id, one.day) == (self._service_id, self._day) for one in self._waits
        )

    def _show_held(self) -> None:
        zone = self._zone()
        self.held_when = moment_text(self.language, self._starts_at, zone) if self._starts_at else ""
        self.to_when = localized(self._to[1], self.language) if self._to else ""
        self.late_note = book_view.late_note(self._service(), self._starts_at, self.language, zone)

    def _show_mine(self) -> None:
        office, language = running.office(), self.language
        now, zone = office.clock.now(), office.settings.zone
        self.bookings = [
            book_view.booking_card(one, self._files_of(one), language, zone, now) for one in self._mine
        ]
        self.waits = [book_view.wait_card(one, language, zone) for one in self._waits]
        moved = self._moved_booking()
        self.move_title = book_view.move_title(moved.code, language) if moved else ""
        self.from_when = moment_text(language, moved.starts_at, zone) if moved else ""

    def _show_done(self) -> None:
        if self._booking is not None:
            code = self._who.code if self._who else ""
            self.done = book_view.done(
                self._booking,
                self._files_of(self._booking),
                self.language,
                self._zone(),
                moved=self._moved,
                guest_code=code,
            )

    def _files_of(self, one: BookingView) -> tuple[str, str]:
        """Where its calendar file and its number as a code are, for a day."""
        # Paths are signed anew each time; changing them for another language would help nobody.
        if one.id not in self._files:
            office = running.office()
            self._files[one.id] = (links.calendar_path(office, one.id), links.code_path(office, one.id))
        return self._files[one.id]

    @staticmethod
    def _zone() -> ZoneInfo:
        return running.office().settings.zone
