"""`doctor` finds a gap in the numbers, a place counted wrongly and a changed audit row, and nothing else."""

from datetime import UTC, datetime

from office_kit import City
from sqlalchemy import delete, update
from sqlmodel import col

from madoguchi.services import calling, counters, handling, issuing, undoing
from madoguchi.services.checkup import findings
from madoguchi.services.office import Office
from madoguchi.services.slots import pool_of
from madoguchi.store.tables import AuditEntry, Service, Slot, Ticket


def test_an_office_at_work_adds_up(office: Office, city: City) -> None:
    for form in ("one", "two", "three"):
        issuing.issue_at_desk(office, city.clerk, service_id=city.service_id, form=form)
    assert findings(office) == []


def test_an_absence_taken_back_after_somebody_else_was_there_adds_up(office: Office, city: City) -> None:
    counter = city.counter_ids[0]
    counters.take_counter(office, city.clerk, counter)
    for form in ("one", "two"):
        issuing.issue_at_desk(office, city.clerk, service_id=city.service_id, form=form)
    absent = calling.call_next(office, city.clerk, counter, None).ticket_id or 0
    click = handling.miss(office, city.clerk, counter, absent)
    other = calling.call_next(office, city.clerk, counter, None).ticket_id or 0
    handling.finish(office, city.clerk, counter, other)
    undoing.undo(office, city.clerk, click.batch or "")
    assert findings(office) == []


def test_a_gap_is_found(office: Office, city: City) -> None:
    for form in ("one", "two", "three"):
        issuing.issue_at_desk(office, city.clerk, service_id=city.service_id, form=form)
    with office.change() as unit:
        unit.session.execute(delete(Ticket).where(col(Ticket.number) == 2))
    assert [line.endswith("2 tickets where 3 numbers were given") for line in findings(office)] == [True]


def test_a_place_counted_twice_is_found(office: Office, city: City) -> None:
    at = datetime(2026, 10, 2, 1, 0, tzinfo=UTC)
    with office.change() as unit:
        pool = pool_of(unit, unit.session.get_one(Service, city.service_id))
        unit.session.add(Slot(pool_id=pool, starts_at=at, day=at.date(), capacity=2, taken=1))
    assert [line.endswith("1 places counted, 0 reservations there") for line in findings(office)] == [True]


def test_a_changed_audit_row_is_found(office: Office, city: City) -> None:
    issuing.issue_at_desk(office, city.clerk, service_id=city.service_id, form="one")
    with office.change() as unit:
        unit.session.execute(update(AuditEntry).values(subject="ticket:99"))
    assert findings(office) == ["audit row 1 does not fit its chain: it was changed"]
