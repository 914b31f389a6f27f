"""Whoever guesses locks out others who guess, never the people of the house at their own computers."""

from __future__ import annotations

import pytest
from office_kit import City, clock_of
from sqlmodel import select
from staff_kit import PASSWORD, sign_ins

from madoguchi.domain.errors import Refusal
from madoguchi.services import audit, sessions
from madoguchi.services.office import Office
from madoguchi.services.staff_accounts import Browser, sign_in
from madoguchi.store.tables import AuditEntry, StaffDevice

HERE, THERE = "10.1.2.3", "10.9.9.9"
OWN = Browser("own-device-cookie-0123456789abcdef", "Firefox / Windows")


@pytest.fixture
def people(office: Office, city: City) -> dict[str, int]:
    """Ids by login."""
    return sign_ins(office, city)


def refused(office: Office, password: str, browser: Browser = Browser(), address: str = THERE) -> str:  # noqa: B008
    with pytest.raises(Refusal) as caught:
        sign_in(office, "hanako", password, address, browser)
    return caught.value.code


def test_a_known_browser_still_signs_in_while_strangers_are_locked_out(
    office: Office, people: dict[str, int]
) -> None:
    sign_in(office, "hanako", PASSWORD, HERE, OWN)
    for _ in range(5):
        assert refused(office, "wrong-password") == "sign_in_wrong"
    assert refused(office, PASSWORD) == "sign_in_locked"
    assert refused(office, PASSWORD, Browser("somebody-elses-cookie-0123456789")) == "sign_in_locked"
    assert sessions.actor_of(office, sign_in(office, "hanako", PASSWORD, HERE, OWN)) is not None
    assert refused(office, PASSWORD) == "sign_in_locked", "what she did unlocks nobody else"


def test_guessing_at_the_known_browser_locks_that_browser_only(
    office: Office, people: dict[str, int]
) -> None:
    sign_in(office, "hanako", PASSWORD, HERE, OWN)
    for _ in range(5):
        assert refused(office, "wrong-password", OWN) == "sign_in_wrong"
    assert refused(office, PASSWORD, OWN) == "sign_in_locked"
    sign_in(office, "hanako", PASSWORD, HERE)
    clock_of(office).advance(seconds=61)
    sign_in(office, "hanako", PASSWORD, HERE, OWN)


def test_a_colleague_who_guesses_from_the_same_address_locks_nobody_out(
    office: Office, people: dict[str, int]
) -> None:
    sign_in(office, "hanako", PASSWORD, HERE, OWN)
    for number in range(30):
        with pytest.raises(Refusal):
            sign_in(office, f"nobody{number}", "wrong-password", HERE)
    assert refused(office, PASSWORD, address=HERE) == "sign_in_throttled"
    sign_in(office, "hanako", PASSWORD, HERE, OWN)


def test_one_browser_is_known_for_each_of_those_who_share_it(office: Office, people: dict[str, int]) -> None:
    sign_in(office, "hanako", PASSWORD, HERE, OWN)
    for _ in range(5):
        with pytest.raises(Refusal):
            sign_in(office, "ichiro", "wrong-password", THERE)
    with pytest.raises(Refusal, match="sign_in_locked"):
        sign_in(office, "ichiro", PASSWORD, HERE, OWN)
    with office.look() as unit:
        known = unit.session.exec(select(StaffDevice)).all()
    assert [(one.staff_id, len(one.token_hash)) for one in known] == [(people["hanako"], 64)]
    assert OWN.device not in {one.token_hash for one in known}


def test_a_browser_not_used_for_half_a_year_is_known_no_more(office: Office, people: dict[str, int]) -> None:
    sign_in(office, "hanako", PASSWORD, HERE, OWN)
    clock_of(office).advance(hours=24 * 181)
    for _ in range(5):
        refused(office, "wrong-password")
    assert refused(office, PASSWORD, OWN) == "sign_in_locked"


def test_a_strangers_try_is_written_down_without_the_name(office: Office, people: dict[str, int]) -> None:
    with pytest.raises(Refusal):
        sign_in(office, "my-password-typed-as-name", "x", HERE)
    with office.look() as unit:
        row = unit.session.exec(select(AuditEntry).where(AuditEntry.action == "sign_in_failed")).one()
    assert (row.subject, row.facts, row.staff_id) == ("staff:unknown", {}, None)
    assert audit.broken_at(office) is None
