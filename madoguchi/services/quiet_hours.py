"""When nobody's phone shall ring for something they did not just ask for: from 21:00 to 8:00."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

from .office import Unit

FROM: Final = time(21)
UNTIL: Final = time(8)


def is_quiet(unit: Unit) -> bool:
    """Whether it is night in the office's zone."""
    return not UNTIL <= unit.now.astimezone(unit.zone).time() < FROM


def until_morning(unit: Unit) -> timedelta:
    """How long a message is to be held back: until eight at night, not at all by day."""
    if not is_quiet(unit):
        return timedelta()
    local = unit.now.astimezone(unit.zone)
    day = local.date() + timedelta(days=1) if local.time() >= FROM else local.date()
    return datetime.combine(day, UNTIL, unit.zone) - unit.now


def until_night(unit: Unit) -> timedelta:
    """How long there is until 21:00 today; negative after it."""
    return datetime.combine(unit.today, FROM, unit.zone) - unit.now
