"""How many places the guests of one address may keep from everybody else.

A confirmation code costs nothing, and a script draws as many as it likes: without a limit one machine
could hold every place of the first morning, and book them under made-up names. Whoever comes by LINE is
not counted. It is remembered by the one process, like `attempts`; an address is what `networks.house`
makes of it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from ..domain.booking import HOLD_FOR
from ..domain.citizens import Citizen
from ..domain.errors import Refusal
from .attempts import minutes_until

HELD_AT_ONCE: Final = 30
"""Places that are held and not booked yet: so many fill in the form at the same time in a full hall that
shares one Wi-Fi, of those who have no LINE."""
BOOKED: Final = 120
"""Bookings within `BOOKED_WITHIN`."""
BOOKED_WITHIN: Final = timedelta(hours=1)
_REMEMBERED: Final = 10_000
"""Addresses."""

_Key = tuple[str, int]
"""Guest and service: each guest holds one place of a service."""


@dataclass
class _House:
    """One address."""

    held: dict[_Key, datetime] = field(default_factory=dict)
    """Until when each place is held."""
    booked: deque[datetime] = field(default_factory=deque)

    def forget_old(self, now: datetime) -> None:
        self.held = {key: until for key, until in self.held.items() if until > now}
        while self.booked and self.booked[0] <= now - BOOKED_WITHIN:
            self.booked.popleft()

    def blocked_until(self, key: _Key) -> datetime | None:
        """Until when `key` cannot be held here; whoever holds a place may choose another one or book it."""
        if key in self.held:
            return None
        if len(self.held) >= HELD_AT_ONCE:
            return min(self.held.values())
        if len(self.held) + len(self.booked) >= BOOKED:
            return self.booked[0] + BOOKED_WITHIN
        return None


class GuestHolds:
    """What one process remembers of each address. Who changes it meanwhile is counted at both."""

    def __init__(self) -> None:
        self._houses: OrderedDict[str, _House] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def taking(self, address: str, citizen: Citizen, service_id: int, now: datetime) -> Iterator[None]:
        """While a place is taken or booked: counted before, so that nobody slips through, and not if it was
        not had.

        Raises `Refusal("guest_many_here", minutes)`.
        """
        if citizen.guest is None:
            yield
            return
        key = (citizen.guest, service_id)
        before = self._count(address, key, now)
        try:
            yield
        except BaseException:
            with self._lock:
                self._set(self._house(address, now), key, before)
            raise

    def given_back(self, address: str, citizen: Citizen, service_id: int, now: datetime) -> None:
        """The place is held no longer."""
        if citizen.guest is not None:
            with self._lock:
                self._set(self._house(address, now), (citizen.guest, service_id), None)

    def booked(self, address: str, citizen: Citizen, service_id: int, now: datetime) -> None:
        """The place is booked."""
        if citizen.guest is not None:
            with self._lock:
                house = self._house(address, now)
                self._set(house, (citizen.guest, service_id), None)
                house.booked.append(now)

    def _count(self, address: str, key: _Key, now: datetime) -> datetime | None:
        """Count the place; until when one was held before."""
        with self._lock:
            house = self._house(address, now)
            blocked = house.blocked_until(key)
            if blocked is not None:
                raise Refusal("guest_many_here", minutes=minutes_until(blocked, now))
            before = house.held.get(key)
            self._set(house, key, now + HOLD_FOR)
            return before

    def _house(self, address: str, now: datetime) -> _House:
        house = self._houses.setdefault(address, _House())
        self._houses.move_to_end(address)
        house.forget_old(now)
        while len(self._houses) > _REMEMBERED:
            self._houses.popitem(last=False)
        return house

    @staticmethod
    def _set(house: _House, key: _Key, until: datetime | None) -> None:
        if until is None:
            house.held.pop(key, None)
        else:
            house.held[key] = until


WATCH: Final = GuestHolds()
"""Of this process."""
