"""Numbers in LINE from anywhere: whether, how many a day, how many by one person."""

from __future__ import annotations

import pytest
from desk_kit import set_desk
from office_kit import clock_of
from verbs_kit import Hall

from madoguchi.domain.errors import Refusal
from madoguchi.services import tickets


def refused(hall: Hall, user: int, service_id: int = 0) -> tuple[str, dict[str, object]]:
    """Why the phone gets no number."""
    with pytest.raises(Refusal) as why:
        hall.phone(user, service_id)
    return why.value.code, dict(why.value.facts)


def test_a_desk_without_numbers_from_afar(hall: Hall) -> None:
    set_desk(hall.office, hall.city.desk_id, remote=False)
    assert refused(hall, 0) == ("remote_off", {})
    assert hall.number("at the desk").number == "A001"
    assert hall.phone(0, hall.city.other_desk_service_id).number == "C001", "another desk has its own rule"


def test_so_many_a_day_and_a_place_given_up_is_free_again(hall: Hall) -> None:
    set_desk(hall.office, hall.city.desk_id, remote_limit=2)
    first = hall.phone(0)
    hall.phone(1, hall.city.other_service_id)
    hall.number("paper counts for nothing")
    assert refused(hall, 2) == ("remote_full", {})
    tickets.cancel_own(hall.office, hall.city.line_user_ids[0], first.id)
    hall.phone(2)
    assert refused(hall, 3) == ("remote_full", {})
    clock_of(hall.office).advance(days=1)
    hall.phone(3)


def test_so_many_by_one_person_given_up_or_not(hall: Hall) -> None:
    set_desk(hall.office, hall.city.desk_id, remote_per_person=2)
    for _ in range(2):
        taken = hall.phone(0)
        tickets.cancel_own(hall.office, hall.city.line_user_ids[0], taken.id)
    assert refused(hall, 0) == ("remote_person_full", {"most": 2})
    hall.phone(1)


def test_who_waits_already_is_told_that_number_first(hall: Hall) -> None:
    set_desk(hall.office, hall.city.desk_id, remote_limit=1, remote_per_person=1)
    hall.phone(0)
    assert refused(hall, 0) == ("already_waiting", {"number": "A001"})
    assert refused(hall, 0, hall.city.other_service_id) == ("remote_person_full", {"most": 1})
