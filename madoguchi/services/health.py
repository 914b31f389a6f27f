"""Whether the system can work, and what to look at though it can."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from ..store.migrate import is_current
from .figures import Figure, figures
from .office import Office

__all__ = ["Figure", "figures", "unready", "worries"]

_LATE: Final = timedelta(minutes=5).total_seconds()
_LATE_OF: Final = {
    "madoguchi_outbox_oldest_seconds": "the oldest message to LINE waits",
    "madoguchi_inbox_oldest_seconds": "the oldest event of LINE waits",
}


def unready(office: Office) -> str | None:
    """Why the system cannot work now, None when it can."""
    try:
        return None if is_current(office.database) else "the database is not migrated"
    except SQLAlchemyError as error:
        return f"the database does not answer: {type(error).__name__}"


def worries(office: Office) -> list[str]:
    """What a person should look at. It is no reason to send nobody here: citizens are still served."""
    found = figures(office)
    return [*_late(found), *_failing(found)]


def _late(found: list[Figure]) -> Iterator[str]:
    for figure in found:
        if figure.name in _LATE_OF and figure.value > _LATE:
            yield f"{_LATE_OF[figure.name]} for {figure.value:.0f} s"


def _failing(found: list[Figure]) -> Iterator[str]:
    well = {figure.labels["job"] for figure in found if figure.name == "madoguchi_job_success_seconds_ago"}
    for figure in found:
        if (
            figure.name == "madoguchi_job_failures_total"
            and figure.value
            and figure.labels["job"] not in well
        ):
            yield f"the job {figure.labels['job']} has only failed since the start"
