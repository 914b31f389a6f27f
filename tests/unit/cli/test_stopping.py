"""Whoever asks the server to stop is heard, however busy it is."""

from __future__ import annotations

import subprocess
import sys

import pytest

FULL_PIPE = """
import asyncio, os, signal, sys
from madoguchi.cli.serve import stop_on_signals

async def main():
    stop = asyncio.Event()
    stop_on_signals(stop)
    # What threads do when they wake the loop faster than it reads.
    loop = asyncio.get_running_loop()
    try:
        while True:
            loop._csock.send(b"\\0")
    except BlockingIOError:
        pass
    os.kill(os.getpid(), getattr(signal, sys.argv[1]))
    await asyncio.wait_for(stop.wait(), 5)
    print("stopped")

asyncio.run(main())
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_signal_is_heard_while_the_pipe_that_wakes_the_loop_is_full(name: str) -> None:
    found = subprocess.run(
        [sys.executable, "-c", FULL_PIPE, name], capture_output=True, text=True, timeout=60, check=False
    )
    assert found.stdout == "stopped\n", found.stderr
