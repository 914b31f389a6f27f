"""The public pages of a small city: in this process, and on a real port with a browser before it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser_kit import CHROMIUM, FLAGS
from office_kit import City
from playwright.sync_api import Browser, sync_playwright
from public_kit import Running, http_of
from starlette.testclient import TestClient

from madoguchi.services.office import Office
from madoguchi.services.voices import Voice


@pytest.fixture(autouse=True)
def voices(monkeypatch: pytest.MonkeyPatch) -> dict[str, Voice]:
    """The voices of the server: none, whatever this machine has; a test may add some."""
    found: dict[str, Voice] = {}
    monkeypatch.setattr("madoguchi.api.find_voices", lambda _var_dir: found)
    return found


@pytest.fixture
def client(lite_office: Office, lite_city: City) -> Iterator[TestClient]:
    """A client of the pages."""
    with TestClient(http_of(lite_office)) as opened:
        yield opened


@pytest.fixture
def pages(lite_office: Office, lite_city: City) -> Iterator[Running]:
    """The running pages."""
    server = Running(lite_office)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. Not for longer: while Playwright is open, no other test can run a loop of its own."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()
