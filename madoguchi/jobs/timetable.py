"""Running the jobs by the clock, in the one process that leads."""

from __future__ import annotations

import asyncio
import logging
import threading
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from ..services.office import Office
from ..services.pulse import PULSE
from .leader import Leadership
from .registry import JOBS, RETRY_AFTER, Job

_log = logging.getLogger(__name__)

THREADS: Final = 2
MISSED_BY: Final = 3600
"""Seconds by which a job may be late and still run: a machine that slept catches up."""
_STAGGER: Final = timedelta(milliseconds=200)
CHECK_EVERY: Final = 10.0


class Timetable:
    """The scheduler with all jobs. Each runs alone; one that fails is logged and tried again in a minute."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._locks = {name: threading.Lock() for name in JOBS}
        self._scheduler = BackgroundScheduler(
            timezone=office.settings.zone,
            executors={"default": ThreadPoolExecutor(THREADS)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": MISSED_BY},
        )

    def start(self) -> None:
        """Begin; what a start catches up runs at once."""
        # The scheduler's clock is the machine's, whatever clock the office works by.
        now = datetime.now(self._office.settings.zone)
        for place, job in enumerate(JOBS.values()):
            first = {"next_run_time": now + place * _STAGGER} if job.at_start else {}
            trigger = job.trigger(self._office)
            self._scheduler.add_job(self.run, trigger, args=[job], id=job.name, **first)
        self._scheduler.start()

    def stop(self) -> None:
        """End after the jobs under way."""
        self._scheduler.shutdown(wait=True)

    def run(self, job: Job) -> None:
        """Run one job by the timetable, with one line in the log."""
        with self._locks[job.name]:
            started = monotonic()
            try:
                result = job.run(self._office)
            except Exception:
                _log.exception("job %s failed", job.name)
                self._again(job)
                self._noted(job, monotonic() - started, well=False)
            else:
                milliseconds = (monotonic() - started) * 1000
                self._noted(job, milliseconds / 1000, well=True)
                _log.info("job %s: %s (%.0f ms)", job.name, result, milliseconds)

    def _noted(self, job: Job, seconds: float, *, well: bool) -> None:
        PULSE.job_ran(job.name, self._office.clock.now(), seconds, well=well)

    def _again(self, job: Job) -> None:
        if not self._scheduler.running:
            return
        when = datetime.now(self._office.settings.zone) + RETRY_AFTER
        retry = f"{job.name}-again"
        self._scheduler.add_job(self.run, "date", run_date=when, args=[job], id=retry, replace_existing=True)


async def lead(office: Office, lock: Leadership, check_every: float = CHECK_EVERY) -> None:
    """Until cancelled: try to become leader, run the timetable while leading."""
    timetable: Timetable | None = None
    try:
        while True:
            held = await asyncio.to_thread(lock.hold)
            if held and timetable is None:
                timetable = Timetable(office)
                timetable.start()
                _log.info("this process runs the jobs")
            elif not held and timetable is not None:
                _log.warning("another process runs the jobs now")
                await asyncio.to_thread(timetable.stop)
                timetable = None
            await asyncio.sleep(check_every)
    finally:
        if timetable is not None:
            await asyncio.shield(asyncio.to_thread(timetable.stop))
        lock.give_up()
