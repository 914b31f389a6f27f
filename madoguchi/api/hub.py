"""Boards for many viewers: one snapshot per change, worked out once, sent to all as the same bytes."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

from ..domain.errors import Refusal
from ..services import boards, desks, forecasts
from ..services.changes import Change, DeskChanged
from ..services.office import Office
from ..services.running import NotRunningError, in_thread
from .crowd import Crowd, Viewer

HEARTBEAT_SECONDS: Final = 15.0
REFRESH_SECONDS: Final = 30.0
"""Ranges and opening hours change with the time alone."""
SPACING_SECONDS: Final = 0.1
"""Changes closer together than this become one; the first of a burst goes out at once."""
MOST_VIEWERS: Final = 8_000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Frame:
    """One state of a board. `number` only grows, over restarts too; it is the event's id and the ETag."""

    number: int
    content: bytes
    """The board without its time: equal content needs no new frame."""
    body: bytes
    event: bytes
    made_at: float


class Channel:
    """One desk's board."""

    def __init__(self, office: Office, code: str, desk_id: int) -> None:
        self.frame: Frame | None = None
        self.crowd = Crowd(office.precedence)
        self._office = office
        self._code = code
        self._desk_id = desk_id
        self._dirty = True
        self._turn = asyncio.Lock()
        self._work: asyncio.Task[None] | None = None
        self._ahead: asyncio.Task[None] | None = None

    async def current(self) -> Frame:
        """The board as it stands."""
        now = asyncio.get_running_loop().time()
        if self.frame is not None and now - self.frame.made_at > REFRESH_SECONDS:
            self._dirty = True
        return await self._refreshed()

    def mark(self) -> None:
        """Note that the board may be different; viewers are told soon, if there are any."""
        self._dirty = True
        if self.crowd and _over(self._work):
            self._work = asyncio.create_task(self._tell())

    def catch_up(self) -> None:
        """Tell whoever has just come what changed after the board was worked out for them."""
        if self._dirty:
            self.mark()

    async def stop(self) -> None:
        """End what is under way and every stream."""
        for task in (self._work, self._ahead):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        await self.crowd.close()

    async def _tell(self) -> None:
        while self._dirty:
            try:
                # With the waiting times that are known: whoever is called need not wait until those of the
                # others are worked out anew. They follow.
                await self._refreshed(at_once=True)
            except NotRunningError:
                return
            except Exception:
                # The next change or the regular refresh tries again; viewers keep what they have.
                _log.exception("the board of %s could not be worked out", self._code)
                return
            await asyncio.sleep(SPACING_SECONDS)
            if _over(self._ahead) and not forecasts.holds(self._office, self._desk_id):
                self._ahead = asyncio.create_task(self._look_ahead())

    async def _look_ahead(self) -> None:
        try:
            await in_thread(forecasts.prepare, self._office, [self._desk_id])
        except NotRunningError:
            return
        except Exception:
            _log.exception("the waiting times of %s could not be worked out", self._code)
            return
        self.mark()

    async def _refreshed(self, *, at_once: bool = False) -> Frame:
        async with self._turn:
            if self.frame is None or self._dirty:
                self._dirty = False
                try:
                    await self._refresh(at_once=at_once)
                except BaseException:
                    self._dirty = True
                    raise
            assert self.frame is not None
            return self.frame

    async def _refresh(self, *, at_once: bool) -> None:
        before = self.frame
        made_at = asyncio.get_running_loop().time()
        self.frame = await in_thread(_frame, self._office, self._code, before, made_at, at_once=at_once)
        if before is None or self.frame.number != before.number:
            self.crowd.wake()


