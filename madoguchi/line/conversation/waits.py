"""キャンセル待ち: taking the place that is offered, asking again, leaving the list."""

from __future__ import annotations

from datetime import date

from ...dates import day_text
from ...domain.citizens import Citizen
from ...domain.errors import Refusal
from ...domain.languages import localized
from ...services import booking, holds, links, own_bookings, waiting_list
from ...services.waiting_list import WaitView
from ...texts import refusal_text
from ..messages import choices
from ..messages.offers import lapsed
from ..messages.pages import offer_page
from ..messages.parts import plain
from ..messages.values import when
from .answer import Answer, Talk, shown
from .visits import book_at, bookings


def take_offer(talk: Talk, reservation_id: int) -> Answer:
    """この時間を予約する: a fresh link to the place that is held, or how things stand by now."""
    one = own_bookings.offer_of(talk.office, talk.user.id, reservation_id)
    if one.booked:
        return bookings(talk)
    if one.until is not None:
        address = links.booking_link(talk.office, talk.user.id, one.desk_id)
        page = offer_page(
            talk.language,
            one.service,
            one.starts_at,
            one.until,
            address,
            talk.setting,
            lasting=talk.lasting_links,
        )
        return shown(page)
    if one.starts_at <= talk.office.clock.now():
        return talk.text(talk.say("offer_past"), "book", "bookings")
    again = {"a": "wait_again", "s": one.service_id, "d": one.day.isoformat(), "k": one.desk_id}
    return shown(lapsed(talk.language, one.service, one.starts_at, again, talk.setting))


def wait_again(talk: Talk, service_id: int, day: date, desk_id: int) -> Answer:
    """On the list of that day; where it has places by now, the way to them."""
    mine = booking.bookings_of(talk.office, Citizen.in_line(talk.user.id))
    if any((one.service_id, one.day) == (service_id, day) for one in mine):
        return bookings(talk)
    try:
        new = waiting_list.ask(talk.office, line_user_id=talk.user.id, service_id=service_id, day=day)
    except Refusal as refusal:
        if refusal.code != "wait_not_full":
            raise
        words = refusal_text(talk.language, refusal)
        return Answer((plain(words), *book_at(talk, desk_id).messages))
    words = talk.say("waits" if new else "waits_already", day=day_text(talk.language, day))
    return talk.text(words, "bookings", "book")


def ask_unwait(talk: Talk, service_id: int, day: date) -> Answer:
    """Really leave? A place that is held would go to the next."""
    one = _list(talk, service_id, day)
    if one is None:
        return _left(talk)
    name = localized(one.service, talk.language)
    if _offered(talk, one) and one.starts_at is not None:
        words = talk.say("ask_pass", when=when(talk.language, talk.setting, one.starts_at), service=name)
    else:
        words = talk.say("ask_unwait", day=day_text(talk.language, day), service=name)
    data = {"a": "unwait_yes", "s": service_id, "d": day.isoformat(), "r": one.reservation_id or 0}
    return shown(choices.confirm(talk.language, words, talk.say("yes_unwait"), data))


def unwait_yes(talk: Talk, service_id: int, day: date, reservation_id: int) -> Answer:
    """Off the list. A place held meanwhile is asked about first, and goes to the next at once."""
    one = _list(talk, service_id, day)
    if one is None:
        return _left(talk)
    if _offered(talk, one) and one.reservation_id != reservation_id:
        return ask_unwait(talk, service_id, day)
    waiting_list.leave(talk.office, line_user_id=talk.user.id, service_id=service_id, day=day)
    if one.reservation_id is not None:
        holds.release(talk.office, Citizen.in_line(talk.user.id), one.reservation_id)
    return _left(talk)


def _list(talk: Talk, service_id: int, day: date) -> WaitView | None:
    for one in waiting_list.lists_of(talk.office, talk.user.id):
        if (one.service_id, one.day) == (service_id, day):
            return one
    return None


def _offered(talk: Talk, one: WaitView) -> bool:
    return one.offered_until is not None and one.offered_until > talk.office.clock.now()


def _left(talk: Talk) -> Answer:
    return talk.text(talk.say("unwaited"), "bookings", "book")
