"""Booking, one's own bookings, giving one up, arriving."""

from __future__ import annotations

from ...domain.booking import ReservationState
from ...domain.citizens import Citizen
from ...services import booking, checkin, desks, links
from ...services.booking_views import BookingView, facts_of
from ..messages import choices
from ..messages.bookings import Booked, booking_page, listed
from ..messages.values import when
from .answer import Answer, Talk, shown
from .queueing import issued_facts
from .welcome import ask_desk


def book(talk: Talk) -> Answer:
    """予約する: the way to the booking page of the chosen desk."""
    desk_id = talk.user.desk_id
    if desk_id is None:
        return ask_desk(talk, "book")
    if not any(service.bookable for service in desks.services_of(talk.office, desk_id)):
        return talk.text(talk.say("not_bookable"), "take", "desk")
    address = links.booking_link(talk.office, talk.user.id, desk_id)
    names, by_liff = desks.desk(talk.office, desk_id).names, bool(talk.office.settings.liff_id)
    return shown(booking_page(talk.language, names, address, lasting=by_liff))


def bookings(talk: Talk) -> Answer:
    """予約の確認・変更."""
    found = booking.bookings_of(talk.office, Citizen.in_line(talk.user.id))
    if not found:
        return talk.text(talk.say("no_bookings"), "book", "take")
    return shown(listed(talk.language, [_booked(talk, one) for one in found], talk.setting))


def _booked(talk: Talk, one: BookingView) -> Booked:
    now = talk.office.clock.now()
    stands = one.state is ReservationState.BOOKED
    return Booked(
        id=one.id,
        facts=facts_of(one),
        cancellable_until=one.changeable_until if stands and now <= one.changeable_until else None,
        may_check_in=stands and one.day == talk.office.today(),
    )


def ask_unbook(talk: Talk, reservation_id: int) -> Answer:
    """Really give the booking up?"""
    found = {one.id: one for one in booking.bookings_of(talk.office, Citizen.in_line(talk.user.id))}
    one = found.get(reservation_id)
    if one is None:
        return bookings(talk)
    moment = when(talk.language, talk.setting, one.starts_at)
    words = talk.say("ask_unbook", when=moment, service=one.service)
    data = {"a": "unbook_yes", "r": one.id}
    return shown(choices.confirm(talk.language, words, talk.say("yes_unbook"), data))


def unbook_yes(talk: Talk, reservation_id: int) -> Answer:
    """Give the booking up. The free reply tells; nothing is pushed unless it fails."""
    one = booking.cancel_booking_own(talk.office, Citizen.in_line(talk.user.id), reservation_id, push=False)
    return talk.matters("booking_cancelled", facts_of(one))


def check_in(talk: Talk, reservation_id: int) -> Answer:
    """着きました: the booking becomes a ticket in the queue."""
    issued = checkin.check_in_in_line(
        talk.office,
        line_user_id=talk.user.id,
        reservation_id=reservation_id,
        event_id=talk.event.event_id,
    )
    return talk.matters("ticket_checked_in", issued_facts(issued))
