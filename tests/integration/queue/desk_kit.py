"""What the tests of counters and of a desk's day share."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlmodel import col

from madoguchi.services.office import Office
from madoguchi.store.tables import AuditEntry, Counter, Desk, OutboxMessage


def set_desk(office: Office, desk_id: int, **rules: object) -> None:
    """Give the desk other rules."""
    with office.change() as unit:
        desk = unit.session.get_one(Desk, desk_id)
        for name, value in rules.items():
            setattr(desk, name, value)


def counter_row(office: Office, counter_id: int) -> Counter:
    """The counter as it stands."""
    with office.look() as unit:
        return unit.session.get_one(Counter, counter_id)


def all_sent(office: Office) -> None:
    """Everything written so far has gone out."""
    with office.change() as unit:
        values = {"state": "sent", "first_tried_at": unit.now}
        unit.session.execute(
            update(OutboxMessage).where(col(OutboxMessage.state) == "pending").values(values)
        )


def audited(office: Office, action: str) -> int:
    """How often the log says so."""
    with office.look() as unit:
        query = select(col(AuditEntry.id)).where(col(AuditEntry.action) == action)
        return len(unit.session.execute(query).all())
