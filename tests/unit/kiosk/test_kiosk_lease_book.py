"""The lease and the spool on disk: a number and its touch are one, each is told once and in order."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.board import Board, Phase
from kiosk.journal import Journal, Kind, Paper, Stage
from kiosk.lease_book import LeaseBook
from kiosk.messages import Config, Lease, LeasedNumber, Outcome, Ticket, TicketFace
from kiosk.offline import Offline
from kiosk.server_time import Reading, ServerTime

OPENS = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
CLOSES = datetime(2026, 11, 24, 8, 15, tzinfo=UTC)
SERVICES = [{"code": code, "names": {"ja": code}} for code in ("nursery", "child")]


class Machine:
    """A machine whose wall clock is right."""

    now = NOON

    def __call__(self) -> Reading:
        return Reading("boot", self.now.timestamp(), self.now, keeps_time=True)


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def journal(tmp_path: Path, machine: Machine) -> Journal:
    return Journal(tmp_path / "journal.sqlite3", lambda: machine.now)


@pytest.fixture
def book(journal: Journal) -> LeaseBook:
    return LeaseBook(journal)


def config(*, is_open: bool = True, server_time: datetime = NOON) -> Config:
    return Config.model_validate(
        {
            "municipality": {"names": {"ja": "みどり市"}},
            "desk": {"code": "kodomo", "names": {"ja": "こども家庭課"}},
            "open": is_open,
            "services": SERVICES,
            "server_time": server_time,
        }
    )


@pytest.fixture
def board() -> Board:
    fresh = Board()
    fresh.set_config(config())
    return fresh


@pytest.fixture
def offline(book: LeaseBook, board: Board, machine: Machine) -> Offline:
    time = ServerTime(None, machine)
    time.heard(NOON)
    return Offline(book, time, board)


def lease(service: str, *numbers: str, stopped: bool = False) -> Lease:
    return Lease(
        service=service,
        service_day=NOON.date(),
        opens_at=OPENS,
        closes_at=CLOSES,
        stopped=stopped,
        numbers=tuple(
            LeasedNumber(number=one, token=f"token-{one}", status_url=f"https://c/t/{one}") for one in numbers
        ),
    )


def give(offline: Offline, journal: Journal, key: str, service: str = "nursery") -> str | None:
    face = offline.give(journal.ask(key, Kind.TICKET, service, "en"))
    return None if face is None else face.ticket.number


def test_numbers_are_given_in_order_and_their_papers_wait(
    offline: Offline, book: LeaseBook, journal: Journal
) -> None:
    book.keep([lease("nursery", "A999", "A1000", "A901"), lease("child", "B901")])
    assert [give(offline, journal, key) for key in "abcd"] == ["A901", "A999", "A1000", None]
    assert [one.number for one in book.undelivered(2)] == ["A901", "A999"]
    assert (book.unsent(), offline.offers()) == (3, ("child",))
    touch = journal.find("a")
    assert touch is not None
    assert touch.face is not None
    assert (touch.stage, touch.paper, touch.face.ticket.waiting_ahead) == (Stage.ISSUED, Paper.WAITING, None)


def test_what_was_given_is_there_after_the_end_and_is_told_once(
    tmp_path: Path, offline: Offline, book: LeaseBook, journal: Journal
) -> None:
    book.keep([lease("nursery", "A901", "A902")])
    give(offline, journal, "a")
    journal.close()
    again = Journal(tmp_path / "journal.sqlite3", lambda: NOON)
    spool = LeaseBook(again)
    (given,) = spool.undelivered(9)
    assert (given.key, given.number, given.token, given.issued_at) == ("a", "A901", "token-A901", NOON)
    assert spool.told([Outcome(key="a", result="booked", number="A901", id=17)]) == []
    assert (spool.undelivered(9), spool.unsent()) == ([], 0)
    touch = again.find("a")
    assert touch is not None
    assert touch.face is not None
    assert touch.face.ticket.id == 17


def test_a_number_and_its_touch_are_written_together_or_not_at_all(
    offline: Offline, book: LeaseBook, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_key: str, _face: TicketFace) -> None:
        raise sqlite3.OperationalError("disk full")

    book.keep([lease("nursery", "A901")])
    with monkeypatch.context() as broken:
        broken.setattr(journal, "issued", fail)
        with pytest.raises(sqlite3.OperationalError):
            give(offline, journal, "a")
    assert book.unsent() == 0
    assert give(offline, journal, "b") == "A901"


def test_what_the_server_no_longer_names_is_not_given_but_what_was_given_is_told(
    offline: Offline, book: LeaseBook, journal: Journal
) -> None:
    book.keep([lease("nursery", "A901", "A902")])
    give(offline, journal, "a")
    # The server does not know of A901 yet, and has given A902 to somebody else since.
    book.keep([lease("nursery", "A901", "A903")])
    assert give(offline, journal, "b") == "A903"
    assert [one.number for one in book.undelivered(9)] == ["A901", "A903"]


def test_another_number_from_the_server_takes_the_place_of_the_printed_one(
    offline: Offline, book: LeaseBook, journal: Journal
) -> None:
    book.keep([lease("nursery", "A901")])
    give(offline, journal, "a")
    coded = {"code": "nursery", "names": {"ja": "保育"}}
    fresh = Ticket.model_validate(
        {
            "id": 4,
            "number": "A007",
            "service": coded,
            "desk": coded,
            "issued_at": NOON,
            "waiting_ahead": 2,
            "status_url": "https://c/t/other",
        }
    )
    outcome = Outcome(key="a", result="renumbered", number="A901", reason="given_twice", ticket=fresh)
    assert [touch.key for touch in book.told([outcome])] == ["a"]
    assert book.told([outcome]) == []
    touch = journal.find("a")
    assert touch is not None
    assert touch.face is not None
    assert touch.face.ticket == fresh
    assert book.refused() == ["A901"]


@pytest.mark.parametrize(
    ("now", "known"),
    [
        (OPENS - timedelta(seconds=1), config()),
        (CLOSES, config()),
        (NOON, config(is_open=False)),
        (NOON + timedelta(days=1), config()),
    ],
)
def test_nothing_is_given_outside_the_hours_or_at_a_desk_that_stopped(
    offline: Offline,
    book: LeaseBook,
    journal: Journal,
    board: Board,
    machine: Machine,
    now: datetime,
    known: Config,
) -> None:
    book.keep([lease("nursery", "A901")])
    board.set_config(known)
    machine.now = now
    assert offline.offers() == ()
    assert give(offline, journal, "a") is None


def test_a_desk_that_was_closed_in_the_evening_opens_in_the_morning(
    offline: Offline, book: LeaseBook, board: Board
) -> None:
    book.keep([lease("nursery", "A901"), lease("child", "B901", stopped=True)])
    board.set_config(config(is_open=False, server_time=OPENS - timedelta(hours=9)))
    assert offline.offers() == ("nursery",)


def test_a_terminal_that_was_shut_out_gives_nothing(offline: Offline, book: LeaseBook, board: Board) -> None:
    book.keep([lease("nursery", "A901")])
    board.set_phase(Phase.REVOKED)
    assert offline.offers() == ()


def test_another_server_gets_neither_numbers_nor_words_of_the_first(book: LeaseBook) -> None:
    book.bind("https://one.example")
    book.keep([lease("nursery", "A901")])
    book.remember_config(config())
    book.bind("https://one.example")
    assert book.config() == config()
    book.bind("https://two.example")
    assert (book.config(), book.leases()) == (None, [])


def test_old_numbers_go_but_none_that_was_not_told(
    offline: Offline, book: LeaseBook, journal: Journal
) -> None:
    book.keep([lease("nursery", "A901", "A902", "A903")])
    for key in "ab":
        give(offline, journal, key)
    book.told([Outcome(key="a", result="booked", number="A901", id=1)])
    book.tidy(NOON + timedelta(days=40))
    assert [one.number for one in book.undelivered(9)] == ["A902"]
    assert book.leases()[0].numbers == ()
