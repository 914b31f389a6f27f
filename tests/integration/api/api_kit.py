"""The API of an office, answering in this process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette

from madoguchi import api
from madoguchi.services import running
from madoguchi.services.office import Office


def http_of(office: Office) -> Starlette:
    """The API of `office`, alive as long as its lifespan."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        running.start(office)
        async with api.running(office):
            yield
        running.stop()

    return Starlette(routes=api.routes(), lifespan=lifespan)
