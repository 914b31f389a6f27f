"""An administrator keeps the office itself: its desks, services and counters, whoever waits meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest
from office_kit import City, clock_of
from office_settings_kit import DESK, SERVICE, admin_of, log, number, refused, settings_of
from sqlmodel import col, select

from madoguchi.domain.errors import Refusal
from madoguchi.services import (
    boards,
    calling,
    counter_keeping,
    counters,
    leases,
    office_keeping,
    service_keeping,
)
from madoguchi.services.actors import Actor
from madoguchi.services.dashboard import dashboard as dashboard_of
from madoguchi.services.desks import desk as desk_view
from madoguchi.services.desks import services_of
from madoguchi.services.office import Office
from madoguchi.store.tables import LeasedNumber, Service, Ticket


@pytest.fixture
def admin(city: City) -> Actor:
    return admin_of(city)


def test_a_desk_gets_other_names_place_phone_and_hours_and_back(
    office: Office, city: City, admin: Actor
) -> None:
    before = office_keeping.desk_for(office, admin, city.desk_id)
    saved = office_keeping.save_desk(office, admin, city.desk_id, DESK, before)
    shown = desk_view(office, city.desk_id)
    assert (shown.names, shown.places, shown.opens_at) == (DESK.names, DESK.places, time(9))
    office_keeping.save_desk(office, admin, city.desk_id, saved.before, saved.after)
    assert office_keeping.desk_for(office, admin, city.desk_id) == before
    action, subject, facts = log(office)[0]
    assert (action, subject) == ("change_desk", f"desk:{city.desk_id}")
    assert set(facts["fields"]) > {"names", "places", "opens_at"}
    assert len(log(office)) == 2


def test_what_a_colleague_saved_since_is_not_wiped(office: Office, city: City, admin: Actor) -> None:
    before = office_keeping.desk_for(office, admin, city.desk_id)
    office_keeping.save_desk(office, admin, city.desk_id, DESK, before)
    mine = replace(before, phone="0120-444-113")
    assert refused(office_keeping.save_desk, office, admin, city.desk_id, mine, before) == "changed_meanwhile"
    held = settings_of(office, admin, city.desk_id, city.service_id)
    theirs = replace(held, estimated_minutes=20)
    service_keeping.save_service(office, admin, city.service_id, theirs, held)
    mine_too = replace(held, names={"ja": "別"})
    assert (
        refused(service_keeping.save_service, office, admin, city.service_id, mine_too, held)
        == "changed_meanwhile"
    )


def test_a_new_service_gives_its_own_numbers_and_stands_on_the_board(
    office: Office, city: City, admin: Actor
) -> None:
    added = service_keeping.add_service(office, admin, city.desk_id, SERVICE)
    assert number(office, city, added, "one").number == "K100"
    board = boards.snapshot(office, "childcare")["services"][-1]
    assert (board["letter"], board["names"], board["code"]) == ("K", SERVICE.names, "childcare-k")
    assert refused(service_keeping.add_service, office, admin, city.desk_id, SERVICE) == "letter_taken"
    assert log(office) == [("add_service", f"service:{added}", {"desk": city.desk_id})]


def test_a_bookable_service_gets_places_of_its_own(office: Office, city: City, admin: Actor) -> None:
    added = service_keeping.add_service(office, admin, city.desk_id, replace(SERVICE, bookable=True))
    with office.look() as unit:
        assert unit.session.get_one(Service, added).pool_id is not None


def test_a_closed_service_gives_no_more_numbers_and_serves_who_has_one(
    office: Office, city: City, admin: Actor
) -> None:
    waiting = number(office, city, city.service_id, "waits")
    held = settings_of(office, admin, city.desk_id, city.service_id)
    closed = replace(held, walk_in=False, bookable=False)
    service_keeping.save_service(office, admin, city.service_id, closed, held)
    assert refused(number, office, city, city.service_id, "late") == "service_closed"
    assert city.service_id not in {one.id for one in dashboard_of(office, city.clerk, city.desk_id).services}
    assert [one["letter"] for one in boards.snapshot(office, "childcare")["services"]] == ["A", "B"]
    counters.take_counter(office, city.clerk, city.counter_ids[0])
    called = calling.call_next(office, city.clerk, city.counter_ids[0], expected=None)
    assert called is not None
    assert called.number == waiting.number
    service_keeping.save_service(office, admin, city.service_id, held, closed)
    assert number(office, city, city.service_id, "again").number == "A002"


def test_a_letter_changes_only_when_nobody_waits_with_it(office: Office, city: City, admin: Actor) -> None:
    number(office, city, city.service_id, "one")
    held = settings_of(office, admin, city.desk_id, city.service_id)
    wanted = replace(held, letter="Z", number_first=501)
    with pytest.raises(Refusal) as no:
        service_keeping.save_service(office, admin, city.service_id, wanted, held)
    assert (no.value.code, no.value.facts) == ("numbers_open", {"count": 1})
    # A name is no matter of the tickets.
    renamed = replace(held, names={"ja": "入園"})
    service_keeping.save_service(office, admin, city.service_id, renamed, held)
    over(office)
    wanted = replace(renamed, letter="Z", number_first=501)
    service_keeping.save_service(office, admin, city.service_id, wanted, renamed)
    assert number(office, city, city.service_id, "two").number == "Z501"
    assert numbers(office) == ["A1", "Z501"], "the ticket of before says what it said"


def test_another_range_on_the_same_day_gives_no_number_twice(
    office: Office, city: City, admin: Actor
) -> None:
    for form in "abc":
        number(office, city, city.service_id, form)
    over(office)
    held = settings_of(office, admin, city.desk_id, city.service_id)
    higher, lower = replace(held, number_first=101, number_last=110), replace(held, number_last=10)
    service_keeping.save_service(office, admin, city.service_id, higher, held)
    assert [number(office, city, city.service_id, form).number for form in "de"] == ["A101", "A102"]
    over(office)
    service_keeping.save_service(office, admin, city.service_id, lower, higher)
    again = [number(office, city, city.service_id, form).number for form in "fghi"]
    assert again == ["A001", "A002", "A003", "A004"]
    with office.look() as unit:
        laps = [one.lap for one in unit.session.exec(select(Ticket).order_by(col(Ticket.id))).all()]
    assert laps == [0, 0, 0, 1, 1, 2, 2, 2, 2]


def test_a_wider_range_goes_on_where_the_day_stands(office: Office, city: City, admin: Actor) -> None:
    number(office, city, city.service_id, "a")
    over(office)
    held = settings_of(office, admin, city.desk_id, city.service_id)
    service_keeping.save_service(office, admin, city.service_id, replace(held, number_last=500), held)
    assert number(office, city, city.service_id, "b").number == "A002"


def test_numbers_that_a_terminal_holds_in_the_new_range_are_not_given_twice(
    office: Office, city: City, admin: Actor
) -> None:
    leases.renewed(office, city.terminal_id, city.desk_id)
    held = settings_of(office, admin, city.desk_id, city.service_id)
    wanted = replace(held, number_first=895)
    service_keeping.save_service(office, admin, city.service_id, wanted, held)
    given = [number(office, city, city.service_id, f"{n}").number for n in range(12)]
    assert given[5:9] == ["A900", "A901", "A902", "A903"]
    with office.look() as unit:
        query = select(LeasedNumber).where(col(LeasedNumber.letter) == "A")
        assert all(f"A{one.number}" not in given for one in unit.session.exec(query).all())


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"names": {"en": "Only"}}, "office_japanese"),
        ({"names": {"ja": "長" * 41}}, "office_long"),
        ({"letter": "あ"}, "service_letter"),
        ({"letter": "B"}, "letter_taken"),
        ({"number_first": 0}, "service_numbers"),
        ({"number_first": 195}, "service_numbers"),
        ({"number_last": 1_000}, "service_numbers"),
        ({"estimated_minutes": 0}, "rule_number"),
        ({"estimated_minutes": float("nan")}, "rule_number"),
        ({"items": {"en": "ID"}}, "items_japanese"),
    ],
)
def test_a_service_that_would_not_do_is_refused(
    lite_office: Office, lite_city: City, changed: dict[str, object], code: str
) -> None:
    wanted = replace(SERVICE, **changed)  # type: ignore[arg-type]
    assert (
        refused(service_keeping.add_service, lite_office, admin_of(lite_city), lite_city.desk_id, wanted)
        == code
    )


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"opens_at": time(17)}, "office_hours"),
        ({"weekdays": ()}, "office_weekdays"),
        ({"phone": "12"}, "phone_unreadable"),
        ({"places": {"en": "Here"}}, "office_japanese"),
    ],
)
def test_a_desk_that_would_not_do_is_refused(
    lite_office: Office, lite_city: City, changed: dict[str, object], code: str
) -> None:
    before = office_keeping.desk_for(lite_office, admin_of(lite_city), lite_city.desk_id)
    wanted = replace(DESK, **changed)  # type: ignore[arg-type]
    assert (
        refused(office_keeping.save_desk, lite_office, admin_of(lite_city), lite_city.desk_id, wanted, before)
        == code
    )


def test_a_counter_is_added_renamed_retired_and_taken_back(office: Office, city: City, admin: Actor) -> None:
    added, label = counter_keeping.add_counter(office, admin, city.desk_id, " １２ ")
    assert label == "12"
    assert counter_keeping.rename_counter(office, admin, added, "13", "12") == ("12", "13")
    assert refused(counter_keeping.rename_counter, office, admin, added, "14", "12") == "changed_meanwhile"
    assert refused(counter_keeping.rename_counter, office, admin, added, "1", "13") == "counter_taken"
    assert refused(counter_keeping.add_counter, office, admin, city.desk_id, "13") == "counter_taken"
    assert refused(counter_keeping.add_counter, office, admin, city.desk_id, "") == "counter_label"
    counter_keeping.retire_counter(office, admin, added)
    assert added not in {one.id for one in dashboard_of(office, city.clerk, city.desk_id).counters}
    assert refused(counters.take_counter, office, city.clerk, added) == "unknown_counter"
    assert counter_keeping.add_counter(office, admin, city.desk_id, "13") == (added, "13")
    counters.take_counter(office, city.clerk, added)
    done = ["add_counter", "rename_counter", "retire_counter", "add_counter", "take_counter"]
    assert [action for action, *_ in log(office)] == done


def test_a_counter_where_somebody_sits_stays_as_it_is(office: Office, city: City, admin: Actor) -> None:
    counters.take_counter(office, city.clerk, city.counter_ids[0])
    assert refused(counter_keeping.retire_counter, office, admin, city.counter_ids[0]) == "counter_occupied"
    assert (
        refused(counter_keeping.rename_counter, office, admin, city.counter_ids[0], "9", "1")
        == "counter_occupied"
    )


def test_only_an_administrator_of_the_same_city_sets_any_of_it(
    office: Office, city: City, admin: Actor
) -> None:
    desk = office_keeping.desk_for(office, city.clerk, city.desk_id)
    held = settings_of(office, city.clerk, city.desk_id, city.service_id)
    stranger = replace(admin, municipality_id=admin.municipality_id + 1)
    for actor in (city.clerk, city.viewer, stranger):
        codes = {
            refused(office_keeping.save_desk, office, actor, city.desk_id, DESK, desk),
            refused(service_keeping.save_service, office, actor, city.service_id, SERVICE, held),
            refused(service_keeping.add_service, office, actor, city.desk_id, SERVICE),
            refused(counter_keeping.add_counter, office, actor, city.desk_id, "9"),
            refused(counter_keeping.rename_counter, office, actor, city.counter_ids[0], "9", "1"),
            refused(counter_keeping.retire_counter, office, actor, city.counter_ids[0]),
        }
        expected = (
            {"unknown_desk", "unknown_service", "unknown_counter"} if actor is stranger else {"not_allowed"}
        )
        assert codes == expected
    assert log(office) == []
    assert [one.id for one in services_of(office, city.desk_id)] == [city.service_id, city.other_service_id]


def over(office: Office) -> None:
    """Nobody waits any more, the same day."""
    with office.change() as unit:
        for one in unit.session.exec(select(Ticket)).all():
            one.state = "done"
    clock_of(office).advance(seconds=60)


def numbers(office: Office) -> list[str]:
    with office.look() as unit:
        found = unit.session.exec(select(Ticket).order_by(col(Ticket.id))).all()
        return [f"{one.letter}{one.number}" for one in found]
