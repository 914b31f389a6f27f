"""The numbers that the server handed out in advance, and what was given of them: the durable spool.

It lies in the journal's file, so that a number and the touch that gets it are one transaction: after a power
cut both are there or neither.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kiosk.journal import KEPT, Journal, Touch
from kiosk.messages import Config, Lease, LeasedNumber, Outcome, TicketFace
from kiosk.server_time import Contact

_SCHEMA = """
CREATE TABLE IF NOT EXISTS lease (
    service TEXT NOT NULL,
    service_day TEXT NOT NULL,
    opens_at TEXT NOT NULL,
    closes_at TEXT NOT NULL,
    stopped INTEGER NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (service, service_day)
);
CREATE TABLE IF NOT EXISTS leased (
    token TEXT PRIMARY KEY,
    service TEXT NOT NULL,
    service_day TEXT NOT NULL,
    number TEXT NOT NULL,
    status_url TEXT NOT NULL,
    claim_code TEXT NOT NULL,
    key TEXT UNIQUE,
    place INTEGER UNIQUE,
    language TEXT,
    issued_at TEXT,
    boot TEXT,
    since_boot REAL,
    outcome TEXT,
    UNIQUE (service, service_day, number)
);
CREATE TABLE IF NOT EXISTS known (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_LEASE = "SELECT service, service_day, opens_at, closes_at, stopped, used FROM lease"
_NUMBERS = "SELECT number, token, status_url, claim_code FROM leased WHERE key IS NULL"
_SPOOL = (
    "SELECT key, service, service_day, number, token, claim_code, issued_at, language, boot, since_boot"
    " FROM leased WHERE key IS NOT NULL AND outcome IS NULL ORDER BY place LIMIT ?"
)


@dataclass(frozen=True)
class Given:
    """A number given and not yet told. ``issued_at`` is what stands on the paper."""

    key: str
    service: str
    service_day: str
    number: str
    token: str
    claim_code: str
    issued_at: datetime
    language: str
    boot: str
    since_boot: float


@dataclass(frozen=True)
class Moment:
    """When a number is given: the server's time as far as it is known, and the machine's own count."""

    at: datetime
    boot: str
    since_boot: float


class LeaseBook:
    """Each method is one durable transaction at most."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._db = journal.db
        self._db.executescript(_SCHEMA)

    def bind(self, server_url: str) -> None:
        """Forget what another server said: its numbers are none of this one's."""
        bound = self._known("server")
        if bound == server_url:
            return
        with self._journal.transaction():
            if bound:
                self._db.execute("DELETE FROM leased")
                self._db.execute("DELETE FROM lease")
                self._db.execute("DELETE FROM known")
            self._remember("server", server_url)

    def keep(self, leases: Sequence[Lease]) -> None:
        """What the server says is held now; a number that it no longer names is not given any more."""
        if self._as_kept() == [_comparable(lease) for lease in _sorted(leases)]:
            return
        with self._journal.transaction():
            self._tell_again(leases)
            self._db.execute("DELETE FROM lease")
            named = [number.token for lease in leases for number in lease.numbers]
            marks = ", ".join("?" * len(named))
            self._db.execute(f"DELETE FROM leased WHERE key IS NULL AND token NOT IN ({marks})", named)  # noqa: S608
            for lease in leases:
                self._keep_one(lease)

    def _tell_again(self, leases: Sequence[Lease]) -> None:
        """A server that knows of fewer than it did was put back to an older state: it is told all again."""
        for lease in leases:
            place = (lease.service, lease.service_day.isoformat())
            query = "SELECT used FROM lease WHERE service = ? AND service_day = ?"
            row = self._db.execute(query, place).fetchone()
            if row is not None and lease.used < row[0]:
                self._db.execute(
                    "UPDATE leased SET outcome = NULL WHERE service = ? AND service_day = ?", place
                )

    def _keep_one(self, lease: Lease) -> None:
        place = (lease.service, lease.service_day.isoformat())
        times = (lease.opens_at.isoformat(), lease.closes_at.isoformat())
        self._db.execute(
            "INSERT INTO lease VALUES (?, ?, ?, ?, ?, ?)",
            (*place, *times, int(lease.stopped), lease.used),
        )
        self._db.executemany(
            "INSERT INTO leased (service, service_day, number, token, status_url, claim_code)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [(*place, one.number, one.token, one.status_url, one.claim_code) for one in lease.numbers],
        )

    def leases(self) -> list[Lease]:
        """What can still be given, by service."""
        query = f"{_LEASE} ORDER BY service, service_day"
        return [self._lease(row) for row in self._db.execute(query).fetchall()]

    def _lease(self, row: tuple[str, str, str, str, int, int]) -> Lease:
        service, day, opens_at, closes_at, stopped, used = row
        query = f"{_NUMBERS} AND service = ? AND service_day = ? ORDER BY length(number), number"
        return Lease(
            service=service,
            service_day=day,  # type: ignore[arg-type]
            opens_at=datetime.fromisoformat(opens_at),
            closes_at=datetime.fromisoformat(closes_at),
            stopped=bool(stopped),
            used=used,
            numbers=tuple(
                LeasedNumber(number=number, token=token, status_url=status_url, claim_code=claim_code)
                for number, token, status_url, claim_code in self._db.execute(query, (service, day))
            ),
        )

    def _as_kept(self) -> list[dict[str, Any]]:
        return [_comparable(lease) for lease in self.leases()]

    def give(
        self, touch: Touch, lease: Lease, moment: Moment, face: Callable[[LeasedNumber], TicketFace]
    ) -> TicketFace | None:
        """Give the touch the lease's next number and let its paper wait; None when none is left."""
        with self._journal.transaction():
            query = f"{_NUMBERS} AND service = ? AND service_day = ? ORDER BY length(number), number LIMIT 1"
            row = self._db.execute(query, (lease.service, lease.service_day.isoformat())).fetchone()
            if row is None:
                return None
            number = LeasedNumber(number=row[0], token=row[1], status_url=row[2], claim_code=row[3])
            self._db.execute(
                "UPDATE leased SET key = ?, language = ?, issued_at = ?, boot = ?, since_boot = ?,"
                " place = (SELECT coalesce(max(place), 0) + 1 FROM leased) WHERE token = ?",
                (
                    touch.key,
                    touch.language,
                    moment.at.isoformat(),
                    moment.boot,
                    moment.since_boot,
                    number.token,
                ),
            )
            made = face(number)
            self._journal.issued(touch.key, made)
        return made

    def last_given_at(self) -> datetime | None:
        """When the newest number of the spool was given."""
        row = self._db.execute("SELECT issued_at FROM leased ORDER BY place DESC LIMIT 1").fetchone()
        return datetime.fromisoformat(row[0]) if row and row[0] else None

    def undelivered(self, most: int) -> list[Given]:
        """The oldest numbers that were given and that the server does not know of yet, in order."""
        return [
            Given(*row[:6], datetime.fromisoformat(row[6]), *row[7:])  # type: ignore[call-arg]
            for row in self._db.execute(_SPOOL, (most,)).fetchall()
        ]

    def unsent(self) -> int:
        """How many numbers were given and not told."""
        query = "SELECT count(*) FROM leased WHERE key IS NOT NULL AND outcome IS NULL"
        return int(self._db.execute(query).fetchone()[0])

    def told(self, outcomes: Sequence[Outcome]) -> list[Touch]:
        """The server has answered; the touches that got another number, whose paper must be printed."""
        changed = []
        with self._journal.transaction():
            for one in outcomes:
                query = "UPDATE leased SET outcome = ? WHERE key = ? AND outcome IS NULL"
                fresh = self._db.execute(query, (one.result, one.key)).rowcount
                touch = self._journal.find(one.key)
                if not fresh or touch is None or touch.face is None:
                    continue
                self._journal.show(one.key, _told_face(touch.face, one))
                if one.ticket is not None:
                    changed.append(touch)
        return changed

    def refused(self) -> list[str]:
        """Numbers that the server would not book as they were printed, newest last."""
        query = "SELECT number FROM leased WHERE outcome IN ('renumbered', 'refused') ORDER BY place"
        return [row[0] for row in self._db.execute(query)]

    def contact(self) -> Contact | None:
        """When the server last told its time, as far as that was stored."""
        stored = self._known("contact")
        return Contact.from_json(json.loads(stored)) if stored else None

    def remember_contact(self, contact: Contact) -> None:
        """Store the server's time."""
        self._remember("contact", json.dumps(contact.as_json()))

    def config(self) -> Config | None:
        """What the server last said about the desk."""
        stored = self._known("config")
        return Config.model_validate_json(stored) if stored else None

    def remember_config(self, config: Config) -> None:
        """Store what the screen needs without the server."""
        self._remember("config", config.model_dump_json())

    def tidy(self, now: datetime) -> None:
        """Drop old numbers that nobody got or that the server knows."""
        oldest = (now - KEPT - timedelta(days=1)).date().isoformat()
        self._db.execute(
            "DELETE FROM leased WHERE service_day < ? AND (key IS NULL OR outcome IS NOT NULL)", (oldest,)
        )

    def _known(self, name: str) -> str:
        row = self._db.execute("SELECT value FROM known WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def _remember(self, name: str, value: str) -> None:
        self._db.execute(
            "INSERT INTO known VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )


def _told_face(face: TicketFace, outcome: Outcome) -> TicketFace:
    """Another number is another paper; else the paper stands, and the ticket has its id."""
    if outcome.ticket is not None:
        return face.model_copy(update={"ticket": outcome.ticket})
    return face.model_copy(update={"ticket": face.ticket.model_copy(update={"id": outcome.id or ""})})


def _sorted(leases: Sequence[Lease]) -> list[Lease]:
    return sorted(leases, key=lambda one: (one.service, one.service_day))


def _comparable(lease: Lease) -> dict[str, Any]:
    return lease.model_dump() | {"numbers": {number.token for number in lease.numbers}}
