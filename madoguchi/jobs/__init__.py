"""Regular work: run by the leading server process, or by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ..services.office import Office
from .leader import leadership
from .registry import ALIASES, JOBS, Job, UnknownJobError, run_job
from .timetable import lead

__all__ = ["ALIASES", "JOBS", "Job", "UnknownJobError", "run_job", "running"]


@asynccontextmanager
async def running(office: Office) -> AsyncIterator[None]:
    """Run the jobs while the server runs, if and as long as this process leads."""
    leading = asyncio.create_task(lead(office, leadership(office)))
    try:
        yield
    finally:
        leading.cancel()
        await asyncio.gather(leading, return_exceptions=True)
