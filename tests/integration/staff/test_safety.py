"""What stands before every HTTP answer."""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from office_kit import City
from staff_kit import OFFICE_ADDRESS, STREET_ADDRESS, browser, running_office
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from madoguchi import public
from madoguchi.cli import logs
from madoguchi.safety import MOST_BYTES, protect
from madoguchi.services.office import Office


def test_only_permitted_addresses_reach_the_terminal_side(open_office: Office, mori: City) -> None:
    with browser(open_office, "10.5.0.9") as inside, browser(open_office, OFFICE_ADDRESS) as outside:
        assert inside.get("/api/v1/terminal/config").status_code == 200
        refused = outside.get("/api/v1/terminal/config")
        assert refused.status_code == 403
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["code"] == "address_not_permitted"
        assert outside.get("/api/v1/desks").status_code == 200


def test_a_stranger_cannot_claim_a_permitted_address(open_office: Office, mori: City) -> None:
    with browser(open_office, STREET_ADDRESS) as client:
        assert client.get("/staff/login", headers={"X-Forwarded-For": OFFICE_ADDRESS}).status_code == 403


def test_behind_our_proxy_the_clients_own_address_counts(sqlite_url: str, tmp_path: Path) -> None:
    networks = {"staff_networks": "10.0.0.0/8", "trusted_proxies": "192.0.2.1/32"}
    with running_office(sqlite_url, tmp_path, **networks) as office, browser(office, "192.0.2.1") as client:
        for forwarded, status in {
            OFFICE_ADDRESS: 200,
            STREET_ADDRESS: 403,
            f"{OFFICE_ADDRESS}, {STREET_ADDRESS}": 403,
            f"{STREET_ADDRESS}, {OFFICE_ADDRESS}": 200,
            "nonsense": 403,
        }.items():
            answer = client.get("/staff/login", headers={"X-Forwarded-For": forwarded})
            assert answer.status_code == status, forwarded


def test_guessing_is_counted_by_the_address_that_our_proxy_saw(sqlite_url: str, tmp_path: Path) -> None:
    with (
        running_office(sqlite_url, tmp_path, trusted_proxies="192.0.2.1/32") as office,
        browser(office, "192.0.2.1") as client,
    ):
        for number in range(31):
            # What the client wrote, then the header that a proxy like HAProxy adds.
            way = [("X-Forwarded-For", f"198.51.100.{number}"), ("X-Forwarded-For", STREET_ADDRESS)]
            form = {"login": f"nobody{number}", "password": "wrong-password"}
            answer = client.post("/staff/login", data=form, headers=way)
        assert answer.status_code == 429


def test_every_answer_says_what_browsers_may_do_with_it(client: httpx.Client) -> None:
    for path in ("/", "/staff", "/staff/login", "/nowhere", "/api/v1/desks"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe-eval" not in policy
        assert "frame-ancestors 'none'" in policy


def test_the_demos_phones_may_frame_citizens_pages_and_nothing_else(sqlite_url: str, tmp_path: Path) -> None:
    line = {"env": "demo", "line_api_host": "http://127.0.0.1:3900"}
    with running_office(sqlite_url, tmp_path, **line) as office, browser(office) as client:
        book = client.get("/book").headers
        assert "http://127.0.0.1:3900" in book["content-security-policy"].split("frame-ancestors")[1]
        assert "x-frame-options" not in book
        staff = client.get("/staff/login").headers
        assert staff["content-security-policy"].endswith("frame-ancestors 'none'")
        assert staff["x-frame-options"] == "DENY"


LIFF = {"liff_id": "1234567890-AbcdEfgh", "line_login_channel_id": "1234567890"}


@pytest.mark.parametrize(
    ("line", "connects", "scripts"),
    [
        ({}, "'self'", "'self'"),
        (LIFF, "'self' https://api.line.me", "'self'"),
        (
            {**LIFF, "line_api_host": "http://127.0.0.1:3900"},
            "'self' http://127.0.0.1:3900",
            "'self' http://127.0.0.1:3900",
        ),
    ],
)
def test_liff_opens_the_booking_page_to_line_and_no_other_page(
    sqlite_url: str, tmp_path: Path, line: dict[str, str], connects: str, scripts: str
) -> None:
    with running_office(sqlite_url, tmp_path, **line) as office, browser(office) as client:
        book = client.get("/book").headers["content-security-policy"].split("; ")
        assert f"connect-src {connects}" in book
        assert f"script-src {scripts}" in book
        for path in ("/", "/staff/login", "/bookings"):
            other = client.get(path).headers["content-security-policy"].split("; ")
            assert "connect-src 'self'" in other
            assert "script-src 'self'" in other


def test_only_scripts_that_the_build_wrote_run_inline(open_office: Office, tmp_path: Path) -> None:
    script = 'window.page = "x";'
    page = f'<html><script src="/a.js"></script><script type="module">{script}</script></html>'
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "index.html").write_text(page)
    app = protect(Starlette(), lambda: open_office.settings, tmp_path / "pages")
    with TestClient(app, client=(OFFICE_ADDRESS, 1)) as client:
        policy = client.get("/").headers["content-security-policy"]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in policy


