"""Two desks that hand people to each other: a clerk at each, papers, phones, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from office_kit import City, clock_of
from sqlalchemy import select
from sqlmodel import col

from madoguchi.services import calling, counters, dashboard, issuing
from madoguchi.services.issuing import IssuedTicket
from madoguchi.services.office import Office
from madoguchi.services.steps import Outcome
from madoguchi.store.tables import Counter, OutboxMessage, Ticket


@dataclass(frozen=True)
class Hall:
    """`city` with its clerk at counter 1 of 保育課 (`here`) and the second clerk at counter 7 of 税務課."""

    office: Office
    city: City
    here: int
    there: int

    def number(self, form: str, service_id: int = 0) -> IssuedTicket:
        """A number from staff, a second after the one before."""
        clock_of(self.office).advance(seconds=1)
        wanted = service_id or self.city.service_id
        return issuing.issue_at_desk(self.office, self.city.clerk, service_id=wanted, form=form)

    def phone(self, user: int, service_id: int = 0) -> IssuedTicket:
        """A number that the `user`-th phone takes in LINE."""
        clock_of(self.office).advance(seconds=1)
        event = f"event-{clock_of(self.office).now().timestamp()}"
        return issuing.issue_in_line(
            self.office,
            line_user_id=self.city.line_user_ids[user],
            service_id=service_id or self.city.service_id,
            event_id=event,
        )

    def call(self, expected: int | None = None) -> Outcome:
        """The clerk at `here` calls the next."""
        return calling.call_next(self.office, self.city.clerk, self.here, expected)

    def call_there(self, expected: int | None = None) -> Outcome:
        """The clerk at `there` calls the next."""
        return calling.call_next(self.office, self.city.second_clerk, self.there, expected)

    def ticket(self, ticket_id: int | None) -> Ticket:
        """The row as it stands."""
        with self.office.look() as unit:
            return unit.session.get_one(Ticket, ticket_id)

    def row(self, ticket_id: int | None) -> dict[str, Any]:
        """Every column of it, but for what only ever grows."""
        return {
            name: value for name, value in self.ticket(ticket_id).model_dump().items() if name != "version"
        }

    def waiting(self, desk_id: int) -> list[str]:
        """The numbers that wait at the desk, in calling order."""
        return [row.number for row in dashboard.dashboard(self.office, self.city.clerk, desk_id).waiting]

    def pushes(self) -> list[OutboxMessage]:
        """Every message, in the order written."""
        with self.office.look() as unit:
            found: Sequence[OutboxMessage] = (
                unit.session.execute(select(OutboxMessage).order_by(col(OutboxMessage.id))).scalars().all()
            )
        return list(found)

    def kinds(self) -> list[str]:
        """The kinds of the messages."""
        return [one.kind for one in self.pushes()]


def hall_in(office: Office, city: City) -> Hall:
    """Seat the two clerks."""
    with office.change() as unit:
        seven = Counter(desk_id=city.other_desk_id, label="7")
        unit.session.add(seven)
        unit.session.flush()
        there = seven.id or 0
    counters.take_counter(office, city.clerk, city.counter_ids[0])
    counters.take_counter(office, city.second_clerk, there)
    return Hall(office, city, city.counter_ids[0], there)
