"""What every use case works with: the database, the clock, the settings, and a transaction."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from ..settings import Settings
from ..store.engine import Database, open_database
from .changes import Change, ChangeBus, DeskChanged, OutboxFilled
from .clock import Clock, SystemClock
from .memo import Memo
from .precedence import Precedence
from .watch import Watch

_log = logging.getLogger(__name__)


@dataclass
class Unit:
    """One transaction of one use case. What it changed is published after commit, never before."""

    session: Session
    now: datetime
    settings: Settings
    _changes: dict[Change, None] = field(default_factory=dict)
    _causes: list[str] = field(default_factory=list)

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return self.settings.zone

    @property
    def today(self) -> date:
        """The service day: the local date."""
        return self.now.astimezone(self.zone).date()

    def desk_changed(self, desk_id: int) -> None:
        """Note that the desk's board and lists must be shown anew."""
        self._changes[DeskChanged(desk_id)] = None

    def note(self, change: Change) -> None:
        """Note any other change to publish after commit."""
        self._changes[change] = None

    def outbox_filled(self, causes: Iterable[str] = ()) -> None:
        """Note that messages were written, for these causes."""
        self._changes[OutboxFilled()] = None
        self._causes += causes


@dataclass(frozen=True)
class Office:
    """The running system, as services see it."""

    settings: Settings
    database: Database
    clock: Clock = field(default_factory=SystemClock)
    changes: ChangeBus = field(default_factory=ChangeBus)
    memo: Memo = field(default_factory=Memo)
    browsers: Watch = field(default_factory=Watch)
    """How long this process has seen which browsers of the staff are alive."""
    precedence: Precedence = field(default_factory=Precedence)
    """What goes before the crowds at the boards."""

    @contextmanager
    def change(self) -> Iterator[Unit]:
        """A transaction. Commits at the end and then publishes; any error rolls everything back."""
        with self.database.writing() as session:
            unit = Unit(session, self.clock.now(), self.settings)
            yield unit
        if unit._causes:
            # By this line a message is found from the request that caused it, and the other way round.
            _log.info("messages to send: %s", ", ".join(unit._causes))
        for change in unit._changes:
            self.changes.publish(change)

    @contextmanager
    def look(self) -> Iterator[Unit]:
        """A transaction that only reads."""
        with self.database.reading() as session:
            yield Unit(session, self.clock.now(), self.settings)

    def today(self) -> date:
        """The service day: the local date."""
        return self.clock.now().astimezone(self.settings.zone).date()


def open_office(settings: Settings, clock: Clock | None = None) -> Office:
    """The office of a deployment, on its database."""
    return Office(settings, open_database(settings.database), clock or SystemClock())
