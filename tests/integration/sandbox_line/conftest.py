"""The stand-in as its own process, a webhook that listens, and the real SDK pointed at it."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from linebot.v3.messaging import ApiClient, Configuration, MessagingApi

from tools.ports import free_port

ROOT = Path(__file__).parents[3]
Start = Callable[..., tuple[str, "subprocess.Popen[bytes]"]]


@dataclass
class Webhook:
    """Every POST as ``(headers, body)``; ``answers`` are the statuses to give next, then 200."""

    url: str = ""
    posts: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)


@pytest.fixture(scope="module")
def listening() -> Iterator[Webhook]:
    webhook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            webhook.posts.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(webhook.answers.pop(0) if webhook.answers else 200)
            self.send_header("content-length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            """A page of the product: a link to what the query names."""
            page = f'<a href="{unquote(self.path.partition("?")[2])}">LINEに登録</a>'.encode()
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    webhook.url = f"http://127.0.0.1:{server.server_port}/line/webhook"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield webhook
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def start() -> Start:
    """``start(**settings)`` gives the address and the process of a stand-in that answers."""

    def begin(**settings: str) -> tuple[str, subprocess.Popen[bytes]]:
        port = free_port()
        ports = {"SANDBOX_PORT": str(port), "SANDBOX_PRINTER_PORT": str(free_port())}
        process = run_sandbox({**ports, **settings})
        url = f"http://127.0.0.1:{port}"
        _until_answering(url, process)
        return url, process

    return begin


def run_sandbox(settings: dict[str, str]) -> subprocess.Popen[bytes]:
    """``python -m sandbox`` with these settings."""
    return subprocess.Popen(
        [sys.executable, "-m", "sandbox"], cwd=ROOT, env={**os.environ, **settings}, stderr=subprocess.PIPE
    )


@pytest.fixture(scope="module")
def address(listening: Webhook, start: Start) -> Iterator[str]:
    """Where the stand-in answers."""
    url, process = start(SANDBOX_WEBHOOK_URL=listening.url, SANDBOX_MONTHLY_QUOTA="200")
    try:
        yield url
    finally:
        process.terminate()
        assert process.wait(timeout=10) == 0


def _until_answering(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            httpx.get(f"{url}/control/state").raise_for_status()
            return
        except httpx.TransportError:
            assert process.poll() is None
            assert time.monotonic() < end


@pytest.fixture
def webhook(listening: Webhook, address: str) -> Webhook:
    """The webhook, with nothing posted so far and the stand-in as after its start."""
    httpx.post(f"{address}/control/reset").raise_for_status()
    listening.posts.clear()
    listening.answers.clear()
    return listening


@pytest.fixture
def control(address: str, webhook: Webhook) -> Iterator[Callable[..., Any]]:
    """``control("POST", "/users/hanako/follow", {...})`` gives the JSON answer."""
    with httpx.Client(base_url=f"{address}/control") as client:

        def ask(method: str, path: str, body: Any = None) -> Any:
            answer = client.request(method, path, json=body)
            assert answer.status_code == 200, answer.text
            return answer.json()

        yield ask


@pytest.fixture
def line(address: str, webhook: Webhook) -> Iterator[MessagingApi]:
    """The real SDK's client."""
    with ApiClient(Configuration(access_token="demo-channel-token", host=address)) as client:
        yield MessagingApi(client)


@pytest.fixture
def user_ids(control: Callable[..., Any]) -> dict[str, str]:
    """Each citizen's LINE user id by short name."""
    return {user["name"]: user["userId"] for user in control("GET", "/users")["users"]}
