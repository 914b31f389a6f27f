"""Days and times as citizens read them, in their language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton

from .domain.languages import LANGUAGES, known

_BABEL: Final = {"ja-easy": "ja", "zh-Hans": "zh_Hans"}


@lru_cache(maxsize=4096)
def day_text(language: str, day: date) -> str:
    """``11月25日(水)``, ``Wed, Nov 25``."""
    locale = _locale(language)
    return str(format_skeleton("MMMEd", datetime(day.year, day.month, day.day), locale=locale))  # noqa: DTZ001


def month_text(language: str, day: date) -> str:
    """``2026年11月``, ``November 2026``."""
    locale = _locale(language)
    return str(format_skeleton("yMMMM", datetime(day.year, day.month, 1), locale=locale))  # noqa: DTZ001


def weekday_texts(language: str) -> list[str]:
    """Short names of Sunday to Saturday, as calendars in Japan begin."""
    # 2023-01-01 was a Sunday.
    days = [datetime(2023, 1, number) for number in range(1, 8)]  # noqa: DTZ001
    return [str(format_skeleton("E", day, locale=_locale(language))) for day in days]


def moment_text(language: str, moment: datetime, zone: ZoneInfo) -> str:
    """``11月25日(水) 10:30`` in the office's zone."""
    local = moment.astimezone(zone)
    return f"{day_text(language, local.date())} {local:%H:%M}"


def moment_texts(moment: datetime, zone: ZoneInfo) -> Mapping[str, str]:
    """`moment_text` in every language: a fact of a refusal, shown in the reader's."""
    return _Spoken(partial(moment_text, moment=moment, zone=zone))


def day_texts(day: date) -> Mapping[str, str]:
    """`day_text` in every language: a fact of a refusal, shown in the reader's."""
    return _Spoken(partial(day_text, day=day))


class _Spoken(Mapping[str, str]):
    """A text in every language, written in the one that is asked for: of a thousand who are refused at
    once, each reads one."""

    def __init__(self, write: Callable[[str], str]) -> None:
        self._write = write

    def __getitem__(self, language: str) -> str:
        if language not in LANGUAGES:
            raise KeyError(language)
        return self._write(language)

    def __iter__(self) -> Iterator[str]:
        return iter(LANGUAGES)

    def __len__(self) -> int:
        return len(LANGUAGES)

    def __repr__(self) -> str:
        return repr(dict(self))


def _locale(language: str) -> str:
    language = known(language)
    return _BABEL.get(language, language)
