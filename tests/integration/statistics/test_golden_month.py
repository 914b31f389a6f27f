"""A month of made-up visits: every figure is what plain Python works out from the events."""

from __future__ import annotations

from collections import Counter
from datetime import date, time, timedelta

import pytest
from golden_kit import SEPTEMBER, Golden
from golden_month import Event, handled, minutes, one_decimal, share, spread, waits

from madoguchi.domain.errors import Refusal
from madoguchi.domain.roles import Role
from madoguchi.domain.statistics.periods import Period
from madoguchi.domain.tickets import Channel
from madoguchi.services.actors import Actor
from madoguchi.services.statistics import Question, statistics

WEEKDAYS = "月火水木金土日"


def turns(visits: list[Event], state: str, service: int | None = None) -> int:
    """Turns with that end."""
    return sum(
        visit.state == state and service in (None, one.service) for visit in visits for one in visit.served
    )


def test_every_table_of_the_month(golden: Golden) -> None:
    found, visits, city = golden.tables(), golden.month.visits, golden.city
    days = len({one.day for one in visits})
    summary = {row[0]: row[1] for row in found["summary"].rows}
    assert summary["来庁者"] == len(visits)
    assert summary["1日あたりの来庁者"] == one_decimal(len(visits), days)
    booked = [one for one in visits if one.channel == "reservation"]
    assert summary["予約で来た方"] == len(booked)
    assert summary["予約で来た方の割合"] == share(len(booked), len(visits))
    assert summary["対応"] == turns(visits, "done")
    for name, times in (("待ち時間", waits(visits)), ("対応時間", handled(visits))):
        told = tuple(summary[f"{name} {one}"] for one in ("平均", "中央値", "90％", "最大"))
        assert told == spread(times)[1:]
    every = sum(len(one.served) for one in visits)
    assert summary["終わりの分からない対応"] == turns(visits, "done") - len(handled(visits))
    assert summary["不在の割合"] == share(turns(visits, "missed"), every)
    assert summary["取消の割合"] == share(turns(visits, "cancelled"), every)
    states = Counter(one[3] for one in golden.month.bookings)
    assert summary["予約"] == len(golden.month.bookings)
    assert summary["予約の来庁なしの割合"] == share(states["missed"], states["missed"] + states["done"])
    assert summary["予約の取消の割合"] == share(states["cancelled"], sum(states.values()))
    taken, capacity = sum(one[2] for one in golden.month.places), sum(one[1] for one in golden.month.places)
    assert summary["予約枠の埋まり"] == share(taken, capacity)
    assert found["by_service"].rows == tuple(
        (
            name,
            sum(one.served[0].service == service for one in visits),
            *(turns(visits, state, service) for state in ("done", "missed", "cancelled")),
            *(
                share(
                    turns(visits, state, service), sum(s.service == service for v in visits for s in v.served)
                )
                for state in ("missed", "cancelled")
            ),
            *spread(waits(visits, service=service)),
            *spread(handled(visits, service=service)),
        )
        for name, service in (
            ("保育課　保育所等利用申込", city.service_id),
            ("保育課　児童手当", city.other_service_id),
            ("税務課　納税相談", city.other_desk_service_id),
        )
    )
    assert found["by_counter"].rows == tuple(
        (name, done(visits, counter), *spread(handled(visits, counter=counter)))
        for name, counter in (
            *((f"保育課　{place}番窓口", one) for place, one in enumerate(city.counter_ids, 1)),
            ("税務課　7番窓口", golden.other_counter),
        )
    )


def done(visits: list[Event], counter: int) -> int:
    """Finished at the counter."""
    return sum(one.state == "done" and part.counter == counter for one in visits for part in one.served)


