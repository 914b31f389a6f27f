"""``make test``, ``make lint``, ``make bench``, ``make clean``."""

import os
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools import children, databases, debian, packages, pages
from tools.paths import BIN, ROOT, VENV, WEB, python, with_venv
from tools.signals import Signals
from tools.talk import Stop, step

_SUITES: tuple[tuple[str, ...], ...] = (
    ("tests/unit", "tests/integration", "-n", "2"),
    ("tests/concurrency",),
    # A file keeps to one process: its cities are started once.
    ("tests/e2e", "-n", "2", "--dist", "loadfile"),
)
_PYTEST = ("python", "-m", "pytest")
_SUITE_SECONDS = 900.0
"""Far beyond what a suite takes on two cores, so that a busy machine is not taken for a hanging test."""
_CHECK_SECONDS = 300.0
_BENCH_SECONDS = 1800.0
_TYPED = ("madoguchi", "kiosk", "sandbox", "tools", "bench")
_CHECKS: tuple[tuple[str, ...], ...] = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy", *(part for name in _TYPED for part in ("-p", name))),
    ("lint-imports",),
)


def test(_signals: Signals) -> int:
    """Run every suite, whatever the ones before said; 0 when all passed."""
    packages.ensure_dev()
    chromium = debian.ensure_chromium()
    debian.ensure_ticket_font()
    if os.environ.get(debian.DEPLOY_VARIABLE):
        debian.ensure_deploy_programs()
    pages.ensure_built()
    with databases.for_tests() as servers:
        environ = {**with_venv(dict(os.environ)), **servers, debian.CHROMIUM_VARIABLE: str(chromium)}
        return _run_all([(*_PYTEST, *suite) for suite in existing(_SUITES, ROOT)], environ, _SUITE_SECONDS)


def _run_all(commands: Sequence[Sequence[str]], environ: Mapping[str, str], limit: float) -> int:
    """Run each, whatever the ones before said, and tell how long each took; raises `Stop` on a failure."""
    results = [_timed(command, environ, limit) for command in commands]
    for command, (passed, seconds) in zip(commands, results, strict=True):
        step(f"{'passed' if passed else 'FAILED'} in {seconds:.0f} s: {' '.join(command)}")
    failed = [" ".join(command) for command, (passed, _) in zip(commands, results, strict=True) if not passed]
    if failed:
        raise Stop(f"Failed: {', '.join(failed)}")
    return 0


def _timed(command: Sequence[str], environ: Mapping[str, str], limit: float) -> tuple[bool, float]:
    step(" ".join(command))
    began = time.monotonic()
    try:
        passed = children.show([BIN / command[0], *command[1:]], environ, limit) == 0
    except Stop as reason:
        step(str(reason))
        passed = False
    return passed, time.monotonic() - began


def existing(suites: Sequence[tuple[str, ...]], root: Path) -> list[tuple[str, ...]]:
    """Leave out folders that are not there, and suites of which nothing is left."""
    kept = [tuple(part for part in suite if not _is_missing(part, root)) for suite in suites]
    return [suite for suite in kept if any(part.startswith("tests/") for part in suite)]


def _is_missing(part: str, root: Path) -> bool:
    return part.startswith("tests/") and not (root / part).is_dir()


def lint(_signals: Signals) -> int:
    """Run every check, whatever the ones before said; 0 when all passed."""
    packages.ensure_dev()
    return _run_all(_CHECKS, with_venv(dict(os.environ)), _CHECK_SECONDS)


def bench(_signals: Signals) -> int:
    """Run the benchmarks on the built app."""
    packages.ensure_dev()
    pages.ensure_built()
    return children.show(python("-m", "bench"), with_venv(dict(os.environ)), _BENCH_SECONDS)


def clean(_signals: Signals) -> int:
    """Remove the virtual environment, the built pages and the tools' caches; ``var/`` stays."""
    caches = (".mypy_cache", ".pytest_cache", ".ruff_cache", ".import_linter_cache", ".hypothesis")
    for path in (VENV, WEB, ROOT / "assets" / "external", ROOT / "dist", *(ROOT / name for name in caches)):
        shutil.rmtree(path, ignore_errors=True)
    return 0
