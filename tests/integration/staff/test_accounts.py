"""Accounts and sessions, on SQLite and on PostgreSQL."""

from __future__ import annotations

import hashlib

import pytest
from argon2 import Type
from office_kit import City, clock_of
from sqlmodel import select
from staff_kit import PASSWORD, sign_ins

from madoguchi.domain.errors import Refusal
from madoguchi.domain.roles import Role
from madoguchi.services import audit, calling, counters, issuing, sessions, staff_accounts
from madoguchi.services.actors import Actor
from madoguchi.services.office import Office
from madoguchi.services.staff_accounts import create_staff, sign_in
from madoguchi.store.tables import Staff, StaffSession

HERE = "10.1.2.3"
STRONG = staff_accounts._HASHER
"""As it is outside of tests."""


@pytest.fixture
def people(office: Office, city: City) -> dict[str, int]:
    """Ids by login."""
    return sign_ins(office, city)


def refused(office: Office, login: str, password: str = "wrong-password", address: str = HERE) -> Refusal:
    """Why the sign-in is refused."""
    with pytest.raises(Refusal) as caught:
        sign_in(office, login, password, address)
    return caught.value


def test_the_right_password_opens_a_session_of_which_only_the_hash_is_stored(
    office: Office, people: dict[str, int], city: City
) -> None:
    token = sign_in(office, "hanako", PASSWORD, HERE)
    assert sessions.actor_of(office, token) == Actor(
        people["hanako"], "hanakoさん", Role.CLERK, city.municipality_id
    )
    with office.look() as unit:
        stored = unit.session.exec(select(StaffSession)).one()
        staff = unit.session.get_one(Staff, people["hanako"])
    assert stored.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert len(token) >= 43
    assert staff.password_hash.startswith("$argon2id$")


def test_a_login_is_found_however_wide_or_tall_its_letters(office: Office, people: dict[str, int]) -> None:
    assert sessions.actor_of(office, sign_in(office, " ＨＡＮＡＫＯ ", PASSWORD, HERE)) is not None


def test_a_session_ends_after_twelve_hours(office: Office, people: dict[str, int]) -> None:
    token = sign_in(office, "hanako", PASSWORD, HERE)
    for _ in range(35):
        clock_of(office).advance(minutes=20)
        sessions.touch(office, token)
    clock_of(office).advance(minutes=19)
    assert sessions.actor_of(office, token) is not None
    clock_of(office).advance(minutes=1)
    assert sessions.actor_of(office, token) is None


def test_signing_out_ends_that_session_only(office: Office, people: dict[str, int]) -> None:
    here, there = (sign_in(office, "hanako", PASSWORD, HERE) for _ in range(2))
    sessions.sign_out(office, here)
    sessions.sign_out(office, here)
    assert sessions.actor_of(office, here) is None
    assert sessions.actor_of(office, there) is not None


def test_whoever_goes_home_leaves_the_counter_but_not_a_visit_that_is_still_open(
    office: Office, people: dict[str, int], city: City
) -> None:
    first, second = (sign_in(office, "hanako", PASSWORD, HERE) for _ in range(2))
    hanako = sessions.actor_of(office, first)
    assert hanako is not None
    counters.take_counter(office, hanako, city.counter_ids[0])
    sessions.sign_out(office, first)
    assert counters.desk_of(office, hanako) == city.desk_id
    sessions.sign_out(office, second)
    assert counters.desk_of(office, hanako) is None

    issuing.issue_at_desk(office, hanako, service_id=city.service_id, form="f")
    last = sign_in(office, "hanako", PASSWORD, HERE)
    counters.take_counter(office, hanako, city.counter_ids[0])
    calling.call_next(office, hanako, city.counter_ids[0], None)
    sessions.sign_out(office, last)
    assert counters.desk_of(office, hanako) == city.desk_id


def test_a_disabled_account_is_out_at_once_and_cannot_come_back(
    office: Office, people: dict[str, int]
) -> None:
    token = sign_in(office, "hanako", PASSWORD, HERE)
    with office.change() as unit:
        unit.session.get_one(Staff, people["hanako"]).disabled = True
    assert sessions.actor_of(office, token) is None
    assert refused(office, "hanako", PASSWORD).code == "sign_in_wrong"


