"""The whole demo city, started as a stranger starts it, and a real browser."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from browser_kit import CHROMIUM, FLAGS
from playwright.sync_api import Browser, sync_playwright
from stage import ROOT, City, People, free_ports

from bench.city import zone_at_noon
from tools.ports import listens, wait_until

_READY_SECONDS = 120


LIFF = {"MADOGUCHI_LIFF_ID": "1234567890-MadoDemo", "MADOGUCHI_LINE_LOGIN_CHANNEL_ID": "1234567890"}


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The city of `make run`, on free ports and with a database of its own; Ctrl-C ends it."""
    with _running(tmp_path_factory.mktemp("city")) as running:
        yield running


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo city's database before anybody came; to copy, as its month of visits takes seconds to play."""
    folder = tmp_path_factory.mktemp("filled")
    environ = dict(os.environ) | {
        "MADOGUCHI_ENV": "demo",
        "MADOGUCHI_VAR_DIR": str(folder),
        "MADOGUCHI_TIMEZONE": zone_at_noon(),
    }
    subprocess.run([sys.executable, "-m", "madoguchi", "seed-demo"], cwd=ROOT, env=environ, check=True)
    return folder


@pytest.fixture(scope="module")
def liff_city(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The same where `/book` opens by LIFF."""
    with _running(_copied(filled, tmp_path_factory.mktemp("liff-city")), **LIFF) as running:
        yield running


@pytest.fixture(scope="module")
def own_city(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The city for one module alone, whose numbers nobody else has called."""
    with _running(_copied(filled, tmp_path_factory.mktemp("own-city"))) as running:
        yield running


def _copied(filled: Path, var_dir: Path) -> Path:
    shutil.copytree(filled, var_dir, dirs_exist_ok=True)
    return var_dir


@contextmanager
def _running(var_dir: Path, **further: str) -> Iterator[City]:
    app, terminal, line, printer = free_ports(4)
    log = var_dir / "run.log"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MADOGUCHI_")} | {
        "MADOGUCHI_PORT": str(app),
        "KIOSK_PORT": str(terminal),
        "SANDBOX_PORT": str(line),
        "SANDBOX_PRINTER_PORT": str(printer),
        "MADOGUCHI_VAR_DIR": str(var_dir),
        # Whatever the hour: today still has places and bookings, and does not end under a test.
        "MADOGUCHI_TIMEZONE": zone_at_noon(),
        **further,
    }
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "tools", "run"], cwd=ROOT, env=environ, stdout=out, stderr=out
        )
    try:
        started = wait_until(
            lambda: "Ready after" in log.read_text(), _READY_SECONDS, lambda: process.poll() is None
        )
        assert started, log.read_text()
        yield City(*(f"http://127.0.0.1:{port}" for port in (app, terminal, line)), var_dir)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0, log.read_text()
    for port in (app, terminal, line, printer):
        assert not listens(port), f"something is left on port {port}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*FLAGS, "--autoplay-policy=no-user-gesture-required"]
        )
        yield opened
        opened.close()


@pytest.fixture
def people(browser: Browser, city: City) -> Iterator[People]:
    """The city's users. A page whose script failed fails the test."""
    with _together(browser, city) as people:
        yield people


@pytest.fixture
def own_people(browser: Browser, own_city: City) -> Iterator[People]:
    """The same in a city of the module's own."""
    with _together(browser, own_city) as people:
        yield people


@pytest.fixture
def liff_people(browser: Browser, liff_city: City) -> Iterator[People]:
    """The same in the city with LIFF."""
    with _together(browser, liff_city) as people:
        yield people


@contextmanager
def _together(browser: Browser, city: City) -> Iterator[People]:
    together = People(browser, city, [], [])
    yield together
    for context in together.contexts:
        context.close()
    assert not together.faults, together.faults
