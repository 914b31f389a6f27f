"""Two desks that hand people to each other, close and give numbers, all at the same instant."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from load_kit import at_once, only
from office_kit import City, clock_of
from sqlalchemy import select
from sqlmodel import col

from madoguchi.domain.errors import Refusal
from madoguchi.domain.tickets import SHOWN
from madoguchi.services import (
    calling,
    checkup,
    closing_soon,
    counters,
    handing_over,
    handling,
    issuing,
    undoing,
    visit_route,
)
from madoguchi.services.actors import Actor
from madoguchi.services.office import Office
from madoguchi.services.steps import Outcome
from madoguchi.services.tickets import cancel_own
from madoguchi.store.tables import Counter, Service, Ticket

pytestmark = pytest.mark.concurrency

ROUNDS = 8


@dataclass(frozen=True)
class Side:
    """A desk with its clerk, the counter, a service, and the service of the other side."""

    office: Office
    desk: int
    clerk: Actor
    counter: int
    service: int
    over_there: int

    def called(self, form: str) -> int:
        """Somebody new, called here."""
        clock_of(self.office).advance(seconds=1)
        self.give(form)
        return calling.call_next(self.office, self.clerk, self.counter, None).ticket_id or 0

    def give(self, form: str) -> issuing.IssuedTicket:
        return issuing.issue_at_desk(self.office, self.clerk, service_id=self.service, form=form)

    def hand_over(self, ticket_id: int) -> Outcome:
        return handing_over.hand_over(self.office, self.clerk, self.counter, ticket_id, self.over_there)

    def undo(self, outcome: Outcome) -> Outcome:
        return undoing.undo(self.office, self.clerk, outcome.batch or "")

    def send_home(self) -> Outcome:
        return closing_soon.close_today(self.office, self.clerk, self.desk)

    def open_again(self) -> None:
        closing_soon.stop_numbers(self.office, self.clerk, self.desk, False)

    def empty(self) -> None:
        """Finish and cancel whoever is here."""
        with self.office.look() as unit:
            found = select(col(Ticket.id), col(Ticket.state)).where(
                col(Ticket.desk_id) == self.desk, col(Ticket.state).in_(("waiting", "called", "serving"))
            )
            there = list(unit.session.execute(found))
        for ticket_id, state in there:
            if state == "waiting":
                handling.cancel_ticket(self.office, self.clerk, ticket_id)
            else:
                visit_route.follow_with(self.office, self.clerk, ticket_id, [])
                handling.finish(self.office, self.clerk, self.counter, ticket_id)


@pytest.fixture
def sides(office: Office, city: City) -> tuple[Side, Side]:
    """保育課 and 税務課, which give numbers of the letter A both."""
    with office.change() as unit:
        car = Service(desk_id=city.other_desk_id, code="car", names={"ja": "軽自動車"}, letter="A")
        seven = Counter(desk_id=city.other_desk_id, label="7")
        unit.session.add_all([car, seven])
        unit.session.flush()
        car_id, seven_id = car.id or 0, seven.id or 0
    here = Side(office, city.desk_id, city.clerk, city.counter_ids[0], city.service_id, car_id)
    there = Side(office, city.other_desk_id, city.second_clerk, seven_id, car_id, city.service_id)
    for side in (here, there):
        counters.take_counter(office, side.clerk, side.counter)
    return here, there


def settled(office: Office, results: list[Any]) -> None:
    """Nobody met anything but a refusal, no number means two people at one desk, the books add up."""
    odd = [one for one in results if isinstance(one, Exception) and not isinstance(one, Refusal)]
    assert odd == []
    with office.look() as unit:
        query = select(col(Ticket.desk_id), col(Ticket.letter), col(Ticket.number)).where(
            col(Ticket.state).in_([state.value for state in SHOWN])
        )
        shown = [tuple(row) for row in unit.session.execute(query)]
    assert len(shown) == len(set(shown))
    assert checkup.findings(office) == []


def test_two_desks_hand_over_to_each_other(office: Office, sides: tuple[Side, Side]) -> None:
    here, there = sides
    for turn in range(ROUNDS):
        # One number more here, so that the two that cross are not the same.
        if turn == 0:
            here.give("ahead")
            handling.cancel_ticket(office, here.clerk, 1)
        one, other = here.called(f"h{turn}"), there.called(f"t{turn}")
        results = at_once([partial(here.hand_over, one), partial(there.hand_over, other)])
        settled(office, results)
        assert turn or len(only(Outcome, results)) == 2
        for side in sides:
            side.empty()


def test_one_is_undone_while_the_other_hands_over(office: Office, sides: tuple[Side, Side]) -> None:
    here, there = sides
    for turn in range(ROUNDS):
        one = here.called(f"h{turn}")
        gone = here.hand_over(one)
        other = there.called(f"t{turn}")
        results = at_once([partial(here.undo, gone), partial(there.hand_over, other)])
        settled(office, results)
        for side in sides:
            side.empty()


def test_a_number_is_given_where_the_same_one_arrives(office: Office, sides: tuple[Side, Side]) -> None:
    """The first number of the day, when there is no sequence to lock yet, and the later ones."""
    here, there = sides
    given: list[str] = []
    for turn in range(ROUNDS):
        one = here.called(f"h{turn}")
        results = at_once(
            [partial(here.hand_over, one), partial(there.give, f"t{turn}"), partial(there.give, f"u{turn}")]
        )
        settled(office, results)
        given += [one.number for one in only(issuing.IssuedTicket, results)]
        here.empty()
    assert len(given) == len(set(given)) == 2 * ROUNDS


def test_a_desk_closes_while_others_send_people_there_and_it_gives_numbers(
    office: Office, sides: tuple[Side, Side]
) -> None:
    here, there = sides
    for turn in range(ROUNDS):
        one = here.called(f"h{turn}")
        there.called(f"t{turn}")
        results = at_once(
            [
                there.send_home,
                partial(here.hand_over, one),
                partial(there.give, f"u{turn}"),
                here.send_home,
            ]
        )
        settled(office, results)
        for side in sides:
            side.open_again()
            side.empty()


def test_a_visit_goes_on_while_its_next_desk_closes_and_its_holder_leaves(
    office: Office, city: City, sides: tuple[Side, Side]
) -> None:
    here, there = sides
    user = city.line_user_ids[0]
    for turn in range(ROUNDS):
        clock_of(office).advance(seconds=1)
        mine = issuing.issue_in_line(
            office, line_user_id=user, service_id=here.service, event_id=f"event-{turn}"
        )
        calling.call_next(office, here.clerk, here.counter, None)
        visit_route.follow_with(office, here.clerk, mine.id, [here.over_there])
        finished, left, closed = at_once(
            [
                partial(handling.finish, office, here.clerk, here.counter, mine.id),
                partial(cancel_own, office, user, mine.id),
                there.send_home,
            ]
        )
        settled(office, [finished, left, closed])
        assert not (isinstance(left, Refusal) and left.code == "changed_meanwhile")
        there.open_again()
        for side in sides:
            side.empty()
