"""Public holidays of Japan."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import jpholiday


@lru_cache(maxsize=2048)
def is_holiday(day: date) -> bool:
    """Whether `day` is a public holiday (source: the jpholiday package)."""
    return bool(jpholiday.is_holiday(day))
