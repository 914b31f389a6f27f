"""Sending the outbox: pushes with their fixed retry keys, in order for each receiver."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from linebot.v3.messaging import AsyncMessagingApi, Message, PushMessageRequest

from ..services import running, sending
from ..services.office import Office
from ..services.running import in_thread
from ..services.sending import Due
from .client import TIMEOUT_SECONDS, Attempt, Verdict, attempt
from .messages import render
from .messages.values import setting_of

_log = logging.getLogger(__name__)

AT_ONCE: Final = 16
RUSH: Final = 16
"""So many waiting for the same service at once is a rush."""
_FIRST_WAIT: Final = 1.0
_LONGEST_WAIT: Final = 60.0
_LOOK_AGAIN: Final = 15.0
"""The outbox is looked at this often even when nobody woke the sender: another process may fill it."""


def wait_before_retry(attempts: int, chance: Callable[[], float]) -> timedelta:
    """Doubling waits up to a minute, spread by `chance` (0..1) so that not all come back at once."""
    longest = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(attempts - 1, 10))
    return timedelta(seconds=longest * (0.5 + chance() / 2))


class Sender:
    """Drains the outbox until cancelled. `wake` may be called at any time, on the loop."""

    def __init__(
        self,
        office: Office,
        api: AsyncMessagingApi,
        *,
        month_used_up: Callable[[], None] | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """`month_used_up` is called, on the loop, when LINE takes a push no more for that reason."""
        self._office = office
        self._api = api
        self._month_used_up = month_used_up
        self._chance = chance
        self._setting = setting_of(office.settings)
        self._woken = asyncio.Event()
        self._woken.set()
        self._busy: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Messages may wait."""
        self._woken.set()

    async def run(self) -> None:
        """Send until cancelled. A message under way then stays leased and goes again with the same key."""
        try:
            while True:
                self._woken.clear()
                await self._start_due()
                await self._pause()
        finally:
            for task in self._busy:
                task.cancel()
            await asyncio.gather(*self._busy, return_exceptions=True)

    async def send_all(self) -> int:
        """Send everything that is due now, then return: for a job run by hand. How many were tried."""
        tried = 0
        while started := await self._start_due():
            tried += started
            await asyncio.gather(*self._busy)
        return tried

    async def _pause(self) -> None:
        """Until somebody wakes us, or the next message is due."""
        wait = _LOOK_AGAIN
        if self._room() > 0:
            wait = min(wait, await self._until_next())
        try:
            async with asyncio.timeout(wait):
                await self._woken.wait()
        except TimeoutError:
            return

    def _room(self) -> int:
        """How many more may be under way. In a rush only one is: writing and sending a message takes as long
        as a booking, and those who wait before a page come first."""
        return (1 if running.pending() > RUSH else AT_ONCE) - len(self._busy)

    async def _until_next(self) -> float:
        try:
            seconds = await in_thread(sending.seconds_to_next, self._office)
        except Exception:
            _log.exception("the outbox cannot be read; trying again")
            return 1.0
        # Never zero: a message due now that was not claimed waits for an older one of the same receiver.
        return _LOOK_AGAIN if seconds is None else max(0.05, seconds)

    async def _start_due(self) -> int:
        room = self._room()
        if room <= 0:
            return 0
        try:
            due = await in_thread(sending.claim, self._office, room)
        except Exception:
            _log.exception("the outbox cannot be read; trying again")
            return 0
        for message in due:
            task = asyncio.create_task(self._send(message))
            self._busy.add(task)
            task.add_done_callback(self._ended)
        return len(due)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._busy.discard(task)
        self.wake()
        if not task.cancelled() and task.exception() is not None:
            # The lease runs out and the message goes again, with the same key.
            _log.error("a message could not be settled", exc_info=task.exception())

    async def _send(self, due: Due) -> None:
        try:
            message = render(due.kind, due.language, due.facts, self._setting)
        except Exception as error:
            _log.exception("message %d (%s) cannot be written", due.id, due.cause)
            await in_thread(
                sending.failed, self._office, due.id, f"cannot be written: {type(error).__name__}"
            )
            return
        made = await self._push(due, message)
        await self._settle(due, made)

    async def _push(self, due: Due, message: Message) -> Attempt:
        request = PushMessageRequest(to=due.user_id, messages=[message])
        call = self._api.push_message(
            request, x_line_retry_key=due.retry_key, _request_timeout=TIMEOUT_SECONDS
        )
        return await attempt(call)

    async def _settle(self, due: Due, made: Attempt) -> None:
        if made.verdict is Verdict.ACCEPTED:
            await in_thread(sending.sent, self._office, due.id)
        elif made.verdict is Verdict.REFUSED:
            _log.warning("message %d (%s) refused: %s", due.id, due.cause, made.why)
            await in_thread(sending.failed, self._office, due.id, made.why)
        elif made.verdict is Verdict.MONTHLY_LIMIT:
            _log.warning("message %d (%s) dropped: the month is used up", due.id, due.cause)
            await in_thread(sending.refused_for_the_month, self._office, due.id)
            if self._month_used_up is not None:
                self._month_used_up()
        else:
            wait = wait_before_retry(due.attempts, self._chance)
            _log.info("message %d (%s) waits %.1f s: %s", due.id, due.cause, wait.total_seconds(), made.why)
            await in_thread(sending.later, self._office, due.id, wait, made.why)
