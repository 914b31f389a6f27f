"""A process that books, moves, cancels, reminds and sends until it is killed at a set point.

Points are counted: each statement, each commit (just before and just after it), and each answer of LINE.
The process ends itself with SIGKILL there, as a power cut or the kernel would: nothing is tidied up.
It is forked from one that has read all this already, so that fifty of them take seconds.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.orm import configure_mappers

from madoguchi.domain.booking import CancelReason
from madoguchi.domain.citizens import Citizen
from madoguchi.domain.errors import Refusal
from madoguchi.line import sender
from madoguchi.line.client import messaging
from madoguchi.services import booking, holds, moving, reminders, running, sending, waiting_list
from madoguchi.services.actors import Actor
from madoguchi.services.booking_together import BookWish, book_together
from madoguchi.services.clock import SetClock
from madoguchi.services.holding_together import HoldWish, hold_together
from madoguchi.services.office import Office, open_office
from madoguchi.settings import load_settings
from madoguchi.store.engine import Database
from madoguchi.texts import catalogues

configure_mappers()
catalogues()

ENDED: Final = -signal.SIGKILL
STEPS: Final = 60
SEND_ONE_IN: Final = 5
DAYS_AHEAD: Final = [timedelta(days=1), timedelta(days=2)]


@dataclass(frozen=True)
class Work:
    """What the process works on, and how."""

    url: str
    folder: Path
    line_port: int
    now: datetime
    clerk: Actor
    service_id: int
    slots: tuple[int, ...]
    users: tuple[int, ...]
    seed: int
    killed_at: int
    """The point to end at; 0: never, and then only what was left is sent."""

    def office(self) -> Office:
        """The office, at `now`."""
        settings = load_settings(
            env="demo",
            var_dir=self.folder,
            database_url=self.url,
            line_api_host=f"http://127.0.0.1:{self.line_port}",
        )
        return open_office(settings, SetClock(self.now))


def run(work: Work) -> None:
    """Work as after a start of the server. Ends by itself only without a point to be killed at."""
    asyncio.run(_Day(work.office(), work, random.Random(work.seed)).run())


@dataclass
class _Day:
    office: Office
    work: Work
    chance: random.Random

    async def run(self) -> None:
        if self.work.killed_at:
            _count_points(self.office.database, self.work.killed_at)
        sending.free_leases(self.office)
        running.start(self.office)
        async with messaging(self.office.settings) as api:
            outbox = sender.Sender(self.office, api)
            for _ in range(STEPS if self.work.killed_at else 0):
                if self.chance.randrange(SEND_ONE_IN) == 0:
                    await outbox.send_all()
                else:
                    self._step()
            await outbox.send_all()
        running.stop()
        self.office.database.close()

    def _step(self) -> None:
        """One of the things that happen all day."""
        steps: list[Callable[[Office, Work, random.Random], object]] = [
            _book_some,
            _book_some,
            _move,
            _cancel,
            _cancel_at_desk,
            _ask,
            lambda office, _work, _chance: reminders.remind(office),
            lambda office, _work, _chance: holds.lapse_holds(office),
        ]
        with suppress(Refusal):
            self.chance.choice(steps)(self.office, self.work, self.chance)


def _book_some(office: Office, work: Work, chance: random.Random) -> None:
    people = [Citizen.in_line(user) for user in chance.sample(work.users, 3)]
    wishes = [HoldWish(who, work.service_id, chance.choice(work.slots)) for who in people]
    held = zip(people, hold_together(office, wishes), strict=True)
    forms = [
        BookWish(who, one.reservation_id, "ヤマダ", "03-1234-5678", "ja")
        for who, one in held
        if not isinstance(one, Exception)
    ]
    book_together(office, forms)


def _own(office: Office, work: Work, chance: random.Random) -> tuple[Citizen, int]:
    """Somebody and a booking of theirs, 0 if they have none."""
    who = Citizen.in_line(chance.choice(work.users))
    made = booking.bookings_of(office, who)
    return who, chance.choice(made).id if made else 0


def _move(office: Office, work: Work, chance: random.Random) -> None:
    who, made = _own(office, work, chance)
    moving.move_own(office, who, made, chance.choice(work.slots))


def _cancel(office: Office, work: Work, chance: random.Random) -> None:
    booking.cancel_booking_own(office, *_own(office, work, chance))


def _cancel_at_desk(office: Office, work: Work, chance: random.Random) -> None:
    made = _own(office, work, chance)[1]
    booking.cancel_booking(office, work.clerk, made, reason=CancelReason.OFFICE_CLOSED)


def _ask(office: Office, work: Work, chance: random.Random) -> None:
    day = office.today() + (chance.choice(DAYS_AHEAD))
    waiting_list.ask(office, line_user_id=chance.choice(work.users), service_id=work.service_id, day=day)


def _count_points(database: Database, last: int) -> None:
    points = 0

    def point(*_: object) -> None:
        nonlocal points
        points += 1
        if points == last:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine, "before_cursor_execute", point)
    dialect: Any = database.engine.dialect
    commit, attempt = dialect.do_commit, sender.attempt

    def committed(connection: Any) -> None:
        point()
        commit(connection)
        point()

    async def attempted(call: Any) -> Any:
        made = await attempt(call)
        point()
        return made

    dialect.do_commit = committed
    sender.attempt = attempted  # type: ignore[assignment]
