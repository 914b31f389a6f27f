"""A town whose citizens talk with the office in LINE."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from line_kit import Town, door_open, listening, platform_serving
from office_kit import office_on, small_city

from madoguchi.line import client, replying, sender
from sandbox.line.platform import Platform
from sandbox.settings import SandboxSettings


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    copy = tmp_path / "madoguchi.db"
    shutil.copyfile(sqlite_template, copy)
    return f"sqlite:///{copy}"


@pytest.fixture
def platform() -> Platform:
    return Platform(SandboxSettings(channel_secret="test-channel-secret", channel_token="test-channel-token"))


@pytest.fixture
def town_url(sqlite_url: str) -> str:
    """The database of the town; a test file that wants both databases replaces this."""
    return sqlite_url


@pytest.fixture
async def closed_town(
    platform: Platform, town_url: str, tmp_path: Path, anyio_backend: str
) -> AsyncIterator[Town]:
    """Webhook and platform, but nobody works inbox and outbox yet."""
    async with platform_serving(platform) as api_host:
        office = office_on(town_url, tmp_path, line_api_host=api_host)
        city = small_city(office)
        async with listening(office) as webhook_url:
            platform.webhook.url = webhook_url
            yield Town(office, city, platform, webhook_url)
        office.database.close()


@pytest.fixture
async def town(closed_town: Town) -> AsyncIterator[Town]:
    """Everything runs."""
    async with door_open(closed_town.office):
        yield closed_town


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time-outs and waits short enough for tests."""
    monkeypatch.setattr(replying, "TIMEOUT_SECONDS", 1.0)
    monkeypatch.setattr(replying, "WAITS", (0.0, 0.02, 0.02))
    monkeypatch.setattr(sender, "TIMEOUT_SECONDS", 1.0)
    monkeypatch.setattr(client, "TIMEOUT_SECONDS", 1.0)
