"""``make test``, ``make lint``, ``make bench``, ``make clean``."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools import children, databases, debian, packages, pages
from tools.paths import ROOT, VENV, WEB, python, with_venv
from tools.signals import Signals
from tools.talk import Stop, step

_SUITES: tuple[tuple[str, ...], ...] = (
    ("tests/unit", "tests/integration", "-n", "2"),
    ("tests/concurrency",),
    ("tests/e2e",),
)
_CHECKS: tuple[tuple[str, ...], ...] = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("lint-imports",),
)


def test(_signals: Signals) -> int:
    """Run every suite, whatever the ones before said; 0 when all passed."""
    packages.ensure_dev()
    chromium = debian.ensure_chromium()
    debian.ensure_ticket_font()
    pages.ensure_built()
    with databases.for_tests() as servers:
        environ = {**with_venv(dict(os.environ)), **servers, "MADOGUCHI_TEST_CHROMIUM": str(chromium)}
        codes = {suite: _pytest(suite, environ) for suite in existing(_SUITES, ROOT)}
    failed = [suite[0] for suite, code in codes.items() if code != 0]
    if failed:
        raise Stop(f"Failed: {', '.join(failed)}")
    return 0


def existing(suites: Sequence[tuple[str, ...]], root: Path) -> list[tuple[str, ...]]:
    """Leave out folders that are not there, and suites of which nothing is left."""
    kept = [tuple(part for part in suite if not _is_missing(part, root)) for suite in suites]
    return [suite for suite in kept if any(part.startswith("tests/") for part in suite)]


def _is_missing(part: str, root: Path) -> bool:
    return part.startswith("tests/") and not (root / part).is_dir()


def _pytest(suite: Sequence[str], environ: Mapping[str, str]) -> int:
    step(f"pytest {' '.join(suite)}")
    return _in_foreground(python("-m", "pytest", *suite), environ)


def lint(_signals: Signals) -> int:
    """Run every check, whatever the ones before said; 0 when all passed."""
    packages.ensure_dev()
    environ = with_venv(dict(os.environ))
    failed = []
    for check in _CHECKS:
        step(" ".join(check))
        if _in_foreground(check, environ) != 0:
            failed.append(" ".join(check))
    if failed:
        raise Stop(f"Failed: {', '.join(failed)}")
    return 0


def bench(_signals: Signals) -> int:
    """Run the benchmarks on the built app."""
    packages.ensure_dev()
    pages.ensure_built()
    return _in_foreground(python("-m", "bench"), with_venv(dict(os.environ)))


def clean(_signals: Signals) -> int:
    """Remove the virtual environment, the built pages and the tools' caches; ``var/`` stays."""
    caches = (".mypy_cache", ".pytest_cache", ".ruff_cache", ".import_linter_cache", ".hypothesis")
    for path in (VENV, WEB, ROOT / "assets" / "external", *(ROOT / name for name in caches)):
        shutil.rmtree(path, ignore_errors=True)
    return 0


def _in_foreground(command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run with this terminal's input and output; ended with everything it started on an interrupt."""
    process = subprocess.Popen(command, cwd=ROOT, env=dict(environ))
    try:
        return process.wait()
    except BaseException:
        process.terminate()
        try:
            process.wait(timeout=children.GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
        raise