def test_a_body_over_the_limit_is_refused_before_it_is_read(client: httpx.Client) -> None:
    assert client.post("/api/v1/desks", content=b"x" * MOST_BYTES).status_code == 200
    assert client.post("/api/v1/desks", content=b"x" * (MOST_BYTES + 1)).status_code == 413


def test_a_body_of_unknown_length_is_cut_off_at_the_limit(client: httpx.Client) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(20):
            yield b"x" * 100_000

    assert client.post("/api/v1/desks", content=endless()).status_code == 413


async def _own_policy(_request: Request) -> Response:
    return PlainTextResponse("ok", headers={"Content-Security-Policy": "sandbox"})


def test_a_page_that_sets_its_own_policy_keeps_it(open_office: Office) -> None:
    app = protect(Starlette(routes=[Route("/", _own_policy)]), lambda: open_office.settings)
    with TestClient(app, client=(OFFICE_ADDRESS, 1)) as client:
        assert client.get("/").headers["content-security-policy"] == "sandbox"


@pytest.mark.parametrize("path", ["/staff.html", "/staff/", "/staff/index.html", "/staff.data"])
def test_no_other_spelling_shows_the_page_without_a_sign_in(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 303


def test_who_asks_too_often_is_told_when_to_come_back(sqlite_url: str, tmp_path: Path) -> None:
    with (
        running_office(sqlite_url, tmp_path, public_rate=2) as office,
        browser(office, STREET_ADDRESS) as one,
    ):
        answers = [one.get("/api/v1/desks") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        last = answers[-1]
        assert last.headers["content-type"] == "application/problem+json"
        assert last.json()["code"] == "too_many_attempts"
        assert 0 < int(last.headers["retry-after"]) <= 60
        assert last.headers["x-content-type-options"] == "nosniff"
        page = one.get("/book", headers={"Accept-Language": "en"})
        assert (page.status_code, "try again" in page.text) == (429, True)
        with browser(office, "198.51.100.7") as other:
            assert other.get("/book").status_code == 200
            assert other.get("/book", headers={"X-Forwarded-For": "1.2.3.4"}).status_code == 200
            assert other.get("/book", headers={"X-Forwarded-For": "5.6.7.8"}).status_code == 429


def test_the_well_known_address_says_whom_to_tell_of_a_weakness(sqlite_url: str, tmp_path: Path) -> None:
    app = Starlette(routes=public.routes())
    with running_office(sqlite_url, tmp_path) as office, TestClient(app) as client:
        assert client.get("/.well-known/security.txt").status_code == 404
    contact = {"security_contact": "mailto:security@mori.example"}
    with running_office(sqlite_url, tmp_path, **contact) as office, TestClient(app) as client:
        answer = client.get("/.well-known/security.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.splitlines()
    assert lines[0] == "Contact: mailto:security@mori.example"
    assert lines[1] == "Expires: 2027-03-30T01:00:00Z"
    assert lines[3] == f"Canonical: {office.settings.public_url}/.well-known/security.txt"


def test_no_log_keeps_what_opens_something_in_an_address() -> None:
    line = 'GET /_event/?EIO=4&token=0f8e3d52-1c55&transport=websocket and /book?k="x" /book?d=1&k=abc.def'
    record = logging.LogRecord("granian", logging.WARNING, "", 0, line, None, None)
    told = logs.Discreet().format(record)
    assert [secret for secret in ("0f8e3d52", "abc.def") if secret in told] == []
    assert "transport=websocket" in told
