"""Several people at the very same moment, each in a thread of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from madoguchi.domain.errors import Refusal

_PATIENCE = 30.0


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each gives or the `Refusal` it raises, in order; any other error is raised here."""
    start = threading.Barrier(len(works))

    def one(work: Callable[[], Any]) -> Any:
        start.wait(_PATIENCE)
        try:
            return work()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(works)) as threads:
        return [found.result(_PATIENCE) for found in [threads.submit(one, work) for work in works]]


def refusals(results: list[Any]) -> set[str]:
    """The codes of those refused."""
    return {one.code for one in results if isinstance(one, Refusal)}
