"""LIFF over HTTP: the app's URL in a browser and on a phone, and what the SDK may ask for from where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sandbox.settings import SandboxSettings

Control = Callable[..., Any]
LIFF_ID = SandboxSettings().liff_id


@pytest.fixture
def endpoint(webhook: Any) -> str:
    """The page that the app is: of the product whose webhook is called."""
    return str(webhook.url).removesuffix("/line/webhook") + "/book"


def test_a_browser_is_led_to_the_endpoint_with_the_rest_in_liff_state(address: str, endpoint: str) -> None:
    for rest, query in (("?d=1", "?liff.state=%3Fd%3D1"), ("/x?d=1", "?liff.state=%2Fx%3Fd%3D1"), ("", "")):
        answer = httpx.get(f"{address}/liff/{LIFF_ID}{rest}")
        assert (answer.status_code, answer.headers["location"]) == (307, endpoint + query)
    assert httpx.get(f"{address}/liff/1234567890-Another1?d=1").status_code == 404


def test_a_phone_opens_the_endpoint_with_a_token_of_its_own_citizen(
    address: str, endpoint: str, user_ids: dict[str, str]
) -> None:
    opening = {"do": "liff", "id": LIFF_ID, "rest": "?d=1"}
    page = httpx.post(f"{address}/phone/ken/do", json=opening).json()["page"]
    assert page.startswith(f"{endpoint}?liff.state=%3Fd%3D1#")
    token = parse_qs(urlsplit(page).fragment)["id_token"][0]
    form = {"id_token": token, "client_id": LIFF_ID.split("-")[0]}
    assert httpx.post(f"{address}/oauth2/v2.1/verify", data=form).json()["sub"] == user_ids["ken"]
    another = httpx.post(f"{address}/phone/ken/do", json={**opening, "id": "1234567890-Another1"})
    assert another.status_code == 400


def test_only_the_apps_own_pages_may_load_the_sdk_and_call(address: str, endpoint: str) -> None:
    origin = endpoint.removesuffix("/book")
    sdk = httpx.get(f"{address}/liff/sdk.js")
    assert sdk.headers["content-type"].startswith("text/javascript")
    context = httpx.get(f"{address}/liff/v2/apps/{LIFF_ID}/contextToken")
    assert context.json()["contextToken"].count(".") == 2
    for answer in (sdk, context):
        assert answer.headers["access-control-allow-origin"] == origin
    assert httpx.get(f"{address}/liff/v2/apps/another/contextToken").status_code == 404


def test_a_code_that_is_not_good_is_refused_in_line_logins_form(address: str, webhook: Any) -> None:
    form = {"grant_type": "authorization_code", "code": "x", "client_id": LIFF_ID.split("-")[0]}
    answer = httpx.post(f"{address}/oauth2/v2.1/token", data=form)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_the_sign_in_asks_who_it_is(address: str, endpoint: str) -> None:
    asked = {
        "app_id": LIFF_ID,
        "redirect_uri": f"{endpoint}?d=1",
        "response_type": "code",
        "code_challenge_method": "S256",
        "code_challenge": "c",
        "state": "s",
    }
    page = httpx.get(f"{address}/liff/v1/authorize", params=asked)
    assert 'data-testid="choose-hanako"' in page.text
    chosen = httpx.get(f"{address}/liff/v1/authorize", params={**asked, "as": "hanako"})
    assert chosen.headers["location"].startswith(f"{endpoint}?d=1&code=")
    for wrong in ({"as": "nobody"}, {"redirect_uri": "https://elsewhere.example/"}):
        assert httpx.get(f"{address}/liff/v1/authorize", params={**asked, **wrong}).status_code == 400
