"""Three years of a city's visits, a million numbers, and how long their statistics take."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from statistics import median
from typing import Any, Final

from madoguchi.domain.roles import Role
from madoguchi.domain.statistics.figures import Wanted, figures_of
from madoguchi.domain.statistics.periods import Period
from madoguchi.services import statistics, statistics_days
from madoguchi.services.actors import Actor
from madoguchi.services.office import Office
from madoguchi.services.statistics import Question
from madoguchi.state.stats_view import view_of
from madoguchi.store import day_watch
from madoguchi.store.tables import Counter, Desk, Municipality, Service

from . import measure_booking, server

TICKETS: Final = 1_000_000
DESKS: Final = 4
A_DAY: Final = 1_280
"""Numbers of all desks on an office day: a million of them are three years."""
TIMES: Final = 5

Figures = dict[str, Any]


def run(folder: Path) -> list[Figures]:
    """A row for SQLite, and one for PostgreSQL where a server answers."""
    rows = [_on("SQLite", f"sqlite:///{folder / 'years.db'}", folder)]
    with measure_booking.own_postgres("years") as url:
        if url is not None:
            rows.append(_on("PostgreSQL", url, folder))
    return rows


def _on(name: str, url: str, folder: Path) -> Figures:
    environ = server.environment(folder / f"years-{name}", line_port=0, database_url=url)
    with server.office_of(environ) as office:
        actor, desk_ids = _city(office)
        first = office.today() - timedelta(days=-(-TICKETS // A_DAY) * 7 // 5 + 10)
        first -= timedelta(days=first.weekday())
        filling = _seconds(lambda: fill(office, first, TICKETS))
        keeping = _seconds(lambda: statistics_days.keep_past_days(office))
        last = office.today() - timedelta(days=1)
        month, year = Period(last - timedelta(days=30), last), Period(last - timedelta(days=364), last)

        def page(period: Period) -> Callable[[], object]:
            question = Question(period)
            return lambda: view_of(statistics.statistics(office, actor, question), office.settings.zone)

        def scan(period: Period) -> object:
            with office.look() as unit:
                days = statistics_days.from_rows(unit, desk_ids, period.first, period.last)
            return figures_of(days, Wanted(by_day=period.by_day))

        with office.look() as unit:
            differ = len(list(statistics_days.wrong_in(unit, desk_ids, month.first, month.last)))
        return {
            "database": name,
            "tickets": TICKETS,
            "filled_seconds": round(filling, 1),
            "kept_seconds": round(keeping, 1),
            "month_ms": _usual_ms(page(month)),
            "year_ms": _usual_ms(page(year)),
            "month_scan_ms": round(_seconds(lambda: scan(month)) * 1e3),
            "year_scan_ms": round(_seconds(lambda: scan(year)) * 1e3),
            "days_that_differ": differ,
        }


def _city(office: Office) -> tuple[Actor, list[int]]:
    with office.change() as unit:
        session = unit.session

        def add(row: object) -> int:
            session.add(row)
            session.flush()
            return int(row.id)  # type: ignore[attr-defined]

        city = add(Municipality(code="years", names={"ja": "試験市"}))
        desk_ids = []
        for desk in range(DESKS):
            names, opens, closes = {"ja": f"{desk + 1}課"}, clock_time(8, 30), clock_time(17, 15)
            row = Desk(municipality_id=city, code=f"d{desk}", names=names, opens_at=opens, closes_at=closes)
            desk_ids.append(add(row))
            for number in range(4):
                add(Counter(desk_id=desk_ids[-1], label=f"{number + 1}"))
            for letter in "AB":
                code, kind = f"d{desk}{letter}", {"ja": f"業務{letter}"}
                add(Service(desk_id=desk_ids[-1], code=code, letter=letter, names=kind))
    return Actor(0, "bench", Role.VIEWER, city), desk_ids


def fill(office: Office, first: date, tickets: int) -> None:
    """So many numbers from the Monday `first` on, by one statement; always the same ones."""
    zone = office.settings.zone
    # The morning of the first day, in UTC; nobody here minds what summer time would do.
    opens = datetime.combine(first, clock_time(8, 30), zone)
    sqlite = office.database.is_sqlite
    engine = office.database.engine
    with engine.connect() as connection, _unwatched(connection, sqlite):
        statement = _sql(opens, first, tickets, sqlite=sqlite)
        connection.exec_driver_sql(statement if sqlite else statement.replace("%", "%%"))
        connection.commit()
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


@contextmanager
def _unwatched(connection: Any, sqlite: bool) -> Any:
    """What is put in by the million need not be looked at row by row."""
    if not sqlite:
        connection.exec_driver_sql("SET session_replication_role = replica")
        yield
        return
    for table in day_watch.WATCHED:
        for event in ("insert", "update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS forget_day_of_{table}_{event}")
    yield
    day_watch.watch(connection)
    connection.commit()


def _sql(opens: datetime, first: date, tickets: int, *, sqlite: bool) -> str:
    day = f"n / {A_DAY}"
    days = f"(({day}) / 5 * 7 + ({day}) % 5)"
    utc = f"{opens.timestamp():.0f}"
    if sqlite:
        series = f"WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < {tickets - 1})"
        service_day = f"date('{first}', '+' || {days} || ' days')"
        yes = "0"

        def moment(seconds: str) -> str:
            return f"strftime('%Y-%m-%d %H:%M:%S.000000', {utc} + {days} * 86400 + {seconds}, 'unixepoch')"

    else:
        series = f"WITH s(n) AS (SELECT * FROM generate_series(0, {tickets - 1}))"
        service_day = f"DATE '{first}' + {days}"
        yes = "false"

        def moment(seconds: str) -> str:
            return f"to_timestamp({utc} + {days} * 86400.0 + {seconds})"

    def chance(factor: int, below: int) -> str:
        return f"((n % 10007 * {factor} + n / 7) % {below})"

    came = chance(7_919, 30_000)
    waited = f"{chance(104, 60)} * {chance(31, 40)}"
    took = f"(60 + {chance(53, 37)} * {chance(17, 41)})"
    state = f"CASE {chance(13, 20)} WHEN 0 THEN 'missed' WHEN 1 THEN 'cancelled' ELSE 'done' END"
    by_door = "WHEN 0 THEN 'line' WHEN 1 THEN 'reservation' WHEN 2 THEN 'staff' ELSE 'paper'"
    channel = f"CASE {chance(11, 5)} {by_door} END"
    desk = "n % 4"
    return f"""
    INSERT INTO ticket (token, desk_id, home_desk_id, service_id, route, service_day, letter, number, lap,
      state, channel, language, issued_at, queued_at, priority, priority_reason, postponed, returned,
      first_called_at, called_at, finished_at, counter_id, calls, version, near_told, soon_told,
      promised_low, promised_high, promised_ahead, promised_counters)
    {series}
    SELECT 't' || n, {desk} + 1, {desk} + 1, ({desk}) * 2 + 1 + n / 4 % 2, '[]', {service_day},
      'A', n / 4 % 320, 0, {state}, {channel}, 'ja', {moment(came)}, {moment(came)}, 0, '', 0, 0,
      {moment(f"{came} + {waited}")}, {moment(f"{came} + {waited}")}, {moment(f"{came} + {waited} + {took}")},
      ({desk}) * 4 + 1 + n / 8 % 4, 1, 1, {yes}, {yes},
      {chance(3, 15)}, {chance(3, 15)} + 12, {chance(5, 6)}, 2
    FROM s
    """


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _usual_ms(work: Callable[[], object]) -> int:
    return round(median(_seconds(work) for _ in range(TIMES)) * 1e3)


def main() -> None:
    """These figures alone."""
    import json  # noqa: PLC0415
    import tempfile  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="madoguchi-years-") as folder:
        print(json.dumps(run(Path(folder)), indent=2))


if __name__ == "__main__":
    main()
