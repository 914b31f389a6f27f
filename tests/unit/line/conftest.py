"""What messages need to know of a deployment."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from madoguchi.line.messages.values import Setting


@pytest.fixture
def setting() -> Setting:
    return Setting("https://madoguchi.example.jp", ZoneInfo("Asia/Tokyo"))
