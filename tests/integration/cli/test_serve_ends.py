"""`serve` ends in time when it is told to, whatever hangs on it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import httpx

from madoguchi.cli.commands import main

ROOT = Path(__file__).resolve().parents[3]
_SLOW = 300


def test_it_ends_within_seconds_under_many_slow_requests(tmp_path: Path, monkeypatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    for name, value in {"ENV": "demo", "VAR_DIR": str(tmp_path), "PORT": str(port)}.items():
        monkeypatch.setenv(f"MADOGUCHI_{name}", value)
    assert main(["migrate"]) == 0
    server = subprocess.Popen([sys.executable, "-m", "madoguchi", "serve"], cwd=ROOT, env=os.environ)
    try:
        _until_ready(f"http://127.0.0.1:{port}/readyz", server)
        with ExitStack() as slow:
            for _ in range(_SLOW):
                connection = slow.enter_context(socket.create_connection(("127.0.0.1", port)))
                connection.sendall(b"POST /line/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n{")
            server.send_signal(signal.SIGTERM)
            assert server.wait(timeout=15) in (0, 1)
    finally:
        server.kill()
    with socket.socket() as free:
        assert free.connect_ex(("127.0.0.1", port)) != 0


def _until_ready(url: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end and server.poll() is None:
        try:
            if httpx.get(url, trust_env=False, timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.05)
    raise AssertionError("the server did not start")
