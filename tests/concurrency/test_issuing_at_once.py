"""Many terminals ask for numbers at the same moment."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from load_kit import Town, number_of, without_gap

from bench.load import ask_all, issue_request

pytestmark = pytest.mark.concurrency

EACH = 3


def test_numbers_run_on_without_gap_or_duplicate(town: Town, clients: int) -> None:
    """Two services side by side; every number once, none left out, nobody refused."""
    tokens, services = town.city.terminal_tokens, town.city.service_codes
    requests = [
        issue_request(tokens[number % clients], services[number % 2], uuid4().hex)
        for number in range(max(2, clients * EACH))
    ]
    answers, _ = asyncio.run(ask_all(town.port, clients, requests))
    assert {answer.status for answer in answers} == {201}
    tickets = [answer.json() for answer in answers]
    for letter in "AB":
        assert without_gap([number_of(one["number"]) for one in tickets if one["number"][0] == letter])
    for name in ("id", "status_url", "claim_code"):
        assert len({ticket[name] for ticket in tickets}) == len(requests)
    # The number given is the number stored.
    stored = {ticket.id: ticket.number for ticket in town.tickets([one["id"] for one in tickets])}
    assert stored == {one["id"]: number_of(one["number"]) for one in tickets}


def test_a_repeated_key_gives_the_same_ticket(town: Town, clients: int) -> None:
    """Each key is sent four times at once, as by a terminal whose connection breaks; one ticket each."""
    tokens, service = town.city.terminal_tokens, town.city.service_codes[0]
    keys = [uuid4().hex for _ in range(clients)]
    requests = [issue_request(tokens[0], service, key) for key in keys for _ in range(4)]
    answers, _ = asyncio.run(ask_all(town.port, clients, requests))
    assert {answer.status for answer in answers} == {201}
    of_key = [
        {answer.json()["number"] for answer in answers[at : at + 4]} for at in range(0, len(answers), 4)
    ]
    assert all(len(numbers) == 1 for numbers in of_key)
    assert without_gap([number_of(numbers.pop()) for numbers in of_key])


def test_one_key_from_everybody_is_one_ticket(town: Town, clients: int) -> None:
    """The same request on every connection."""
    request = issue_request(town.city.terminal_tokens[0], town.city.service_codes[1], uuid4().hex)
    answers, _ = asyncio.run(ask_all(town.port, clients, [request] * clients))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_wrong_wishes_among_many_harm_nobody(town: Town, clients: int) -> None:
    """Every other request names a service that is not there; the rest still gets numbers without gap."""
    token, service = town.city.terminal_tokens[0], town.city.service_codes[0]
    requests = [
        issue_request(token, service if number % 2 else "no-such-service", uuid4().hex)
        for number in range(clients * 2)
    ]
    answers, _ = asyncio.run(ask_all(town.port, clients, requests))
    assert [answer.status for answer in answers] == [404, 201] * clients
    assert without_gap([number_of(answer.json()["number"]) for answer in answers[1::2]])
