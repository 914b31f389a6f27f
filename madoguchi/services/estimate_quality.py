"""How good the waiting times were that a desk told, for staff. No tickets, no contacts: figures only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ..domain.errors import Refusal
from ..domain.languages import localized
from ..domain.promises import Promise, Quality, quality_of
from ..domain.roles import Permission
from ..store import desks
from . import forecasts
from .actors import Actor
from .office import Office

SHOWN: Final = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class EstimateQuality:
    """The promises of the days from `first` to `last` that have an outcome."""

    first: date
    last: date
    all: Quality
    waited: Quality
    """Of those who had somebody before them: the others' are easily kept."""
    by_service: tuple[tuple[str, Quality], ...]
    """By Japanese name, in the desk's order."""
    by_hour: tuple[tuple[int, Quality], ...]
    """By the hour of the local day in which the number was taken."""


def estimate_quality(office: Office, actor: Actor, desk_id: int) -> EstimateQuality:
    """The figures of a desk. Raises `Refusal`: not_allowed, unknown_desk."""
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        if not desks.in_municipality(unit.session, desk_id, actor.municipality_id):
            raise Refusal("unknown_desk")
        first = unit.today - SHOWN
        found = forecasts.promises(unit, desk_id, first, unit.today)
        names = {one.id or 0: localized(one.names, "ja") for one in desks.services(unit.session, desk_id)}
        last = unit.today
    by_service = _grouped(found)
    by_hour = _grouped((one.hour, one) for _, one in found)
    return EstimateQuality(
        first=first,
        last=last,
        all=quality_of([one for _, one in found]),
        waited=quality_of([one for _, one in found if one.ahead]),
        by_service=tuple((names[one], by_service[one]) for one in names if one in by_service),
        by_hour=tuple(sorted(by_hour.items())),
    )


def _grouped(found: Iterable[tuple[int, Promise]]) -> dict[int, Quality]:
    groups: dict[int, list[Promise]] = defaultdict(list)
    for key, promise in found:
        groups[key].append(promise)
    return {key: quality_of(promises) for key, promises in groups.items()}
