"""Nothing that was started outlives the one who started it."""

import os
import signal
import sys
from pathlib import Path

import pytest

from tools import children
from tools.talk import Stop

_STUBBORN_CHILD = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(60)
"""
_STUBBORN_FAMILY = f"""
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", {_STUBBORN_CHILD!r}])
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def _own_logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "LOGS", tmp_path)


def test_a_family_that_ignores_the_request_is_ended_by_force() -> None:
    child = children.start("family", [sys.executable, "-c", _STUBBORN_FAMILY], os.environ)
    while "ready" not in child.log.read_text():
        assert child.alive()
    assert len(children.members(child)) == 2
    children.end([child], grace=0.1)
    assert children.members(child) == []
    assert not child.alive()


def test_an_orphan_that_nobody_collects_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    # Until this process collects it, the killed child stays in its group as a zombie.
    child = children.start("zombie", [sys.executable, "-c", "import time; time.sleep(60)"], os.environ)
    monkeypatch.setattr(child.process, "poll", lambda: None)
    os.kill(child.process.pid, signal.SIGKILL)
    os.waitid(os.P_PID, child.process.pid, os.WEXITED | os.WNOWAIT)
    os.killpg(child.process.pid, 0)  # would raise if the group were gone
    assert children.members(child) == []
    child.process.wait()


def test_another_group_is_left_alone() -> None:
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    ended, other = (children.start(name, command, os.environ) for name in ("one", "two"))
    children.end([ended])
    assert children.members(other) == [other.process.pid]
    children.end([other])


def test_a_process_that_ended_already_is_no_trouble() -> None:
    child = children.start("short", [sys.executable, "-c", "pass"], os.environ)
    child.process.wait()
    children.end([child])
    assert not child.alive()


def test_a_failed_command_shows_its_last_lines() -> None:
    command = [sys.executable, "-c", "print('the reason'); raise SystemExit(3)"]
    with pytest.raises(Stop, match=r"pip failed \(exit code 3\)[\s\S]*the reason"):
        children.run("pip", command, os.environ)


def test_an_interrupted_command_may_tidy_up_as_after_ctrl_c() -> None:
    code = """
import time
try:
    print("ready", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    print("tidied", flush=True)
"""
    child = children.start("tests", [sys.executable, "-c", code], os.environ)
    while "ready" not in child.log.read_text():
        assert child.alive()
    children.interrupt(child)
    assert "tidied" in child.log.read_text()
    assert children.members(child) == []


def test_a_late_command_is_ended_and_told() -> None:
    with pytest.raises(Stop, match=r"Not finished within 0 s: .*sleep"):
        children.show([sys.executable, "-c", "import time; time.sleep(60)"], os.environ, limit=0.1)


def test_a_command_in_sight_gives_its_exit_code() -> None:
    assert children.show([sys.executable, "-c", "raise SystemExit(3)"], os.environ, limit=30.0) == 3
