"""Working the inbox: users side by side, each user's events one after the other in order of time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Final

from linebot.v3.messaging import AsyncMessagingApi

from ..services import inbox, tickets
from ..services.inbox import MOST_ATTEMPTS, Event, Fallback
from ..services.line_users import line_user
from ..services.office import Office
from ..services.running import in_thread
from ..tracing import under
from .conversation import Answer, answer, apology
from .replying import reply

_log = logging.getLogger(__name__)

AT_ONCE: Final = 48
"""Users worked at the same time. Threads bound the database work; most of these wait for LINE."""
THINK_AT_ONCE: Final = 2
"""Answers worked out at the same time. More are no faster (one interpreter, one writer), but they would
keep the event loop waiting for its turn, and with it the webhook that LINE wants answered at once."""
_WAITS: Final = (0.1, 0.5, 1.0, 2.0)
_DATABASE_WAIT: Final = 1.0


async def _at_once() -> None:
    """Nobody to let pass."""


class InboxWorker:
    """Works stored events until cancelled. `wake` may be called at any time, on the loop."""

    def __init__(
        self,
        office: Office,
        api: AsyncMessagingApi,
        *,
        older_than: timedelta = timedelta(0),
        let_pass: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._office = office
        self._api = api
        self._older_than = older_than
        self._let_pass = let_pass or _at_once
        self._woken = asyncio.Event()
        self._woken.set()
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._resting: set[str] = set()
        self._thinking = asyncio.Semaphore(THINK_AT_ONCE)

    def wake(self) -> None:
        """Events may wait."""
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled; what is under way is cancelled too and worked again at the next start."""
        try:
            while True:
                await self._woken.wait()
                self._woken.clear()
                await self._start_waiting()
        finally:
            for task in self._busy.values():
                task.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def work_all(self) -> int:
        """Work everything that waits now, then return: for a job run by hand. How many users there were."""
        seen = 0
        while await self._start_waiting() or self._busy or self._resting:
            seen = max(seen, len(self._busy))
            if self._busy:
                await asyncio.wait(self._busy.values(), return_when=asyncio.FIRST_COMPLETED)
            else:
                await self._woken.wait()
            self._woken.clear()
        return seen

    async def _start_waiting(self) -> int:
        """Start a task for each user with events, as far as there is room; how many were started."""
        room = AT_ONCE - len(self._busy)
        if room <= 0:
            return 0
        without = self._busy.keys() | self._resting
        try:
            users = await in_thread(
                inbox.waiting_users, self._office, room, without, older_than=self._older_than
            )
        except Exception:
            _log.exception("the inbox cannot be read; trying again")
            asyncio.get_running_loop().call_later(_DATABASE_WAIT, self.wake)
            return 0
        for user_id in users:
            task = asyncio.create_task(self._work_user(user_id))
            self._busy[user_id] = task
            task.add_done_callback(partial(self._ended, user_id))
        return len(users)

    def _ended(self, user_id: str, _task: asyncio.Task[None]) -> None:
        self._busy.pop(user_id, None)
        # An event may have come for this user after the last look, or others may wait for the room.
        self.wake()

    async def _work_user(self, user_id: str) -> None:
        try:
            while (event := await in_thread(inbox.take_next, self._office, user_id)) is not None:
                # What is logged and written in answer is of this event.
                with under(event.event_id):
                    worked = await self._work(event)
                if not worked:
                    self._rest(user_id, _WAITS[min(event.attempts, len(_WAITS)) - 1])
                    return
        except asyncio.CancelledError:
            raise
        except Exception:
            _log.exception("the inbox stands still for one user; trying again")
            self._rest(user_id, _DATABASE_WAIT)

    def _rest(self, user_id: str, seconds: float) -> None:
        self._resting.add(user_id)

        def over() -> None:
            self._resting.discard(user_id)
            self.wake()

        asyncio.get_running_loop().call_later(seconds, over)

    async def _work(self, event: Event) -> bool:
        """Work one event; False when it shall be tried again."""
        if event.attempts > MOST_ATTEMPTS:
            # Each attempt so far ended with the process: this event may be what kills it.
            await in_thread(inbox.give_up, self._office, event.event_id, "attempts used up")
            return True
        try:
            async with self._thinking:
                await self._let_pass()
                said = await in_thread(answer, self._office, event)
        except Exception as error:
            _log.exception("event %s failed, attempt %d", event.event_id, event.attempts)
            if event.attempts < MOST_ATTEMPTS:
                return False
            await self._give_up(event, type(error).__name__)
            return True
        delivered = await reply(self._api, self._office.clock, event, said)
        if delivered and said.tells:
            user = await in_thread(line_user, self._office, event.user_id)
            await in_thread(tickets.told, self._office, user.id, said.tells)
        await in_thread(
            inbox.done, self._office, event.event_id, await self._fallback(event, said, delivered)
        )
        return True

    async def _fallback(self, event: Event, said: Answer, delivered: bool) -> Fallback | None:
        if delivered or said.matter is None:
            return None
        user = await in_thread(line_user, self._office, event.user_id)
        return Fallback(user.id, said.matter.kind, said.matter.facts)

    async def _give_up(self, event: Event, why: str) -> None:
        await in_thread(inbox.give_up, self._office, event.event_id, why)
        try:
            sorry = await in_thread(apology, self._office, event)
            await reply(self._api, self._office.clock, event, sorry)
        except Exception:
            _log.exception("not even an apology for event %s", event.event_id)
