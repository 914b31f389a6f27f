"""A citizen asks what the office holds of them, or to have it erased; staff do both, with a reason."""

from __future__ import annotations

import pytest
from office_kit import City
from own_kit import DAY, KANA, PHONE, admin_of, book, booked_and_gone
from sqlalchemy import select
from sqlmodel import col

from madoguchi.domain.booking import CancelReason
from madoguchi.domain.errors import Refusal
from madoguchi.domain.own_data import OwnDataReason
from madoguchi.domain.roles import Role
from madoguchi.services import booking, contacts, masking, own_data
from madoguchi.services.actors import Actor
from madoguchi.services.inbox import NewEvent, receive
from madoguchi.services.line_users import line_user
from madoguchi.services.office import Office
from madoguchi.store.tables import (
    AuditEntry,
    Contact,
    LineUser,
    OutboxMessage,
    WebhookEvent,
)

OWN = OwnDataReason.OWN_REQUEST


def audited(office: Office) -> list[tuple[str, str, dict[str, object]]]:
    with office.look() as unit:
        rows = unit.session.execute(select(AuditEntry).order_by(col(AuditEntry.id))).scalars()
        return [(row.action, row.subject, row.facts) for row in rows]


def test_everything_about_a_citizen_is_shown_and_the_look_recorded_with_its_reason(
    office: Office, city: City
) -> None:
    reservation_id = book(office, city)
    shown = own_data.show(office, city.clerk, reservation_id, OWN)
    (visit,) = shown.visits
    assert (visit.kana, visit.phone, visit.day) == (KANA, PHONE, DAY)
    assert (shown.in_line, shown.messages) == (True, 1)
    assert audited(office) == [("show_own_data", f"reservation:{reservation_id}", {"reason": "own_request"})]


def test_who_may_not_see_contacts_is_shown_nothing(lite_office: Office, lite_city: City) -> None:
    reservation_id = book(lite_office, lite_city)
    for actor in (lite_city.viewer, lite_city.auditor):
        with pytest.raises(Refusal, match="not_allowed"):
            own_data.show(lite_office, actor, reservation_id, OWN)
    for actor in (lite_city.clerk, lite_city.viewer):
        with pytest.raises(Refusal, match="not_allowed"):
            own_data.erase(lite_office, actor, reservation_id, OWN)
    stranger = Actor(1, "x", Role.ADMIN, 99)
    with pytest.raises(Refusal, match="unknown_reservation"):
        own_data.show(lite_office, stranger, reservation_id, OWN)
    assert audited(lite_office) == []


def test_erasing_leaves_no_letter_no_digit_and_no_tie_to_line(office: Office, city: City) -> None:
    reservation_id = booked_and_gone(office, city)
    user_id = f"U{1:032x}"
    receive(office, [NewEvent("e1", None, user_id, {"text": KANA})])
    done = own_data.erase(office, admin_of(city), reservation_id, OWN)
    assert done == own_data.Erased(contacts=1, line=True, elsewhere=False)
    with office.look() as unit:
        contact = unit.session.execute(select(Contact)).scalar_one()
        assert (contact.kana, contact.kana_key, contact.phone) == ("＊＊＊ ＊＊＊", "", "+************")
        user = unit.session.get_one(LineUser, city.line_user_ids[0])
        assert (user.user_id, user.following) == (f"erased-{user.id}", False)
        assert unit.session.get_one(WebhookEvent, "e1").user_id is None
        assert {row.state for row in unit.session.execute(select(OutboxMessage)).scalars()} == {"dropped"}
    assert audited(office)[-1][0] == "erase_own_data"
    assert KANA not in str(audited(office))
    # Twice is fine, and the bytes go with the next run of the job.
    assert own_data.erase(office, admin_of(city), reservation_id, OWN).contacts == 0
    assert masking.mask_due(office).masked == 0
    assert all(run.wiped_at for run in masking.latest_runs(office))


def test_who_is_still_expected_is_not_erased(lite_office: Office, lite_city: City) -> None:
    reservation_id = book(lite_office, lite_city)
    with pytest.raises(Refusal, match="erase_standing"):
        own_data.erase(lite_office, admin_of(lite_city), reservation_id, OWN)


def test_a_caller_without_line_is_erased_alone(lite_office: Office, lite_city: City) -> None:
    booked_and_gone(lite_office, lite_city)
    given = {"service_id": lite_city.service_id, "slot_id": 1, "kana": KANA, "phone": PHONE}
    callers = [
        booking.book_at_desk(lite_office, lite_city.clerk, form=str(at), **given).id for at in range(2)
    ]
    booking.cancel_booking(lite_office, lite_city.clerk, callers[0], reason=CancelReason.REQUESTED)
    done = own_data.erase(lite_office, admin_of(lite_city), callers[0], OWN)
    assert done == own_data.Erased(contacts=1, line=False, elsewhere=False)
    assert contacts.contact_of(lite_office, lite_city.clerk, callers[1]) == (KANA, PHONE)


def test_who_comes_back_after_erasing_is_somebody_new(lite_office: Office, lite_city: City) -> None:
    reservation_id = booked_and_gone(lite_office, lite_city)
    own_data.erase(lite_office, admin_of(lite_city), reservation_id, OWN)
    assert line_user(lite_office, f"U{1:032x}").id not in lite_city.line_user_ids
