"""One paper ticket binds to one phone."""

import pytest
from office_kit import City, clock_of

from madoguchi.domain.errors import Refusal
from madoguchi.services import issuing, line_users
from madoguchi.services.claiming import WRONG_CLAIMS, claim
from madoguchi.services.closing_day import close_past_days
from madoguchi.services.issuing import IssuedTicket
from madoguchi.services.office import Office
from madoguchi.services.tickets import ticket_by_token
from madoguchi.store.tables import LineUser


@pytest.fixture
def ticket(office: Office, city: City) -> IssuedTicket:
    """A paper ticket."""
    return issuing.issue_at_terminal(
        office,
        terminal_id=city.terminal_id,
        desk_id=city.desk_id,
        service_code="nursery",
        language="ja",
        key="the-key",
    )


def test_first_phone_wins_and_may_ask_again(office: Office, city: City, ticket: IssuedTicket) -> None:
    hanako, ken, *_ = city.line_user_ids
    assert claim(office, hanako, f" {(ticket.claim_code or '').lower()} ").ticket.number == "A001"
    assert claim(office, hanako, ticket.claim_code or "").already_yours
    with pytest.raises(Refusal, match="claim_used"):
        claim(office, ken, ticket.claim_code or "")
    assert ticket_by_token(office, ticket.token).bound


def test_a_ticket_of_another_desk_switches_to_it(office: Office, city: City, ticket: IssuedTicket) -> None:
    hanako = city.line_user_ids[0]
    line_users.choose_desk(office, hanako, city.other_desk_id)
    claim(office, hanako, ticket.claim_code or "")
    with office.look() as unit:
        assert unit.session.get_one(LineUser, hanako).desk_id == city.desk_id


def test_guessing_is_blocked_for_a_while(office: Office, city: City, ticket: IssuedTicket) -> None:
    hanako = city.line_user_ids[0]
    for _ in range(WRONG_CLAIMS):
        with pytest.raises(Refusal, match="claim_wrong"):
            claim(office, hanako, "ZZZZZZZZ")
    with pytest.raises(Refusal, match="claim_blocked") as refused:
        claim(office, hanako, ticket.claim_code or "")
    assert refused.value.facts == {"minutes": 10}
    clock_of(office).advance(minutes=10)
    assert claim(office, hanako, ticket.claim_code or "").ticket.number == "A001"


def test_the_own_code_in_between_does_not_allow_further_guesses(
    office: Office, city: City, ticket: IssuedTicket
) -> None:
    hanako = city.line_user_ids[0]
    claim(office, hanako, ticket.claim_code or "")
    for _ in range(WRONG_CLAIMS - 1):
        with pytest.raises(Refusal, match="claim_wrong"):
            claim(office, hanako, "ZZZZZZZZ")
    assert claim(office, hanako, ticket.claim_code or "").already_yours
    with pytest.raises(Refusal, match="claim_wrong"):
        claim(office, hanako, "ZZZZZZZZ")
    with pytest.raises(Refusal, match="claim_blocked"):
        claim(office, hanako, "ZZZZZZZZ")


def test_yesterdays_ticket_has_expired(office: Office, city: City, ticket: IssuedTicket) -> None:
    clock_of(office).advance(days=1)
    assert close_past_days(office) == 1
    assert close_past_days(office) == 0
    with pytest.raises(Refusal, match="ticket_of_day"):
        claim(office, city.line_user_ids[0], ticket.claim_code or "")
    with pytest.raises(Refusal, match="claim_missing"):
        claim(office, city.line_user_ids[0], "  ")
