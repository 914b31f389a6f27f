"""The server's time without the server: from the machine's own count, or from a clock that went on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.journal import Journal
from kiosk.lease_book import LeaseBook
from kiosk.server_time import Contact, Reading, ServerTime, read_machine

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
AHEAD = timedelta(minutes=7)
FIRST_BOOT = Reading("first", 1000.0, NOON + AHEAD, keeps_time=True)


class Machine:
    """Clocks that stand where a test puts them."""

    def __init__(self) -> None:
        self.reading = FIRST_BOOT

    def __call__(self) -> Reading:
        return self.reading

    def put(self, **changes: object) -> None:
        self.reading = replace(self.reading, **changes)  # type: ignore[arg-type]


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def time(machine: Machine) -> ServerTime:
    told = ServerTime(None, machine)
    told.heard(NOON)
    return told


def test_nothing_is_known_before_the_first_contact(machine: Machine) -> None:
    assert ServerTime(None, machine).now() is None


def test_the_wall_clock_does_not_matter_while_the_machine_runs(time: ServerTime, machine: Machine) -> None:
    machine.put(since_boot=1090.0, wall=datetime(1970, 1, 1, tzinfo=UTC))
    assert time.now() == NOON + timedelta(seconds=90)
    assert time.in_touch
    assert time.since("first", 1060.0) == timedelta(seconds=30)


def test_after_a_new_start_the_wall_clocks_known_error_is_reckoned_with(
    time: ServerTime, machine: Machine
) -> None:
    machine.put(boot="second", since_boot=5.0, wall=NOON + AHEAD + timedelta(hours=1))
    assert time.now() == NOON + timedelta(hours=1)
    assert not time.in_touch
    assert time.since("first", 1060.0) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"wall": NOON + AHEAD - timedelta(seconds=1)},
        {"wall": datetime(1970, 1, 1, tzinfo=UTC)},
        {"wall": NOON + timedelta(hours=1), "keeps_time": False},
    ],
)
def test_a_clock_that_stood_still_tells_nothing(
    time: ServerTime, machine: Machine, changes: dict[str, object]
) -> None:
    machine.put(boot="second", since_boot=5.0, **changes)
    assert time.now() is None
    time.heard(NOON + timedelta(hours=2))
    assert time.now() == NOON + timedelta(hours=2)


def test_the_contact_outlives_the_terminals_end(tmp_path: Path, machine: Machine) -> None:
    path = tmp_path / "journal.sqlite3"
    book = LeaseBook(Journal(path))
    assert book.contact() is None
    book.remember_contact(Contact(NOON, "first", 1000.0, NOON + AHEAD))
    machine.put(since_boot=1010.0)
    again = ServerTime(LeaseBook(Journal(path)).contact(), machine)
    assert again.now() == NOON + timedelta(seconds=10)


def test_this_machine_has_clocks() -> None:
    first, second = read_machine(), read_machine()
    assert first.boot == second.boot
    assert first.since_boot <= second.since_boot
    assert first.wall.tzinfo is not None