def test_by_day_and_weekday_and_time_of_day(golden: Golden) -> None:
    visits = golden.month.visits
    found = golden.tables(Question(SEPTEMBER, band=30))
    for row in found["course"].rows:
        day = row[0]
        assert isinstance(day, date)
        here = [one for one in visits if one.day == day]
        booked = sum(one.channel == "reservation" for one in here)
        assert row[1:] == (WEEKDAYS[day.weekday()], len(here), booked, *spread(waits(here)))
    assert len(found["course"].rows) == len({one.day for one in visits})
    heat = {(row[0], row[1]): row[2:] for row in found["heat"].rows}
    came = Counter((WEEKDAYS[one.day.weekday()], time(one.taken.hour)) for one in visits)
    days = Counter(WEEKDAYS[day.weekday()] for day in {one.day for one in visits})
    assert heat == {
        key: (count, days[key[0]], one_decimal(count, days[key[0]])) for key, count in came.items()
    }
    # A band also holds the waits of what follows in a visit, by the end of what was before.
    began = Counter((one.taken.hour, one.taken.minute // 30) for one in visits)
    for row in found["by_band"].rows:
        begins = row[0]
        assert isinstance(begins, time)
        assert row[2] == began[begins.hour, begins.minute // 30]
    assert sum(int(str(row[4])) for row in found["by_band"].rows) == len(waits(visits))


@pytest.mark.parametrize("channel", list(Channel))
def test_one_channel_and_one_desk(lite_golden: Golden, channel: Channel) -> None:
    city, visits = lite_golden.city, [one for one in lite_golden.month.visits if one.channel == channel]
    found = lite_golden.tables(Question(SEPTEMBER, desk_id=city.desk_id, channel=channel))
    summary = {row[0]: row[1] for row in found["summary"].rows}
    here = [one for one in visits if one.served[0].desk == city.desk_id]
    assert summary["来庁者"] == len(here)
    assert summary["待ち時間 平均"] == spread(waits(visits, desk=city.desk_id))[1]
    assert {row[0] for row in found["by_service"].rows} == {"保育所等利用申込", "児童手当"}


def test_one_service_at_one_counter(lite_golden: Golden) -> None:
    city = lite_golden.city
    asked = Question(SEPTEMBER, service_id=city.service_id, counter_id=city.counter_ids[1])
    summary = {row[0]: row[1] for row in lite_golden.tables(asked)["summary"].rows}
    times = handled(lite_golden.month.visits, city.service_id, city.counter_ids[1])
    assert summary["対応時間 平均"] == spread(times)[1]
    assert summary["対応時間 90％"] == spread(times)[3]


def test_the_told_waiting_times(golden: Golden) -> None:
    told = [
        (one, one.told)
        for one in golden.month.visits
        # Nobody changed the place afterwards, and it was called where the number was given.
        if one.told and not one.own_wish and one.served[0].desk == one.served[-1].desk
    ]
    kept = sum(low <= minutes(one.taken, called(one)) <= high for one, (low, high, _, _) in told)
    summary = {row[0]: row[1] for row in golden.tables()["summary"].rows}
    assert summary["待ち時間の案内"] == len(told)
    assert summary["案内の幅に入った割合"] == share(kept, len(told))
    seconds = sum(
        abs((low + high) * 30 - (called(one) - one.taken).total_seconds()) for one, (low, high, _, _) in told
    )
    assert summary["案内のずれの平均"] == one_decimal(int(seconds), 60 * len(told))


def called(one: Event):
    """When it was first called."""
    assert one.served[0].first_called is not None
    return one.served[0].first_called


def test_a_period_beside_another(golden: Golden) -> None:
    first_half, second_half = (
        Period(SEPTEMBER.first, date(2026, 9, 15)),
        Period(date(2026, 9, 16), SEPTEMBER.last),
    )
    rows = golden.tables(Question(second_half, compared=first_half))["summary"].rows
    name, value, before, difference, unit = rows[0]
    later = sum(one.day > first_half.last for one in golden.month.visits)
    earlier = len(golden.month.visits) - later
    assert (name, value, before, difference, unit) == ("来庁者", later, earlier, later - earlier, "人")


def test_a_day_without_anybody_and_years_to_come(lite_golden: Golden) -> None:
    sunday = date(2026, 9, 6)
    for period in (
        Period(sunday, sunday),
        Period(sunday + timedelta(days=400), sunday + timedelta(days=900)),
    ):
        found = lite_golden.tables(Question(period))
        assert {row[1] for row in found["summary"].rows} <= {0, None}
        assert all(not table.rows for key, table in found.items() if key != "summary")


def test_another_citys_desk_is_unknown_and_auditors_see_nothing(lite_golden: Golden) -> None:
    office, city = lite_golden.office, lite_golden.city
    stranger = Actor(999, "stranger", Role.ADMIN, city.municipality_id + 1)
    with pytest.raises(Refusal, match="unknown_desk"):
        statistics(office, stranger, Question(SEPTEMBER, desk_id=city.desk_id))
    assert statistics(office, stranger, Question(SEPTEMBER)).figures.total.visitors == 0
    with pytest.raises(Refusal, match="not_allowed"):
        statistics(office, city.auditor, Question(SEPTEMBER))
    wrong = (
        ("unknown_service", Question(SEPTEMBER, desk_id=city.desk_id, service_id=city.other_desk_service_id)),
        ("unknown_counter", Question(SEPTEMBER, counter_id=9_999)),
        ("wrong_period", Question(Period(SEPTEMBER.last, SEPTEMBER.first))),
    )
    for reason, question in wrong:
        with pytest.raises(Refusal, match=reason):
            statistics(office, city.viewer, question)
