"""``python -m sandbox`` starts with clear refusals and ends quickly, leaving no port behind."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

Start = Callable[..., tuple[str, "subprocess.Popen[bytes]"]]
HANDSHAKE = (
    "GET /phone/hanako/live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_quickly_though_a_phone_is_open(start: Start, name: signal.Signals) -> None:
    url, process = start()
    port = urlsplit(url).port
    with socket.create_connection(("127.0.0.1", port)) as phone:
        phone.sendall(HANDSHAKE.encode())
        assert b"101" in phone.recv(100)
        process.send_signal(name)
        assert process.wait(timeout=5) == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def run(**settings: str) -> Any:
    return subprocess.run(
        [sys.executable, "-m", "sandbox"],
        cwd=Path(__file__).parents[3],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


@pytest.mark.parametrize("name", ["SANDBOX_PORT", "SANDBOX_PRINTER_PORT"])
def test_a_port_in_use_is_one_clear_line(name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ports = {"SANDBOX_PORT": "0", "SANDBOX_PRINTER_PORT": "0", name: str(taken.getsockname()[1])}
        ended = run(**ports)
    assert ended.returncode == 1
    assert "SANDBOX_PORT" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_wrong_setting_is_one_clear_line() -> None:
    ended = run(SANDBOX_WEBHOOK_URL="localhost")
    assert ended.returncode == 1
    assert ended.stderr.startswith("SANDBOX_WEBHOOK_URL: ")
    assert ended.stderr.count("\n") == 1
