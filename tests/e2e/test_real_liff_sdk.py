"""LINE's own LIFF SDK on `/book`, as production serves it, under the headers that production sends.

Its hosts are not there: the browser's calls of them are answered here, in the forms that the SDK reads. That
the ID token's signature holds is checked by the SDK itself.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from stage import ROOT, free_ports

from tests.integration.booking.booking_city import furnished, migrated, opened
from tools.ports import wait_until_answers

pytestmark = pytest.mark.e2e

CHANNEL, LIFF_ID = "1234567890", "1234567890-AbcdEfgh"
LINE_APP = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Mobile/15E148 Safari Line/15.9.0 LIFF"
)
_PATIENCE = 30.0

SIGN = """
async (claims) => {
  const kind = { name: "ECDSA", namedCurve: "P-256" };
  const pair = await crypto.subtle.generateKey(kind, true, ["sign", "verify"]);
  const plain = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\\+/g, "-").replace(/\\//g, "_").replace(/=+$/, "");
  const part = (value) => plain(new TextEncoder().encode(JSON.stringify(value)));
  const signed = `${part({ typ: "JWT", alg: "ES256", kid: "k1" })}.${part(claims)}`;
  const how = { name: "ECDSA", hash: "SHA-256" };
  const signature = await crypto.subtle.sign(how, pair.privateKey, new TextEncoder().encode(signed));
  const key = await crypto.subtle.exportKey("jwk", pair.publicKey);
  return { token: `${signed}.${plain(signature)}`, key: { ...key, kid: "k1" } };
}
"""


@dataclass
class Verifier:
    """LINE's endpoint for the server: takes the one token that was signed, and nothing else."""

    token: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    def answer(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        self.asked.append(form)
        if form != {"id_token": self.token, "client_id": CHANNEL}:
            return 400, {"error": "invalid_request", "error_description": "Invalid IdToken."}
        return 200, self.claims


@pytest.fixture
def verifier() -> Verifier:
    return Verifier()


@pytest.fixture
def line(verifier: Verifier) -> Iterator[str]:
    """Where the server finds LINE."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            status, told = verifier.answer(form) if self.path == "/oauth2/v2.1/verify" else (404, {})
            text = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@dataclass(frozen=True)
class Production:
    """A production server with one desk."""

    url: str
    desk: int
    log: Path


@pytest.fixture
def production(tmp_path: Path, line: str) -> Iterator[Production]:
    office = opened(migrated(f"sqlite:///{tmp_path / 'madoguchi.db'}"), tmp_path)
    desk = furnished(office).desk
    office.database.close()
    (port,) = free_ports(1)
    log = tmp_path / "serve.log"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MADOGUCHI_")} | {
        "MADOGUCHI_PORT": str(port),
        "MADOGUCHI_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "MADOGUCHI_VAR_DIR": str(tmp_path),
        "MADOGUCHI_SECRET_KEY": "0123456789abcdef0123456789abcdef",
        "MADOGUCHI_LINE_CHANNEL_SECRET": "secret",
        "MADOGUCHI_LINE_CHANNEL_TOKEN": "token",
        "MADOGUCHI_LINE_BASIC_ID": "@city",
        "MADOGUCHI_LINE_API_HOST": line,
        "MADOGUCHI_LIFF_ID": LIFF_ID,
        "MADOGUCHI_LINE_LOGIN_CHANNEL_ID": CHANNEL,
        "MADOGUCHI_STAFF_NETWORKS": "127.0.0.0/8",
        "MADOGUCHI_TERMINAL_NETWORKS": "127.0.0.0/8",
    }
    with log.open("w") as out:
        command = [sys.executable, "-m", "madoguchi", "serve"]
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=out, stderr=out)
    url = f"http://127.0.0.1:{port}"
    try:
        ready = wait_until_answers(f"{url}/readyz", _PATIENCE, lambda: process.poll() is None)
        assert ready, log.read_text()
        yield Production(url, desk, log)
    finally:
        process.kill()
        process.wait()


@dataclass
class LineInTheBrowser:
    """What the SDK finds at LINE's hosts."""

    page: Page
    production: Production
    verifier: Verifier
    calls: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)
    key: dict[str, Any] = field(default_factory=dict)

    def watch(self) -> None:
        self.page.context.route(lambda url: not url.startswith(self.production.url), self._answer)
        self.page.on(
            "console",
            lambda said: self.blocked.append(said.text) if "Content Security Policy" in said.text else None,
        )

    def sign(self, name: str) -> None:
        """Sign an ID token for a reader of that name, as LINE would."""
        now = int(time.time())
        claims = {
            "iss": "https://access.line.me",
            "sub": "U" + "ab" * 16,
            "aud": CHANNEL,
            "exp": now + 3600,
            "iat": now,
            "name": name,
        }
        self.page.goto(f"{self.production.url}/privacy")
        made = self.page.evaluate(SIGN, claims)
        self.key = made["key"]
        self.verifier.token, self.verifier.claims = made["token"], claims

    @property
    def context_token(self) -> str:
        """What LIFF tells of the app. The SDK does not check its signature."""
        context = {
            "liffId": LIFF_ID,
            "endpointUrl": f"{self.production.url}/book",
            "permanentLinkPattern": "concat",
        }
        return f"x.{base64.urlsafe_b64encode(json.dumps(context).encode()).decode()}.x"

    def _answer(self, route: Route) -> None:
        url = urlsplit(route.request.url)
        where = f"{url.hostname}{url.path}"
        self.calls.append(where)
        if where == "access.line.me/liff/v1/authorize":
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            back = {
                "code": "c",
                "state": query["state"],
                "liffClientId": CHANNEL,
                "liffRedirectUri": query["redirect_uri"],
            }
            address = json.dumps(f"{query['redirect_uri']}&{urlencode(back)}")
            page = f"<script>location.replace({address})</script>"
            route.fulfill(body=page, content_type="text/html")
            return
        told = {
            f"api.line.me/liff/v2/apps/{LIFF_ID}/contextToken": {"contextToken": self.context_token},
            f"api.line.me/liff/v2/apps/{LIFF_ID}/featureToken": {"featureToken": "f"},
            "api.line.me/oauth2/v2.1/certs": {"keys": [self.key]},
            "api.line.me/oauth2/v2.1/verify": {"client_id": CHANNEL, "expires_in": 3600},
            "api.line.me/oauth2/v2.1/token": {
                "access_token": "a",
                "id_token": self.verifier.token,
                "expires_in": 3600,
            },
        }
        if where in told:
            route.fulfill(json=told[where], headers={"access-control-allow-origin": self.production.url})
        else:
            route.abort()


