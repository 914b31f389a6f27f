"""Figures about the whole office and this process, for monitoring; none is about a person."""

from __future__ import annotations

import os
import resource
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from ..domain.tickets import TicketState
from ..store import inbox as inbox_rows
from ..store import outbox as outbox_rows
from ..store.tables import Desk, OutboxMessage, Terminal, Ticket, WebhookEvent
from . import quota
from .office import Office, Unit
from .pulse import BOUNDS, PULSE, Pulse

RECENT: Final = timedelta(hours=24)


class Figure(NamedTuple):
    """One sample of a metric. Samples of a histogram are named `…_bucket`, `…_sum` and `…_count`."""

    name: str
    help: str
    labels: dict[str, str]
    value: float
    kind: str = "gauge"


def figures(office: Office, pulse: Pulse = PULSE) -> list[Figure]:
    """Everything. While the database does not answer, only what this process knows by itself."""
    found = [*_of_process(office), *_of_webhook(pulse), *_of_jobs(office, pulse)]
    up = True
    try:
        with office.look() as unit:
            found += [
                *_queue(unit),
                *_messages(unit),
                *_events(unit),
                *_quota(unit),
                *_terminals(unit),
                *_size(office, unit),
            ]
    except SQLAlchemyError:
        up = False
    return [Figure("madoguchi_database_up", "1 while the database answers.", {}, up), *found]


def _queue(unit: Unit) -> Iterator[Figure]:
    rows = unit.session.execute(
        select(col(Desk.code), col(Ticket.state), func.count())
        .join(Desk, col(Desk.id) == col(Ticket.desk_id))
        .where(col(Ticket.service_day) == unit.today)
        .group_by(col(Desk.code), col(Ticket.state))
    ).all()
    counted = {(desk, state): number for desk, state, number in rows}
    for desk in sorted({desk for desk, _state in counted}):
        for state in TicketState:
            labels = {"desk": desk, "state": state.value}
            number = counted.get((desk, state.value), 0)
            yield Figure("madoguchi_tickets_today", "Tickets of the service day.", labels, number)


def _messages(unit: Unit) -> Iterator[Figure]:
    rows = unit.session.execute(
        select(col(OutboxMessage.state), func.count())
        .where(col(OutboxMessage.created_at) > unit.now - RECENT)
        .group_by(col(OutboxMessage.state))
    ).all()
    counted = {state: int(number) for state, number in rows}
    for state in ("pending", "sent", "dropped", "failed"):
        about = "Messages to LINE of the last 24 hours, by what became of them."
        yield Figure("madoguchi_outbox_messages", about, {"state": state}, counted.get(state, 0))
    due = outbox_rows.count_due(unit.session, unit.now)
    yield Figure("madoguchi_outbox_due", "Messages to LINE that wait and are due.", {}, due)
    oldest = unit.session.execute(
        select(func.min(col(OutboxMessage.created_at))).where(
            col(OutboxMessage.state) == outbox_rows.PENDING, col(OutboxMessage.try_at) <= unit.now
        )
    ).scalar_one()
    age = (unit.now - oldest).total_seconds() if oldest else 0.0
    yield Figure("madoguchi_outbox_oldest_seconds", "Age of the oldest message that is due.", {}, age)


def _events(unit: Unit) -> Iterator[Figure]:
    waiting = inbox_rows.count_open(unit.session)
    yield Figure("madoguchi_inbox_open", "Events of LINE that are not answered yet.", {}, waiting)
    oldest = unit.session.execute(
        select(func.min(col(WebhookEvent.received_at))).where(col(WebhookEvent.done_at).is_(None))
    ).scalar_one()
    age = (unit.now - oldest).total_seconds() if oldest else 0.0
    yield Figure("madoguchi_inbox_oldest_seconds", "Age of the oldest of them.", {}, age)


def _quota(unit: Unit) -> Iterator[Figure]:
    month = quota.state_in(unit).quota
    yield Figure("madoguchi_line_quota_used", "Pushes of this month, as LINE counts them.", {}, month.used)
    if month.limit is not None:
        about = "Pushes that the plan holds in a month; missing where it has no limit."
        yield Figure("madoguchi_line_quota_limit", about, {}, month.limit)


def _terminals(unit: Unit) -> Iterator[Figure]:
    rows = unit.session.execute(
        select(col(Terminal.id), col(Terminal.seen_at), col(Terminal.unsent)).where(
            col(Terminal.revoked_at).is_(None)
        )
    ).all()
    for terminal_id, seen_at, unsent in rows:
        labels = {"terminal": str(terminal_id)}
        if seen_at is not None:
            ago = (unit.now - seen_at).total_seconds()
            yield Figure(
                "madoguchi_terminal_seen_seconds_ago", "Since a terminal last reported.", labels, ago
            )
        yield Figure("madoguchi_terminal_unsent", "What a terminal still has to send.", labels, unsent)


def _size(office: Office, unit: Unit) -> Iterator[Figure]:
    asked = (
        "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        if office.database.is_sqlite
        else "SELECT pg_database_size(current_database())"
    )
    size = unit.session.execute(text(asked)).scalar_one()
    yield Figure("madoguchi_database_bytes", "Size of the database.", {}, size)


def _of_webhook(pulse: Pulse) -> Iterator[Figure]:
    name, about = "madoguchi_webhook_seconds", "How long calls of the webhook took, until they were answered."
    upto, seconds = pulse.webhook()
    for bound, number in zip([*map(str, BOUNDS), "+Inf"], upto, strict=True):
        yield Figure(f"{name}_bucket", about, {"le": bound}, number, "histogram")
    yield Figure(f"{name}_sum", about, {}, seconds, "histogram")
    yield Figure(f"{name}_count", about, {}, upto[-1], "histogram")


def _of_jobs(office: Office, pulse: Pulse) -> Iterator[Figure]:
    now = office.clock.now()
    for job, runs in sorted(pulse.jobs().items()):
        labels = {"job": job}
        if runs.succeeded_at is not None:
            ago = (now - runs.succeeded_at).total_seconds()
            about = "Since a job last did well in this process."
            yield Figure("madoguchi_job_success_seconds_ago", about, labels, ago)
        about = "Runs of a job that failed since the start."
        yield Figure("madoguchi_job_failures_total", about, labels, runs.failures, "counter")
        yield Figure("madoguchi_job_seconds", "How long a job's last run took.", labels, runs.seconds)


def _of_process(office: Office) -> Iterator[Figure]:
    free = shutil.disk_usage(office.settings.var_dir).free
    yield Figure("madoguchi_disk_free_bytes", "Room left where the server writes.", {}, free)
    with suppress(OSError, ValueError, IndexError):
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        memory = pages * resource.getpagesize()
        yield Figure("madoguchi_process_resident_bytes", "Memory of this process.", {}, memory)
        files = len(os.listdir("/proc/self/fd"))
        yield Figure("madoguchi_process_open_files", "Files and connections it has open.", {}, files)
