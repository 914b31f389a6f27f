"""The last number from afar, a desk that closes, a counter given up: everybody at the same instant."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Sequence
from functools import partial

import pytest
from load_kit import at_once, only
from office_kit import City, clock_of
from sqlalchemy import select
from sqlmodel import col

from madoguchi.domain.errors import Refusal
from madoguchi.services import (
    abandoned,
    absences,
    after_closing,
    calling,
    closing_soon,
    counters,
    handling,
    issuing,
    undoing,
)
from madoguchi.services.checkup import findings
from madoguchi.services.issuing import IssuedTicket
from madoguchi.services.office import Office
from madoguchi.services.steps import Outcome
from madoguchi.store.tables import Counter, Desk, LineUser, OutboxMessage, Ticket, TicketChange

pytestmark = pytest.mark.concurrency

PEOPLE = 24
ROUNDS = 6


@pytest.fixture
def phones(office: Office, city: City) -> list[int]:
    """Many LINE users."""
    with office.change() as unit:
        users = [
            LineUser(user_id=f"U{number:032x}", desk_id=city.desk_id, created_at=unit.now)
            for number in range(100, 100 + PEOPLE)
        ]
        unit.session.add_all(users)
        unit.session.flush()
        return [user.id or 0 for user in users]


def set_desk(office: Office, city: City, **rules: object) -> None:
    with office.change() as unit:
        desk = unit.session.get_one(Desk, city.desk_id)
        for name, value in rules.items():
            setattr(desk, name, value)


def takes(office: Office, user: int, service_id: int, event: str) -> Callable[[], IssuedTicket]:
    return partial(issuing.issue_in_line, office, line_user_id=user, service_id=service_id, event_id=event)


def codes(results: Sequence[object]) -> Tally[str]:
    """How it ended for everybody: ``ok`` or the refusal's code. Anything else is a bug."""
    assert [one for one in results if isinstance(one, Exception) and not isinstance(one, Refusal)] == []
    return Tally(one.code if isinstance(one, Refusal) else "ok" for one in results)


def states(office: Office) -> Tally[str]:
    with office.look() as unit:
        return Tally(unit.session.execute(select(col(Ticket.state))).scalars())


def told(office: Office, kind: str) -> list[int]:
    """To whose tickets that was written, one entry a message."""
    query = select(col(OutboxMessage.ticket_id)).where(col(OutboxMessage.kind) == kind)
    with office.look() as unit:
        return sorted(unit.session.execute(query).scalars())


def called(office: Office, city: City, user: int) -> int:
    """The clerk has called that phone's number to counter 1; its id."""
    counters.take_counter(office, city.clerk, city.counter_ids[0])
    event = f"called by {user}"
    issued = issuing.issue_in_line(office, line_user_id=user, service_id=city.service_id, event_id=event)
    calling.call_next(office, city.clerk, city.counter_ids[0], None)
    return issued.id


@pytest.mark.parametrize("limit", [1, 5])
def test_the_last_numbers_from_afar_go_to_as_many(
    office: Office, city: City, phones: list[int], limit: int
) -> None:
    """Of both services of the desk, which have number sequences of their own."""
    set_desk(office, city, remote_limit=limit)
    services = (city.service_id, city.other_service_id)
    results = at_once(
        [takes(office, user, services[place % 2], f"e{place}") for place, user in enumerate(phones)]
    )
    assert codes(results) == {"ok": limit, "remote_full": PEOPLE - limit}
    assert states(office) == {"waiting": limit}


def test_one_person_with_many_thumbs_gets_one_number(office: Office, city: City, phones: list[int]) -> None:
    set_desk(office, city, remote_per_person=1)
    services = (city.service_id, city.other_service_id)
    results = codes(
        at_once([takes(office, phones[0], services[place % 2], f"e{place}") for place in range(PEOPLE)])
    )
    assert results["ok"] == 1
    assert set(results) <= {"ok", "already_waiting", "remote_person_full"}
    assert states(office) == {"waiting": 1}


