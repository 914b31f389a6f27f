"""予約 for everybody who sends the form at the same moment, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ..domain.booking import ReservationState
from ..domain.citizens import Citizen
from ..domain.errors import Refusal
from ..domain.languages import DEFAULT, known
from ..domain.names import kana_name
from ..domain.phones import phone_e164
from ..domain.questions import checked_answers, questions_from_json
from ..store import booking_rounds as rows
from ..store.booking import Visit
from ..store.booking_rounds import Kept
from ..store.tables import Service
from . import contacts, outbox
from .booking_limits import STANDING, VISITS, refuse_more_than
from .booking_rules import refuse_closed
from .booking_views import BookingView, message, view_of
from .office import Office, Unit
from .outbox import Message
from .rounds import Answer, Place, Places, answered, in_rounds

MOST_TOGETHER: Final = 20
"""However many a service lets come: what a form may send."""


@dataclass(frozen=True)
class BookWish:
    """One form sent, for a place held before."""

    citizen: Citizen
    reservation_id: int
    kana: str
    phone: str
    language: str
    party: int = 1
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Form:
    """What will be written of it."""

    wish: BookWish
    place: Place
    reservation: Kept
    name: str
    number: str
    answers: Mapping[str, str]
    others: Sequence[Kept]
    """What the citizen holds of the service besides."""

    @property
    def lapsed(self) -> bool:
        """Whether the place was given back meanwhile, so that one must be taken anew."""
        return self.reservation.state != ReservationState.HELD.value


def book_together(office: Office, wishes: Sequence[BookWish]) -> list[Answer[BookingView]]:
    """What `booking.book` gives or raises, for each wish; the others do not feel it."""
    return in_rounds(office, wishes, lambda unit, some: _Round(unit, some).run())


def asked_for(service: Service, party: int, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers to store, as the service asks. Raises `Refusal`: party_size(most), answer_*(question)."""
    party_of(service, party)
    return checked_answers(questions_from_json(service.questions), answers)


def party_of(service: Service, party: int) -> int:
    """How many come, if the service lets so many. Raises `Refusal("party_size", most)`."""
    if not 1 <= party <= min(max(1, service.max_party), MOST_TOGETHER):
        raise Refusal("party_size", most=service.max_party)
    return party


@dataclass
class _Round:
    """One transaction; nobody appears twice in it. What holds for all of it is asked once."""

    unit: Unit
    wishes: Sequence[BookWish]
    languages: dict[Citizen, str | None] = field(default_factory=dict)
    reservations: dict[int, Kept] = field(default_factory=dict)
    held: dict[tuple[Citizen, int], list[Kept]] = field(default_factory=dict)
    visits: dict[tuple[Citizen, int], list[Visit]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.places = Places(self.unit)

    def run(self) -> list[Answer[BookingView]]:
        """An answer for each wish, in order."""
        self._read()
        looked = [answered(lambda wish=wish: self._checked(wish)) for wish in self.wishes]  # type: ignore[misc]
        forms = [form for form in looked if isinstance(form, _Form)]
        self.places.lock(
            one.slot_id
            for form in forms
            for one in [*form.others, *([form.reservation] if form.lapsed else [])]
        )
        good = [form for form in forms if self._secure(form)]
        self.places.write()
        made = dict(zip(map(id, good), self._write(good), strict=True))
        self.places.offer_freed()
        return [
            made.get(id(one)) or Refusal("hold_lapsed") if isinstance(one, _Form) else one for one in looked
        ]

    def _read(self) -> None:
        session = self.unit.session
        self.languages = rows.lock_citizens(session, {wish.citizen for wish in self.wishes})
        self.reservations = rows.lock_reservations(session, {wish.reservation_id for wish in self.wishes})
        services = {one.service_id for one in self.reservations.values()}
        for one in rows.lock_holds(session, self.languages, services):
            self.held.setdefault((one.citizen, one.service_id), []).append(one)
        self.visits = rows.visits(session, self.languages, services, VISITS)
        self.places.read((one.slot_id, one.service_id) for one in self.reservations.values())

    def _checked(self, wish: BookWish) -> BookingView | _Form:
        """The booking if it stands already, else what to write. Raises `Refusal` if it must not be."""
        name, number = kana_name(wish.kana), phone_e164(wish.phone)
        if wish.citizen not in self.languages:
            raise Refusal("link_invalid")
        reservation = self.reservations.get(wish.reservation_id)
        if reservation is None or reservation.citizen != wish.citizen:
            raise Refusal("unknown_reservation")
        place = self.places.get(reservation.slot_id, reservation.service_id)
        if place is None:
            raise Refusal("slot_closed")
        if reservation.state in STANDING:
            return view_of(reservation, place.service, place.desk, place.rules)
        answers = asked_for(place.service, wish.party, wish.answers)
        if reservation.booked_at is not None:
            raise Refusal("booking_ended")
        if place.slot.starts_at <= self.unit.now:
            raise Refusal("slot_closed")
        if reservation.hold_until is None or reservation.hold_until <= self.unit.now:
            # Held in time, one may finish typing; what is over is booked by the rules of everybody.
            refuse_closed(self.unit, place.rules, place.slot.day, place.slot.starts_at)
        both = (wish.citizen, reservation.service_id)
        refuse_more_than(self.visits.get(both, []), place.service, place.slot.day, self.unit.today)
        others = [one for one in self.held.get(both, []) if one.id != reservation.id]
        return _Form(wish, place, reservation, name, number, answers, others)

    def _secure(self, form: _Form) -> bool:
        if form.lapsed and not self.places.take(form.reservation.slot_id):
            return False
        self.places.give_back(form.others)
        return True

    def _write(self, forms: Sequence[_Form]) -> list[BookingView]:
        contact_ids = contacts.add_all(
            self.unit, [(form.name, form.number, form.reservation.day) for form in forms]
        )
        rows.book(
            self.unit.session,
            [
                {
                    "reservation": form.reservation.id,
                    "spoken": known(form.wish.language),
                    "people": form.wish.party,
                    "told": dict(form.answers),
                    "contact": contact_id,
                }
                for form, contact_id in zip(forms, contact_ids, strict=True)
            ],
            self.unit.now,
        )
        self._stop_waiting(forms)
        views = [self._stands(form) for form in forms]
        outbox.enqueue_all(self.unit, [one for one in map(self._told, forms, views) if one is not None])
        return views

    def _stands(self, form: _Form) -> BookingView:
        self.unit.desk_changed(form.reservation.desk_id)
        booked = form.reservation._replace(state=ReservationState.BOOKED.value, party=form.wish.party)
        return view_of(booked, form.place.service, form.place.desk, form.place.rules)

    def _told(self, form: _Form, made: BookingView) -> Message | None:
        user = form.wish.citizen.line_user_id
        if user is None:
            return None
        language = self.languages[form.wish.citizen] or DEFAULT
        return message(self.unit, user, language, "booking_made", f"booked:{made.id}", made)

    def _stop_waiting(self, forms: Sequence[_Form]) -> None:
        booked = {
            (user, form.reservation.service_id, form.reservation.day)
            for form in forms
            if (user := form.reservation.line_user_id) is not None
        }
        rows.stop_waiting(self.unit.session, booked, self.unit.now)
        # What was offered is taken: that it is free need not be told any more.
        outbox.offers_over(self.unit, [form.reservation.id for form in forms])
