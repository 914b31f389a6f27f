"""The office of this process, for doors that nobody can hand it to, and the threads services run in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Any, ClassVar, ParamSpec, TypeVar

from .gathering import Gathering
from .office import Office

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

THREADS = 8
"""More would only wait for the same database; measured best around this on two cores."""


class NotRunningError(RuntimeError):
    """A door was used before the office was opened."""


class _Process:
    office: Office | None = None
    threads: ThreadPoolExecutor | None = None
    gatherings: ClassVar[dict[Callable[..., Any], Gathering[Any, Any]]] = {}


def start(office: Office) -> None:
    """Make `office` this process's own."""
    stop()
    _Process.office = office
    _Process.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="service")


def stop() -> None:
    """Forget the office and end the threads after what they are doing."""
    if _Process.threads is not None:
        _Process.threads.shutdown(wait=True, cancel_futures=True)
    _Process.office = _Process.threads = None
    _Process.gatherings = {}


def office() -> Office:
    """This process's office. Raises `NotRunningError` before `start`."""
    if _Process.office is None:
        raise NotRunningError("the office is not open")
    return _Process.office


async def in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a service off the event loop, in one of a few threads."""
    if _Process.threads is None:
        raise NotRunningError("the office is not open")
    # What is logged in there is of the same request.
    call = partial(copy_context().run, partial(function, *args, **kwargs))
    return await asyncio.get_running_loop().run_in_executor(_Process.threads, call)


async def together(service: Callable[[Office, Sequence[T]], Sequence[R | Exception]], item: T) -> R:
    """Run a service that takes several items at once, with whatever others ask of it at this moment."""
    found = _Process.gatherings.get(service)
    if found is None:
        opened = office()
        found = Gathering(lambda items: in_thread(service, opened, items))
        _Process.gatherings[service] = found
    result: R = await found.put(item)
    return result


def pending() -> int:
    """How many wait for what services do together: much more than a few is a rush."""
    return sum(gathering.pending for gathering in _Process.gatherings.values())