def test_no_number_from_afar_after_the_desk_stopped_giving_them(
    office: Office, city: City, phones: list[int]
) -> None:
    """Whoever came first has a number, everybody else a reason; afterwards nobody gets one."""
    stop = partial(closing_soon.stop_numbers, office, city.clerk, city.desk_id, True)
    results = at_once(
        [stop, *(takes(office, user, city.service_id, f"e{place}") for place, user in enumerate(phones))]
    )
    ended = codes(results[1:])
    assert set(ended) <= {"ok", "desk_stopped"}
    assert states(office)["waiting"] == ended["ok"]
    with pytest.raises(Refusal, match="desk_stopped"):
        takes(office, city.line_user_ids[0], city.service_id, "after")()


def test_many_who_close_the_desk_close_it_once(office: Office, city: City, phones: list[int]) -> None:
    given = [takes(office, user, city.service_id, f"e{place}")() for place, user in enumerate(phones)]
    clerks = (city.clerk, city.second_clerk)
    results = at_once(
        [partial(closing_soon.close_today, office, clerks[place % 2], city.desk_id) for place in range(8)]
    )
    assert len([one for one in only(Outcome, results) if one.batch]) == 1
    assert codes(results) == {"ok": 8}
    assert told(office, "desk_closed_today") == sorted(one.id for one in given)
    assert states(office) == {"cancelled": PEOPLE}


def test_many_who_take_the_closing_back_take_it_back_once(
    office: Office, city: City, phones: list[int]
) -> None:
    for place, user in enumerate(phones):
        takes(office, user, city.service_id, f"e{place}")()
    done = closing_soon.close_today(office, city.clerk, city.desk_id)
    undo = partial(undoing.undo, office, city.clerk, done.batch or "")
    again = partial(closing_soon.close_today, office, city.second_clerk, city.desk_id)
    assert codes(at_once([undo] * 8)) == {"ok": 1, "undo_too_late": 7}
    assert states(office) == {"waiting": PEOPLE}
    assert told(office, "desk_closed_today") == []
    done = closing_soon.close_today(office, city.clerk, city.desk_id)
    undo = partial(undoing.undo, office, city.clerk, done.batch or "")
    results = at_once([undo, again])
    assert codes(results) == {"ok": 2}
    closed = isinstance(results[1], Outcome) and results[1].batch is not None
    assert states(office) == {"cancelled" if closed else "waiting": PEOPLE}
    assert len(told(office, "desk_closed_today")) == (PEOPLE if closed else 0)
    assert findings(office) == []


def test_numbers_taken_as_the_desk_closes_are_told_once_and_nobody_waits(
    office: Office, city: City, phones: list[int]
) -> None:
    half = PEOPLE // 2
    before = [takes(office, user, city.service_id, f"b{user}")() for user in phones[:half]]
    close = partial(closing_soon.close_today, office, city.clerk, city.desk_id)
    results = at_once([close, *(takes(office, user, city.service_id, f"e{user}") for user in phones[half:])])
    assert set(codes(results[1:])) <= {"ok", "desk_stopped"}
    clock_of(office).advance(seconds=11)
    swept = only(int, at_once([partial(after_closing.send_home, office)] * 4))
    everybody = sorted(one.id for one in [*before, *only(IssuedTicket, results[1:])])
    assert states(office) == {"cancelled": len(everybody)}
    assert told(office, "desk_closed_today") == everybody
    assert sum(swept) <= len(everybody) - half
    assert findings(office) == []


