"""The one door for waiting times: everybody who shows or stores one asks here."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from . import forecasts
from .office import Office, Unit


class Told(NamedTuple):
    """A waiting time as it is told: low and high minutes, people before, and counters that call."""

    low: int
    high: int
    ahead: int
    counters: int

    @property
    def wait(self) -> tuple[int, int]:
        """Low and high minutes."""
        return self.low, self.high

    @property
    def columns(self) -> dict[str, int]:
        """As it is kept with the ticket."""
        return {
            "promised_low": self.low,
            "promised_high": self.high,
            "promised_ahead": self.ahead,
            "promised_counters": self.counters,
        }


def wait(
    office: Office, unit: Unit, desk_id: int, ahead: int, *, service_id: int = 0, ticket_id: int = 0
) -> tuple[int, int]:
    """Low and high minutes for somebody with `ahead` people before, rounded as people read it.

    Of a ticket that waits by its id, of somebody who comes now by the service; with neither, of anybody.
    """
    found = forecasts.of_desk(office, unit, desk_id).of(ahead, service_id=service_id, ticket_id=ticket_id)
    return found.shown


def wait_known(
    office: Office, unit: Unit, desk_id: int, ahead: int, *, service_id: int = 0
) -> tuple[int, int]:
    """`wait` of somebody who comes now, by a forecast up to a minute old; without one worked out."""
    known = forecasts.known(office, unit, desk_id)
    if known is None:
        return wait(office, unit, desk_id, ahead, service_id=service_id)
    return known.of(ahead, service_id=service_id).shown


def asking(office: Office, unit: Unit, desk_id: int) -> Callable[[int, int], tuple[int, int]]:
    """`wait` for many tickets by one forecast: called with a ticket's id and how many are before."""
    forecast = forecasts.of_desk(office, unit, desk_id)
    return lambda ticket_id, ahead: forecast.of(ahead, ticket_id=ticket_id).shown


def told(office: Office, unit: Unit, desk_id: int, ahead: int, service_id: int) -> Told:
    """What somebody who takes a number of the service now is told, to be kept as a promise."""
    forecast = forecasts.of_desk(office, unit, desk_id)
    return Told(*forecast.of(ahead, service_id=service_id).shown, ahead, forecast.counters)
