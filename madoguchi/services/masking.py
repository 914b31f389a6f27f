"""Overwriting names and phone numbers for good once their time is over.

Whoever kills the process loses at most a batch that was not committed; the next run goes on from there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ..domain.masking import MaskingKind, Policy, due_on, masked_kana, masked_phone
from ..domain.names import search_key
from ..domain.questions import OVERWRITTEN, questions_from_json, without_words
from ..store import masking as rows
from ..store import wiping
from ..store.tables import Contact, MaskingRun, Reservation, Service
from .office import Office, Unit

AT_ONCE: Final = 200
"""So few that nobody at a counter feels the transaction."""
_SHORTEST_MONTH: Final = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Report:
    """What one run did: how many contacts, and the first and last day from which their time ran.

    `left` says in a word each what of the old bytes could not be removed yet (`store.wiping.wipe`).
    """

    masked: int
    first_day: date | None
    last_day: date | None
    left: tuple[str, ...] = ()


def mask_due(office: Office) -> Report:
    """Overwrite every contact that is due today, then the bytes. Running it again changes nothing."""
    run_id, last_id = _begin(office), 0
    while (seen := _batch(office, run_id, last_id)) is not None:
        last_id = seen
    with office.change() as unit:
        run = unit.session.get_one(MaskingRun, run_id)
        run.finished_at = unit.now
        report = Report(run.masked, run.first_day, run.last_day)
    return Report(report.masked, report.first_day, report.last_day, wipe(office))


def wipe(office: Office) -> tuple[str, ...]:
    """Remove the bytes of what was overwritten since they were last removed; what is left, in a word each."""
    with office.look() as unit:
        waiting = rows.unwiped(unit.session)
    if not waiting:
        return ()
    left = wiping.wipe(office.database)
    if "busy" not in left:
        with office.change() as unit:
            for run_id in waiting:
                unit.session.get_one(MaskingRun, run_id).wiped_at = unit.now
    return tuple(left)


def anything_due(office: Office) -> bool:
    """Whether a contact is past its time now."""
    settings, last_id = office.settings, 0
    with office.look() as unit:
        while found := _candidates(unit, settings.retention_months, settings.mask_policy, last_id):
            contacts = [unit.session.get_one(Contact, contact_id) for contact_id in found]
            if any(_is_due(unit, one, settings.retention_months) for one in contacts):
                return True
            last_id = found[-1]
    return False


def latest_runs(office: Office, most: int = 12) -> Sequence[MaskingRun]:
    """The latest runs that overwrote something, newest first."""
    with office.look() as unit:
        return rows.runs(unit.session, most)


def overwrite(
    unit: Unit,
    run: MaskingRun,
    contacts: Iterable[Contact],
    visits: Iterable[tuple[Reservation, Service]],
    policy: Policy,
) -> None:
    """Overwrite these contacts and what was said in words with their visits; all are locked. Counted in
    the run."""
    for contact in contacts:
        contact.kana = masked_kana(contact.kana, policy)
        contact.phone = masked_phone(contact.phone, policy)
        # Derived from what is left, so that a search cannot find the old name.
        contact.kana_key = search_key(contact.kana)
        contact.masked_at, contact.masked_as = unit.now, policy
        day = _counted_from(unit, contact)
        run.masked += 1
        run.first_day = min(run.first_day or day, day)
        run.last_day = max(run.last_day or day, day)
    for reservation, service in visits:
        # What was answered, or noted by staff, in words may tell as much as a name.
        questions = questions_from_json(service.questions)
        reservation.answers = without_words(questions, reservation.answers)
        if reservation.over_reason is not None:
            reservation.over_reason = OVERWRITTEN


def _begin(office: Office) -> int:
    settings = office.settings
    with office.change() as unit:
        run = rows.unfinished(unit.session) or MaskingRun(
            kind=MaskingKind.DUE.value,
            started_at=unit.now,
            retention_months=settings.retention_months,
            policy=settings.mask_policy,
        )
        run.retention_months, run.policy = settings.retention_months, settings.mask_policy
        unit.session.add(run)
        unit.session.flush()
        return run.id or 0


def _batch(office: Office, run_id: int, after_id: int) -> int | None:
    """Work the next contacts; the last id looked at, None when there is no further one."""
    settings = office.settings
    with office.change() as unit:
        found = _candidates(unit, settings.retention_months, settings.mask_policy, after_id)
        visits = rows.lock_with_contacts(unit.session, found)
        due = [
            contact
            for contact in rows.lock_contacts(unit.session, found)
            if _is_due(unit, contact, settings.retention_months)
        ]
        theirs = {contact.id for contact in due}
        run = unit.session.get_one(MaskingRun, run_id)
        overwrite(
            unit, run, due, [one for one in visits if one[0].contact_id in theirs], settings.mask_policy
        )
        return found[-1] if len(found) == AT_ONCE else None


def _candidates(unit: Unit, months: int, policy: Policy, after_id: int) -> list[int]:
    """Contacts whose visit is so long past that they may be due; exact only day by day."""
    latest = unit.today - months * _SHORTEST_MONTH
    return rows.candidates(unit.session, latest, policy, after_id, AT_ONCE)


def _is_due(unit: Unit, contact: Contact, months: int) -> bool:
    # Locked only now: a visit may have been moved meanwhile.
    return unit.today >= due_on(_created_on(unit, contact), contact.visit_day, months)


def _counted_from(unit: Unit, contact: Contact) -> date:
    return max(_created_on(unit, contact), contact.visit_day)


def _created_on(unit: Unit, contact: Contact) -> date:
    return contact.created_at.astimezone(unit.zone).date()
