"""From the finger to the paper: a touch at the terminal, the number, the picture, the last byte."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final
from uuid import uuid4

import httpx

from sandbox.printer.commands import Command, CommandReader, Cut, PaperQuery, StatusQuery
from tools.ports import free_port

from .load import percentile
from .server import Place, child

TAPS: Final = 40
LANGUAGES: Final = ("vi", "en", "ja-easy", "pt")
"""Those with the longest papers."""
TARGET_MS: Final = 500
_PATIENCE: Final = 15.0
_FINE: Final = b"\x12"
_PLENTY: Final = b"\x00"


def run(folder: Path, place: Place) -> dict[str, Any]:
    """Milliseconds from tap to last byte, over a terminal of its own and a network printer that answers."""
    with _printer() as printer, _terminal(folder, place, printer.server_address[1]) as screen:
        _tap(screen, printer, place.city.service_codes[0], "ja")
        took = [
            _tap(screen, printer, place.city.service_codes[count % 2], LANGUAGES[count % len(LANGUAGES)])
            for count in range(TAPS)
        ]
    ordered = sorted(took)
    return {
        "taps": TAPS,
        "p50_ms": round(percentile(ordered, 50) * 1e3),
        "p95_ms": round(percentile(ordered, 95) * 1e3),
        "slowest_ms": round(ordered[-1] * 1e3),
    }


class _Printer(socketserver.ThreadingTCPServer):
    """Takes jobs, answers what is asked, and notes when a job's last byte came."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.last_bytes: SimpleQueue[float] = SimpleQueue()


class _Connection(socketserver.BaseRequestHandler):
    server: _Printer
    request: socket.socket

    def handle(self) -> None:
        reader = CommandReader()
        with suppress(ConnectionError):
            while data := self.request.recv(65536):
                came = time.perf_counter()
                for command in reader.feed(data):
                    self._work(command, came)

    def _work(self, command: Command, came: float) -> None:
        if isinstance(command, Cut):
            self.server.last_bytes.put(came)
        elif isinstance(command, StatusQuery):
            self.request.sendall(_FINE)
        elif isinstance(command, PaperQuery):
            self.request.sendall(_PLENTY)


@contextmanager
def _printer() -> Iterator[_Printer]:
    with _Printer() as printer:
        threading.Thread(target=printer.serve_forever, daemon=True).start()
        yield printer
        printer.shutdown()


@contextmanager
def _terminal(folder: Path, place: Place, printer_port: int) -> Iterator[httpx.Client]:
    """``python -m kiosk``, paired, as its screen's page speaks with it."""
    port, server_url = free_port(), f"http://127.0.0.1:{place.server.port}"
    var_dir = folder / "kiosk"
    var_dir.mkdir()
    token = {"server_url": server_url, "device_token": place.city.terminal_tokens[0]}
    (var_dir / "device-token.json").write_text(json.dumps(token))
    environ = {
        "KIOSK_SERVER_URL": server_url,
        "KIOSK_PORT": str(port),
        "KIOSK_VAR_DIR": str(var_dir),
        "KIOSK_PRINTER": f"network://127.0.0.1:{printer_port}",
        "KIOSK_PRINTER_PROFILE": "TM-T20II",
    }
    with (
        child(["-m", "kiosk"], port, "/api/state", environ),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=_PATIENCE) as screen,
    ):
        end = time.monotonic() + _PATIENCE
        while screen.get("/api/state").json()["phase"] != "ready":
            if time.monotonic() > end:
                raise RuntimeError("the terminal does not reach the server")
            time.sleep(0.02)
        yield screen


def _tap(screen: httpx.Client, printer: _Printer, service: str, language: str) -> float:
    begun = time.perf_counter()
    wish = {"key": str(uuid4()), "service": service, "language": language}
    screen.post("/api/tickets", json=wish).raise_for_status()
    try:
        return printer.last_bytes.get(timeout=_PATIENCE) - begun
    except Empty:
        raise RuntimeError("the paper did not come out") from None
