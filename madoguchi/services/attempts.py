"""How often somebody may try a password: growing waits per account, and a limit per address."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from datetime import datetime, timedelta
from typing import Final

FREE_TRIES: Final = 5
"""Wrong passwords in a row that cost nothing; from then on each one doubles the wait."""
_FIRST_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(minutes=15)
"""So that nobody can lock a colleague out for a whole morning."""

_ADDRESS_TRIES: Final = 30
"""Per address: a whole office sits behind one."""
_ADDRESS_WINDOW: Final = timedelta(minutes=5)
_REMEMBERED: Final = 10_000


def wait_after(failures: int) -> timedelta:
    """How long an account is locked after its `failures`-th wrong password in a row."""
    if failures < FREE_TRIES:
        return timedelta(0)
    doublings = min(failures - FREE_TRIES, 10)
    return min(_FIRST_WAIT * (1 << doublings), _LONGEST_WAIT)


def minutes_until(moment: datetime, now: datetime) -> int:
    """Whole minutes to wait, at least one."""
    return max(1, -(-int((moment - now).total_seconds()) // 60))


class Strangers:
    """Wrong sign-ins under names that no account has, locked by the same rule: nobody learns who exists."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, tuple[int, datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def locked_until(self, login: str) -> datetime | None:
        """Until when this name is locked, as an account would be."""
        with self._lock:
            found = self._failures.get(login)
        return None if found is None else found[1]

    def failed(self, login: str, now: datetime) -> None:
        """Count one more wrong password."""
        with self._lock:
            failures = self._failures.pop(login, (0, now))[0] + 1
            self._failures[login] = (failures, now + wait_after(failures))
            while len(self._failures) > _REMEMBERED:
                self._failures.popitem(last=False)


class Addresses:
    """Wrong sign-ins, or whatever else is to be rare, by address within the last minutes."""

    def __init__(self, tries: int = _ADDRESS_TRIES) -> None:
        self._tries = tries
        self._failures: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def blocked_until(self, address: str, now: datetime) -> datetime | None:
        """Until when this address may not try again; None when it may now."""
        with self._lock:
            times = self._recent(address, now)
            return times[0] + _ADDRESS_WINDOW if len(times) >= self._tries else None

    def failed(self, address: str, now: datetime) -> None:
        """Count one more wrong password."""
        with self._lock:
            times = self._recent(address, now)
            times.append(now)
            self._failures[address] = times
            self._failures.move_to_end(address)
            while len(self._failures) > _REMEMBERED:
                self._failures.popitem(last=False)

    def _recent(self, address: str, now: datetime) -> deque[datetime]:
        times = self._failures.get(address, deque(maxlen=self._tries))
        while times and times[0] <= now - _ADDRESS_WINDOW:
            times.popleft()
        return times
