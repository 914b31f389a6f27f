"""The jobs: what each does, when it runs by itself, and how to run it by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from ..services import (
    abandoned,
    absences,
    after_closing,
    backups,
    closing_day,
    holds,
    inbox,
    leases,
    making_slots,
    masking,
    nearing,
    reminders,
    sending,
    statistics_days,
    waiting_list,
)
from ..services.office import Office


class UnknownJobError(LookupError):
    """There is no job of that name."""


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of regular work. `run` may be called at any time, also twice: it does what is due, once.

    `trigger` makes its timetable in the office's time zone; `at_start` says whether a server that starts
    (or becomes leader) runs it at once, to catch up.
    """

    name: str
    describe_ja: str
    describe_en: str
    run: Callable[[Office], str]
    trigger: Callable[[Office], BaseTrigger]
    at_start: bool = True


def _every(**interval: int) -> Callable[[Office], BaseTrigger]:
    return lambda office: IntervalTrigger(**interval, timezone=office.settings.zone)


def _at(**moment: int | str) -> Callable[[Office], BaseTrigger]:
    return lambda office: CronTrigger(**moment, timezone=office.settings.zone)


def _outbox(office: Office) -> str:
    return f"due={sending.due_count(office)} tried={sending.send_all(office)}"


def _inbox(office: Office) -> str:
    return f"open={inbox.open_events(office)} answered={inbox.work_all(office)}"


def _soon(office: Office) -> str:
    return f"told={nearing.tell_everywhere(office)}"


def _lapse_holds(office: Office) -> str:
    return f"lapsed={holds.lapse_holds(office)} offered={waiting_list.offer_free_places(office)}"


def _remind(office: Office) -> str:
    return f"written={reminders.remind(office)}"


def _absences(office: Office) -> str:
    return f"absent={absences.mark_absent(office)}"


def _abandoned(office: Office) -> str:
    return f"released={abandoned.release(office)}"


def _after_closing(office: Office) -> str:
    return f"sent_home={after_closing.send_home(office)}"


def _close_day(office: Office) -> str:
    leases.forget_unused(office)
    return f"closed={closing_day.close_past_days(office)}"


def _keep_days(office: Office) -> str:
    return f"kept={statistics_days.keep_past_days(office)}"


def _make_slots(office: Office) -> str:
    new, other = making_slots.make_all(office)
    return f"new={new} changed={other}"


def _mask(office: Office) -> str:
    did = masking.mask_due(office)
    days = f" from={did.first_day} to={did.last_day}" if did.masked else ""
    return f"masked={did.masked}{days}{' left=' + ','.join(did.left) if did.left else ''}"


def _backup(office: Office) -> str:
    if not office.settings.backup_key.get_secret_value():
        # Without the key no new one can be made, but the old ones still grow too old.
        return f"made=no (MADOGUCHI_BACKUP_KEY is not set) kept={len(backups.rotate(office))}"
    made = backups.make(office)
    return f"made={made.path.name} rows={made.rows} kept={len(backups.rotate(office))}"


def _purge(office: Office) -> str:
    return f"deleted={inbox.purge(office)}"


_ALL: Final = (
    Job(
        "outbox",
        "送信待ちのLINEメッセージを送る",
        "Send LINE messages that wait",
        _outbox,
        _every(seconds=30),
    ),
    Job("inbox", "残ったLINEイベントを処理する", "Work LINE events left over", _inbox, _every(minutes=1)),
    Job(
        "soon-pushes",
        "順番が近い人に知らせる",
        "Tell those whose turn comes soon",
        _soon,
        _every(seconds=30),
    ),
    Job(
        "lapse-holds",
        "期限の切れた仮おさえを戻し、キャンセル待ちの人に案内する",
        "Give back held places whose time is over, offer free ones to who waits for them",
        _lapse_holds,
        _every(minutes=1),
    ),
    Job(
        "reminders",
        "予約の日が近いことをお知らせする",
        "Remind of visits that are near",
        _remind,
        _at(hour="8-20", minute="*/5"),
    ),
    Job(
        "absences",
        "何度呼んでも来ない番号を不在にする",
        "Mark those absent who were called often enough",
        _absences,
        _every(seconds=15),
    ),
    Job(
        "abandoned",
        "職員の画面が消えた窓口を空ける",
        "Free counters whose clerk's browser is gone",
        _abandoned,
        _every(minutes=1),
        # Browsers need a moment to come back.
        at_start=False,
    ),
    Job(
        "after-closing",
        "窓口を締めるのと同時に出た番号の人に知らせる",
        "Send those home whose number was given just as their desk closed",
        _after_closing,
        _every(seconds=15),
    ),
    Job(
        "close-day",
        "前日までの受付を締める",
        "Close the days that are over",
        _close_day,
        _at(hour=0, minute=10),
    ),
    Job(
        "keep-days",
        "終わった日の統計をまとめておく",
        "Keep the days that are over for statistics",
        _keep_days,
        _at(hour=0, minute=20),
    ),
    Job(
        "make-slots",
        "計画のとおりに予約枠を先の日まで用意する",
        "Make places as far ahead as may be booked, as the plans say",
        _make_slots,
        _at(hour=0, minute=30),
    ),
    Job(
        "mask-contacts",
        "保存期間を過ぎた氏名と電話番号を上書きする",
        "Overwrite names and phone numbers past their time",
        _mask,
        _at(hour=2, minute=20),
    ),
    Job(
        "backup",
        "暗号化したバックアップを作り、古いものを消す",
        "Make an encrypted backup and delete old ones",
        _backup,
        # After the night's masking, so that it holds no more than it must.
        _at(hour=2, minute=50),
        at_start=False,
    ),
    Job(
        "purge-events",
        "処理済みのLINEイベントの記録を消す",
        "Delete the ids of worked LINE events",
        _purge,
        _at(hour=3, minute=40),
    ),
)

JOBS: Final[Mapping[str, Job]] = MappingProxyType({job.name: job for job in _ALL})
ALIASES: Final[Mapping[str, str]] = MappingProxyType({"masking": "mask-contacts"})
"""Other names by which jobs can be run by hand."""
RETRY_AFTER: Final = timedelta(minutes=1)


def run_job(office: Office, name: str) -> str:
    """Run one job now, whatever its timetable; one line on what it did. Raises `UnknownJobError`."""
    job = JOBS.get(ALIASES.get(name, name))
    if job is None:
        raise UnknownJobError(name)
    return job.run(office)
