"""The plan as a file: for signed-in staff of its own municipality, in the two encodings Excel knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
from office_kit import City
from plan_kit import FRIDAY, THURSDAY, Planned, weekdays
from starlette.applications import Starlette
from starlette.testclient import TestClient

from madoguchi.api import plan_file
from madoguchi.domain.errors import Refusal
from madoguchi.domain.plan_csv import read
from madoguchi.domain.roles import Role
from madoguchi.domain.slot_plans import Exceptional, ExceptionKind, PlanChange
from madoguchi.services import plan_changes, plan_previews, running, slot_plans, staff_accounts
from madoguchi.services.office import Office

PASSWORD = "correct-horse"


def sign_in(office: Office, role: Role) -> str:
    """A session of somebody with that role."""
    staff_accounts.create_staff(
        office,
        municipality_code="mori",
        login=f"who-{role}",
        display_name="誰か",
        role=role,
        password=PASSWORD,
    )
    return staff_accounts.sign_in(office, f"who-{role}", PASSWORD, "10.0.0.1")


@pytest.fixture
def client(lite_plan: Planned) -> Iterator[TestClient]:
    """A client of the file's address."""
    running.start(lite_plan.office)
    with TestClient(Starlette(routes=plan_file.routes()), base_url="http://127.0.0.1:3000") as opened:
        yield opened
    running.stop()


def add(plan: Planned, change: PlanChange) -> None:
    """Make a change that touches nobody."""
    seen = plan_previews.preview(plan.office, plan.admin, plan.pool_id, change)
    plan_changes.apply(
        plan.office, plan.admin, plan.pool_id, change, version=seen.version, shown=[], moves={}
    )


@pytest.mark.parametrize(
    ("encoding", "codec", "charset"), [("utf-8", "utf-8-sig", "utf-8"), ("cp932", "cp932", "Shift_JIS")]
)
def test_what_is_downloaded_is_the_plan(
    client: TestClient, lite_plan: Planned, encoding: str, codec: str, charset: str
) -> None:
    closed = Exceptional(ExceptionKind.CLOSED, note="=HYPERLINK(1)")
    add(lite_plan, PlanChange(exceptions={FRIDAY: closed}))
    client.cookies.set("madoguchi_staff", sign_in(lite_plan.office, Role.VIEWER))
    answer = client.get(plan_file.PATH, params={"pool": lite_plan.pool_id, "encoding": encoding})
    assert (answer.status_code, answer.headers["content-type"]) == (200, f"text/csv; charset={charset}")
    assert "no-store" in answer.headers["cache-control"]
    text = answer.content.decode(codec)
    assert ",'=HYPERLINK(1)" in text
    assert answer.content.startswith(b"\xef\xbb\xbf") == (encoding == "utf-8")
    found = read(answer.content)
    assert found.patterns == {THURSDAY: weekdays()}
    assert found.exceptions == {FRIDAY: closed}


@pytest.mark.parametrize(
    ("role", "pool", "status"),
    [
        (None, "1", 403),
        (Role.AUDITOR, "1", 403),
        (Role.VIEWER, "99", 404),
        (Role.VIEWER, "", 404),
        (Role.VIEWER, "１", 404),
        (Role.VIEWER, "9" * 30, 404),
    ],
)
def test_others_learn_nothing(
    client: TestClient, lite_plan: Planned, role: Role | None, pool: str, status: int
) -> None:
    if role is not None:
        client.cookies.set("madoguchi_staff", sign_in(lite_plan.office, role))
    answer = client.get(plan_file.PATH, params={"pool": pool})
    assert answer.status_code == status
    assert "週間" not in answer.text


def test_a_week_is_copied_to_a_range_without_touching_holidays(plan: Planned) -> None:
    office, admin, pool = plan.office, plan.admin, plan.pool_id
    add(plan, PlanChange(exceptions={FRIDAY: Exceptional(ExceptionKind.CAPACITY, 7)}))
    first = date(2026, 10, 12)
    change = slot_plans.copied_week(office, admin, pool, FRIDAY, first, first + timedelta(days=6))
    assert first not in change.exceptions, "a holiday"
    add(plan, change)
    assert set(plan.slots(date(2026, 10, 16)).values()) == {7}
    assert set(plan.slots(date(2026, 10, 15)).values()) == {2}
    assert plan.slots(date(2026, 10, 17)) == {}
    bands = slot_plans.week_as_pattern(office, admin, pool, FRIDAY)
    assert {band.capacity for band in bands if band.weekday == 4} == {7}
    assert bands[0].starts == time(9)


@pytest.mark.parametrize("last", [-1, 366])
def test_a_range_that_is_none_is_refused(lite_plan: Planned, last: int) -> None:
    until = FRIDAY + timedelta(days=last)
    with pytest.raises(Refusal, match="plan_range"):
        slot_plans.copied_week(lite_plan.office, lite_plan.admin, lite_plan.pool_id, FRIDAY, FRIDAY, until)


def test_the_past_is_not_copied_over(lite_plan: Planned, lite_city: City) -> None:
    with pytest.raises(Refusal, match="plan_range"):
        slot_plans.copied_week(
            lite_plan.office,
            lite_plan.admin,
            lite_plan.pool_id,
            FRIDAY,
            THURSDAY - timedelta(days=1),
            FRIDAY,
        )
