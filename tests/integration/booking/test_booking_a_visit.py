"""From a held place to a booking, once, whatever happens in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from madoguchi.domain.booking import CancelReason, ReservationState
from madoguchi.domain.citizens import Citizen
from madoguchi.domain.errors import Refusal
from madoguchi.services import booking, contacts, holds, moving, reservation_rows
from madoguchi.services.booking_views import BookingView
from madoguchi.services.changes import Change, DeskChanged
from madoguchi.store.tables import AuditEntry, Contact
from tests.integration.booking.booking_city import MONDAY, NINE, TUESDAY, City
from tests.integration.booking.visits_kit import known_contact

KANA, PHONE = "やまだ たろう", "０９０ー１２３４ー５６７８"


def _book(city: City, user: int, reservation_id: int, **changed: str) -> BookingView:
    given = {"kana": KANA, "phone": PHONE, "language": "en", **changed}
    return booking.book(city.office, Citizen.in_line(user), reservation_id=reservation_id, **given)


def _booked(city: City, user: int, slot: int) -> BookingView:
    held = holds.hold(city.office, Citizen.in_line(user), service_id=city.nursery, slot_id=slot)
    return _book(city, user, held.reservation_id)


def _contacts(city: City) -> list[Contact]:
    with city.office.look() as unit:
        return list(unit.session.execute(select(Contact)).scalars())


def test_a_booking_has_a_six_digit_number_and_a_contact_of_its_own(city: City) -> None:
    user = city.citizen()
    made = _booked(city, user, city.slot())
    (contact,) = _contacts(city)
    assert (contact.kana, contact.phone) == ("ヤマダ タロウ", "+819012345678")
    assert contact.kana_key == "ヤマタタロウ"
    assert contact.visit_day == TUESDAY
    assert made.code.isdigit()
    assert len(made.code) == 6
    assert made.state is ReservationState.BOOKED
    assert made.changeable_until == made.starts_at - timedelta(minutes=60)
    assert [one.id for one in booking.bookings_of(city.office, Citizen.in_line(user))] == [made.id]


def test_the_push_is_written_once_and_holds_no_personal_data(city: City) -> None:
    user = city.citizen()
    made = _booked(city, user, city.slot())
    _book(city, user, made.id)
    (message,) = city.messages("booking_made")
    assert message.facts["code"] == made.code
    assert message.facts["starts_at"] == made.starts_at.isoformat()
    assert message.facts["desk_phone"] == "03-0000-1111"
    written = str(message.facts)
    assert "ヤマダ" not in written
    assert "1234" not in written


def test_submitting_twice_gives_the_same_booking(city: City) -> None:
    user, slot = city.citizen(), city.slot()
    first = _booked(city, user, slot)
    second = _book(city, user, first.id, kana="スズキ ハナコ")
    assert second == first
    assert city.taken(slot) == 1
    assert [contact.kana for contact in _contacts(city)] == ["ヤマダ タロウ"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"kana": "山田太郎"}, "name_not_kana"),
        ({"kana": "  "}, "name_missing"),
        ({"kana": "ア" * 41}, "name_too_long"),
        ({"phone": ""}, "phone_missing"),
        ({"phone": "12345"}, "phone_unreadable"),
        ({"phone": "0120-444-444"}, "phone_kind"),
    ],
)
def test_a_wrong_contact_is_refused_and_the_place_stays_held(
    city: City, changed: dict[str, str], code: str
) -> None:
    user, slot = city.citizen(), city.slot()
    held = holds.hold(city.office, Citizen.in_line(user), service_id=city.nursery, slot_id=slot)
    with pytest.raises(Refusal, match=code):
        _book(city, user, held.reservation_id, **changed)
    assert _book(city, user, held.reservation_id).state is ReservationState.BOOKED


def test_another_ones_hold_cannot_be_booked(city: City) -> None:
    held = holds.hold(
        city.office, Citizen.in_line(city.citizen()), service_id=city.nursery, slot_id=city.slot()
    )
    with pytest.raises(Refusal, match="unknown_reservation"):
        _book(city, city.citizen(), held.reservation_id)


def test_a_lapsed_hold_takes_its_place_anew_when_one_is_left(city: City) -> None:
    user, slot = city.citizen(), city.slot(capacity=1)
    held = holds.hold(city.office, Citizen.in_line(user), service_id=city.nursery, slot_id=slot)
    city.clock.advance(minutes=11)
    holds.lapse_holds(city.office)
    assert city.taken(slot) == 0
    assert _book(city, user, held.reservation_id).state is ReservationState.BOOKED
    assert city.taken(slot) == 1


@pytest.mark.parametrize("swept", [True, False])
def test_a_lapsed_hold_is_booked_no_later_than_anybody_books(city: City, swept: bool) -> None:
    in_time, lapsed = city.citizen(), city.citizen()
    slot = city.slot(MONDAY, time(11), capacity=3)
    city.clock.put(NINE + timedelta(minutes=48))
    late = holds.hold(city.office, Citizen.in_line(lapsed), service_id=city.nursery, slot_id=slot)
    city.clock.put(NINE + timedelta(minutes=60))
    held = holds.hold(city.office, Citizen.in_line(in_time), service_id=city.nursery, slot_id=slot)
    city.clock.advance(minutes=5)
    if swept:
        holds.lapse_holds(city.office)
    with pytest.raises(Refusal, match="slot_closed"):
        _book(city, lapsed, late.reservation_id)
    assert _book(city, in_time, held.reservation_id).state is ReservationState.BOOKED


def test_a_lapsed_hold_whose_place_is_gone_is_refused(city: City) -> None:
    user, slot = city.citizen(), city.slot(capacity=1)
    held = holds.hold(city.office, Citizen.in_line(user), service_id=city.nursery, slot_id=slot)
    city.clock.advance(minutes=11)
    holds.hold(city.office, Citizen.in_line(city.citizen()), service_id=city.nursery, slot_id=slot)
    with pytest.raises(Refusal, match="hold_lapsed"):
        _book(city, user, held.reservation_id)
    assert city.taken(slot) == 1
    assert not _contacts(city)


def test_booking_from_an_older_window_frees_the_newer_hold(city: City) -> None:
    user, old, new = city.citizen(), city.slot(at=time(10)), city.slot(at=time(11))
    held = holds.hold(city.office, Citizen.in_line(user), service_id=city.nursery, slot_id=old)
    holds.hold(city.office, Citizen.in_line(user), service_id=city.nursery, slot_id=new)
    _book(city, user, held.reservation_id)
    assert (city.taken(old), city.taken(new)) == (1, 0)


def test_one_booking_per_service_and_day(city: City) -> None:
    user = city.citizen()
    made = _booked(city, user, city.slot(at=time(10)))
    with pytest.raises(Refusal) as refused:
        holds.hold(
            city.office, Citizen.in_line(user), service_id=city.nursery, slot_id=city.slot(at=time(11))
        )
    assert (refused.value.code, refused.value.facts) == ("already_booked", {"number": made.code})
    holds.hold(
        city.office,
        Citizen.in_line(user),
        service_id=city.nursery,
        slot_id=city.slot(TUESDAY + timedelta(days=1)),
    )
    holds.hold(
        city.office, Citizen.in_line(user), service_id=city.permit, slot_id=city.slot(service=city.permit)
    )


def test_a_taken_number_is_drawn_again(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["111111", "111111", "222222"])
    monkeypatch.setattr(reservation_rows, "new_code", lambda: next(drawn))
    slot = city.slot()
    codes = [_booked(city, city.citizen(), slot).code for _ in range(2)]
    assert codes == ["111111", "222222"]


def test_cancelling_frees_the_place_and_tells_once(city: City) -> None:
    user, slot = city.citizen(), city.slot()
    made = _booked(city, user, slot)
    for _ in range(2):
        cancelled = booking.cancel_booking_own(city.office, Citizen.in_line(user), made.id)
        assert cancelled.state is ReservationState.CANCELLED
    assert city.taken(slot) == 0
    assert len(city.messages("booking_cancelled")) == 1
    assert booking.bookings_of(city.office, Citizen.in_line(user)) == []
    with pytest.raises(Refusal, match="booking_ended"):
        _book(city, user, made.id)


def test_cancelling_ends_at_the_deadline(city: City) -> None:
    user = city.citizen()
    made = _booked(city, user, city.slot(MONDAY, time(11)))
    city.clock.put(made.changeable_until + timedelta(seconds=1))
    with pytest.raises(Refusal) as refused:
        booking.cancel_booking_own(city.office, Citizen.in_line(user), made.id)
    assert (refused.value.code, refused.value.facts) == ("change_too_late", {"phone": "03-0000-1111"})
    city.clock.put(made.changeable_until)
    booking.cancel_booking_own(city.office, Citizen.in_line(user), made.id)


def test_only_the_own_booking_can_be_cancelled(city: City) -> None:
    made = _booked(city, city.citizen(), city.slot())
    with pytest.raises(Refusal, match="unknown_reservation"):
        booking.cancel_booking_own(city.office, Citizen.in_line(city.citizen()), made.id)


def test_a_held_place_is_no_booking_to_cancel(city: City) -> None:
    user, slot = city.citizen(), city.slot()
    held = holds.hold(city.office, Citizen.in_line(user), service_id=city.nursery, slot_id=slot)
    with pytest.raises(Refusal, match="unknown_reservation"):
        booking.cancel_booking_own(city.office, Citizen.in_line(user), held.reservation_id)
    assert city.taken(slot) == 1


def test_staff_book_for_a_caller_once_per_form_and_it_is_audited(city: City) -> None:
    slot = city.slot(MONDAY, time(9, 20))

    def by_phone() -> BookingView:
        return booking.book_at_desk(
            city.office,
            city.clerk,
            service_id=city.nursery,
            slot_id=slot,
            kana=KANA,
            phone=PHONE,
            form="form-1",
        )

    assert by_phone() == by_phone()
    assert city.taken(slot) == 1
    assert city.messages("booking_made") == []
    with city.office.look() as unit:
        (entry,) = unit.session.execute(select(AuditEntry)).scalars()
    assert (entry.action, entry.staff_id) == ("book", city.clerk.staff_id)
    assert "ヤマダ" not in str(entry.facts)


def test_staff_are_refused_what_is_not_theirs(city: City) -> None:
    user, slot = city.citizen(), city.slot()
    made = _booked(city, user, slot)
    attempts: list[tuple[str, Callable[[], object]]] = [
        ("not_allowed", lambda: _at_desk(city, city.viewer, slot)),
        ("unknown_place", lambda: _at_desk(city, city.stranger, slot)),
        (
            "not_allowed",
            lambda: booking.cancel_booking(city.office, city.viewer, made.id, reason=CancelReason.OTHER),
        ),
        (
            "unknown_reservation",
            lambda: booking.cancel_booking(city.office, city.stranger, made.id, reason=CancelReason.OTHER),
        ),
        ("not_allowed", lambda: contacts.contact_of(city.office, city.viewer, made.id)),
        ("unknown_reservation", lambda: contacts.contact_of(city.office, city.stranger, made.id)),
    ]
    for code, attempt in attempts:
        with pytest.raises(Refusal, match=code):
            attempt()


def _at_desk(city: City, actor: object, slot: int) -> BookingView:
    return booking.book_at_desk(
        city.office, actor, service_id=city.nursery, slot_id=slot, kana=KANA, phone=PHONE, form="f"
    )  # type: ignore[arg-type]


def test_staff_cancel_and_the_citizen_is_told(city: City) -> None:
    slot = city.slot()
    made = _booked(city, city.citizen(), slot)
    for _ in range(2):
        booking.cancel_booking(city.office, city.clerk, made.id, reason=CancelReason.OTHER)
    assert city.taken(slot) == 0
    assert len(city.messages("booking_cancelled")) == 1


def test_a_look_at_the_contact_is_audited(city: City) -> None:
    made = _booked(city, city.citizen(), city.slot())
    assert contacts.contact_of(city.office, city.clerk, made.id) == ("ヤマダ タロウ", "090-1234-5678")
    with city.office.look() as unit:
        (entry,) = unit.session.execute(select(AuditEntry)).scalars()
    assert (entry.action, entry.subject) == ("see_contact", f"reservation:{made.id}")


def test_the_form_starts_with_the_newest_unmasked_contact(city: City) -> None:
    user = city.citizen()
    assert known_contact(city, user) is None
    _booked(city, user, city.slot())
    assert known_contact(city, user) == ("ヤマダ タロウ", "090-1234-5678")
    with city.office.change() as unit:
        for contact in unit.session.execute(
            select(Contact).where(col(Contact.masked_at).is_(None))
        ).scalars():
            contact.masked_at = unit.now
    assert known_contact(city, user) is None


def test_the_desk_is_told_that_something_changed(city: City) -> None:
    told: list[Change] = []
    city.office.changes.listen(told.append)
    _booked(city, city.citizen(), city.slot())
    assert DeskChanged(city.desk) in told


def test_staff_are_told_when_a_day_opens(city: City) -> None:
    slot, nearer = city.slot(MONDAY + timedelta(days=31)), city.slot()
    given = {"service_id": city.nursery, "kana": KANA, "phone": PHONE}
    with pytest.raises(Refusal, match="not_open_yet"):
        booking.book_at_desk(city.office, city.clerk, slot_id=slot, form="early", **given)
    made = booking.book_at_desk(city.office, city.clerk, slot_id=nearer, form="open", **given)
    with pytest.raises(Refusal, match="not_open_yet"):
        moving.move_at_desk(city.office, city.clerk, made.id, slot)
