"""The statistics of desks, for staff: figures only. No contact and no LINE user is ever read for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from ..domain.errors import Refusal
from ..domain.languages import localized
from ..domain.roles import Permission
from ..domain.statistics.figures import BANDS, Figures, Wanted, figures_of
from ..domain.statistics.periods import LONGEST_DAYS, Period
from ..domain.statistics.words import MEANINGS
from ..domain.tickets import Channel
from ..store import statistics as rows
from . import audit
from .actors import Actor
from .office import Office, Unit
from .statistics_days import days_of


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for. None: all."""

    period: Period
    desk_id: int | None = None
    service_id: int | None = None
    counter_id: int | None = None
    channel: Channel | None = None
    band: int = 60
    """Minutes of a time band."""
    compared: Period | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A desk, service or counter to choose; services and counters with the desk they belong to."""

    id: int
    name: str
    desk_id: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen, in the order of the office."""

    desks: tuple[Choice, ...]
    services: tuple[Choice, ...]
    counters: tuple[Choice, ...]

    def names(self, of: tuple[Choice, ...], desk_id: int | None) -> Mapping[int, str]:
        """Names by id; with the desk's before them where several desks are shown together."""
        desks = {one.id: one.name for one in self.desks}
        if desk_id is not None or len(desks) == 1:
            return {one.id: one.name for one in of}
        return {one.id: f"{desks[one.desk_id]}　{one.name}" for one in of}


@dataclass(frozen=True, slots=True)
class Statistics:
    """The answer to a question."""

    question: Question
    figures: Figures
    compared: Figures | None
    choices: Choices
    asked_at: datetime


def choices(office: Office, actor: Actor) -> Choices:
    """What the actor can choose. Raises `Refusal`: not_allowed."""
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        return _choices(unit, actor.municipality_id)


def statistics(office: Office, actor: Actor, question: Question) -> Statistics:
    """The figures of the actor's own municipality.

    Raises `Refusal`: not_allowed, unknown_desk, unknown_service, unknown_counter, wrong_period.
    """
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        return answer(unit, question, _choices(unit, actor.municipality_id))


def for_download(
    office: Office, actor: Actor, question: Question, form: str, table: str | None = None
) -> Statistics:
    """The same to be taken away as a file of this form, of one table or all, which is audited.

    Raises as `statistics`, and unknown_table.
    """
    if table is not None and table not in MEANINGS:
        raise Refusal("unknown_table")
    found = statistics(office, actor, question)
    with office.change() as unit:
        _record(unit, actor.staff_id, question, form)
    return found


def _record(unit: Unit, staff_id: int | None, question: Question, form: str) -> None:
    asked = {
        "desk": question.desk_id,
        "service": question.service_id,
        "counter": question.counter_id,
        "channel": None if question.channel is None else question.channel.value,
    }
    audit.record(
        unit,
        staff_id,
        "download_statistics",
        "statistics",
        form=form,
        first=question.period.first.isoformat(),
        last=question.period.last.isoformat(),
        **{name: value for name, value in asked.items() if value is not None},
    )


def of_city(office: Office, municipality_id: int, question: Question, form: str) -> Statistics:
    """The same for the command line, by whoever may use it. Raises as `statistics`."""
    with office.change() as unit:
        found = answer(unit, question, _choices(unit, municipality_id))
        _record(unit, None, question, form)
        return found


def desk_with_code(office: Office, desk: str | None, municipality: str | None) -> tuple[int, int | None]:
    """The municipality and, where one is named, the desk.

    Raises `Refusal`: unknown_desk, unknown_municipality (also where there are several and none is named).
    """
    with office.look() as unit:
        cities = rows.municipalities(unit.session, municipality)
        if desk is None:
            if len(cities) != 1:
                raise Refusal("unknown_municipality")
            return cities[0], None
        found = rows.desk_with_code(unit.session, desk)
        if found is None or found[0] not in cities:
            raise Refusal("unknown_desk")
        return found


def answer(unit: Unit, question: Question, known: Choices) -> Statistics:
    """The figures of what can be chosen. Raises `Refusal`: unknown_desk, unknown_service, unknown_counter,
    wrong_period."""
    _refuse_wrong(question, known)
    compared = question.compared
    return Statistics(
        question=question,
        figures=_figures(unit, question, known, question.period),
        compared=None if compared is None else _figures(unit, question, known, compared),
        choices=known,
        asked_at=unit.now,
    )


def _figures(unit: Unit, question: Question, known: Choices, period: Period) -> Figures:
    desk_ids = [one.id for one in known.desks if question.desk_id in (None, one.id)]
    wanted = Wanted(
        service_ids=None if question.service_id is None else (question.service_id,),
        counter_id=question.counter_id,
        channel=question.channel,
        band=question.band,
        by_day=period.by_day,
    )
    days = days_of(unit, desk_ids, period.first, period.last)
    return figures_of(days, wanted, _pools(unit, question.service_id))


def _pools(unit: Unit, service_id: int | None) -> Collection[int] | None:
    return None if service_id is None else rows.pools_of(unit.session, service_id)


def _refuse_wrong(question: Question, known: Choices) -> None:
    def there(of: tuple[Choice, ...], wanted: int | None) -> bool:
        return wanted is None or any(
            one.id == wanted and question.desk_id in (None, one.desk_id) for one in of
        )

    if question.desk_id is not None and question.desk_id not in {one.id for one in known.desks}:
        raise Refusal("unknown_desk")
    if not there(known.services, question.service_id):
        raise Refusal("unknown_service")
    if not there(known.counters, question.counter_id):
        raise Refusal("unknown_counter")
    periods = [one for one in (question.period, question.compared) if one is not None]
    if question.band not in BANDS or any(not 0 < one.days <= LONGEST_DAYS for one in periods):
        raise Refusal("wrong_period")


def _choices(unit: Unit, municipality_id: int) -> Choices:
    desks, services, counters = rows.names(unit.session, municipality_id)
    return Choices(
        tuple(Choice(one, localized(names, "ja"), one) for one, names in desks),
        tuple(Choice(one, localized(names, "ja"), desk) for one, names, desk in services),
        tuple(Choice(one, f"{label}番窓口", desk) for one, label, desk in counters),
    )
