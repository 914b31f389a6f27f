"""A counter that pauses calls nobody; one takes the services it was given; what is left is pointed out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from desk_kit import audited, counter_row
from office_kit import City
from verbs_kit import Hall

from madoguchi.domain.errors import Refusal
from madoguchi.domain.roles import Role
from madoguchi.services import calling, counters, handling
from madoguchi.services.office import Office


def test_nobody_is_called_to_a_counter_that_pauses(hall: Hall) -> None:
    hall.number("one")
    counters.pause(hall.office, hall.city.clerk, hall.here, True)
    with pytest.raises(Refusal, match="counter_paused") as refused:
        hall.call()
    assert refused.value.facts == {"counter": "1"}
    waiting = hall.number("two")
    with pytest.raises(Refusal, match="counter_paused"):
        calling.call_chosen(hall.office, hall.city.clerk, hall.here, waiting.id)
    counters.pause(hall.office, hall.city.clerk, hall.here, False)
    assert hall.call().number == "A001"


def test_who_is_there_when_the_pause_begins_is_finished_and_nobody_follows(hall: Hall) -> None:
    first, second = hall.number("one"), hall.number("two")
    hall.call()
    counters.pause(hall.office, hall.city.clerk, hall.here, True)
    calling.recall(hall.office, hall.city.clerk, hall.here, first.id)
    handling.serve(hall.office, hall.city.clerk, hall.here, first.id)
    assert hall.call(first.id).ticket_id is None
    assert (hall.ticket(first.id).state, hall.ticket(second.id).state) == ("done", "waiting")


def test_pausing_twice_is_pausing_once(hall: Hall) -> None:
    for _ in range(2):
        counters.pause(hall.office, hall.city.clerk, hall.here, True)
    assert audited(hall.office, "pause_counter") == 1


def test_a_pause_ends_with_whoever_began_it(hall: Hall) -> None:
    counters.pause(hall.office, hall.city.clerk, hall.here, True)
    counters.choose_services(hall.office, hall.city.clerk, hall.here, [hall.city.service_id])
    counters.leave_counter(hall.office, hall.city.clerk, hall.here)
    counters.take_counter(hall.office, hall.city.second_clerk, hall.here)
    row = counter_row(hall.office, hall.here)
    assert (row.paused, row.services) == (False, [hall.city.service_id]), (
        "what it takes stays with the counter"
    )


def test_only_who_sits_there_pauses_it(hall: Hall) -> None:
    for actor, code in ((hall.city.second_clerk, "counter_not_yours"), (hall.city.viewer, "not_allowed")):
        with pytest.raises(Refusal, match=code):
            counters.pause(hall.office, actor, hall.here, True)
        with pytest.raises(Refusal, match=code):
            counters.choose_services(hall.office, actor, hall.here, [])


def test_who_administers_chooses_for_every_counter_of_the_city_only(hall: Hall) -> None:
    chief = replace(hall.city.viewer, role=Role.ADMIN)
    counters.choose_services(hall.office, chief, hall.here, [hall.city.other_service_id])
    assert counter_row(hall.office, hall.here).services == [hall.city.other_service_id]
    with pytest.raises(Refusal, match="unknown_counter"):
        counters.choose_services(hall.office, replace(chief, municipality_id=99), hall.here, [])


def test_a_counter_calls_within_its_services(hall: Hall) -> None:
    hall.number("nursery")
    hall.number("allowance", hall.city.other_service_id)
    counters.choose_services(hall.office, hall.city.clerk, hall.here, [hall.city.other_service_id])
    assert hall.call().number == "B001"


def test_no_service_chosen_or_every_one_is_all_of_the_desk(hall: Hall) -> None:
    both = [hall.city.other_service_id, hall.city.service_id, hall.city.service_id]
    counters.choose_services(hall.office, hall.city.clerk, hall.here, both)
    assert counter_row(hall.office, hall.here).services == []
    with pytest.raises(Refusal, match="unknown_service"):
        counters.choose_services(hall.office, hall.city.clerk, hall.here, [hall.city.other_desk_service_id])


def test_what_a_colleague_has_chosen_since_is_not_wiped_unseen(hall: Hall) -> None:
    office, clerk, here = hall.office, hall.city.clerk, hall.here
    mine, theirs = [hall.city.service_id], [hall.city.other_service_id]
    every = [*theirs, *mine]
    counters.choose_services(office, clerk, here, theirs, every)
    with pytest.raises(Refusal, match="changed_meanwhile"):
        counters.choose_services(office, clerk, here, mine, every)
    assert counter_row(office, here).services == theirs
    counters.choose_services(office, clerk, here, theirs, [])
    counters.choose_services(office, clerk, here, mine, theirs)
    assert counter_row(office, here).services == mine


def test_services_that_nobody_takes_are_pointed_out(hall: Hall) -> None:
    office, city = hall.office, hall.city
    hall.number("one")
    hall.number("two")
    only_allowance = [city.other_service_id]
    assert counters.choose_services(office, city.clerk, hall.here, only_allowance) == {city.service_id: 2}
    counters.take_counter(office, city.second_clerk, city.counter_ids[1])
    assert counters.pause(office, city.clerk, hall.here, True) == {}, "the other counter takes everything"
    assert counters.pause(office, city.second_clerk, city.counter_ids[1], True) == {city.service_id: 2}
    assert counters.pause(office, city.clerk, hall.here, False) == {city.service_id: 2}
    assert counters.choose_services(office, city.clerk, hall.here, []) == {}


def test_a_service_for_which_nobody_waits_is_not_pointed_out(office: Office, city: City) -> None:
    counters.take_counter(office, city.clerk, city.counter_ids[0])
    assert counters.choose_services(office, city.clerk, city.counter_ids[0], [city.service_id]) == {}


def test_changing_counters_frees_the_old_one(hall: Hall) -> None:
    counters.take_counter(hall.office, hall.city.clerk, hall.there)
    assert counter_row(hall.office, hall.here).staff_id is None
    assert counter_row(hall.office, hall.there).staff_id == hall.city.clerk.staff_id
    with pytest.raises(Refusal, match="counter_not_yours"):
        hall.call_there()


def test_who_still_has_somebody_at_another_desk_does_not_leave_them_standing(hall: Hall) -> None:
    hall.number("one")
    hall.call()
    with pytest.raises(Refusal, match="finish_first") as refused:
        counters.take_counter(hall.office, hall.city.clerk, hall.there)
    assert refused.value.facts == {"number": "A001", "counter": "1"}
    assert counter_row(hall.office, hall.there).staff_id == hall.city.second_clerk.staff_id
