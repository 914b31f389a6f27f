"""What a citizen does with the own number: later, back, again; and what is told before the call."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office_kit import City, clock_of
from sqlalchemy import select, update
from sqlmodel import col

from madoguchi.domain.errors import Refusal
from madoguchi.services import calling, counters, handling, issuing, nearing, ticket_views, tickets
from madoguchi.services.claiming import claim
from madoguchi.services.dashboard import dashboard
from madoguchi.services.issuing import IssuedTicket
from madoguchi.services.office import Office
from madoguchi.services.tickets import Told, postpone_own, return_own, undo_postponing
from madoguchi.store.tables import Desk, OutboxMessage, Ticket, TicketChange


def papers(office: Office, city: City, count: int) -> list[IssuedTicket]:
    given_: list[IssuedTicket] = []
    for _ in range(count):
        clock_of(office).advance(seconds=10)
        given_.append(
            issuing.issue_at_terminal(
                office,
                terminal_id=city.terminal_id,
                desk_id=city.desk_id,
                service_code="nursery",
                language="ja",
                key=f"{clock_of(office).now().isoformat()}",
            )
        )
    return given_


def mine(office: Office, city: City, ticket: IssuedTicket, user: int = 0) -> int:
    claim(office, city.line_user_ids[user], ticket.claim_code or "")
    return city.line_user_ids[user]


def order(office: Office, city: City) -> list[str]:
    return [row.number for row in dashboard(office, city.clerk, city.desk_id).waiting]


def pushes(office: Office) -> list[str]:
    with office.look() as unit:
        query = select(col(OutboxMessage.kind)).where(col(OutboxMessage.state) == "pending")
        return sorted(unit.session.execute(query).scalars())


def set_desk(office: Office, city: City, **values: object) -> None:
    with office.change() as unit:
        unit.session.execute(update(Desk).where(col(Desk.id) == city.desk_id).values(**values))


def row(office: Office, ticket_id: int) -> Ticket:
    with office.look() as unit:
        return unit.session.get_one(Ticket, ticket_id)


@pytest.fixture
def counter(office: Office, city: City) -> int:
    counters.take_counter(office, city.clerk, city.counter_ids[0])
    return city.counter_ids[0]


def absent(office: Office, city: City, counter: int, ticket: IssuedTicket) -> None:
    calling.call_chosen(office, city.clerk, counter, ticket.id)
    handling.miss(office, city.clerk, counter, ticket.id)


def test_going_later_is_written_down_and_can_be_taken_back(office: Office, city: City) -> None:
    given_ = papers(office, city, 5)
    user = mine(office, city, given_[0])
    moved = postpone_own(office, user, given_[0].id, by=2)
    assert (moved.passed, moved.ticket.ahead, moved.ticket.may_undo_postponing) == (2, 2, True)
    assert order(office, city) == ["A002", "A003", "A001", "A004", "A005"]
    assert undo_postponing(office, user, given_[0].id).ahead == 0
    assert undo_postponing(office, user, given_[0].id).ahead == 0
    assert order(office, city) == ["A001", "A002", "A003", "A004", "A005"]
    with office.look() as unit:
        changes = unit.session.execute(select(TicketChange)).scalars().all()
    assert [(one.action, one.staff_id, one.undone) for one in changes] == [("postpone", None, True)]


def test_more_than_wait_behind_means_the_end_and_newcomers_queue_after(office: Office, city: City) -> None:
    given_ = papers(office, city, 3)
    user = mine(office, city, given_[0])
    assert postpone_own(office, user, given_[0].id, by=5).passed == 2
    papers(office, city, 1)
    assert order(office, city) == ["A002", "A003", "A001", "A004"]


def test_twice_at_most_and_only_while_it_waits(office: Office, city: City, counter: int) -> None:
    given_ = papers(office, city, 8)
    user = mine(office, city, given_[0])
    postpone_own(office, user, given_[0].id, by=1)
    postpone_own(office, user, given_[0].id, by=1)
    with pytest.raises(Refusal, match="postponed_enough"):
        postpone_own(office, user, given_[0].id, by=1)
    undo_postponing(office, user, given_[0].id)
    postpone_own(office, user, given_[0].id, by=3)
    assert order(office, city)[4] == "A001"
    calling.call_chosen(office, city.clerk, counter, given_[0].id)
    for act in (
        lambda: postpone_own(office, user, given_[0].id, by=1),
        lambda: undo_postponing(office, user, given_[0].id),
    ):
        with pytest.raises(Refusal, match="not_possible_now"):
            act()


def test_after_ten_minutes_it_stays(office: Office, city: City) -> None:
    given_ = papers(office, city, 3)
    user = mine(office, city, given_[0])
    postpone_own(office, user, given_[0].id, by=1)
    clock_of(office).advance(minutes=11)
    with pytest.raises(Refusal, match="undo_postponing_late"):
        undo_postponing(office, user, given_[0].id)


def test_until_a_time_nobody_is_kept_and_then_the_old_place_counts(
    office: Office, city: City, counter: int
) -> None:
    given_ = papers(office, city, 3)
    user = mine(office, city, given_[0])
    until = clock_of(office).now() + timedelta(minutes=30)
    seen = postpone_own(office, user, given_[0].id, until=until).ticket
    assert (seen.not_before, seen.ahead, seen.near) == (until, None, False)
    assert calling.call_next(office, city.clerk, counter, None).number == "A002"
    clock_of(office).advance(minutes=30)
    assert order(office, city) == ["A001", "A003"]
    assert nearing.tell_everywhere(office) == 1
    assert nearing.tell_everywhere(office) == 0


def test_never_past_the_closing_of_the_desk_and_never_into_the_past(office: Office, city: City) -> None:
    given_ = papers(office, city, 1)
    user = mine(office, city, given_[0])
    closing = datetime(2026, 10, 1, 8, 15, tzinfo=UTC)
    with pytest.raises(Refusal, match="postpone_too_late") as refusal:
        postpone_own(office, user, given_[0].id, until=closing + timedelta(minutes=1))
    assert refusal.value.facts == {"until": "17:15"}
    with pytest.raises(Refusal, match="postpone_past"):
        postpone_own(office, user, given_[0].id, until=clock_of(office).now())
    postpone_own(office, user, given_[0].id, until=closing)


@pytest.mark.parametrize(
    ("rule", "place"), [("next", 0), ("after_three", 3), ("back", 5)], ids=["next", "three", "back"]
)
def test_who_was_absent_comes_back_once_to_the_place_of_the_desks_rule(
    office: Office, city: City, counter: int, rule: str, place: int
) -> None:
    set_desk(office, city, return_rule=rule)
    given_ = papers(office, city, 6)
    user = mine(office, city, given_[0])
    absent(office, city, counter, given_[0])
    assert tickets.tickets_of(office, user)[0].may_return
    assert return_own(office, user, given_[0].id).ahead == place
    assert return_own(office, user, given_[0].id).ahead == place
    assert order(office, city)[place] == "A001"
    absent(office, city, counter, given_[0])
    with pytest.raises(Refusal, match="returned_enough"):
        return_own(office, user, given_[0].id)


def test_who_comes_back_too_late_is_sent_to_the_staff(office: Office, city: City, counter: int) -> None:
    given_ = papers(office, city, 2)
    user = mine(office, city, given_[0])
    absent(office, city, counter, given_[0])
    clock_of(office).advance(minutes=61)
    assert not tickets.tickets_of(office, user)[0].may_return
    with pytest.raises(Refusal, match="return_too_late"):
        return_own(office, user, given_[0].id)


def test_soon_by_the_estimate_is_told_once_and_not_again_with_near(
    office: Office, city: City, counter: int
) -> None:
    set_desk(office, city, near_threshold=1, near_minutes=25)
    given_ = papers(office, city, 7)
    mine(office, city, given_[6])
    clock_of(office).advance(minutes=5)
    current = None
    while not pushes(office):
        assert len(order(office, city)) > 3, "told by the estimate, before the number of people says it"
        current = calling.call_next(office, city.clerk, counter, current).ticket_id
    assert pushes(office) == ["ticket_soon"]
    assert nearing.tell_everywhere(office) == 0


def test_when_both_stages_fall_together_one_message_goes_out(
    office: Office, city: City, counter: int
) -> None:
    set_desk(office, city, near_minutes=30)
    given_ = papers(office, city, 5)
    mine(office, city, given_[4])
    clock_of(office).advance(minutes=5)
    calling.call_next(office, city.clerk, counter, None)
    assert pushes(office) == ["ticket_near"]
    assert row(office, given_[4].id).soon_told
    assert nearing.tell_everywhere(office) == 0


def test_a_desk_that_tells_no_minutes_pushes_no_soon(office: Office, city: City) -> None:
    set_desk(office, city, near_minutes=0, near_threshold=0)
    given_ = papers(office, city, 2)
    mine(office, city, given_[1])
    clock_of(office).advance(minutes=5)
    assert nearing.tell_everywhere(office) == 0


def test_what_an_answer_has_told_is_not_pushed_too(office: Office, city: City, counter: int) -> None:
    given_ = papers(office, city, 5)
    user = mine(office, city, given_[4])
    clock_of(office).advance(minutes=5)
    calling.call_next(office, city.clerk, counter, None)
    assert pushes(office) == ["ticket_near"]
    own = row(office, given_[4].id)
    tickets.told(office, user, [Told(given_[4].id, own.version, near=True, soon=True, called=False)])
    assert pushes(office) == []
    assert nearing.tell_everywhere(office) == 0


def test_two_jobs_at_once_tell_once(office: Office, city: City) -> None:
    set_desk(office, city, near_threshold=0)
    given_ = papers(office, city, 2)
    mine(office, city, given_[1])
    clock_of(office).advance(minutes=5)
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: nearing.tell_everywhere(office), range(4)))
    assert sum(told) == 1


def test_a_phone_postpones_while_a_clerk_calls_and_the_other_phone_gives_up(
    office: Office, city: City, counter: int
) -> None:
    given_ = papers(office, city, 6)
    user = mine(office, city, given_[0])

    def attempt(act: object) -> str:
        try:
            act()  # type: ignore[operator]
        except Refusal as refusal:
            return refusal.code
        return "done"

    acts = [
        lambda: postpone_own(office, user, given_[0].id, by=1),
        lambda: postpone_own(office, user, given_[0].id, by=1),
        lambda: calling.call_chosen(office, city.clerk, counter, given_[0].id),
        lambda: tickets.cancel_own(office, user, given_[0].id),
    ]
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(attempt, acts))
    assert set(said) <= {"done", "not_possible_now"}
    found = row(office, given_[0].id)
    with office.look() as unit:
        query = select(TicketChange).where(col(TicketChange.ticket_id) == given_[0].id)
        changes = unit.session.execute(query).scalars().all()
    assert len(changes) == said.count("done")
    assert found.postponed == said[:2].count("done")


@given(moves=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 6)), max_size=4))
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_postponing_and_undoing_restores_the_exact_order(
    office: Office, city: City, moves: list[tuple[int, int]]
) -> None:
    with office.change() as unit:
        unit.session.execute(update(Ticket).values(state="cancelled"))
    given_ = papers(office, city, 6)
    users = [mine(office, city, given_[place], place) for place in range(4)]
    for place, by in moves:
        before = order(office, city)
        own, user = given_[place], users[place]
        try:
            postpone_own(office, user, own.id, by=by)
        except Refusal:
            continue
        after = order(office, city)
        assert all(after.index(one) <= before.index(one) for one in before if one != own.number)
        undo_postponing(office, user, own.id)
        assert order(office, city) == before
        postpone_own(office, user, own.id, by=by)
        assert order(office, city) == after


def test_a_number_of_yesterday_is_no_longer_shown(office: Office, city: City) -> None:
    (ticket,) = papers(office, city, 1)
    assert ticket_views.todays_ticket(office, ticket.token).ahead == 0
    clock_of(office).advance(days=1)
    with pytest.raises(Refusal, match="ticket_of_day"):
        ticket_views.todays_ticket(office, ticket.token)
