"""LIFF as the stand-in plays it: who may sign in to what, and how often a code is good."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox.line import idtokens
from sandbox.line.citizens import Citizen
from sandbox.line.clock import Clock
from sandbox.line.errors import LineRefusal, PhoneRefusal
from sandbox.line.liff import Liff
from sandbox.settings import SandboxSettings

SETTINGS = SandboxSettings()
HANAKO = Citizen("hanako", "山田 花子", "ja")
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ASKED = {
    "app_id": SETTINGS.liff_id,
    "redirect_uri": "http://127.0.0.1:3000/book?d=1",
    "response_type": "code",
    "code_challenge_method": "S256",
    "code_challenge": CHALLENGE,
    "state": "s",
}


@pytest.fixture
def clock() -> Clock:
    return Clock(lambda: 1_795_000_000.0)


@pytest.fixture
def liff(clock: Clock) -> Liff:
    return Liff(SETTINGS, clock)


def returned(liff: Liff) -> dict[str, str]:
    """The query with which the sign-in comes back, as the SDK sends it on."""
    address = urlsplit(liff.signed_in(HANAKO, liff.sign_in_asked(ASKED)))
    assert address._replace(query="").geturl() == "http://127.0.0.1:3000/book"
    back = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert (back["d"], back["state"]) == ("1", "s")
    return {
        "grant_type": "authorization_code",
        "client_id": back["liffClientId"],
        "code": back["code"],
        "redirect_uri": back["liffRedirectUri"],
        "code_verifier": VERIFIER,
    }


def test_a_code_becomes_an_id_token_once(liff: Liff, clock: Clock) -> None:
    form = returned(liff)
    channel = SETTINGS.login_channel_id
    token = liff.tokens_for(form)["id_token"]
    claims = idtokens.verify(token, channel, channel, SETTINGS.channel_secret, clock.now())
    assert claims["sub"] == HANAKO.user_id
    with pytest.raises(LineRefusal):
        liff.tokens_for(form)


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "another"},
        {"code_verifier": "w" * 43},
        {"redirect_uri": "http://127.0.0.1:3000/book"},
        {"client_id": "9999999999"},
        {"grant_type": "refresh_token"},
    ],
)
def test_a_code_is_good_only_where_it_was_asked_for(liff: Liff, wrong: dict[str, str]) -> None:
    with pytest.raises(LineRefusal) as refusal:
        liff.tokens_for(returned(liff) | wrong)
    assert refusal.value.status == 400


def test_a_code_is_good_for_ten_minutes(liff: Liff, clock: Clock) -> None:
    form = returned(liff)
    clock.advance(600)
    with pytest.raises(LineRefusal):
        liff.tokens_for(form)


@pytest.mark.parametrize(
    "wrong",
    [
        {"app_id": "1234567890-Another1"},
        {"redirect_uri": "http://127.0.0.1:3000/bookings"},
        {"redirect_uri": "http://127.0.0.1:3000/"},
        {"redirect_uri": "https://elsewhere.example/book"},
        {"code_challenge_method": "plain"},
        {"code_challenge": ""},
        {"response_type": "token"},
        {"state": ""},
    ],
)
def test_a_sign_in_is_for_the_apps_own_page_and_proof(liff: Liff, wrong: dict[str, str]) -> None:
    assert liff.sign_in_asked(ASKED).redirect_uri == ASKED["redirect_uri"]
    with pytest.raises(PhoneRefusal):
        liff.sign_in_asked(ASKED | wrong)


@pytest.mark.parametrize(
    ("rest", "query"),
    [("", ""), ("?d=1", "liff.state=%3Fd%3D1"), ("/a?d=1#b", "liff.state=%2Fa%3Fd%3D1%23b")],
)
def test_the_rest_of_a_liff_url_travels_in_its_own_parameter(liff: Liff, rest: str, query: str) -> None:
    assert urlsplit(liff.address(rest)).query == query
    inside = urlsplit(liff.address_inside(HANAKO, rest))
    assert inside.query == query
    given = parse_qs(inside.fragment)
    assert given["client_id"] == [SETTINGS.login_channel_id]
    assert set(given) >= {"access_token", "context_token", "id_token"}
