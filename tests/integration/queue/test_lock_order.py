"""Who waits for whom on PostgreSQL: the order of locks keeps two transactions from waiting for each other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from office_kit import City, clock_of
from sqlalchemy import text

from madoguchi.domain.errors import Refusal
from madoguchi.domain.roles import Role
from madoguchi.services import audit, closing_day, issuing, staff_accounts
from madoguchi.services.office import Office
from madoguchi.services.tickets import ticket_by_token
from madoguchi.store import desks

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
PATIENCE = 20.0
_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def waits_for_a_lock(office: Office, work: Future[object]) -> bool:
    """Whether `work` comes to wait for a lock; False when it ends without."""
    pause, until = threading.Event(), time.monotonic() + PATIENCE
    while not work.done():
        with office.look() as unit:
            if unit.session.connection().execute(_WAITING).scalar_one():
                return True
        assert time.monotonic() < until
        pause.wait(0.02)
    return False


def aside(pool: ThreadPoolExecutor, function: Callable[..., object], *arguments: object) -> Future[object]:
    return pool.submit(function, *arguments)


def test_a_wrong_password_never_stands_against_what_its_owner_does(office: Office, city: City) -> None:
    staff_id = staff_accounts.create_staff(
        office,
        municipality_code="mori",
        login="hanako",
        display_name="hanako",
        role=Role.CLERK,
        password="correct-horse",
    )
    with ThreadPoolExecutor(1) as pool:
        with office.change() as unit:
            audit.record(unit, None, "call", "ticket:1")
            guess = aside(pool, staff_accounts.sign_in, office, "hanako", "wrong-password", "10.1.2.3")
            assert waits_for_a_lock(office, guess)
            audit.record(unit, staff_id, "finish", "ticket:1")
        with pytest.raises(Refusal, match="sign_in_wrong"):
            guess.result(PATIENCE)
    assert audit.broken_at(office) is None


def test_closing_the_day_waits_for_whoever_changes_tickets_at_the_desk(office: Office, city: City) -> None:
    ticket = issuing.issue_at_desk(office, city.clerk, service_id=city.service_id, form="one")
    clock_of(office).advance(days=1)
    with ThreadPoolExecutor(1) as pool:
        with office.change() as unit:
            desks.lock_desk(unit.session, city.desk_id)
            closing = aside(pool, closing_day.close_past_days, office)
            assert waits_for_a_lock(office, closing)
        assert closing.result(PATIENCE) == 1
    assert ticket_by_token(office, ticket.token).state == "cancelled"
