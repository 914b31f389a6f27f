"""Citizens who are friends already, messages put into the outbox, and looks into the tables."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from line_kit import Town
from office_kit import clock_of
from sqlalchemy import select

from madoguchi.services import outbox
from madoguchi.services.changes import OutboxFilled
from madoguchi.services.line_users import choose_desk, line_user
from madoguchi.store.tables import OutboxMessage, Ticket


def befriended(town: Town, name: str = "hanako") -> int:
    """A citizen who is a friend and has the tax desk chosen; the id."""
    citizen = town.platform.citizen(name)
    citizen.friend = True
    user = line_user(town.office, citizen.user_id)
    choose_desk(town.office, user.id, town.city.other_desk_id)
    return user.id


def push(town: Town, user_id: int, cause: str, kind: str = "ticket_cancelled", **more: Any) -> None:
    facts = {"number": cause[-4:], "desk": {"ja": "税務課"}, "service": {"ja": "納税相談"}}
    with town.office.change() as unit:
        outbox.enqueue(
            unit,
            cause=cause,
            kind=kind,
            line_user_id=user_id,
            facts={**facts, "ahead": 1, "wait": [0, 5], "token": "t", **more.pop("facts", {})},
            expires_in=more.pop("expires_in", timedelta(minutes=30)),
            **more,
        )


def rows(town: Town) -> list[OutboxMessage]:
    with town.office.look() as unit:
        return list(unit.session.execute(select(OutboxMessage).order_by(OutboxMessage.id)).scalars())


def states(town: Town) -> list[str]:
    return [row.state for row in rows(town)]


def tickets_made(town: Town) -> int:
    with town.office.look() as unit:
        return len(unit.session.execute(select(Ticket.id)).all())


def make_due(town: Town) -> None:
    """Let the waits of retries pass."""
    clock_of(town.office).advance(seconds=61)
    town.office.changes.publish(OutboxFilled())


async def write(town: Town, text: str) -> None:
    delivery = town.phone("hanako").write(text).delivery
    assert delivery is not None
    await delivery
