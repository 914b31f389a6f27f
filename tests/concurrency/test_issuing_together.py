"""A round of wishes in one transaction gives what each alone would have got."""

from __future__ import annotations

from office_kit import City

from madoguchi.domain.errors import Refusal
from madoguchi.services.issuing import IssuedTicket, issue_at_terminal
from madoguchi.services.issuing_together import Wish, issue_together
from madoguchi.services.office import Office


def _wish(city: City, key: str, service: str = "nursery") -> Wish:
    return Wish(city.terminal_id, city.desk_id, service, "ja", key)


def test_each_wish_gets_its_own_answer_in_order(office: Office, city: City) -> None:
    """Two services, a key twice, a service that is not there."""
    wishes = [
        _wish(city, "key-one"),
        _wish(city, "key-two", "allowance"),
        _wish(city, "key-three", "nowhere"),
        _wish(city, "key-one"),
        _wish(city, "key-four"),
    ]
    results = issue_together(office, wishes)
    assert isinstance(results[2], Refusal)
    assert results[2].code == "unknown_service"
    issued = [one for one in results if isinstance(one, IssuedTicket)]
    assert [one.number for one in issued] == ["A001", "B001", "A001", "A002"]
    assert issued[0] == issued[2]


def test_people_before_are_counted_as_one_by_one(office: Office, city: City) -> None:
    """The next who asks alone has everybody of the round before, and sees the same wait."""
    results = issue_together(office, [_wish(city, f"key-{number:04}") for number in range(5)])
    assert [one.waiting_ahead for one in results if isinstance(one, IssuedTicket)] == [0, 1, 2, 3, 4]
    alone = issue_at_terminal(
        office,
        terminal_id=city.terminal_id,
        desk_id=city.desk_id,
        service_code="allowance",
        language="ja",
        key="key-alone",
    )
    assert alone.waiting_ahead == 5


def test_a_wish_from_before_is_found_again(office: Office, city: City) -> None:
    """A key of an earlier round gives that round's ticket beside new ones."""
    (first,) = issue_together(office, [_wish(city, "key-one")])
    again, new = issue_together(office, [_wish(city, "key-one"), _wish(city, "key-two")])
    assert isinstance(first, IssuedTicket)
    assert isinstance(again, IssuedTicket)
    assert isinstance(new, IssuedTicket)
    assert (again.id, new.number) == (first.id, "A002")


def test_a_wish_the_database_refuses_spoils_no_other(office: Office, city: City) -> None:
    """A terminal that is not there breaks a foreign key: the others still get numbers without gap."""
    broken = Wish(999_999, city.desk_id, "nursery", "ja", "key-broken")
    results = issue_together(office, [_wish(city, "key-one"), broken, _wish(city, "key-two")])
    assert isinstance(results[1], Exception)
    assert [one.number for one in results if isinstance(one, IssuedTicket)] == ["A001", "A002"]
