"""The LINE door: webhook in, conversation, messages out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from starlette.routing import BaseRoute, Route

from ..services import inbox, sending
from ..services.changes import Change, EventReceived, OutboxFilled
from ..services.office import Office
from ..services.running import in_thread
from .by_hand import send_all_now, work_all_now
from .client import messaging
from .conversation.commands import command_in
from .intake import Intake
from .quota import QuotaWatch
from .rich_menu import keep_published, publish
from .sender import Sender
from .webhook import Door, webhook
from .worker import InboxWorker

__all__ = ["publish", "routes", "running"]

_log = logging.getLogger(__name__)

inbox.register_worker(work_all_now)
sending.register_courier(send_all_now)


def routes() -> list[BaseRoute]:
    """``POST /line/webhook``."""
    return [Route("/line/webhook", webhook, methods=["POST"])]


@asynccontextmanager
async def running(office: Office) -> AsyncIterator[None]:
    """Work inbox and outbox while the server runs; what an earlier process left is taken up at once."""
    if office.settings.workers == 1:
        await in_thread(sending.free_leases, office)
    # Read now: the first citizens of a burst must not wait for seven catalogues.
    await in_thread(command_in, "")
    intake = Door.intake = Intake(office)
    try:
        async with messaging(office.settings) as api:
            worker, watch = InboxWorker(office, api, let_pass=intake.let_pass), QuotaWatch(office, api)
            sender = Sender(office, api, month_used_up=watch.wake)
            parts = [worker.run(), sender.run(), watch.run()]
            if office.settings.env == "demo":
                parts.append(keep_published(office.settings))
            with _woken(office, worker, sender), _jobs_wake(office):
                async with _at_work(parts):
                    yield
    finally:
        Door.intake = None
        intake.close()


@asynccontextmanager
async def _at_work(parts: Sequence[Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(_watched(part)) for part in parts]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def _woken(office: Office, worker: InboxWorker, sender: Sender) -> Iterator[None]:
    """Wake the workers whenever a committed change gives them something to do."""
    loop = asyncio.get_running_loop()

    def told(change: Change) -> None:
        # Called in the committing thread, possibly while the loop is closing.
        if loop.is_closed():
            return
        if isinstance(change, EventReceived):
            loop.call_soon_threadsafe(worker.wake)
        elif isinstance(change, OutboxFilled):
            loop.call_soon_threadsafe(sender.wake)

    stop_listening = office.changes.listen(told)
    try:
        yield
    finally:
        stop_listening()


@contextmanager
def _jobs_wake(office: Office) -> Iterator[None]:
    """While this server works them, a job only wakes its workers."""

    def wake_worker(_office: Office) -> int:
        office.changes.publish(EventReceived())
        return 0

    def wake_sender(_office: Office) -> int:
        office.changes.publish(OutboxFilled())
        return 0

    inbox.register_worker(wake_worker)
    sending.register_courier(wake_sender)

    try:
        yield
    finally:
        inbox.register_worker(work_all_now)
        sending.register_courier(send_all_now)


async def _watched(part: Coroutine[Any, Any, None]) -> None:
    try:
        await part
    except asyncio.CancelledError:
        raise
    except Exception:
        _log.exception("a part of the LINE door ended")
        raise
