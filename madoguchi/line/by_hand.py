"""Working inbox and outbox once, from a plain thread: what a job run by hand does."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, Final

from ..services import running
from ..services.office import Office
from .client import messaging
from .sender import Sender
from .worker import InboxWorker

_ORPHANED: Final = timedelta(minutes=1)
"""A server that lives works its events within seconds; older ones were left by one that died."""


def send_all_now(office: Office) -> int:
    """Send every message that is due; how many were tried. Safe beside a running server."""

    async def send() -> int:
        async with messaging(office.settings) as api:
            return await Sender(office, api).send_all()

    return _run(office, send())


def work_all_now(office: Office) -> int:
    """Work the events that no server works any more; how many citizens were answered."""

    async def work() -> int:
        async with messaging(office.settings) as api:
            return await InboxWorker(office, api, older_than=_ORPHANED).work_all()

    return _run(office, work())


def _run(office: Office, work: Coroutine[Any, Any, int]) -> int:
    try:
        running.office()
    except running.NotRunningError:
        running.start(office)
        try:
            return asyncio.run(work)
        finally:
            running.stop()
    return asyncio.run(work)
