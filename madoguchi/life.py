"""What lives as long as the server: the office, and the doors' own workers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import reflex as rx

from madoguchi import api, jobs, line, state
from madoguchi.services import running
from madoguchi.services.office import open_office
from madoguchi.settings import settings


@asynccontextmanager
async def life(app: rx.App) -> AsyncIterator[None]:
    """Open the office and start the doors; at the end stop them, the last one first."""
    office = open_office(settings())
    running.start(office)
    try:
        async with AsyncExitStack() as doors:
            await doors.enter_async_context(line.running(office))
            await doors.enter_async_context(jobs.running(office))
            await doors.enter_async_context(state.running(app, office))
            await doors.enter_async_context(api.running(office))
            yield
    finally:
        running.stop()
        office.database.close()
