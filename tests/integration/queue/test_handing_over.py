"""引き継ぎ: to another desk with the same number, told where to go, and back by an undo."""

import pytest
from office_kit import clock_of
from verbs_kit import Hall

from madoguchi.domain.errors import Refusal
from madoguchi.services import boards, calling, counters, handing_over, handling, undoing
from madoguchi.services.steps import Outcome
from madoguchi.services.tickets import cancel_own, tickets_of
from madoguchi.store.tables import Desk, Municipality, Service, Ticket


def over(hall: Hall, ticket_id: int | None, service_id: int = 0) -> Outcome:
    wanted = service_id or hall.city.other_desk_service_id
    return handing_over.hand_over(hall.office, hall.city.clerk, hall.here, ticket_id or 0, wanted)


def test_at_the_other_desk_the_number_waits_where_its_arrival_puts_it(hall: Hall) -> None:
    hall.number("early")
    first = hall.number("first there", hall.city.other_desk_service_id)
    hall.number("late")
    called = hall.call()
    over(hall, called.ticket_id)
    assert hall.waiting(hall.city.desk_id) == ["A002"]
    assert hall.waiting(hall.city.other_desk_id) == ["A001", "C001"]
    now = hall.ticket(called.ticket_id)
    assert (now.home_desk_id, now.desk_id) == (hall.city.desk_id, hall.city.other_desk_id)
    assert hall.call_there().number == "A001"
    assert hall.call_there(called.ticket_id).ticket_id == first.id


def test_both_boards_show_it_where_it_is(hall: Hall) -> None:
    hall.number("one")
    called = hall.call()
    over(hall, called.ticket_id)
    hall.call_there()
    here, there = (boards.snapshot(hall.office, code) for code in ("childcare", "tax"))
    assert here["calling"] == here["recent"] == []
    assert [(one["number"], one["counter"]) for one in there["calling"]] == [("A001", "7")]


def test_both_desks_are_shown_anew(hall: Hall) -> None:
    hall.number("one")
    called = hall.call()
    changed: set[int] = set()
    hall.office.changes.listen(lambda change: changed.add(getattr(change, "desk_id", 0)))
    over(hall, called.ticket_id)
    assert {hall.city.desk_id, hall.city.other_desk_id} <= changed


def test_the_phone_is_told_desk_place_service_and_how_many_are_before(hall: Hall) -> None:
    for form in ("a", "b", "c", "d", "e"):
        hall.number(form, hall.city.other_desk_service_id)
    ticket = hall.phone(0)
    hall.call()
    over(hall, ticket.id)
    facts = hall.pushes()[-1].facts
    assert hall.kinds()[-1] == "ticket_handed_over"
    assert (facts["number"], facts["ahead"], facts["moved"], facts["near"]) == ("A001", 5, True, False)
    assert (facts["desk"]["ja"], facts["place"]["ja"], facts["service"]["ja"]) == (
        "税務課",
        "1階",
        "納税相談",
    )
    assert len(facts["wait"]) == 2
    called = hall.call_there()
    hall.call_there(called.ticket_id)
    assert hall.kinds()[-1] == "ticket_near", "nearing is told at the new desk too"
    (mine,) = tickets_of(hall.office, hall.city.line_user_ids[0])
    assert (mine.desk_code, mine.service_code, mine.ahead) == ("tax", "bill", 3)


def test_an_undo_takes_it_back_across_desks_and_nobody_is_told(hall: Hall) -> None:
    ticket = hall.phone(0)
    hall.call()
    before = hall.row(ticket.id)
    done = over(hall, ticket.id)
    back = undoing.undo(hall.office, hall.city.clerk, done.batch or "")
    assert back.ticket_id == ticket.id
    assert hall.row(ticket.id) == before
    assert hall.kinds() == ["ticket_called"]


def test_an_undo_comes_too_late_when_the_other_desk_has_called(hall: Hall) -> None:
    hall.number("one")
    called = hall.call()
    done = over(hall, called.ticket_id)
    hall.call_there()
    with pytest.raises(Refusal, match="changed_meanwhile"):
        undoing.undo(hall.office, hall.city.clerk, done.batch or "")
    assert hall.ticket(called.ticket_id).counter_id == hall.there


def test_an_undo_finds_the_counter_taken_by_the_next(hall: Hall) -> None:
    hall.number("one")
    hall.number("two")
    called = hall.call()
    done = over(hall, called.ticket_id)
    hall.call()
    with pytest.raises(Refusal, match="changed_meanwhile"):
        undoing.undo(hall.office, hall.city.clerk, done.batch or "")


def same_letter_there(hall: Hall) -> int:
    """A service of the other desk which gives numbers of the letter A too."""
    with hall.office.change() as unit:
        service = Service(desk_id=hall.city.other_desk_id, code="car", names={"ja": "軽自動車"}, letter="A")
        unit.session.add(service)
        unit.session.flush()
        return service.id or 0


def test_a_number_that_somebody_has_there_is_not_brought_a_second_time(hall: Hall) -> None:
    twin = hall.number("twin", same_letter_there(hall))
    hall.number("one")
    called = hall.call()
    with pytest.raises(Refusal) as refused:
        over(hall, called.ticket_id)
    assert (refused.value.code, refused.value.facts["number"]) == ("number_taken_there", "A001")
    assert hall.ticket(called.ticket_id).state == "called"
    handling.cancel_ticket(hall.office, hall.city.clerk, twin.id)
    over(hall, called.ticket_id)
    assert hall.waiting(hall.city.other_desk_id) == ["A001"]


