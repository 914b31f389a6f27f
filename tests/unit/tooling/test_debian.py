"""What is missing is told in one line that a person can act on."""

import os
from pathlib import Path

import pytest

from tools import debian
from tools.talk import Stop


@pytest.fixture
def _no_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(debian.CHROMIUM_VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


def _system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    (tmp_path / "os-release").write_text(text)
    monkeypatch.setattr(debian, "_OS_RELEASE", tmp_path / "os-release")


@pytest.mark.usefixtures("_no_browser")
@pytest.mark.parametrize(
    ("release", "command"),
    [
        ("NAME=Debian\nID=debian\n", "sudo apt-get install chromium"),
        ("NAME=Ubuntu\nID=ubuntu\nID_LIKE=debian\n", "sudo snap install chromium"),
        ("NAME=Mint\nID=linuxmint\nID_LIKE=ubuntu\n", "sudo apt-get install chromium"),
    ],
)
def test_without_a_browser_the_right_command_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, release: str, command: str
) -> None:
    _system(monkeypatch, tmp_path, release)
    with pytest.raises(Stop) as reason:
        debian.ensure_chromium()
    assert command in str(reason.value)
    assert "\n" not in str(reason.value)


def test_a_named_browser_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    browser = tmp_path / "chrome"
    browser.touch(mode=0o755)
    monkeypatch.setenv(debian.CHROMIUM_VARIABLE, str(browser))
    assert debian.ensure_chromium() == browser


def test_a_named_browser_that_is_not_there_is_told_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(debian.CHROMIUM_VARIABLE, "/not/there")
    with pytest.raises(Stop, match=debian.CHROMIUM_VARIABLE):
        debian.ensure_chromium()
