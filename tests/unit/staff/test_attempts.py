"""How often a password may be tried."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from madoguchi.services.attempts import Addresses, Strangers, minutes_until, wait_after

NOW = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failures", "minutes"), [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (8, 8), (9, 15), (1000, 15)]
)
def test_the_wait_doubles_from_the_fifth_wrong_password_and_ends_at_a_quarter_hour(
    failures: int, minutes: int
) -> None:
    assert wait_after(failures) == timedelta(minutes=minutes)


def test_minutes_are_told_rounded_up() -> None:
    assert minutes_until(NOW + timedelta(seconds=1), NOW) == 1
    assert minutes_until(NOW + timedelta(seconds=60), NOW) == 1
    assert minutes_until(NOW + timedelta(seconds=61), NOW) == 2


def test_a_name_without_account_is_locked_like_one_with() -> None:
    strangers = Strangers()
    for _ in range(5):
        strangers.failed("nobody", NOW)
    assert strangers.locked_until("nobody") == NOW + timedelta(minutes=1)
    assert strangers.locked_until("another") is None


def test_an_address_is_blocked_by_its_thirtieth_failure_and_free_again_as_they_age() -> None:
    addresses = Addresses()
    for second in range(30):
        assert addresses.blocked_until("192.0.2.1", NOW + timedelta(seconds=second)) is None
        addresses.failed("192.0.2.1", NOW + timedelta(seconds=second))
    later = NOW + timedelta(seconds=30)
    assert addresses.blocked_until("192.0.2.1", later) == NOW + timedelta(minutes=5)
    assert addresses.blocked_until("192.0.2.2", later) is None
    assert addresses.blocked_until("192.0.2.1", NOW + timedelta(minutes=5)) is None


def test_a_flood_of_names_and_addresses_takes_no_more_than_its_share_of_memory() -> None:
    strangers, addresses = Strangers(), Addresses()
    for number in range(10_050):
        strangers.failed(f"name{number}", NOW)
        addresses.failed(f"address{number}", NOW)
    assert len(strangers._failures) == len(addresses._failures) == 10_000
