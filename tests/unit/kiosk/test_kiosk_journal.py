"""What was touched, issued and printed survives the terminal's end; nothing personal stays."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.journal import Journal, Kind, Paper, Stage
from kiosk.messages import TicketFace
from kiosk.pairing import TokenFile

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal(tmp_path: Path, clock: Clock) -> Journal:
    return Journal(tmp_path / "journal.sqlite3", clock)


def test_an_issued_number_and_its_failed_paper_are_there_after_a_restart(
    tmp_path: Path, journal: Journal, clock: Clock, face: Callable[..., TicketFace]
) -> None:
    journal.ask("k1", Kind.TICKET, "nursery", "vi")
    journal.issued("k1", face("vi"))
    journal.paper("k1", Paper.FAILED, "paper_out")
    journal.close()
    again = Journal(tmp_path / "journal.sqlite3", clock)
    (touch,) = again.papers(Paper.FAILED, newer_than=timedelta(minutes=1))
    assert (touch.face, touch.reason) == (face("vi"), "paper_out")
    assert again.last_issued() == touch


def test_the_same_key_is_one_touch(journal: Journal) -> None:
    first = journal.ask("k1", Kind.TICKET, "nursery", "ja")
    assert journal.ask("k1", Kind.TICKET, "child", "en") == first


def test_old_papers_are_not_printed_again_and_old_touches_go(
    journal: Journal, clock: Clock, face: Callable[..., TicketFace]
) -> None:
    journal.ask("k1", Kind.TICKET, "nursery", "ja")
    journal.issued("k1", face())
    clock.now = NOON + timedelta(minutes=31)
    assert journal.papers(Paper.WAITING, newer_than=timedelta(minutes=30)) == []
    clock.now = NOON + timedelta(days=3)
    journal.tidy()
    assert journal.find("k1") is None


def test_a_reservation_number_is_gone_once_the_server_has_answered(
    tmp_path: Path, journal: Journal, face: Callable[..., TicketFace]
) -> None:
    journal.ask("k1", Kind.CHECKIN, "9081726354", "ja")
    assert journal.open_checkin("9081726354") is not None
    journal.issued("k1", face())
    assert journal.open_checkin("9081726354") is None
    journal.close()
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"9081726354" not in files


def test_a_restart_gives_up_what_was_asked_but_voids_no_checkin(journal: Journal) -> None:
    journal.ask("k1", Kind.TICKET, "nursery", "ja")
    journal.ask("k2", Kind.CHECKIN, "12345678", "ja")
    journal.give_up_asked()
    assert [touch.key for touch in journal.left_tickets()] == ["k1"]
    checkin = journal.open_checkin("12345678")
    assert checkin is not None
    assert checkin.stage is Stage.LEFT


def test_the_newest_number_is_the_newest_whatever_the_clock_did(
    journal: Journal, clock: Clock, face: Callable[..., TicketFace]
) -> None:
    for key, at in (("k1", NOON), ("k2", NOON - timedelta(hours=9))):
        clock.now = at
        journal.ask(key, Kind.TICKET, "nursery", "ja")
        journal.issued(key, face())
    newest = journal.last_issued()
    assert newest is not None
    assert newest.key == "k2"


def test_only_the_owner_reads_the_token_and_only_its_server_gets_it(tmp_path: Path) -> None:
    path = tmp_path / "device-token.json"
    TokenFile(path, "https://city.example").write("secret")
    assert path.stat().st_mode & 0o777 == 0o600
    assert TokenFile(path, "https://city.example").read() == "secret"
    assert TokenFile(path, "https://elsewhere.example").read() == ""
    path.write_text("{")
    assert TokenFile(path, "https://city.example").read() == ""
