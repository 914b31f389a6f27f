"""`serve` ends in time when it is told to, whatever hangs on it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from madoguchi.cli.commands import main
from tools.ports import free_port, listens, wait_until_answers

ROOT = Path(__file__).resolve().parents[3]
_SLOW = 300


def test_it_ends_within_seconds_under_many_slow_requests(tmp_path: Path, monkeypatch) -> None:
    port = free_port()
    for name, value in {"ENV": "demo", "VAR_DIR": str(tmp_path), "PORT": str(port)}.items():
        monkeypatch.setenv(f"MADOGUCHI_{name}", value)
    assert main(["migrate"]) == 0
    server = subprocess.Popen([sys.executable, "-m", "madoguchi", "serve"], cwd=ROOT, env=os.environ)
    try:
        assert wait_until_answers(f"http://127.0.0.1:{port}/readyz", 30, lambda: server.poll() is None)
        with ExitStack() as slow:
            for _ in range(_SLOW):
                connection = slow.enter_context(socket.create_connection(("127.0.0.1", port)))
                connection.sendall(b"POST /line/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n{")
            server.send_signal(signal.SIGTERM)
            assert server.wait(timeout=15) in (0, 1)
    finally:
        server.kill()
    assert not listens(port)
