"""Processes that this one starts, and ends with everything they started themselves."""

import contextlib
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
_KILLED_SECONDS = 5.0
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


def show(command: Sequence[str | Path], environ: Mapping[str, str], limit: float) -> int:
    """Run ``command`` in sight of this terminal; its exit code. Raises `Stop` after ``limit`` seconds.

    Interrupted or late, it is asked as by Ctrl-C, so that tests can end what they started.
    """
    process = subprocess.Popen(
        command, cwd=ROOT, env=dict(environ), stdin=subprocess.DEVNULL, start_new_session=True
    )
    child = Child(str(command[0]), process, Path(os.devnull))
    try:
        return process.wait(timeout=limit)
    except subprocess.TimeoutExpired:
        raise Stop(f"Not finished within {limit:.0f} s: {' '.join(map(str, command))}") from None
    finally:
        interrupt(child)


def interrupt(child: Child) -> None:
    """Ask as by Ctrl-C, and end what is left of it after `GRACE_SECONDS`."""
    try:
        if child.alive():
            child.process.send_signal(signal.SIGINT)
            child.process.wait(timeout=GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        pass
    finally:
        end([child])


def end(children: Sequence[Child], grace: float = GRACE_SECONDS) -> None:
    """End the whole process group of each child: politely, and after ``grace`` seconds by force."""
    for child in children:
        _signal_group(child, signal.SIGTERM)
    if not _wait_until_gone(children, grace):
        for child in children:
            _signal_group(child, signal.SIGKILL)
        _wait_until_gone(children, _KILLED_SECONDS)
    for child in children:
        child.process.wait()


def _wait_until_gone(children: Sequence[Child], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while any(members(child) for child in children):
        if time.monotonic() >= deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def members(child: Child) -> list[int]:
    """List the processes of the child's group that still run.

    Those that ended but were not collected do not count. An orphan is collected by process 1, which
    in a container may do so late or never, and until then a signal to its group still succeeds.
    """
    child.process.poll()
    stats = (_stat(path) for path in Path("/proc").glob("[0-9]*/stat"))
    return [
        pid for pid, state, group in filter(None, stats) if group == child.process.pid and state not in "ZX"
    ]


def _stat(path: Path) -> tuple[int, str, int] | None:
    """Read (process, state, group) as proc(5) has them; the name in brackets may hold anything."""
    try:
        before, _, after = path.read_text(encoding="utf-8", errors="replace").rpartition(")")
    except OSError:
        return None
    state, _parent, group = after.split()[:3]
    return int(before.split(" ", 1)[0]), state, int(group)


def _signal_group(child: Child, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.process.pid, number)
