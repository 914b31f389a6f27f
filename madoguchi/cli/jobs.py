"""``jobs list`` and ``jobs run``."""

import argparse
import importlib
import sys
from dataclasses import replace
from datetime import UTC, datetime

from madoguchi.jobs import ALIASES, JOBS, run_job
from madoguchi.services.clock import SetClock
from madoguchi.services.office import open_office
from madoguchi.settings import Settings


def show(_settings: Settings, _options: argparse.Namespace) -> int:
    """List every job with what it does."""
    for job in JOBS.values():
        print(f"{job.name}\t{job.describe_ja}\t{job.describe_en}")
    return 0


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Run one job, as if it were ``--now`` when that is given."""
    if options.name not in {*JOBS, *ALIASES}:
        sys.stderr.write(f"madoguchi: no such job: {options.name} (one of {', '.join(JOBS)})\n")
        return 2
    # It registers who answers and who sends; only these jobs need it, and it is slow to import.
    if options.name in ("inbox", "outbox"):
        importlib.import_module("madoguchi.line")
    office = open_office(settings)
    if options.now is not None:
        office = replace(office, clock=SetClock(at_office(options.now, settings)))
    print(run_job(office, options.name))
    office.database.close()
    return 0


def at_office(moment: datetime, settings: Settings) -> datetime:
    """The moment in UTC; one without zone is the office's."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=settings.zone)).astimezone(UTC)
