"""A small server to stand behind a proxy, and a client in front of it."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tools.ports import wait_until

EVENTS = "/api/v1/boards/childcare/events"
SOCKET = "/_event/?EIO=4&transport=websocket&token=secret"
PAGE = "<p>" + "窓口" * 4000


class Behind(BaseHTTPRequestHandler):
    """Tells the headers that arrived, streams two events, or gives back what a socket says."""

    protocol_version = "HTTP/1.1"
    heard = threading.Event()
    """Set by the client that has the first event: only then the second one is said."""

    def do_GET(self) -> None:
        if self.headers.get("Upgrade") == "websocket":
            self._socket()
        elif self.path == EVENTS:
            self._events()
        else:
            kind = (
                ("text/html; charset=utf-8", PAGE)
                if self.path == "/page"
                else ("application/json", self._told())
            )
            self._answer(*kind)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer("application/json", self._told())

    def _told(self) -> str:
        return json.dumps({name.lower(): value for name, value in self.headers.items()})

    def _answer(self, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Strict-Transport-Security", "max-age=31536000")
        self.end_headers()
        self.wfile.write(body)

    def _events(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"data: 1\n\n")
        self.heard.wait(20)
        self.wfile.write(b"data: 2\n\n")
        self.close_connection = True

    def _socket(self) -> None:
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.end_headers()
        while data := self.connection.recv(1024):
            self.connection.sendall(data.upper())
        self.close_connection = True

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_args: object) -> None:
        """A client that hangs up is no news."""


@contextmanager
def behind() -> Iterator[int]:
    """Serve; gives the port."""
    Behind.heard.clear()
    server = _Server(("127.0.0.1", 0), Behind)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


class Front:
    """Talks TLS with the proxy, whose certificate it does not check."""

    def __init__(self, port: int) -> None:
        self.port = port

    def connection(self) -> http.client.HTTPSConnection:
        """One to ask on."""
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=10, context=_trusting())

    def ask(
        self, path: str, headers: dict[str, str] | None = None, body: bytes | None = None
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """The answer and its body."""
        connection = self.connection()
        try:
            connection.request("POST" if body else "GET", path, body, headers or {})
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    def raw(self) -> ssl.SSLSocket:
        """A bare connection."""
        return _trusting().wrap_socket(socket.create_connection(("127.0.0.1", self.port), 10))

    def version(self, most: ssl.TLSVersion) -> str:
        """The version of TLS that is agreed on with a client that speaks this one and no other."""
        context = _trusting()
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = most
        with context.wrap_socket(socket.create_connection(("127.0.0.1", self.port), 10)) as found:
            return found.version() or ""

    def wait(self, log: Path) -> None:
        """Until it answers."""
        if not wait_until(self._answers, 20, lambda: True):
            raise RuntimeError(log.read_text())

    def _answers(self) -> bool:
        try:
            self.ask("/")
        except OSError:
            return False
        return True


def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
