"""試算: last month's visits played against a plan of places, and places that would level the arrivals."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise
from statistics import fmean
from typing import Final

from ..domain.errors import Refusal
from ..domain.levelling import DaySuggestion, Handling, Pattern, plan_of, suggest
from ..domain.past_visits import PastVisit, without_forgotten
from ..domain.placing import SlotPlan
from ..domain.plan_weeks import as_bands
from ..domain.replay import Replayed, Rules, Waits, replay
from ..domain.roles import Permission
from ..domain.slot_plans import Band, checked
from ..domain.staffing import Staffing, staffing_seen
from ..store import desks, past_visits
from ..store import slot_plans as rows
from ..store.tables import Desk, Service
from .actors import Actor
from .office import Office
from .pools import own

LEARN_FROM: Final = timedelta(days=28)
FEWEST_VISITS: Final = 30
"""With less there is no month to learn from."""
FURTHEST: Final = 120.0
"""Minutes by which a plan may move a visit from the time that was wanted."""
SEED: Final = 1
_BAND: Final = 30


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Waiting in minutes: as it was, under the draft, and under what is suggested instead."""

    first: date
    last: date
    visits: int
    before: Waits
    draft: Waits
    draft_unplaced: int
    """Who wanted a place of the draft and found none."""
    suggested: Waits
    suggested_unplaced: int
    days: tuple[DaySuggestion, ...]
    bands: tuple[Band, ...]
    """The suggestion as a week's pattern; weekdays that taught nothing are as in the draft."""


def rehearse(
    office: Office, actor: Actor, pool_id: int, bands: Sequence[Band], booked_share: float = 0.5
) -> Rehearsal:
    """Play the last four weeks of the pool's desk against a week's `bands`; twice gives the same.

    `booked_share` of those who came without a booking would book. Reads no contact.
    Raises `Refusal`: not_allowed, unknown_pool, level_no_plan, level_too_few(least), level_share.
    """
    actor.require(Permission.SEE_QUEUE)
    if not 0 <= booked_share <= 1:
        raise Refusal("level_share")
    week = checked(bands)
    starts = _starts(week)
    if not starts:
        raise Refusal("level_no_plan")
    with office.look() as unit:
        _pool, desk = own(unit, actor, pool_id)
        services = desks.services(unit.session, desk.id or 0)
        planned = {one.id or 0 for one in rows.services_of(unit.session, pool_id)}
        first, last = unit.today - LEARN_FROM, unit.today - timedelta(days=1)
        visits = without_forgotten(
            past_visits.visits(unit.session, desk.id or 0, first, last, planned, unit.zone)
        )
    if len(visits) < FEWEST_VISITS:
        raise Refusal("level_too_few", least=FEWEST_VISITS)
    staffing = staffing_seen(visits, *_hours(desk, visits, starts), _BAND)
    pattern = Pattern(starts, _interval(week, starts))
    suggested = suggest(visits, staffing, pattern, _handling(services, planned), booked_share)
    draft = _play(visits, staffing, _plan(week, booked_share))
    better = _play(visits, staffing, plan_of(suggested, booked_share, FURTHEST))
    return Rehearsal(
        first=first,
        last=last,
        visits=len(visits),
        before=_play(visits, staffing, None).waits,
        draft=draft.waits,
        draft_unplaced=draft.unplaced,
        suggested=better.waits,
        suggested_unplaced=better.unplaced,
        days=suggested,
        bands=_as_week(suggested, week),
    )


def _play(visits: Sequence[PastVisit], staffing: dict[int, Staffing], plan: SlotPlan | None) -> Replayed:
    closed = Staffing(())
    return replay(visits, lambda day: staffing.get(day.weekday(), closed), plan, Rules(), SEED)


def _plan(week: Iterable[Band], booked_share: float) -> SlotPlan:
    places: dict[int, dict[int, int]] = defaultdict(dict)
    for band in week:
        places[band.weekday] |= {_minutes(at): band.capacity for at in band.times()}
    return SlotPlan(by_weekday=places, booked_share=booked_share, furthest=FURTHEST)


def _starts(week: Iterable[Band]) -> dict[int, list[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for band in week:
        found[band.weekday] |= {_minutes(at) for at in band.times()}
    return {weekday: sorted(starts) for weekday, starts in sorted(found.items())}


def _interval(week: Iterable[Band], starts: dict[int, list[int]]) -> int:
    """The shortest time from one start to the next."""
    gaps = [after - before for day in starts.values() for before, after in pairwise(day)]
    return min([*gaps, *(band.every for band in week)])


def _hours(desk: Desk, visits: Iterable[PastVisit], starts: dict[int, list[int]]) -> tuple[int, int]:
    """When counters may have been open: within the desk's hours, from the first visit to the last."""
    came = [visit.arrives for visit in visits if visit.arrives is not None]
    all_starts = [start for day in starts.values() for start in day]
    first = math.floor(min([*came, *all_starts]) / _BAND) * _BAND
    last = math.ceil((max([*came, *all_starts]) + 1) / _BAND) * _BAND
    opens, closes = _minutes(desk.opens_at), _minutes(desk.closes_at)
    return max(opens, first), max(opens + _BAND, min(closes, last))


def _handling(services: Iterable[Service], planned: set[int]) -> Handling:
    own_minutes = [one.estimated_minutes for one in services if one.id in planned]
    others = [one.estimated_minutes for one in services if one.id not in planned]
    mean = fmean(own_minutes) if own_minutes else 10.0
    return Handling(planned=mean, others=fmean(others) if others else mean)


def _as_week(suggested: Iterable[DaySuggestion], draft: Iterable[Band]) -> tuple[Band, ...]:
    learned = [day for day in suggested if day.days]
    kept = [band for band in draft if band.weekday not in {day.weekday for day in learned}]
    made = [
        band
        for day in learned
        for band in as_bands(day.weekday, {time(*divmod(one.start, 60)): one.capacity for one in day.bands})
    ]
    return checked([*kept, *made])


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
