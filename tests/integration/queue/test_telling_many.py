"""What a click costs when hundreds wait in LINE: the same statements as for a few, and one forecast."""

from __future__ import annotations

import pytest
from office_kit import City, clock_of
from sqlalchemy import event

from madoguchi.services import calling, counters, forecasts, issuing
from madoguchi.services.office import Office
from madoguchi.store.tables import LineUser


def _wait_in_line(office: Office, city: City, first: int, count: int) -> None:
    with office.change() as unit:
        users = [
            LineUser(user_id=f"U{number:032x}", desk_id=city.desk_id, created_at=unit.now)
            for number in range(first, first + count)
        ]
        unit.session.add_all(users)
        unit.session.flush()
        ids = [user.id or 0 for user in users]
    for user_id in ids:
        clock_of(office).advance(seconds=1)
        issuing.issue_in_line(
            office, line_user_id=user_id, service_id=city.service_id, event_id=f"event-{user_id}"
        )


def test_a_click_asks_one_forecast_and_no_more_of_the_database_when_many_wait(
    lite_office: Office, lite_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    played: list[int] = []
    real = forecasts._forecast

    def forecast(office: Office, unit: object, desk_id: int) -> object:
        played.append(desk_id)
        return real(office, unit, desk_id)  # type: ignore[arg-type]

    monkeypatch.setattr(forecasts, "_forecast", forecast)

    @event.listens_for(lite_office.database.engine, "before_cursor_execute")
    def _heard(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    def click(current: int | None) -> tuple[int | None, int, int]:
        clock_of(lite_office).advance(minutes=10)
        asked.clear()
        played.clear()
        called = calling.call_next(lite_office, lite_city.clerk, lite_city.counter_ids[0], current)
        return called.ticket_id, len(asked), len(played)

    _wait_in_line(lite_office, lite_city, 100, 12)
    counters.take_counter(lite_office, lite_city.clerk, lite_city.counter_ids[0])
    current: int | None = None
    for _ in range(3):
        current, few, _once = click(current)
    _wait_in_line(lite_office, lite_city, 200, 60)
    current, many, forecasts_made = click(current)
    assert forecasts_made <= 1
    assert many <= few + 2, "whoever comes soon for the first time is read in one statement"