@pytest.mark.parametrize("token", ["", "x", "x" * 5000, "日本語"])
def test_no_session_has_such_a_token(office: Office, people: dict[str, int], token: str) -> None:
    assert sessions.actor_of(office, token) is None


def test_the_fifth_wrong_password_locks_and_the_right_one_unlocks_later(
    office: Office, people: dict[str, int]
) -> None:
    for _ in range(5):
        assert refused(office, "hanako").code == "sign_in_wrong"
    locked = refused(office, "hanako", PASSWORD)
    assert (locked.code, locked.facts) == ("sign_in_locked", {"minutes": 1})
    clock_of(office).advance(seconds=61)
    assert refused(office, "hanako").code == "sign_in_wrong"
    assert refused(office, "hanako", PASSWORD).facts == {"minutes": 2}
    clock_of(office).advance(seconds=121)
    sign_in(office, "hanako", PASSWORD, HERE)
    assert refused(office, "hanako").code == "sign_in_wrong"
    sign_in(office, "hanako", PASSWORD, HERE)


def test_who_has_no_account_gets_the_very_same_answers(office: Office, people: dict[str, int]) -> None:
    known = [str(refused(office, "ichiro")) for _ in range(7)]
    stranger = [str(refused(office, "somebody")) for _ in range(7)]
    assert known == stranger == ["sign_in_wrong"] * 5 + ["sign_in_locked {'minutes': 1}"] * 2


def test_an_unknown_name_costs_the_same_work(
    office: Office, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    real = staff_accounts.is_right
    monkeypatch.setattr(
        staff_accounts, "is_right", lambda hashed, typed: checked.append(hashed) or real(hashed, typed)
    )
    refused(office, "nobody")
    refused(office, "hanako")
    assert len(checked) == 2
    assert [one.rsplit("$", 2)[0] for one in checked] == [checked[0].rsplit("$", 2)[0]] * 2


def test_one_address_cannot_try_many_names(office: Office, people: dict[str, int]) -> None:
    for number in range(30):
        assert refused(office, f"name{number}", address="10.7.7.7").code == "sign_in_wrong"
    assert refused(office, "hanako", PASSWORD, address="10.7.7.7").code == "sign_in_throttled"
    sign_in(office, "hanako", PASSWORD, HERE)


def test_every_sign_in_and_failure_is_in_the_audit_log(office: Office, people: dict[str, int]) -> None:
    refused(office, "hanako")
    sessions.sign_out(office, sign_in(office, "hanako", PASSWORD, HERE))
    with office.look() as unit:
        rows = unit.session.exec(select(audit.AuditEntry).order_by(audit.AuditEntry.id)).all()
    subject = f"staff:{people['hanako']}"
    assert [row.action for row in rows if row.subject == subject] == [
        "create_staff",
        "sign_in_failed",
        "sign_in",
        "sign_out",
    ]
    assert audit.broken_at(office) is None


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"login": "hanako"}, "login_taken"),
        ({"login": "Hanako"}, "login_taken"),
        ({"login": "two words"}, "login_unusable"),
        ({"login": " "}, "login_unusable"),
        ({"password": "short"}, "password_short"),
        ({"municipality_code": "nowhere"}, "unknown_municipality"),
    ],
)
def test_an_account_that_cannot_be_is_not_made(
    office: Office, people: dict[str, int], given: dict[str, str], code: str
) -> None:
    usual = {"municipality_code": "mori", "login": "jiro", "display_name": "次郎", "password": PASSWORD}
    with pytest.raises(Refusal) as caught:
        create_staff(office, role=Role.CLERK, **{**usual, **given})
    assert caught.value.code == code


def test_passwords_are_hashed_as_rfc_9106_recommends_for_little_memory() -> None:
    assert (STRONG.type, STRONG.time_cost, STRONG.memory_cost) == (Type.ID, 3, 64 * 1024)


def test_old_sessions_are_cleared_away(office: Office, people: dict[str, int]) -> None:
    sign_in(office, "hanako", PASSWORD, HERE)
    clock_of(office).advance(hours=13)
    sign_in(office, "hanako", PASSWORD, HERE)
    with office.look() as unit:
        assert len(unit.session.exec(select(StaffSession)).all()) == 1
    assert office.settings.staff_hours == 12
