"""Nothing that was started outlives the one who started it."""

import os
import sys
from pathlib import Path

import pytest

from tools import children
from tools.talk import Stop

_STUBBORN_FAMILY = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"])
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def _own_logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "LOGS", tmp_path)


def test_a_family_that_ignores_the_request_is_ended_by_force() -> None:
    child = children.start("family", [sys.executable, "-c", _STUBBORN_FAMILY], os.environ)
    while "ready" not in child.log.read_text():
        assert child.alive()
    children.end([child], grace=0.1)
    with pytest.raises(ProcessLookupError):
        os.killpg(child.process.pid, 0)


def test_a_process_that_ended_already_is_no_trouble() -> None:
    child = children.start("short", [sys.executable, "-c", "pass"], os.environ)
    child.process.wait()
    children.end([child])
    assert not child.alive()


def test_a_failed_command_shows_its_last_lines() -> None:
    command = [sys.executable, "-c", "print('the reason'); raise SystemExit(3)"]
    with pytest.raises(Stop, match=r"pip failed \(exit code 3\)[\s\S]*the reason"):
        children.run("pip", command, os.environ)