@pytest.fixture
def outside(browser: Browser, production: Production, verifier: Verifier) -> Iterator[LineInTheBrowser]:
    """A browser that is not LINE's."""
    context = browser.new_context(locale="ja-JP")
    made = LineInTheBrowser(context.new_page(), production, verifier)
    made.watch()
    yield made
    context.close()


@pytest.fixture
def inside(browser: Browser, production: Production, verifier: Verifier) -> Iterator[LineInTheBrowser]:
    """LINE's own browser, as the SDK knows it."""
    context = browser.new_context(locale="ja-JP", user_agent=LINE_APP)
    context.add_init_script("window._liff = { features: [], postMessage() {} };")
    made = LineInTheBrowser(context.new_page(), production, verifier)
    made.watch()
    yield made
    context.close()


def arrived(line: LineInTheBrowser, name: str) -> None:
    expect(line.page.locator('main[data-phase="open"]')).to_be_visible(timeout=20_000)
    expect(line.page.locator("#book-kana")).to_have_value(name)
    assert len(line.verifier.asked) == 1
    assert line.verifier.token not in line.production.log.read_text()


def test_outside_of_line_the_sdk_signs_in_and_comes_back_to_the_desk(outside: LineInTheBrowser) -> None:
    outside.sign("山田 花子")
    desk = outside.production.desk
    outside.page.goto(f"{outside.production.url}/book?liff.state=%3Fd%3D{desk}")
    arrived(outside, "山田 花子")
    expect(outside.page).to_have_url(f"{outside.production.url}/book?d={desk}")
    assert "access.line.me/liff/v1/authorize" in outside.calls
    assert outside.blocked == []


def test_inside_of_line_the_sdk_takes_what_line_put_behind_the_hash(inside: LineInTheBrowser) -> None:
    inside.sign("ヤマダ")
    given = {
        "access_token": "a",
        "context_token": inside.context_token,
        "feature_token": "f",
        "id_token": inside.verifier.token,
        "client_id": CHANNEL,
    }
    sent: list[str] = []
    inside.page.on("websocket", lambda one: one.on("framesent", lambda frame: sent.append(str(frame))))
    desk = inside.production.desk
    inside.page.goto(f"{inside.production.url}/book?liff.state=%3Fd%3D{desk}#{urlencode(given)}")
    arrived(inside, "ヤマダ")
    assert "access.line.me/liff/v1/authorize" not in inside.calls
    assert not any("access_token" in frame for frame in sent)
    assert inside.blocked == []
