"""Processes that this one starts, and ends with everything they started themselves."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.paths import LOGS, ROOT
from tools.talk import Stop, last_lines

GRACE_SECONDS = 7.0
_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Child:
    """A started process, leader of its own process group, whose output goes to ``log``."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def alive(self) -> bool:
        """Say whether the process itself still runs."""
        return self.process.poll() is None


def start(name: str, command: Sequence[str | Path], environ: Mapping[str, str]) -> Child:
    """Start ``command`` in the project's folder; its output replaces ``var/log/<name>.log``."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Child(name, process, log)


def run(name: str, command: Sequence[str | Path], environ: Mapping[str, str]) -> None:
    """Run ``command`` to its end; raises `Stop` with its last lines when it fails."""
    child = start(name, command, environ)
    try:
        code = child.process.wait()
    except BaseException:
        end([child])
        raise
    if code != 0:
        raise Stop(f"{name} failed (exit code {code}); {child.log} says:\n{last_lines(child.log)}")


def end(children: Sequence[Child], grace: float = GRACE_SECONDS) -> None:
    """End the whole process group of each child: politely, and after ``grace`` seconds by force."""
    for child in children:
        _signal_group(child, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while any(_group_lives(child) for child in children) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    for child in children:
        _signal_group(child, signal.SIGKILL)
        child.process.wait()


def _group_lives(child: Child) -> bool:
    child.process.poll()
    return _signal_group(child, 0)


def _signal_group(child: Child, number: int) -> bool:
    try:
        os.killpg(child.process.pid, number)
    except ProcessLookupError:
        return False
    return True
