"""How values are written in each language: dates, waiting times, addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ...dates import day_text
from ...settings import Settings
from ...texts import say


@dataclass(frozen=True, slots=True)
class Setting:
    """What messages need to know of the deployment: where its pages are and what time it keeps."""

    public_url: str
    zone: ZoneInfo

    def ticket_page(self, token: object) -> str:
        """The address of a ticket's live status."""
        return f"{self.public_url}/t/{token}"


def setting_of(settings: Settings) -> Setting:
    """The part of the settings that messages show."""
    return Setting(settings.public_url, settings.zone)


def when(language: str, setting: Setting, moment: datetime | str) -> str:
    """A visit's local day and time: ``11月25日(水) 10:30``."""
    local = _local(setting, moment)
    return f"{day_text(language, local.date())} {local:%H:%M}"


def clock(setting: Setting, moment: datetime | str) -> str:
    """The local time alone: ``10:30``."""
    return f"{_local(setting, moment):%H:%M}"


def _local(setting: Setting, moment: datetime | str) -> datetime:
    instant = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return instant.astimezone(setting.zone)


def wait(language: str, minutes: Sequence[int]) -> str:
    """A waiting time as its range; one bound only when it may be over at once."""
    low, high = minutes
    if low <= 0:
        return say(language, "line.wait_upto", high=max(1, high))
    return say(language, "line.wait_range", low=low, high=high)
