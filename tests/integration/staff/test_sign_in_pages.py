"""The sign-in as a browser meets it."""

from __future__ import annotations

import sqlite3
from http.cookies import Morsel, SimpleCookie
from pathlib import Path

import httpx
import pytest
from office_kit import City, small_city
from sqlalchemy.exc import OperationalError
from staff_kit import PASSWORD, STREET_ADDRESS, browser, running_office, sign_ins, try_sign_in

from madoguchi.services import sessions
from madoguchi.services.office import Office
from madoguchi.store import engine

COOKIE = "madoguchi_staff"


def cookie_of(answer: httpx.Response, name: str = COOKIE) -> Morsel[str]:
    """One of the cookies that the answer sets."""
    return next(
        found[name] for text in answer.headers.get_list("set-cookie") if name in (found := SimpleCookie(text))
    )


def test_signing_in_sets_a_cookie_that_no_script_reads_and_leads_to_the_page(client: httpx.Client) -> None:
    answer = try_sign_in(client, "hanako", PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff")
    cookie = cookie_of(answer)
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "lax", "/")
    assert cookie["secure"] == ""
    assert int(cookie["max-age"]) == 12 * 3600
    assert client.get("/staff").status_code == 200


def test_behind_https_the_cookie_never_goes_out_in_the_clear(sqlite_url: str, tmp_path: Path) -> None:
    with running_office(sqlite_url, tmp_path, public_url="https://madoguchi.example") as office:
        sign_ins(office, small_city(office))
        with browser(office) as client:
            answer = try_sign_in(client, "hanako", PASSWORD)
    assert cookie_of(answer)["secure"] is True
    assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_a_wrong_password_keeps_the_name_and_says_so_in_japanese(client: httpx.Client) -> None:
    answer = try_sign_in(client, 'hana"<ko>', "wrong-password")
    assert answer.status_code == 401
    assert "ログイン名かパスワードが違います" in answer.text
    assert 'value="hana&#34;&lt;ko&gt;"' in answer.text
    assert "wrong-password" not in answer.text
    assert COOKIE not in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize(("login", "password"), [("", ""), ("hanako", ""), ("  ", "x")])
def test_an_empty_field_is_asked_for(client: httpx.Client, login: str, password: str) -> None:
    answer = try_sign_in(client, login, password)
    assert answer.status_code == 422
    assert "入力してください" in answer.text


def test_after_five_wrong_passwords_the_minutes_to_wait_are_told(client: httpx.Client) -> None:
    for _ in range(5):
        try_sign_in(client, "hanako", "wrong-password")
    answer = try_sign_in(client, "hanako", PASSWORD)
    assert answer.status_code == 429
    assert "約1分後" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": None, "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": None, "Origin": "null"},
    ],
)
@pytest.mark.parametrize("path", ["/staff/login", "/staff/logout"])
def test_a_form_on_another_site_is_not_accepted(
    open_office: Office, client: httpx.Client, headers: dict[str, str | None], path: str
) -> None:
    try_sign_in(client, "hanako", PASSWORD)
    token = client.cookies[COOKIE]
    del client.headers["Sec-Fetch-Site"]
    sent = {name: value for name, value in headers.items() if value is not None}
    answer = client.post(path, data={"login": "hanako", "password": PASSWORD}, headers=sent)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert sessions.actor_of(open_office, token) is not None


def test_an_old_browser_that_only_sends_origin_may_sign_in(client: httpx.Client) -> None:
    del client.headers["Sec-Fetch-Site"]
    client.headers["Origin"] = "http://127.0.0.1:3000"
    assert try_sign_in(client, "hanako", PASSWORD).status_code == 303


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/staff/slots", "/staff/slots"),
        ("/staff", "/staff"),
        ("", "/staff"),
        ("https://evil.example/staff", "/staff"),
        ("//evil.example/staff", "/staff"),
        ("/staffroom", "/staff"),
        ("/book", "/staff"),
        ("/staff/login", "/staff"),
        ("/staff\\..\\evil", "/staff"),
        ("javascript:alert(1)", "/staff"),
        ("http://[", "/staff"),
    ],
)
def test_after_signing_in_only_our_own_pages_follow(client: httpx.Client, wanted: str, led_to: str) -> None:
    answer = try_sign_in(client, "hanako", PASSWORD, next=wanted)
    assert answer.headers["location"] == led_to


def test_the_page_asked_for_first_comes_after_the_sign_in(client: httpx.Client) -> None:
    first = client.get("/staff/slots")
    assert (first.status_code, first.headers["location"]) == (303, "/staff/login?next=/staff/slots")
    assert 'value="/staff/slots"' in client.get(first.headers["location"]).text


def test_who_is_signed_in_needs_no_form(client: httpx.Client) -> None:
    try_sign_in(client, "hanako", PASSWORD)
    answer = client.get("/staff/login?next=/staff/slots")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/slots")


def test_signing_out_ends_the_session_and_the_cookie(open_office: Office, client: httpx.Client) -> None:
    try_sign_in(client, "hanako", PASSWORD)
    token = client.cookies[COOKIE]
    answer = client.post("/staff/logout")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/login?out=1")
    assert sessions.actor_of(open_office, token) is None
    assert COOKIE not in client.cookies
    assert client.get("/staff").headers["location"].startswith("/staff/login")
    assert "ログアウトしました" in client.get("/staff/login?out=1").text


@pytest.mark.parametrize(
    "body", [b"\xff\xfe=1", b"login=hanako&" * 20, b"a" * 9_000, b"login=%00&password=%00"]
)
def test_a_body_that_is_no_form_is_an_empty_form(client: httpx.Client, body: bytes) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/staff/login", content=body, headers=kind).status_code == 422


def test_while_the_database_is_locked_the_form_says_so_and_keeps_the_name(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", 50)
    with running_office(sqlite_url, tmp_path) as office:
        sign_ins(office, small_city(office))
        other = sqlite3.connect(tmp_path / "madoguchi.db", isolation_level=None)
        with browser(office) as client:
            other.execute("BEGIN IMMEDIATE")
            answer = try_sign_in(client, "hanako", PASSWORD, next="/staff/slots")
            assert answer.status_code == 503
            assert "ただいま混み合っています" in answer.text
            assert 'value="hanako"' in answer.text
            assert 'value="/staff/slots"' in answer.text
            other.execute("ROLLBACK")
            assert try_sign_in(client, "hanako", PASSWORD).status_code == 303
            other.execute("BEGIN IMMEDIATE")
            leaving = client.post("/staff/logout")
            assert (leaving.status_code, "混み合っています" in leaving.text) == (503, True)
        other.close()


def test_a_database_that_is_gone_gives_the_staff_side_a_sentence(
    open_office: Office, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    try_sign_in(client, "hanako", PASSWORD)

    def gone(*_arguments: object) -> None:
        raise OperationalError("SELECT", None, ConnectionError("gone"))

    monkeypatch.setattr(sessions, "actor_of", gone)
    monkeypatch.setattr(sessions, "standing", gone)
    for path in ("/staff", "/staff/login"):
        answer = client.get(path)
        assert (answer.status_code, "混み合っています" in answer.text) == (503, True)


def test_from_the_street_there_is_no_form_at_all(open_office: Office, mori: City) -> None:
    with browser(open_office, STREET_ADDRESS) as client:
        for path in ("/staff", "/staff/login", "/staff/slots"):
            answer = client.get(path)
            assert answer.status_code == 403
            assert "この場所からは利用できません" in answer.text
        assert try_sign_in(client, "hanako", PASSWORD).status_code == 403
        assert client.get("/book").status_code == 200
