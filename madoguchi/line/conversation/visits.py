"""Booking, one's own bookings, another time for one, giving one up, arriving.

A button may be old: each looks at the booking as it stands now, and says so when it is too late.
"""

from __future__ import annotations

from ...domain.booking import ReservationState
from ...domain.citizens import Citizen
from ...domain.errors import Refusal
from ...services import booking, checkin, desks, links, own_bookings, waiting_list
from ...services.booking_views import BookingView, facts_of
from ...services.waiting_list import WaitView
from ..messages import choices
from ..messages.bookings import too_late
from ..messages.own_visits import Booked, Waiting, listed
from ..messages.pages import booking_page, moving_page
from ..messages.values import when
from .answer import Answer, Talk, shown
from .queueing import issued_facts, waits_in_line
from .queueing import stop as stop_queueing
from .welcome import ask_desk


def book(talk: Talk) -> Answer:
    """予約する: the way to the booking page of the chosen desk."""
    if talk.user.desk_id is None:
        return ask_desk(talk, "book")
    return book_at(talk, talk.user.desk_id)


def book_at(talk: Talk, desk_id: int) -> Answer:
    """The way to the booking page of a desk."""
    if not any(service.bookable for service in desks.services_of(talk.office, desk_id)):
        return talk.text(talk.say("not_bookable"), "take", "desk")
    address = links.booking_link(talk.office, talk.user.id, desk_id)
    names = desks.desk(talk.office, desk_id).names
    return shown(booking_page(talk.language, names, address, lasting=talk.lasting_links))


def bookings(talk: Talk) -> Answer:
    """予約の確認・変更."""
    found = booking.bookings_of(talk.office, Citizen.in_line(talk.user.id))
    waits = [_waiting(one) for one in waiting_list.lists_of(talk.office, talk.user.id) if _open(talk, one)]
    if not found and not waits:
        return talk.text(talk.say("no_bookings"), "book", "take")
    return shown(listed(talk.language, [_booked(talk, one) for one in found], waits, talk.setting))


def stop(talk: Talk) -> Answer:
    """やめる, said in words: leave the queue. Whoever waits in none but has booked means the booking."""
    citizen = Citizen.in_line(talk.user.id)
    if not waits_in_line(talk) and booking.bookings_of(talk.office, citizen):
        return bookings(talk)
    return stop_queueing(talk)


def _booked(talk: Talk, one: BookingView) -> Booked:
    now = talk.office.clock.now()
    stands = one.state is ReservationState.BOOKED
    today = stands and one.day == talk.office.today()
    return Booked(
        id=one.id,
        facts=facts_of(one),
        changeable=stands and now <= one.changeable_until,
        may_check_in=today,
        arrived=one.state is ReservationState.CHECKED_IN,
        code_link=f"{talk.setting.public_url}{links.code_path(talk.office, one.id)}" if today else "",
        arrives_from=one.check_in_from if today and now < one.check_in_from else None,
    )


def _open(talk: Talk, one: WaitView) -> bool:
    """An offer that has run out is taken back within a minute: it is none any more."""
    return one.offered_until is None or one.offered_until > talk.office.clock.now()


def _waiting(one: WaitView) -> Waiting:
    return Waiting(
        service_id=one.service_id,
        service=one.service,
        desk=one.desk,
        day=one.day,
        reservation_id=one.reservation_id,
        starts_at=one.starts_at,
        until=one.offered_until,
    )


def move(talk: Talk, reservation_id: int) -> Answer:
    """時間を変える: the way to the page where another time is chosen."""
    one = own_bookings.booking_of(talk.office, talk.user.id, reservation_id)
    hindered = _hindered(talk, one)
    if hindered is not None:
        return hindered
    address = links.booking_link(talk.office, talk.user.id, one.desk_id, one.id)
    page = moving_page(
        talk.language, one.service, one.starts_at, address, talk.setting, lasting=talk.lasting_links
    )
    return shown(page)


def ask_unbook(talk: Talk, reservation_id: int) -> Answer:
    """Really give the booking up? The answer counts for the time that was asked about."""
    one = own_bookings.booking_of(talk.office, talk.user.id, reservation_id)
    hindered = _hindered(talk, one)
    if hindered is not None:
        return hindered
    moment = when(talk.language, talk.setting, one.starts_at)
    words = talk.say("ask_unbook", when=moment, service=one.service)
    data = {"a": "unbook_yes", "r": one.id, "v": _version(one)}
    return shown(choices.confirm(talk.language, words, talk.say("yes_unbook"), data))


def unbook_yes(talk: Talk, reservation_id: int, version: int) -> Answer:
    """Give the booking up. The free reply tells; nothing is pushed unless it fails."""
    one = own_bookings.booking_of(talk.office, talk.user.id, reservation_id)
    if one.state is ReservationState.BOOKED and version != _version(one):
        # It has got another time since: nobody has said that this one shall go.
        return ask_unbook(talk, reservation_id)
    hindered = None if one.state is ReservationState.CANCELLED else _hindered(talk, one)
    if hindered is not None:
        return hindered
    gone = booking.cancel_booking_own(talk.office, Citizen.in_line(talk.user.id), reservation_id, push=False)
    return talk.matters("booking_cancelled", facts_of(gone))


def check_in(talk: Talk, reservation_id: int) -> Answer:
    """到着しました: the booking becomes a ticket in the queue."""
    one = own_bookings.booking_of(talk.office, talk.user.id, reservation_id)
    if one.state is ReservationState.CANCELLED:
        return _gone(talk, one)
    issued = checkin.check_in_in_line(
        talk.office,
        line_user_id=talk.user.id,
        reservation_id=reservation_id,
        event_id=talk.event.event_id,
    )
    return talk.matters("ticket_checked_in", issued_facts(issued))


def _hindered(talk: Talk, one: BookingView) -> Answer | None:
    """Why the booking can no longer be changed; None when it can."""
    if one.state is ReservationState.CANCELLED:
        return _gone(talk, one)
    if one.state is not ReservationState.BOOKED:
        raise Refusal("booking_ended")
    if talk.office.clock.now() > one.changeable_until:
        return shown(too_late(talk.language, facts_of(one), talk.setting))
    return None


def _gone(talk: Talk, one: BookingView) -> Answer:
    moment = when(talk.language, talk.setting, one.starts_at)
    return talk.text(talk.say("was_cancelled", when=moment, service=one.service), "book", "bookings", "take")


def _version(one: BookingView) -> int:
    return int(one.starts_at.timestamp())
