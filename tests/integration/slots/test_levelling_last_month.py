"""試算 reads last month's visits, gives the same answer twice, and touches no contact."""

from __future__ import annotations

import random
from datetime import UTC, datetime, time, timedelta

import pytest
from plan_kit import FRIDAY, THURSDAY, TOKYO, Planned, weekdays

from madoguchi.domain.errors import Refusal
from madoguchi.services import levelling
from madoguchi.store.tables import Ticket


def last_month(plan: Planned, visits: int = 24) -> None:
    """Four weeks of mornings: most come at nine, one counter open."""
    chance = random.Random(7)
    with plan.office.change() as unit:
        for back in range(1, 29):
            day = THURSDAY - timedelta(days=back)
            if day.weekday() > 4:
                continue
            free = datetime.combine(day, time(9), TOKYO)
            for number in range(visits):
                came = datetime.combine(day, time(9), TOKYO) + timedelta(
                    minutes=chance.triangular(0, 180, 20)
                )
                called = max(came, free)
                free = called + timedelta(minutes=6)
                unit.session.add(
                    Ticket(
                        token=f"{day}-{number}",
                        desk_id=plan.city.desk_id,
                        home_desk_id=plan.city.desk_id,
                        service_id=plan.city.service_id,
                        service_day=day,
                        letter="A",
                        number=number + 1,
                        state="done",
                        channel="paper",
                        issued_at=came.astimezone(UTC),
                        queued_at=came.astimezone(UTC),
                        called_at=called.astimezone(UTC),
                        finished_at=free.astimezone(UTC),
                        counter_id=plan.city.counter_ids[0],
                    )
                )


def test_a_month_is_played_and_levelled_the_same_way_twice(plan: Planned) -> None:
    last_month(plan)
    found = levelling.rehearse(plan.office, plan.admin, plan.pool_id, weekdays(), 1.0)
    assert found == levelling.rehearse(plan.office, plan.admin, plan.pool_id, weekdays(), 1.0)
    assert (found.last, found.visits) == (THURSDAY - timedelta(days=1), 20 * 24)
    assert found.suggested.mean < found.before.mean
    assert [day.weekday for day in found.days] == [0, 1, 2, 3, 4]
    assert found.bands
    assert {band.weekday for band in found.bands} == {0, 1, 2, 3, 4}


def test_weekdays_that_taught_nothing_keep_what_the_draft_has(lite_plan: Planned) -> None:
    last_month(lite_plan)
    saturday = (*weekdays(), weekdays()[0].__class__(5, time(10), time(11), 30, 7))
    found = levelling.rehearse(lite_plan.office, lite_plan.admin, lite_plan.pool_id, saturday)
    assert [band.capacity for band in found.bands if band.weekday == 5] == [7]


@pytest.mark.parametrize(
    ("bands", "share", "code"),
    [((), 0.5, "level_no_plan"), (weekdays(), 0.5, "level_too_few"), (weekdays(), 1.5, "level_share")],
)
def test_what_cannot_be_played_is_refused(
    lite_plan: Planned, bands: tuple[object, ...], share: float, code: str
) -> None:
    with pytest.raises(Refusal, match=code):
        levelling.rehearse(lite_plan.office, lite_plan.admin, lite_plan.pool_id, bands, share)  # type: ignore[arg-type]


def test_a_plan_of_days_ahead_is_not_read_as_the_past(lite_plan: Planned) -> None:
    last_month(lite_plan)
    lite_plan.book(FRIDAY)
    found = levelling.rehearse(lite_plan.office, lite_plan.admin, lite_plan.pool_id, weekdays())
    assert found.visits == 20 * 24