class Hub:
    """All boards of this process."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._by_code: dict[str, Channel] = {}
        self._by_id: dict[int, Channel] = {}
        self._changed: set[int] = set()
        self._lock = threading.Lock()
        self._loop = asyncio.get_running_loop()

    @property
    def viewers(self) -> int:
        """How many streams are open."""
        return sum(len(channel.crowd) for channel in self._by_code.values())

    async def channel(self, code: str) -> Channel:
        """The desk's board. Raises `Refusal("unknown_desk")`."""
        found = self._by_code.get(code)
        if found is None:
            desk = await in_thread(desks.desk_by_code, self._office, code)
            found = self._by_code.setdefault(code, Channel(self._office, code, desk.id))
            self._by_id[desk.id] = found
        return found

    def admit(self) -> None:
        """Raises `Refusal("too_many_viewers")` when one more would be too many."""
        if self.viewers >= MOST_VIEWERS:
            raise Refusal("too_many_viewers")

    @contextmanager
    def watching(self, channel: Channel, seen: int) -> Iterator[Viewer]:
        """A viewer who has frame `seen` (0: none)."""
        viewer = Viewer(seen)
        channel.crowd.join(viewer)
        channel.catch_up()
        try:
            yield viewer
        finally:
            channel.crowd.leave(viewer)

    def heard(self, change: Change) -> None:
        """Take a change from any thread; a burst wakes the loop once."""
        if not isinstance(change, DeskChanged):
            return
        with self._lock:
            first = not self._changed
            self._changed.add(change.desk_id)
        if first:
            with suppress(RuntimeError):  # the loop may have ended between two commits
                self._loop.call_soon_threadsafe(self._mark_changed)

    async def stop(self) -> None:
        """End every stream."""
        for channel in self._by_code.values():
            await channel.stop()

    def _mark_changed(self) -> None:
        with self._lock:
            changed, self._changed = self._changed, set()
        for desk_id in changed:
            if channel := self._by_id.get(desk_id):
                channel.mark()

    def beat(self) -> None:
        """Let every stream show that it lives."""
        heartbeat = self.heartbeat()
        for channel in self._by_code.values():
            channel.crowd.beat(heartbeat)

    def heartbeat(self) -> bytes:
        """An event that says what time it is, and that the stream lives."""
        now = _json({"server_time": self._office.clock.now().isoformat()})
        return b"event: heartbeat\ndata: %s\n\n" % now

    def refresh(self) -> None:
        """Look at every watched board anew."""
        for channel in self._by_code.values():
            channel.mark()


class _Process:
    hub: Hub | None = None


def hub() -> Hub:
    """This process's boards. Raises `NotRunningError` before they run."""
    if _Process.hub is None:
        raise NotRunningError("the boards are not running")
    return _Process.hub


@asynccontextmanager
async def running(office: Office) -> AsyncIterator[None]:
    """Keep the boards of `office` up to date."""
    boards_hub = _Process.hub = Hub(office)
    stop_listening = office.changes.listen(boards_hub.heard)
    tasks = [
        asyncio.create_task(_every(HEARTBEAT_SECONDS, boards_hub.beat)),
        asyncio.create_task(_every(REFRESH_SECONDS, boards_hub.refresh)),
    ]
    try:
        yield
    finally:
        stop_listening()
        _Process.hub = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await boards_hub.stop()


def _over(task: asyncio.Task[None] | None) -> bool:
    return task is None or task.done()


async def _every(seconds: float, action: Callable[[], None]) -> None:
    while True:
        await asyncio.sleep(seconds)
        action()


def _frame(office: Office, code: str, before: Frame | None, made_at: float, *, at_once: bool) -> Frame:
    board = boards.snapshot(office, code, at_once=at_once)
    content = _json({name: value for name, value in board.items() if name != "generated_at"})
    if before is not None and before.content == content:
        return Frame(before.number, content, before.body, before.event, made_at)
    # The machine's time, not the office's: after a restart the numbers must go on upwards whatever the
    # office's clock was put to, or a display that comes back would be taken for one that knows this board.
    now = time.time_ns() // 1_000_000
    number = max(now, before.number + 1) if before else now
    body = _json(board)
    return Frame(number, content, body, b"id: %d\nevent: board\ndata: %s\n\n" % (number, body), made_at)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
