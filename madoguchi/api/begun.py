"""Something awaitable, taken as far as it goes without waiting."""

from __future__ import annotations

from collections.abc import Awaitable, Generator
from typing import Any


class Begun:
    """`awaitable` after its first step: `done` when that was all, else to be awaited for the rest.

    A step costs a tenth of waking a task, so whoever has a thousand things to send begins each and leaves
    to tasks only those that wait. What the first step raises is raised by awaiting it.
    """

    def __init__(self, awaitable: Awaitable[Any]) -> None:
        self.done = False
        self._steps = awaitable.__await__()
        self._waits_for: Any = None
        self._error: Exception | None = None
        try:
            self._waits_for = next(self._steps)
        except StopIteration:
            self.done = True
        except Exception as error:
            self._error = error

    def __await__(self) -> Generator[Any, Any, None]:
        """Go on where the first step ended."""
        if self._error is not None:
            raise self._error
        if self.done:
            return
        try:
            yield self._waits_for
        except BaseException:
            # The server's own awaitables are no generators, and need no closing.
            if isinstance(self._steps, Generator):
                self._steps.close()
            raise
        yield from self._steps
