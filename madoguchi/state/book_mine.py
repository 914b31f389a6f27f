"""`/book`, what somebody has already: bookings to move or give up, and days they wait for."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime

import reflex as rx

from ..domain.booking import ReservationState
from ..domain.citizens import Citizen
from ..domain.errors import Refusal
from ..services import booking, guest_holds, holds, moving, running, waiting_list
from ..services.booking_views import BookingView
from ..services.running import in_thread
from . import book_view, caller
from .access import anyone
from .book_days import BookDays
from .book_shown import CONTACT, SERVICE, WHEN


class BookMine(BookDays, mixin=True):
    """予約の確認・変更 and the waiting list. Services ask each time whose a booking is."""

    @rx.event
    @anyone
    async def ask_cancel(self, reservation_id: int) -> None:
        """Ask whether the booking is really to be given up."""
        self.answered += 1
        if self.phase == "open" and self._own(reservation_id) is not None:
            self._clear()
            self.cancelling = reservation_id

    @rx.event
    @anyone
    async def keep_booking(self) -> None:
        """No, it is not."""
        self.answered += 1
        self.cancelling = 0

    @rx.event
    @anyone
    async def cancel(self) -> None:
        """Give up the booking that was asked about."""
        self.answered += 1
        chosen, self.cancelling = self.cancelling, 0
        if self.phase != "open" or self._own(chosen) is None:
            return
        self._clear()
        with self._kept():
            try:
                await in_thread(booking.cancel_booking_own, running.office(), self._citizen(), chosen)
            except Refusal as refusal:
                self._refused(refusal)
            else:
                self.news = self.text["mine.cancelled"]
            await self._load_mine()
            if self.step == WHEN:
                await self._refresh()

    @rx.event
    @anyone
    async def move(self, reservation_id: int) -> None:
        """Let another time be chosen for the booking."""
        self.answered += 1
        if self.phase != "open" or self._own(reservation_id) is None:
            return
        self._clear()
        with self._kept():
            await self._begin_move(reservation_id)

    @rx.event
    @anyone
    async def leave_move(self) -> None:
        """Leave the booking as it is."""
        self.answered += 1
        if self.phase == "open" and self.moving:
            self._clear()
            self._end_move()
            self._speak(self.language)

    @rx.event
    @anyone
    async def confirm_move(self) -> None:
        """Take the new time and give the old one back."""
        self.answered += 1
        if self.phase != "open" or self._to is None or self._own(self.moving) is None:
            return
        slot_id = self._to[0]
        self._clear()
        with self._kept():
            try:
                made = await in_thread(
                    moving.move_own, running.office(), self._citizen(), self.moving, slot_id
                )
            except Refusal as refusal:
                self._refused(refusal)
                await self._not_moved(refusal)
            else:
                self._end_move()
                self._finish(made, moved=True)

    @rx.event
    @anyone
    async def wait_for_day(self) -> None:
        """Put the citizen on the list of the full day that is shown."""
        self.answered += 1
        user, day = self._citizen().line_user_id, self._day
        if self.phase != "open" or self.moving or user is None or day is None or not self.day_full:
            return
        self._clear()
        with self._kept():
            office = running.office()
            try:
                await in_thread(
                    waiting_list.ask, office, line_user_id=user, service_id=self._service_id, day=day
                )
            except Refusal as refusal:
                self._refused(refusal)
                await self._refresh()
            else:
                self.news = self.text["wait.joined"]
            await self._load_waits(user)

    @rx.event
    @anyone
    async def stop_waiting(self, service_id: int, day: str) -> None:
        """Take the citizen off a list."""
        self.answered += 1
        user = self._citizen().line_user_id
        found = [one for one in self._waits if (one.service_id, one.day.isoformat()) == (service_id, day)]
        if self.phase != "open" or user is None or not found:
            return
        self._clear()
        with self._kept():
            wait = found[0]
            await in_thread(
                waiting_list.leave,
                running.office(),
                line_user_id=user,
                service_id=wait.service_id,
                day=wait.day,
            )
            self.news = self.text["wait.left"]
            await self._load_waits(user)

    def _choose_new_time(self, slot_id: int) -> None:
        """The place to move to, still to be confirmed."""
        moved = self._moved_booking()
        at = next((time for slot, time, _ in self._free if slot == slot_id), None)
        if moved is None or at is None or self._day is None or slot_id == moved.slot_id:
            return
        self._to = (slot_id, book_view.local_moment_texts(self._day, at, self._zone()))
        self.step = CONTACT
        self._show_held()

    async def _not_moved(self, refusal: Refusal) -> None:
        """The new time is gone, or the booking is no longer to be moved."""
        self._to = None
        self.step = WHEN
        await self._load_mine()
        moved = self._moved_booking()
        if moved is None or refusal.code == "change_too_late":
            self._end_move()
        await self._refresh()
        self._show_held()

    async def _begin_move(self, reservation_id: int) -> None:
        """Show the calendar of the booking's service, at its day."""
        moved = self._own(reservation_id)
        if moved is None:
            self._refused(Refusal("unknown_reservation"))
            return
        if (
            moved.state is not ReservationState.BOOKED
            or running.office().clock.now() > moved.changeable_until
        ):
            # Its card says so, and where to telephone.
            return
        await self._let_go()
        self.cancelling = 0
        self.moving, self.held_slot = moved.id, moved.slot_id
        self._to, self._service_id = None, moved.service_id
        self._day, self._month = moved.day, book_view.first_of(moved.day)
        self.step = WHEN
        await self._refresh()
        self._speak(self.language)

    def _end_move(self) -> None:
        self.moving = self.held_slot = 0
        self._to = None
        self._day, self._free = None, []
        if self._service() is None:
            self._service_id = 0
        self.step = WHEN if self._service_id else SERVICE

    def _finish(self, made: BookingView, *, moved: bool) -> None:
        """Show the confirmation."""
        self._booking, self._moved = made, moved
        self.done = book_view.Done()
        self.phase = "done"
        self._show_done()

    async def _let_go(self) -> None:
        """The place held goes back, unless somebody has waited for it."""
        if self._reservation_id:
            held = self._reservation_id
            await in_thread(holds.release, running.office(), self._citizen(), held, offers=False)
            guest_holds.WATCH.given_back(*self._guest_place())
        self._keep(None)

    def _counted(self) -> AbstractContextManager[None]:
        """While a guest takes a place or books it: not more than is fair from one address.

        Raises `Refusal("guest_many_here", minutes)`.
        """
        return guest_holds.WATCH.taking(*self._guest_place())

    def _guest_place(self) -> tuple[str, Citizen, int, datetime]:
        """Where the event comes from, who it is, what they hold a place of, and when."""
        office = running.office()
        address = caller.house_of(caller.caller(), office.settings)
        return address, self._citizen(), self._service_id, office.clock.now()

    async def _load_mine(self) -> None:
        self._mine = await in_thread(booking.bookings_of, running.office(), self._citizen())
        self._show_mine()

    async def _load_waits(self, line_user_id: int) -> None:
        self._waits = await in_thread(waiting_list.lists_of, running.office(), line_user_id)
        self._show_mine()
        self._show_day()

    def _own(self, reservation_id: object) -> BookingView | None:
        """The citizen's booking with this id, as the page knows it."""
        if type(reservation_id) is not int:
            return None
        return next((one for one in self._mine if one.id == reservation_id), None)
