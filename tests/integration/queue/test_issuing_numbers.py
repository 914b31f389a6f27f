"""A number is given once per request, in order, and only while the desk gives numbers."""

import pytest
from office_kit import MORNING, City, clock_of
from sqlalchemy import update

from madoguchi.domain.errors import Refusal
from madoguchi.services import issuing
from madoguchi.services.issuing import IssuedTicket
from madoguchi.services.office import Office
from madoguchi.services.tickets import cancel_own, ticket_by_token
from madoguchi.store.tables import Desk, Service


def paper(office: Office, city: City, key: str, service: str = "nursery") -> IssuedTicket:
    return issuing.issue_at_terminal(
        office,
        terminal_id=city.terminal_id,
        desk_id=city.desk_id,
        service_code=service,
        language="en",
        key=key,
    )


def test_numbers_go_up_per_letter_and_tell_how_many_are_before(office: Office, city: City) -> None:
    given = [paper(office, city, "k1"), paper(office, city, "k2"), paper(office, city, "k3", "allowance")]
    assert [ticket.number for ticket in given] == ["A001", "A002", "B001"]
    assert [ticket.waiting_ahead for ticket in given] == [0, 1, 2]
    assert given[2].wait[0] <= given[2].wait[1]


def test_the_same_key_gives_the_same_ticket(office: Office, city: City) -> None:
    first, again = paper(office, city, "same"), paper(office, city, "same")
    assert (first.id, first.token, first.claim_code) == (again.id, again.token, again.claim_code)
    assert paper(office, city, "other").number == "A002"


def test_a_closed_desk_tells_its_hours(office: Office, city: City) -> None:
    clock_of(office).advance(hours=9)
    with pytest.raises(Refusal, match="desk_closed") as refused:
        paper(office, city, "late")
    assert refused.value.facts == {"opens_at": "08:30", "closes_at": "17:15"}


def test_a_desk_paused_by_hand_gives_no_numbers(office: Office, city: City) -> None:
    with office.change() as unit:
        unit.session.execute(update(Desk).values(paused=True))
    with pytest.raises(Refusal, match="desk_stopped"):
        paper(office, city, "paused")


def test_numbers_start_again_every_day(office: Office, city: City) -> None:
    paper(office, city, "today")
    clock_of(office).advance(days=1)
    assert paper(office, city, "tomorrow").number == "A001"


def test_past_the_range_only_closed_numbers_are_given_again(office: Office, city: City) -> None:
    with office.change() as unit:
        unit.session.execute(update(Service).values(number_first=1, number_last=3))
    for key in "abc":
        paper(office, city, key)
    with pytest.raises(Refusal, match="numbers_run_out"):
        paper(office, city, "d")
    second = issuing_in_line_after_cancel(office, city)
    assert second == "A002"


def issuing_in_line_after_cancel(office: Office, city: City) -> str:
    """Free A002 as its holder would, then ask for a number once more."""
    from madoguchi.services.claiming import claim  # noqa: PLC0415

    ticket = paper(office, city, "b")
    claim(office, city.line_user_ids[0], ticket.claim_code or "")
    cancel_own(office, city.line_user_ids[0], ticket.id)
    return paper(office, city, "e").number


def test_a_second_number_for_the_same_service_is_refused_in_line(office: Office, city: City) -> None:
    user = city.line_user_ids[0]
    first = issuing.issue_in_line(office, line_user_id=user, service_id=city.service_id, event_id="e1")
    again = issuing.issue_in_line(office, line_user_id=user, service_id=city.service_id, event_id="e1")
    assert again.id == first.id
    with pytest.raises(Refusal, match="already_waiting") as refused:
        issuing.issue_in_line(office, line_user_id=user, service_id=city.service_id, event_id="e2")
    assert refused.value.facts == {"number": "A001"}
    other = issuing.issue_in_line(office, line_user_id=user, service_id=city.other_service_id, event_id="e3")
    assert other.number == "B001"


def test_staff_give_numbers_at_any_hour_but_only_clerks(office: Office, city: City) -> None:
    clock_of(office).advance(hours=10)
    ticket = issuing.issue_at_desk(office, city.clerk, service_id=city.service_id, form="f1")
    assert ticket.number == "A001"
    with pytest.raises(Refusal, match="not_allowed"):
        issuing.issue_at_desk(office, city.viewer, service_id=city.service_id, form="f2")


def test_an_unknown_service_or_one_of_another_desk_is_refused(office: Office, city: City) -> None:
    for code in ("nonsense", "bill"):
        with pytest.raises(Refusal, match="unknown_service"):
            paper(office, city, code, code)


def test_the_ticket_is_found_by_its_token_only(office: Office, city: City) -> None:
    ticket = paper(office, city, "k")
    seen = ticket_by_token(office, ticket.token)
    assert (seen.number, seen.ahead, seen.issued_at) == ("A001", 0, MORNING)
    with pytest.raises(Refusal, match="unknown_ticket"):
        ticket_by_token(office, ticket.token[:-1] + "?")
