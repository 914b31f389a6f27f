"""The LINE door: webhook in, conversation, messages out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
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
    loop = asyncio.get_running_loop()
    intake = Door.intake = Intake(office)
    async with messaging(office.settings) as api:
        worker, sender = InboxWorker(office, api, let_pass=intake.let_pass), Sender(office, api)

        def told(change: Change) -> None:
            # Called in the committing thread, possibly while the loop is closing.
            if loop.is_closed():
                return
            if isinstance(change, EventReceived):
                loop.call_soon_threadsafe(worker.wake)
            elif isinstance(change, OutboxFilled):
                loop.call_soon_threadsafe(sender.wake)

        stop_listening = office.changes.listen(told)
        hand_back = _jobs_wake(office)
        tasks = [asyncio.create_task(_watched(part)) for part in (worker.run(), sender.run())]
        if office.settings.env == "demo":
            tasks.append(asyncio.create_task(_watched(keep_published(office.settings))))
        try:
            yield
        finally:
            stop_listening()
            hand_back()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            intake.close()
            Door.intake = None


def _jobs_wake(office: Office) -> Callable[[], None]:
    """While this server works them, a job only wakes its workers. Returns what ends that."""

    def wake_worker(_office: Office) -> int:
        office.changes.publish(EventReceived())
        return 0

    def wake_sender(_office: Office) -> int:
        office.changes.publish(OutboxFilled())
        return 0

    inbox.register_worker(wake_worker)
    sending.register_courier(wake_sender)

    def hand_back() -> None:
        inbox.register_worker(work_all_now)
        sending.register_courier(send_all_now)

    return hand_back


async def _watched(part: Coroutine[Any, Any, None]) -> None:
    try:
        await part
    except asyncio.CancelledError:
        raise
    except Exception:
        _log.exception("a part of the LINE door ended")
        raise
