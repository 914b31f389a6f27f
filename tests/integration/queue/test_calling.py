"""A clerk's clicks: a ticket goes to one counter, a double tap changes nothing, every click can be undone."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from office_kit import City, clock_of
from sqlalchemy import select
from sqlmodel import col

from madoguchi.domain.errors import Refusal
from madoguchi.services import calling, counters, dashboard, handing_over, handling, issuing, undoing
from madoguchi.services.claiming import claim
from madoguchi.services.dashboard import Dashboard
from madoguchi.services.issuing import IssuedTicket
from madoguchi.services.office import Office
from madoguchi.services.steps import UNDO_FOR
from madoguchi.services.tickets import cancel_own, postpone_own, ticket_by_token, tickets_of
from madoguchi.store.tables import Call, OutboxMessage


def papers(office: Office, city: City, count: int) -> list[IssuedTicket]:
    """Paper tickets A001, A002 … a second apart."""
    given = []
    for place in range(count):
        clock_of(office).advance(seconds=1)
        given.append(
            issuing.issue_at_terminal(
                office,
                terminal_id=city.terminal_id,
                desk_id=city.desk_id,
                service_code="nursery",
                language="ja",
                key=f"key-{clock_of(office).now().timestamp()}-{place}",
            )
        )
    return given


def seen(office: Office, city: City) -> Dashboard:
    return dashboard.dashboard(office, city.clerk, city.desk_id)


def waiting(office: Office, city: City) -> list[str]:
    return [row.number for row in seen(office, city).waiting]


def pushes(office: Office) -> list[tuple[str, str]]:
    """Kind and number of every message, in the order written."""
    with office.look() as unit:
        rows: Sequence[OutboxMessage] = (
            unit.session.execute(select(OutboxMessage).order_by(col(OutboxMessage.id))).scalars().all()
        )
    return [(row.kind, row.facts["number"]) for row in rows]


@pytest.fixture
def counter(office: Office, city: City) -> int:
    """The counter that the clerk sits at."""
    counters.take_counter(office, city.clerk, city.counter_ids[0])
    return city.counter_ids[0]


def test_next_calls_in_order_and_finishes_the_one_before(office: Office, city: City, counter: int) -> None:
    given = papers(office, city, 2)
    first = calling.call_next(office, city.clerk, counter, None)
    second = calling.call_next(office, city.clerk, counter, first.ticket_id)
    assert (first.number, second.number) == ("A001", "A002")
    assert ticket_by_token(office, given[0].token).state == "done"
    now = ticket_by_token(office, given[1].token)
    assert (now.state, now.counter, now.ahead) == ("called", "1", None)


def test_a_double_tap_calls_one(office: Office, city: City, counter: int) -> None:
    papers(office, city, 3)
    first = calling.call_next(office, city.clerk, counter, None)
    again = calling.call_next(office, city.clerk, counter, None)
    assert (again.batch, again.ticket_id) == (None, first.ticket_id)
    assert waiting(office, city) == ["A002", "A003"]


def test_with_nobody_waiting_next_says_so_but_still_finishes_the_last(
    office: Office, city: City, counter: int
) -> None:
    with pytest.raises(Refusal, match="nobody_waits"):
        calling.call_next(office, city.clerk, counter, None)
    given = papers(office, city, 1)
    called = calling.call_next(office, city.clerk, counter, None)
    done = calling.call_next(office, city.clerk, counter, called.ticket_id)
    assert (done.ticket_id, ticket_by_token(office, given[0].token).state) == (None, "done")


def test_only_who_sits_at_the_counter_calls_there(office: Office, city: City, counter: int) -> None:
    papers(office, city, 1)
    with pytest.raises(Refusal, match="counter_not_yours"):
        calling.call_next(office, city.second_clerk, counter, None)
    counters.take_counter(office, city.second_clerk, counter)
    with pytest.raises(Refusal, match="counter_not_yours"):
        calling.call_next(office, city.clerk, counter, None)
    assert calling.call_next(office, city.second_clerk, counter, None).number == "A001"
    with pytest.raises(Refusal, match="not_allowed"):
        calling.call_next(office, city.viewer, counter, None)


def test_moving_to_another_counter_leaves_nobody_standing(office: Office, city: City, counter: int) -> None:
    papers(office, city, 1)
    calling.call_next(office, city.clerk, counter, None)
    with pytest.raises(Refusal, match="finish_first"):
        counters.take_counter(office, city.clerk, city.counter_ids[1])


def test_a_chosen_one_is_called_out_of_turn_and_only_once(office: Office, city: City, counter: int) -> None:
    given = papers(office, city, 3)
    chosen = calling.call_chosen(office, city.clerk, counter, given[2].id)
    assert chosen.number == "A003"
    assert calling.call_chosen(office, city.clerk, counter, given[2].id).batch is None
    other = city.counter_ids[1]
    counters.take_counter(office, city.second_clerk, other)
    with pytest.raises(Refusal, match="called_elsewhere") as refused:
        calling.call_chosen(office, city.second_clerk, other, given[2].id)
    assert refused.value.facts == {"counter": "1"}


def test_recall_announces_again(office: Office, city: City, counter: int) -> None:
    papers(office, city, 1)
    called = calling.call_next(office, city.clerk, counter, None)
    undoing.undo(
        office, city.clerk, calling.recall(office, city.clerk, counter, called.ticket_id or 0).batch or ""
    )
    calling.recall(office, city.clerk, counter, called.ticket_id or 0)
    with office.look() as unit:
        assert len(unit.session.execute(select(Call)).scalars().all()) == 2
    view = seen(office, city).counters[0].ticket
    assert view is not None
    assert (view.state, view.calls) == ("called", 2)


def test_absent_hold_and_back(office: Office, city: City, counter: int) -> None:
    given = papers(office, city, 6)
    called = calling.call_next(office, city.clerk, counter, None)
    handling.miss(office, city.clerk, counter, called.ticket_id or 0)
    held = calling.call_next(office, city.clerk, counter, None)
    handling.hold(office, city.clerk, counter, held.ticket_id or 0)
    now = seen(office, city)
    assert [row.number for row in now.missed] == ["A001"]
    assert [row.number for row in now.on_hold] == ["A002"]
    handling.resume(office, city.clerk, given[1].id)
    assert waiting(office, city)[0] == "A002", "from hold to the old place"
    handling.resume(office, city.clerk, given[0].id)
    assert waiting(office, city) == ["A002", "A003", "A004", "A001", "A005", "A006"], "behind the next three"


def test_hand_over_keeps_the_number_and_the_place(office: Office, city: City, counter: int) -> None:
    papers(office, city, 2)
    called = calling.call_next(office, city.clerk, counter, None)
    handing_over.hand_over(office, city.clerk, counter, called.ticket_id or 0, city.other_service_id)
    rows = seen(office, city).waiting
    assert [(row.number, row.service) for row in rows] == [("A001", "児童手当"), ("A002", "保育所等利用申込")]
    called = calling.call_next(office, city.clerk, counter, None)
    with pytest.raises(Refusal, match="unknown_service"):
        handing_over.hand_over(office, city.clerk, counter, called.ticket_id or 0, 9999)


def test_undo_puts_back_what_next_did(office: Office, city: City, counter: int) -> None:
    papers(office, city, 2)
    first = calling.call_next(office, city.clerk, counter, None)
    second = calling.call_next(office, city.clerk, counter, first.ticket_id)
    back = undoing.undo(office, city.clerk, second.batch or "")
    assert back.number == "A001"
    assert waiting(office, city) == ["A002"]
    with pytest.raises(Refusal, match="undo_too_late"):
        undoing.undo(office, city.clerk, second.batch or "")
    again = calling.call_next(office, city.clerk, counter, first.ticket_id)
    assert again.number == "A002"


def test_undo_ends_after_ten_seconds_and_for_others(office: Office, city: City, counter: int) -> None:
    papers(office, city, 1)
    called = calling.call_next(office, city.clerk, counter, None)
    with pytest.raises(Refusal, match="undo_too_late"):
        undoing.undo(office, city.second_clerk, called.batch or "")
    clock_of(office).advance(seconds=11)
    with pytest.raises(Refusal, match="undo_too_late"):
        undoing.undo(office, city.clerk, called.batch or "")


def test_undo_refuses_when_the_counter_has_somebody_else(office: Office, city: City, counter: int) -> None:
    papers(office, city, 2)
    called = calling.call_next(office, city.clerk, counter, None)
    finished = handling.finish(office, city.clerk, counter, called.ticket_id or 0)
    calling.call_next(office, city.clerk, counter, None)
    with pytest.raises(Refusal, match="changed_meanwhile"):
        undoing.undo(office, city.clerk, finished.batch or "")
    view = seen(office, city).counters[0].ticket
    assert view is not None
    assert view.number == "A002"


def test_pushes_tell_near_and_called_and_an_undone_call_is_withdrawn(
    office: Office, city: City, counter: int
) -> None:
    given = papers(office, city, 6)
    for place, user in ((0, 0), (4, 1)):
        claim(office, city.line_user_ids[user], given[place].claim_code or "")
    called = calling.call_next(office, city.clerk, counter, None)
    assert pushes(office) == [("ticket_called", "A001"), ("ticket_near", "A005")]
    undoing.undo(office, city.clerk, called.batch or "")
    assert pushes(office) == [("ticket_near", "A005")], "the untouched call push is gone"
    called = calling.call_next(office, city.clerk, counter, None)
    with office.change() as unit:
        for row in unit.session.execute(select(OutboxMessage)).scalars():
            row.state, row.first_tried_at = "sent", unit.now
    undoing.undo(office, city.clerk, called.batch or "")
    assert pushes(office)[-1] == ("ticket_call_undone", "A001"), "a sent one is taken back by another push"


def test_absent_is_pushed(office: Office, city: City, counter: int) -> None:
    given = papers(office, city, 1)
    claim(office, city.line_user_ids[0], given[0].claim_code or "")
    called = calling.call_next(office, city.clerk, counter, None)
    handling.miss(office, city.clerk, counter, called.ticket_id or 0)
    assert pushes(office) == [("ticket_called", "A001"), ("ticket_missed", "A001")]
    assert [view.state for view in tickets_of(office, city.line_user_ids[0])] == ["missed"]


def test_a_slip_undone_in_time_is_never_told(office: Office, city: City, counter: int) -> None:
    given = papers(office, city, 1)
    claim(office, city.line_user_ids[0], given[0].claim_code or "")
    called = calling.call_next(office, city.clerk, counter, None)
    missed = handling.miss(office, city.clerk, counter, called.ticket_id or 0)
    assert held_for(office, "ticket_missed") == UNDO_FOR
    undoing.undo(office, city.clerk, missed.batch or "")
    assert pushes(office) == [("ticket_called", "A001")]


def test_a_call_does_not_wait_behind_news_that_is_held_back(office: Office, city: City, counter: int) -> None:
    given = papers(office, city, 1)
    claim(office, city.line_user_ids[0], given[0].claim_code or "")
    called = calling.call_next(office, city.clerk, counter, None)
    handling.miss(office, city.clerk, counter, called.ticket_id or 0)
    calling.call_chosen(office, city.clerk, counter, given[0].id)
    assert held_for(office, "ticket_missed") == timedelta()


def held_for(office: Office, kind: str) -> timedelta:
    with office.look() as unit:
        query = select(OutboxMessage).where(col(OutboxMessage.kind) == kind)
        row: OutboxMessage = unit.session.execute(query).scalar_one()
    return row.try_at - row.created_at


def test_letting_others_pass_moves_behind_the_next_three(office: Office, city: City, counter: int) -> None:
    given = papers(office, city, 6)
    user = city.line_user_ids[0]
    claim(office, user, given[0].claim_code or "")
    assert postpone_own(office, user, given[0].id).ahead == 3
    assert waiting(office, city) == ["A002", "A003", "A004", "A001", "A005", "A006"]
    with pytest.raises(Refusal, match="unknown_ticket"):
        postpone_own(office, user, given[1].id)
    cancel_own(office, user, given[0].id)
    cancel_own(office, user, given[0].id)
    assert "A001" not in waiting(office, city)


def test_every_click_leaves_an_unbroken_audit(office: Office, city: City, counter: int) -> None:
    from madoguchi.services import audit  # noqa: PLC0415

    papers(office, city, 1)
    called = calling.call_next(office, city.clerk, counter, None)
    undoing.undo(office, city.clerk, called.batch or "")
    assert audit.broken_at(office) is None
    with office.change() as unit:
        unit.session.connection().exec_driver_sql("UPDATE audit SET action = 'nothing' WHERE id = 2")
    assert audit.broken_at(office) == 2