def test_a_desk_that_sent_everybody_home_takes_nobody(hall: Hall) -> None:
    hall.number("one")
    called = hall.call()
    with hall.office.change() as unit:
        unit.session.get_one(Desk, hall.city.other_desk_id).closed_on = unit.today
    with pytest.raises(Refusal, match="desk_closed"):
        over(hall, called.ticket_id)
    over(hall, called.ticket_id, hall.city.other_service_id)
    names = [desk.name for desk, _ in handing_over.targets(hall.office, hall.city.clerk, hall.city.desk_id)]
    assert names == ["保育課"]


def test_another_municipalitys_desk_takes_nobody(hall: Hall) -> None:
    hall.number("one")
    called = hall.call()
    with hall.office.change() as unit:
        town = Municipality(code="oka", names={"ja": "丘町"})
        unit.session.add(town)
        unit.session.flush()
        unit.session.get_one(Desk, hall.city.other_desk_id).municipality_id = town.id or 0
    with pytest.raises(Refusal, match="unknown_service"):
        over(hall, called.ticket_id)


def test_who_waits_there_in_line_already_is_not_sent_to_wait_twice(hall: Hall) -> None:
    ticket = hall.phone(0)
    other = hall.phone(0, hall.city.other_desk_service_id)
    hall.call()
    with pytest.raises(Refusal) as refused:
        over(hall, ticket.id)
    assert refused.value.facts == {"number": other.number}


def test_the_citizen_left_in_line_before_the_click(hall: Hall) -> None:
    ticket = hall.phone(0)
    hall.call()
    cancel_own(hall.office, hall.city.line_user_ids[0], ticket.id)
    with pytest.raises(Refusal, match="changed_meanwhile"):
        over(hall, ticket.id)
    assert hall.ticket(ticket.id).state == "cancelled"


def test_the_citizen_leaves_in_line_after_the_click_and_it_cannot_be_undone(hall: Hall) -> None:
    ticket = hall.phone(0)
    hall.call()
    done = over(hall, ticket.id)
    cancel_own(hall.office, hall.city.line_user_ids[0], ticket.id)
    with pytest.raises(Refusal, match="changed_meanwhile"):
        undoing.undo(hall.office, hall.city.clerk, done.batch or "")
    assert hall.waiting(hall.city.other_desk_id) == []


def test_a_second_tap_says_that_it_has_gone(hall: Hall) -> None:
    hall.number("one")
    called = hall.call()
    over(hall, called.ticket_id)
    with pytest.raises(Refusal, match="changed_meanwhile"):
        over(hall, called.ticket_id)


def test_the_calls_in_vain_at_one_desk_do_not_count_at_the_next(hall: Hall) -> None:
    hall.number("one")
    called = hall.call()
    for _ in range(3):
        calling.recall(hall.office, hall.city.clerk, hall.here, called.ticket_id or 0)
    over(hall, called.ticket_id)
    assert hall.call_there().ticket_id == called.ticket_id
    hall.call_there(called.ticket_id)
    assert hall.ticket(called.ticket_id).state == "done"


def test_targets_are_the_own_services_first(hall: Hall) -> None:
    own, other = handing_over.targets(hall.office, hall.city.clerk, hall.city.desk_id)
    assert [service.code for service in own.services] == ["nursery", "allowance"]
    assert (other.desk.code, [service.id for service in other.services]) == (
        "tax",
        [hall.city.other_desk_service_id],
    )
    with pytest.raises(Refusal, match="unknown_desk"):
        handing_over.targets(hall.office, hall.city.clerk, 9999)


def test_a_call_at_another_counter_says_that_it_changed_but_not_after_a_hand_over(hall: Hall) -> None:
    ticket = hall.phone(0)
    hall.call()
    assert "before" not in hall.pushes()[-1].facts
    handling.hold(hall.office, hall.city.clerk, hall.here, ticket.id)
    second = hall.city.counter_ids[1]
    counters.take_counter(hall.office, hall.city.clerk, second)
    clock_of(hall.office).advance(seconds=30)
    calling.call_chosen(hall.office, hall.city.clerk, second, ticket.id)
    facts = hall.pushes()[-1].facts
    assert (facts["before"], facts["counter"]) == ("1", "2")
    clock_of(hall.office).advance(seconds=30)
    handing_over.hand_over(hall.office, hall.city.clerk, second, ticket.id, hall.city.other_desk_service_id)
    clock_of(hall.office).advance(seconds=30)
    hall.call_there()
    assert (hall.kinds()[-1], "before" in hall.pushes()[-1].facts) == ("ticket_called", False)


def test_the_desk_of_the_number_still_counts_it_when_numbers_begin_anew(hall: Hall) -> None:
    """Its number is not given again at home while it is open elsewhere."""
    with hall.office.change() as unit:
        unit.session.get_one(Service, hall.city.service_id).number_last = 2
    hall.number("one")
    called = hall.call()
    over(hall, called.ticket_id)
    hall.number("two")
    done = hall.call()
    handling.finish(hall.office, hall.city.clerk, hall.here, done.ticket_id or 0)
    assert hall.number("three").number == "A002"
    with hall.office.look() as unit:
        assert unit.session.get_one(Ticket, called.ticket_id).state == "waiting"
