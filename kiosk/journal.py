"""The terminal's durable memory: every touch that asked for a number, and its paper.

Nothing personal: a reservation number stays only until the server has answered.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from kiosk.messages import TicketFace

KEPT = timedelta(days=2)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS touch (
    key TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    wanted TEXT NOT NULL,
    language TEXT NOT NULL,
    touched_at TEXT NOT NULL,
    stage TEXT NOT NULL,
    face TEXT,
    paper TEXT,
    reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS touch_by_stage ON touch (stage, touched_at);
"""


class Kind(StrEnum):
    """What the finger asked for."""

    TICKET = "ticket"
    CHECKIN = "checkin"


class Stage(StrEnum):
    """How far a touch has come. ``LEFT``: the citizen was told that it did not work."""

    ASKED = "asked"
    ISSUED = "issued"
    LEFT = "left"


class Paper(StrEnum):
    """The paper of an issued number."""

    WAITING = "waiting"
    PRINTING = "printing"
    PRINTED = "printed"
    FAILED = "failed"
    VOIDING = "voiding"
    """Taken back here; the server has not said yet that it knows."""
    VOIDED = "voided"


GONE = (Paper.VOIDING, Paper.VOIDED)
"""The number no longer counts: its paper must not come out any more."""


@dataclass(frozen=True)
class Touch:
    """One row. ``wanted`` is a service code or, until answered, a reservation number."""

    key: str
    kind: Kind
    wanted: str
    language: str
    touched_at: datetime
    stage: Stage
    face: TicketFace | None
    paper: Paper | None
    reason: str


class Journal:
    """SQLite under ``KIOSK_VAR_DIR``; each method is one durable transaction of a millisecond or so."""

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self.db = self._db = sqlite3.connect(path, isolation_level=None)
        # `db` is for the lease book, whose tables lie in the same file.
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA secure_delete = ON")
        self._db.executescript(_SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written within is durable together, or not at all."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def ask(self, key: str, kind: Kind, wanted: str, language: str) -> Touch:
        """Write down a touch before the server hears of it; the earlier one when ``key`` is known."""
        self._db.execute(
            "INSERT INTO touch (key, kind, wanted, language, touched_at, stage) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (key) DO NOTHING",
            (key, kind, wanted, language, self._now().isoformat(), Stage.ASKED),
        )
        touch = self.find(key)
        assert touch is not None
        return touch

    def issued(self, key: str, face: TicketFace) -> None:
        """The server gave a number: its paper waits to be printed."""
        self._db.execute(
            "UPDATE touch SET stage = ?, face = ?, paper = ?, wanted = ? WHERE key = ?",
            (Stage.ISSUED, face.model_dump_json(), Paper.WAITING, face.ticket.service.code, key),
        )

    def show(self, key: str, face: TicketFace) -> None:
        """What the server says of an issued number now."""
        self._db.execute("UPDATE touch SET face = ? WHERE key = ?", (face.model_dump_json(), key))

    def left(self, key: str) -> None:
        """The citizen was told that no number could be given; the server may know otherwise."""
        self._db.execute("UPDATE touch SET stage = ? WHERE key = ?", (Stage.LEFT, key))

    def forget(self, key: str) -> None:
        """Nothing came of this touch and nothing is open about it."""
        self._db.execute("DELETE FROM touch WHERE key = ?", (key,))

    def forget_left(self, key: str) -> None:
        """The same, unless the touch got a number meanwhile."""
        self._db.execute("DELETE FROM touch WHERE key = ? AND stage = ?", (key, Stage.LEFT))

    def paper(self, key: str, paper: Paper, reason: str = "") -> None:
        """The paper of ``key`` has come so far; ``reason`` is the printer's state when it failed."""
        self._db.execute("UPDATE touch SET paper = ?, reason = ? WHERE key = ?", (paper, reason, key))

    def find(self, key: str) -> Touch | None:
        """The touch with this key."""
        return self._first("SELECT * FROM touch WHERE key = ?", key)

    def last_issued(self) -> Touch | None:
        """The newest number that this terminal has given and that still counts."""
        return self._first(
            "SELECT * FROM touch WHERE stage = ? AND paper NOT IN (?, ?) ORDER BY rowid DESC LIMIT 1",
            Stage.ISSUED,
            *GONE,
        )

    def being_voided(self) -> list[Touch]:
        """Numbers taken back of which the server may not know, oldest first."""
        return self._all("SELECT * FROM touch WHERE paper = ? ORDER BY rowid", Paper.VOIDING)

    def open_checkin(self, code: str) -> Touch | None:
        """An unanswered check-in of the same reservation, so that its key can be used again."""
        return self._first(
            "SELECT * FROM touch WHERE kind = ? AND wanted = ? AND stage <> ? LIMIT 1",
            Kind.CHECKIN,
            code,
            Stage.ISSUED,
        )

    def give_up_asked(self) -> None:
        """After a restart: whoever was waiting for an answer has seen none."""
        self._db.execute("UPDATE touch SET stage = ? WHERE stage = ?", (Stage.LEFT, Stage.ASKED))

    def left_tickets(self) -> list[Touch]:
        """Touches for a ticket that were given up and may still have made one, oldest first."""
        return self._all(
            "SELECT * FROM touch WHERE stage = ? AND kind = ? ORDER BY rowid", Stage.LEFT, Kind.TICKET
        )

    def papers(self, *states: Paper, newer_than: timedelta) -> list[Touch]:
        """Numbers whose paper is in one of ``states``, oldest first, not older than ``newer_than``."""
        marks = ", ".join("?" * len(states))
        return self._all(
            f"SELECT * FROM touch WHERE paper IN ({marks}) AND touched_at >= ? ORDER BY rowid",  # noqa: S608
            *states,
            (self._now() - newer_than).isoformat(),
        )

    def is_newer(self, touch: Touch, than: timedelta) -> bool:
        """Whether the touch was less than so long ago."""
        return touch.touched_at >= self._now() - than

    def tidy(self) -> None:
        """Drop what is older than :data:`KEPT`."""
        self._db.execute("DELETE FROM touch WHERE touched_at < ?", ((self._now() - KEPT).isoformat(),))

    def _first(self, query: str, *values: str) -> Touch | None:
        found = self._all(query, *values)
        return found[0] if found else None

    def _all(self, query: str, *values: str) -> list[Touch]:
        return [_touch(row) for row in self._db.execute(query, values).fetchall()]


def _touch(row: tuple[str, str, str, str, str, str, str | None, str | None, str]) -> Touch:
    key, kind, wanted, language, touched_at, stage, face, paper, reason = row
    return Touch(
        key=key,
        kind=Kind(kind),
        wanted=wanted,
        language=language,
        touched_at=datetime.fromisoformat(touched_at),
        stage=Stage(stage),
        face=TicketFace.model_validate_json(face) if face else None,
        paper=Paper(paper) if paper else None,
        reason=reason,
    )
