"""What citizens and terminals see of municipalities, desks and services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from ..domain.errors import Refusal
from ..store import desks as rows
from ..store import queue
from ..store.tables import Desk, Municipality, Service
from . import pace
from .holidays import is_holiday
from .office import Office, Unit


@dataclass(frozen=True, slots=True)
class MunicipalityView:
    """自治体."""

    id: int
    code: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DeskView:
    """窓口 as citizens see it."""

    id: int
    code: str
    names: Mapping[str, str]
    places: Mapping[str, str]
    phone: str
    municipality_id: int
    municipality_names: Mapping[str, str]
    open: bool
    opens_at: time
    closes_at: time
    near_threshold: int
    stopped: bool = False
    """Within its hours it gives no more numbers, but calls who waits."""


@dataclass(frozen=True, slots=True)
class ServiceView:
    """業務 with its queue as it stands; `wait` is low and high minutes for who comes now."""

    id: int
    desk_id: int
    code: str
    names: Mapping[str, str]
    letter: str
    items: Mapping[str, str]
    bookable: bool
    walk_in: bool
    open: bool
    waiting: int
    wait: tuple[int, int]
    from_afar: bool = True
    """Numbers can be taken in LINE."""


def municipalities(office: Office) -> list[MunicipalityView]:
    """All of them."""
    with office.look() as unit:
        found = rows.municipalities(unit.session)
    return [MunicipalityView(row.id or 0, row.code, row.names) for row in found]


def desks(office: Office, municipality_id: int | None = None) -> list[DeskView]:
    """All desks, or those of one municipality."""
    with office.look() as unit:
        return [_view(unit, *found) for found in rows.desks(unit.session, municipality_id)]


def desk(office: Office, desk_id: int) -> DeskView:
    """One desk. Raises `Refusal("unknown_desk")`."""
    for found in desks(office):
        if found.id == desk_id:
            return found
    raise Refusal("unknown_desk")


def desk_by_code(office: Office, code: str) -> DeskView:
    """One desk by its code. Raises `Refusal("unknown_desk")`."""
    for found in desks(office):
        if found.code == code:
            return found
    raise Refusal("unknown_desk")


def at_service(office: Office, service_id: int) -> tuple[DeskView, bool] | None:
    """The desk of the service, and whether any service there can be booked; None for an unknown one."""
    with office.look() as unit:
        service = unit.session.get(Service, service_id)
        if service is None:
            return None
        bookable = any(one.bookable for one in rows.services(unit.session, service.desk_id))
    return desk(office, service.desk_id), bookable


def opens_next(office: Office, desk_id: int) -> tuple[date, time] | None:
    """When the desk gives numbers again: later today, or on its next day; None when that is far off."""
    with office.look() as unit:
        row = unit.session.get(Desk, desk_id)
        if row is None:
            raise Refusal("unknown_desk")
        hours, local = rows.hours_of(row), unit.now.astimezone(unit.zone)
        ended = row.paused or unit.today in (row.stopped_on, row.closed_on)
        if not ended and local.time() < hours.opens_at and hours.open_on(unit.today, is_holiday):
            return unit.today, hours.opens_at
        day = hours.next_day(unit.today, is_holiday)
        return None if day is None else (day, hours.opens_at)


def services_of(office: Office, desk_id: int, *, at_once: bool = False) -> list[ServiceView]:
    """The desk's services, in order, with how many wait and for how long somebody who comes now would.

    `at_once` takes waiting times that are up to a minute old rather than work them out.
    """
    wait = pace.wait_known if at_once else pace.wait
    with office.look() as unit:
        row = unit.session.get(Desk, desk_id)
        if row is None:
            raise Refusal("unknown_desk")
        counts = queue.waiting_by_service(unit.session, desk_id, unit.today)
        everybody = sum(counts.values())
        is_open = gives_numbers(unit, row)
        found = rows.services(unit.session, desk_id)
        return [
            _service_view(
                service,
                counts.get(service.id or 0, 0),
                wait(office, unit, desk_id, everybody, service_id=service.id or 0),
                is_open,
                row.remote,
            )
            for service in found
        ]


def gives_numbers(unit: Unit, desk_row: Desk) -> bool:
    """Whether the desk gives numbers at this moment."""
    ended = unit.today in (desk_row.stopped_on, desk_row.closed_on)
    return _within_hours(unit, desk_row) and not desk_row.paused and not ended


def only_calls(unit: Unit, desk_row: Desk) -> bool:
    """Whether the desk gives no more numbers within its hours, but calls who waits."""
    ended = desk_row.paused or desk_row.stopped_on == unit.today
    return ended and desk_row.closed_on != unit.today and _within_hours(unit, desk_row)


def _within_hours(unit: Unit, desk_row: Desk) -> bool:
    return rows.hours_of(desk_row).open_at(unit.now.astimezone(unit.zone), is_holiday)


def _view(unit: Unit, row: Desk, municipality: Municipality) -> DeskView:
    return DeskView(
        id=row.id or 0,
        code=row.code,
        names=row.names,
        places=row.places,
        phone=row.phone,
        municipality_id=row.municipality_id,
        municipality_names=municipality.names,
        open=gives_numbers(unit, row),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        near_threshold=row.near_threshold,
        stopped=only_calls(unit, row),
    )


def _service_view(
    row: Service, waiting: int, wait: tuple[int, int], is_open: bool, from_afar: bool
) -> ServiceView:
    return ServiceView(
        id=row.id or 0,
        desk_id=row.desk_id,
        code=row.code,
        names=row.names,
        letter=row.letter,
        items=row.items,
        bookable=row.bookable,
        walk_in=row.walk_in,
        open=is_open and row.walk_in,
        waiting=waiting,
        wait=wait,
        from_afar=from_afar,
    )
