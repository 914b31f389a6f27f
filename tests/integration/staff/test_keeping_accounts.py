"""職員 and 自分のアカウント: invited, first password, authenticator, locked and unlocked, ended, shut out."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx
import pytest
from office_kit import City, clock_of
from plain_pages import at, new_staff, session_of
from sqlmodel import select

from madoguchi.domain import totp
from madoguchi.domain.errors import Refusal
from madoguchi.domain.roles import Role
from madoguchi.services import running, sessions, staff_keeping
from madoguchi.services.actors import Actor
from madoguchi.services.office import Office
from madoguchi.services.staff_accounts import Browser, sign_in
from madoguchi.store.tables import AuditEntry, RecoveryCode, Staff, StaffDevice

HERE = "10.1.2.3"
OWN = "a-password-of-ones-own"


@pytest.fixture
def admin(office: Office, city: City) -> Iterator[Actor]:
    """The only administrator, while doors can find the office."""
    running.start(office)
    yield new_staff(office, city.municipality_id, "root", Role.ADMIN)
    running.stop()


def log_in(client: httpx.Client, login: str, password: str) -> httpx.Response:
    return client.post("/staff/login", data={"login": login, "password": password, "next": "/staff/slots"})


def shown(text: str, name: str) -> str:
    found = re.search(rf'data-testid="{name}">([^<]+)<', text)
    assert found is not None, text
    return found[1]


def code_of(office: Office, spelled: str) -> str:
    import base64  # noqa: PLC0415

    return totp.code_at(base64.b32decode(spelled.replace(" ", "")), totp.step_at(office.clock.now()))


def offered(office: Office, client: httpx.Client) -> tuple[str, dict[str, str]]:
    """The secret of a new authenticator, and what it proves itself with."""
    page = client.post("/staff/account/totp").text
    salt = re.search(r'name="salt" value="(\w+)"', page)
    assert salt is not None
    spelled = shown(page, "totp-secret")
    return spelled, {"salt": salt[1], "code": code_of(office, spelled)}


def enrolled(office: Office, client: httpx.Client) -> tuple[str, list[str]]:
    """The secret and the recovery codes of whoever is signed in."""
    spelled, form = offered(office, client)
    done = client.post("/staff/account/enrol", data={**form, "former": OWN})
    assert done.status_code == 200
    return spelled, re.findall(r'data-testid="recovery-code">([^<]+)<', done.text)


def test_a_colleague_is_invited_and_has_to_choose_a_password_first(office: Office, admin: Actor) -> None:
    with at(office, session_of(office, admin)) as client:
        form = {"login": "Jiro", "name": "次郎", "role": "clerk"}
        password = shown(client.post("/staff/users/invite", data=form).text, "one-time-password")
        assert "登録している職員" in client.get("/staff/users").text
        assert password not in client.get("/staff/users").text, "told once"
    with at(office) as client:
        answer = log_in(client, "jiro", password)
        assert answer.headers["location"] == "/staff/login?next=/staff/slots"
        assert client.get("/staff").status_code == 303, "nothing opens before"
        assert "新しいパスワード" in client.get("/staff/login").text
        for wrong, words in (
            ({"password": "short", "again": "short"}, "12文字以上"),
            ({"password": OWN, "again": OWN + "x"}, "同じではありません"),
            ({"password": password, "again": password}, "今と違う"),
            ({"password": "jiro-jiro-jiro", "again": "jiro-jiro-jiro"}, "推測されやすい"),
        ):
            told = client.post("/staff/login/step", data=wrong)
            assert (told.status_code, words in told.text) == (422, True), wrong
        done = client.post("/staff/login/step", data={"password": OWN, "again": OWN, "next": "/staff/slots"})
        assert done.headers["location"] == "/staff/slots"
        assert client.get("/staff").status_code == 200
    with pytest.raises(Refusal, match="sign_in_wrong"):
        sign_in(office, "jiro", password, HERE)


def test_a_one_time_password_ends_after_a_week(office: Office, admin: Actor) -> None:
    handed = staff_keeping.invite(office, admin, "jiro", "次郎", "clerk")
    clock_of(office).advance(hours=24 * 7)
    with pytest.raises(Refusal, match="password_over"):
        sign_in(office, "jiro", handed.password, HERE)
    assert sessions.actor_of(office, "") is None


@pytest.mark.parametrize("act", ["disable", "demote"])
def test_nobody_removes_the_last_admin(office: Office, city: City, admin: Actor, act: str) -> None:
    second = new_staff(office, city.municipality_id, "second", Role.ADMIN)

    def remove(who: Actor, whom: Actor) -> None:
        if act == "disable":
            staff_keeping.set_disabled(office, who, whom.staff_id, disabled=True)
        else:
            staff_keeping.change_role(office, who, whom.staff_id, "clerk")

    codes: list[str] = []

    def at_once(who: Actor, whom: Actor) -> None:
        try:
            remove(who, whom)
        except Refusal as refusal:
            codes.append(refusal.code)

    both = [threading.Thread(target=at_once, args=pair) for pair in ((admin, second), (second, admin))]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert codes == ["last_admin"]
    with office.look() as unit:
        query = select(Staff).where(Staff.role == "admin", Staff.disabled == False)  # noqa: E712
        left = unit.session.exec(query).one()
    assert left.id in {admin.staff_id, second.staff_id}


def test_only_an_admin_of_the_same_municipality_keeps_accounts(
    office: Office, city: City, admin: Actor
) -> None:
    stranger = Actor(admin.staff_id, "x", Role.ADMIN, city.municipality_id + 1)
    services: list[Callable[[Actor], object]] = [
        lambda who: staff_keeping.reset_password(office, who, city.clerk.staff_id),
        lambda who: staff_keeping.change_role(office, who, city.clerk.staff_id, "admin"),
        lambda who: staff_keeping.set_disabled(office, who, city.clerk.staff_id, disabled=True),
        lambda who: staff_keeping.end_sessions(office, who, city.clerk.staff_id),
        lambda who: staff_keeping.drop_totp(office, who, city.clerk.staff_id),
    ]
    for service in services:
        for actor, code in (
            (stranger, "unknown_staff"),
            (city.clerk, "not_allowed"),
            (city.auditor, "not_allowed"),
        ):
            with pytest.raises(Refusal, match=code):
                service(actor)
    with at(office, session_of(office, city.auditor)) as client:
        assert client.get("/staff/users").status_code == 403
        assert client.post("/staff/users/invite", data={"login": "x"}).status_code == 403


def test_reset_and_shutting_out_end_sessions_and_known_browsers(
    office: Office, city: City, admin: Actor
) -> None:
    handed = staff_keeping.reset_password(office, admin, city.clerk.staff_id)
    token = session_of(office, city.clerk)
    sign_in(office, "sato", handed.password, HERE, Browser("a-device-cookie-0123456789abcdef"))
    staff_keeping.set_disabled(office, admin, city.clerk.staff_id, disabled=True)
    assert sessions.actor_of(office, token) is None
    with office.look() as unit:
        assert unit.session.exec(select(StaffDevice)).all() == []
    staff_keeping.set_disabled(office, admin, city.clerk.staff_id, disabled=False)
    assert sessions.actor_of(office, token) is None, "what was ended stays ended"


def test_an_authenticator_is_asked_for_and_each_code_opens_once(office: Office, admin: Actor) -> None:
    handed = staff_keeping.reset_password(office, admin, admin.staff_id)
    with at(office) as client:
        log_in(client, "root", handed.password)
        client.post("/staff/login/step", data={"password": OWN, "again": OWN})
        spelled, codes = enrolled(office, client)
        assert len(set(codes)) == 10
    with office.look() as unit:
        stored = {row.code_hash for row in unit.session.exec(select(RecoveryCode)).all()}
        assert len(stored) == 10
        assert not stored & set(codes)
        assert spelled.replace(" ", "") not in str(vars(unit.session.get_one(Staff, admin.staff_id)))
    with at(office) as client:
        log_in(client, "root", OWN)
        assert client.get("/staff").status_code == 303
        used = client.post("/staff/login/step", data={"code": code_of(office, spelled)})
        assert used.status_code == 422, "the code that enrolled it is spent"
        clock_of(office).advance(seconds=31)
        code = code_of(office, spelled)
        assert client.post("/staff/login/step", data={"code": code}).status_code == 303
        assert client.get("/staff").status_code == 200
    for tried, status in ((codes[0], 303), (codes[0], 422), (codes[1].upper().replace("-", " "), 303)):
        with at(office) as client:
            log_in(client, "root", OWN)
            assert client.post("/staff/login/step", data={"code": tried}).status_code == status


def test_on_a_page_left_open_no_stranger_sets_up_an_authenticator(office: Office, admin: Actor) -> None:
    handed = staff_keeping.reset_password(office, admin, admin.staff_id)
    with at(office) as client:
        log_in(client, "root", handed.password)
        client.post("/staff/login/step", data={"password": OWN, "again": OWN})
        spelled, form = offered(office, client)
        told = client.post("/staff/account/enrol", data={**form, "former": "a page left open"})
        assert (told.status_code, "今のパスワードが違います" in told.text) == (422, True)
        assert shown(told.text, "totp-secret") == spelled, "the owner may type the password again"
        assert client.post("/staff/account/enrol", data={**form, "former": OWN}).status_code == 200


def test_guessing_codes_locks_like_guessing_passwords(office: Office, admin: Actor) -> None:
    handed = staff_keeping.reset_password(office, admin, admin.staff_id)
    with at(office) as client:
        log_in(client, "root", handed.password)
        client.post("/staff/login/step", data={"password": OWN, "again": OWN})
        enrolled(office, client)
        client.cookies.clear()
        for _ in range(5):
            log_in(client, "root", OWN)
            answer = client.post("/staff/login/step", data={"code": "000000"})
            client.cookies.clear()
        assert answer.status_code == 401
        assert log_in(client, "root", OWN).status_code == 429


def test_a_role_may_need_an_authenticator(office: Office, admin: Actor) -> None:
    handed = staff_keeping.invite(office, admin, "jiro", "次郎", "clerk")
    staff_keeping.set_totp_roles(office, admin, ["clerk", "nonsense"])
    assert staff_keeping.totp_roles(office, admin) == ("clerk",)
    with at(office) as client:
        log_in(client, "jiro", handed.password)
        client.post("/staff/login/step", data={"password": OWN, "again": OWN})
        page = client.get("/staff/login").text
        assert client.get("/staff").status_code == 303
        salt = re.search(r'name="salt" value="(\w+)"', page)
        assert salt is not None
        wrong = client.post("/staff/login/step", data={"salt": salt[1], "code": "12"}).text
        assert salt[1] in wrong, "the same QR code again"
        code = code_of(office, shown(page, "totp-secret"))
        done = client.post("/staff/login/step", data={"salt": salt[1], "code": code})
        assert done.text.count('data-testid="recovery-code"') == 10
        assert client.get("/staff").status_code == 200
        assert "外せません" in client.post("/staff/account/drop", data={"former": OWN}).text


def test_ones_own_sessions_are_listed_and_ended(office: Office, city: City, admin: Actor) -> None:
    other, third = session_of(office, city.clerk), session_of(office, city.clerk)
    with at(office, session_of(office, city.clerk)) as client:
        page = client.get("/staff/account").text
        assert page.count('data-testid="session"') == 3
        assert not [token for token in (other, third) if token in page]
        handle = sessions.token_hash(other)[:16]
        client.post("/staff/account/end", data={"session": handle})
        assert sessions.actor_of(office, other) is None
        assert sessions.actor_of(office, third) is not None
        foreign = session_of(office, admin)
        client.post("/staff/account/end", data={"session": sessions.token_hash(foreign)[:16]})
        assert sessions.actor_of(office, foreign) is not None
        client.post("/staff/account/end")
        assert sessions.actor_of(office, third) is None
        assert client.get("/staff").status_code == 200


def test_another_password_needs_the_former_and_ends_all_other_sessions(
    office: Office, city: City, admin: Actor
) -> None:
    handed = staff_keeping.reset_password(office, admin, city.clerk.staff_id)
    other = session_of(office, city.clerk)
    with at(office, session_of(office, city.clerk)) as client:
        wrong = {"former": "wrong-password", "password": OWN, "again": OWN}
        assert "今のパスワードが違います" in client.post("/staff/account/password", data=wrong).text
        right = {**wrong, "former": handed.password}
        assert client.post("/staff/account/password", data=right).status_code == 303
        assert client.get("/staff").status_code == 200
    assert sessions.actor_of(office, other) is None


def test_a_page_is_locked_and_the_password_alone_opens_it_again(
    office: Office, city: City, admin: Actor
) -> None:
    handed = staff_keeping.reset_password(office, admin, city.clerk.staff_id)
    with at(office) as client:
        log_in(client, "sato", handed.password)
        client.post("/staff/login/step", data={"password": OWN, "again": OWN})
        answer = client.post("/staff/lock", headers={"Referer": "http://127.0.0.1:3000/staff/slots"})
        assert answer.headers["location"] == "/staff/login?next=/staff/slots"
        assert client.get("/staff").status_code == 303
        page = client.get("/staff/login").text
        assert "ロック中" in page
        assert 'name="login"' not in page
        assert client.post("/staff/login/step", data={"password": "wrong-password"}).status_code == 401
        former = client.cookies["madoguchi_staff"]
        assert client.post("/staff/login/step", data={"password": OWN}).headers["location"] == "/staff"
        assert client.cookies["madoguchi_staff"] != former
        assert client.get("/staff").status_code == 200
    with office.look() as unit:
        actions = [row.action for row in unit.session.exec(select(AuditEntry).order_by(AuditEntry.id)).all()]
    assert actions[-3:] == ["lock", "sign_in_failed", "unlock"]


def test_a_computer_left_alone_locks_itself_and_work_keeps_it_open(
    office: Office, city: City, admin: Actor
) -> None:
    token = session_of(office, city.clerk)
    with at(office, token) as client:
        for _ in range(4):
            clock_of(office).advance(minutes=20)
            assert client.get("/staff").status_code == 200
        clock_of(office).advance(minutes=30)
        assert client.get("/staff").status_code == 303
        assert "ロック中" in client.get("/staff/login").text
    sessions.touch(office, token)
    assert sessions.actor_of(office, token) is None, "no late click opens it"
    clock_of(office).advance(hours=11)
    with at(office, token) as client:
        assert 'name="login"' in client.get("/staff/login").text, "after its hours it is over"


def test_whoever_runs_the_server_gets_a_locked_out_administrator_back_in(
    office: Office, admin: Actor
) -> None:
    with office.change() as unit:
        row = unit.session.get_one(Staff, admin.staff_id)
        row.totp_salt, row.disabled, row.locked_until = "x", True, unit.now + timedelta(hours=1)
    handed = staff_keeping.rescue(office, " ROOT ")
    with at(office) as client:
        log_in(client, "root", handed.password)
        assert "新しいパスワード" in client.get("/staff/login").text
    with pytest.raises(Refusal, match="unknown_staff"):
        staff_keeping.rescue(office, "nobody")