def test_marking_absent_against_the_clerks_own_click(office: Office, city: City, phones: list[int]) -> None:
    """One of them comes first; the other finds it done."""
    set_desk(office, city, absent_after_calls=1, absent_after_minutes=0)
    clicks: list[Callable[[int], object]] = [
        lambda ticket: handling.serve(office, city.clerk, city.counter_ids[0], ticket),
        lambda ticket: handling.miss(office, city.clerk, city.counter_ids[0], ticket),
        lambda ticket: handling.hold(office, city.clerk, city.counter_ids[0], ticket),
    ]
    for place, click in enumerate(clicks * 2):
        ticket = called(office, city, phones[place])
        mark = partial(absences.mark_absent, office)
        results = at_once([partial(click, ticket), mark, mark])
        assert set(codes(results[:1])) <= {"ok", "changed_meanwhile"}
        marked = sum(only(int, results[1:]))
        assert marked + codes(results[:1])["ok"] == 1
        with office.look() as unit:
            steps = unit.session.execute(
                select(col(TicketChange.action)).where(col(TicketChange.ticket_id) == ticket)
            )
            assert len(list(steps)) == 2, "the call, and one end of it"
            state = unit.session.get_one(Ticket, ticket).state
        assert state == "missed" if marked else state in {"serving", "missed", "on_hold"}
        assert told(office, "ticket_missed").count(ticket) == (1 if state == "missed" else 0)
        if state == "serving":
            handling.finish(office, city.clerk, city.counter_ids[0], ticket)


def test_a_counter_is_given_up_once_or_not_at_all(office: Office, city: City, phones: list[int]) -> None:
    for place in range(ROUNDS):
        ticket = called(office, city, phones[place])
        for _ in range(12):
            clock_of(office).advance(seconds=30)
            abandoned.seen(office, ())
        back = partial(abandoned.seen, office, [city.clerk.staff_id])
        release = partial(abandoned.release, office)
        results = at_once([back, release, release, release])
        codes(results)
        released = sum(only(int, results[1:]))
        with office.look() as unit:
            row = unit.session.get_one(Ticket, ticket)
            seat = unit.session.get_one(Counter, city.counter_ids[0])
        assert released in (0, 1)
        assert (row.state, row.counter_id, seat.staff_id) == (
            ("waiting", None, None) if released else ("called", seat.id, city.clerk.staff_id)
        )
        if released:
            counters.take_counter(office, city.clerk, city.counter_ids[0])
            calling.call_chosen(office, city.clerk, city.counter_ids[0], ticket)
        handling.finish(office, city.clerk, city.counter_ids[0], ticket)


def test_nobody_is_left_standing_at_a_counter_that_its_clerk_leaves(
    office: Office, city: City, phones: list[int]
) -> None:
    """In one tab the next is called, in the other the clerk sits down at another desk."""
    with office.change() as unit:
        seven = Counter(desk_id=city.other_desk_id, label="7")
        unit.session.add(seven)
        unit.session.flush()
        there = seven.id or 0
    here = city.counter_ids[0]
    for place in range(ROUNDS):
        counters.take_counter(office, city.clerk, here)
        issued = takes(office, phones[place], city.service_id, f"r{place}")()
        call = partial(calling.call_next, office, city.clerk, here, None)
        move = partial(counters.take_counter, office, city.clerk, there)
        ended = codes(at_once([call, move]))
        assert ended["ok"] == 1, ended
        with office.look() as unit:
            row, seat = unit.session.get_one(Ticket, issued.id), unit.session.get_one(Counter, here)
        assert (row.state == "called") == (seat.staff_id == city.clerk.staff_id)
        if row.state == "waiting":
            counters.take_counter(office, city.clerk, here)
            calling.call_next(office, city.clerk, here, None)
        handling.finish(office, city.clerk, here, issued.id)


def test_nobody_sits_at_two_counters(office: Office, city: City) -> None:
    """From as many tabs as there are counters the same clerk sits down at all of them, at two desks."""
    with office.change() as unit:
        others = [Counter(desk_id=city.other_desk_id, label=label) for label in ("7", "8", "9")]
        unit.session.add_all(others)
        unit.session.flush()
        there = [one.id or 0 for one in others]
    everywhere = [*city.counter_ids, *there]
    for place in range(ROUNDS):
        sit = [partial(counters.take_counter, office, city.clerk, one) for one in everywhere]
        assert codes(at_once(sit[place:] + sit[:place])) == {"ok": len(everywhere)}
        with office.look() as unit:
            mine = select(Counter).where(col(Counter.staff_id) == city.clerk.staff_id)
            seat = unit.session.execute(mine).scalars().one()
        counters.leave_counter(office, city.clerk, seat.id or 0)
