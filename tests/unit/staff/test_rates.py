"""How much one address may ask of the public doors."""

from __future__ import annotations

import pytest

from madoguchi.rates import MISSES, Rates


class Hand:
    """A clock that is moved by hand."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Hand:
    """It stands still."""
    return Hand()


def test_an_address_may_ask_so_often_in_a_minute_and_others_go_on(clock: Hand) -> None:
    rates = Rates(3, clock)
    assert [rates.wait("/t/x", "192.0.2.1") for _ in range(5)] == [0, 0, 0, 60, 60]
    assert rates.wait("/api/v1/boards/tax", "192.0.2.1") == 60, "one count for all doors"
    assert rates.wait("/t/x", "192.0.2.2") == 0
    clock.now += 45
    assert rates.wait("/t/x", "192.0.2.1") == 15
    clock.now += 15
    assert rates.wait("/t/x", "192.0.2.1") == 0


@pytest.mark.parametrize(
    "path", ["/line/webhook", "/api/v1/terminal/tickets", "/healthz", "/staff", "/tokens.css"]
)
def test_other_doors_have_their_own_keepers(clock: Hand, path: str) -> None:
    rates = Rates(1, clock)
    assert [rates.wait(path, "192.0.2.1") for _ in range(5)] == [0] * 5


def test_who_guesses_tickets_is_stopped_much_sooner_and_still_sees_the_boards(clock: Hand) -> None:
    rates = Rates(0, clock)
    for _ in range(MISSES):
        assert rates.wait("/t/x", "192.0.2.1") == 0
        rates.answered("/t/x", "192.0.2.1", 404)
    assert rates.wait("/api/v1/tickets/y", "192.0.2.1") == 300
    assert rates.wait("/board/tax", "192.0.2.1") == 0
    rates.answered("/t/x", "192.0.2.2", 200)
    assert rates.wait("/t/x", "192.0.2.2") == 0
    clock.now += 300
    assert rates.wait("/t/x", "192.0.2.1") == 0


def test_a_flood_of_addresses_takes_no_more_than_its_share_of_memory(clock: Hand) -> None:
    rates = Rates(5, clock)
    for number in range(20_100):
        rates.wait("/t/x", f"address{number}")
    assert rates._asked is not None
    assert len(rates._asked._counts) == 20_000
