"""How far a sign-in has come, and what it still asks for."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

CODE_LIVES: Final = timedelta(minutes=10)
"""How long the way from the password to the open session may take."""


class Stage(StrEnum):
    """Where a session stands. Only an open one lets its owner do anything else."""

    OPEN = "open"
    LOCKED = "locked"
    """Left alone at a shared computer: the password opens it again."""
    CODE = "code"
    """The password was right; the authenticator's code is asked for."""
    PASSWORD = "password"  # noqa: S105  the name of a stage
    """The one-time password was right; its owner chooses another."""
    ENROL = "enrol"
    """The role needs an authenticator, which is not there yet."""


def first_stage(*, enrolled: bool, one_time: bool, required: bool) -> Stage:
    """What comes right after the password."""
    return Stage.CODE if enrolled else stage_after_code(enrolled=False, one_time=one_time, required=required)


def stage_after_code(*, enrolled: bool, one_time: bool, required: bool) -> Stage:
    """What comes once everything that the account has was shown."""
    if one_time:
        return Stage.PASSWORD
    return Stage.ENROL if required and not enrolled else Stage.OPEN


def left_alone(seen_at: datetime, now: datetime, idle_minutes: int) -> bool:
    """Whether nobody has done anything for so long that the session counts as locked; 0 minutes: never."""
    return idle_minutes > 0 and now - seen_at >= timedelta(minutes=idle_minutes)
