"""The files of deploy/server/, a folder laid out by them, and the programs that read them."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tools.debian import DEPLOY_VARIABLE, deploy_program
from tools.paths import ROOT

SERVER = ROOT / "deploy" / "server"


def program(name: str) -> str:
    """Its path. Where it is missing the test is skipped, or fails where all of them must be there."""
    found = deploy_program(name)
    if found is None:
        assert not os.environ.get(DEPLOY_VARIABLE), f"{name} is not installed"
        pytest.skip(f"{name} is not here")
    return found


def run(*command: str | Path, **more: object) -> subprocess.CompletedProcess[str]:
    """Run to its end; what it said, all together."""
    return subprocess.run(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
        **more,  # type: ignore[call-overload]
    )


def values(file: Path, name: str) -> list[str]:
    """Every value of a directive; a unit file may name one several times."""
    return re.findall(rf"^{name}=(.*)$", file.read_text("utf-8"), re.MULTILINE)


def filled(file: Path, replaced: Sequence[tuple[str, str]], target: Path) -> Path:
    """The file with other words in some places, each of which must be there."""
    text = file.read_text("utf-8")
    for before, after in replaced:
        assert before in text, before
        text = text.replace(before, after)
    target.write_text(text, "utf-8")
    return target
