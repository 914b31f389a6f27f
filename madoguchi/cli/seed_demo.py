"""``seed-demo``: fills an empty database with the demo city; later, tops up the part of the day.

`make run` waits for it at every start, so it does in one process all that has to be done before the
parts start: a process of its own for each step would cost a second or two each.
"""

import argparse
import sys
import uuid
from dataclasses import replace
from datetime import time, timedelta
from typing import Final

from sqlalchemy import func
from sqlmodel import col, select

from madoguchi.cli import demo_city
from madoguchi.cli.demo_history import add_history
from madoguchi.domain.questions import questions_as_json
from madoguchi.domain.roles import Role
from madoguchi.domain.slot_plans import Band
from madoguchi.services import audit, booking, issuing, making_slots, staff_accounts
from madoguchi.services.actors import Actor
from madoguchi.services.checkup import well_known_accounts
from madoguchi.services.office import Office, Unit, open_office
from madoguchi.services.terminals import make_pairing_code
from madoguchi.settings import Settings
from madoguchi.store.migrate import upgrade
from madoguchi.store.tables import (
    Counter,
    Desk,
    Municipality,
    Pool,
    Reservation,
    Service,
    Slot,
    Staff,
    Ticket,
)

OPEN_HOURS: Final = Band(weekday=0, starts=time(9), ends=time(17), every=30, capacity=2)
SHARED_CAPACITY: Final = 3
"""Places at a time where two services share them."""
TERMINAL_NAME = "発券機"
_NEVER_CLOSED: Final = {"closed_on_holidays": False, "closed_year_end": False}
_CALLERS = (
    ("ヤマダ ハナコ", "090-1234-5678"),
    ("グエン アン", "080-2345-6789"),
    ("サトウ ケン", "03-5550-9876"),
)
_WAITING = ("nursery", "allowance", "nursery", "nursery", "allowance")


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Migrate, seed, and list desks, sign-ins and, ``--with-code``, a code for the first desk's terminal."""
    if settings.env == "production":
        sys.stderr.write("madoguchi: seed-demo is for MADOGUCHI_ENV=demo only\n")
        return 2
    office = open_office(settings)
    upgrade(office.database)
    audit.begin(office)
    if _is_empty(office):
        _build_city(office)
    _prepare_today(office)
    _show()
    if options.with_code:
        print(f"code\t{make_pairing_code(office, demo_city.DESKS[0].code, TERMINAL_NAME)}")
    office.database.close()
    return 0


def _show() -> None:
    """Rows for people and for ``make run``: their kind first, tabs between."""
    for desk in demo_city.DESKS:
        print(f"desk\t{desk.code}\t{demo_city.MUNICIPALITIES[desk.municipality]['ja']} {desk.names['ja']}")
    for staff in demo_city.STAFF:
        print(f"staff\t{staff.role.value}\t{staff.login}\t{demo_city.PASSWORD}")


def demo_accounts(settings: Settings) -> list[str]:
    """Logins of the demo whose password everybody can read."""
    office = open_office(settings)
    found = well_known_accounts(office, [staff.login for staff in demo_city.STAFF], demo_city.PASSWORD)
    office.database.close()
    return found


def _is_empty(office: Office) -> bool:
    with office.look() as unit:
        return unit.session.exec(select(func.count()).select_from(Municipality)).one() == 0


def _build_city(office: Office) -> None:
    with office.change() as unit:
        cities = {
            code: Municipality(code=code, names=names) for code, names in demo_city.MUNICIPALITIES.items()
        }
        unit.session.add_all(cities.values())
        unit.session.flush()
        for desk in demo_city.DESKS:
            _add_desk(unit, desk, cities[desk.municipality].id or 0)
        add_history(unit)
    for staff in demo_city.STAFF:
        staff_accounts.create_staff(
            office,
            municipality_code=staff.municipality,
            login=staff.login,
            display_name=staff.display_name,
            role=staff.role,
            password=demo_city.PASSWORD,
        )


def _add_desk(unit: Unit, demo: demo_city.DemoDesk, municipality_id: int) -> None:
    desk = Desk(
        municipality_id=municipality_id,
        code=demo.code,
        names=demo.names,
        places=demo.places,
        phone=demo.phone,
        opens_at=demo_city.OPENS_AT,
        closes_at=demo_city.CLOSES_AT,
        weekdays=list(range(7)),
        closed_on_holidays=False,
        closed_year_end=False,
        guest_booking=demo.guest_booking,
    )
    unit.session.add(desk)
    unit.session.flush()
    unit.session.add_all(Counter(desk_id=desk.id or 0, label=label) for label in demo.counters)
    unit.session.add_all(
        Service(
            desk_id=desk.id or 0,
            code=service.code,
            names=service.names,
            letter=service.letter,
            items=service.items,
            questions=questions_as_json(service.questions),
            estimated_minutes=service.minutes,
            position=position,
        )
        for position, service in enumerate(demo.services)
    )
    unit.session.flush()


def _prepare_today(office: Office) -> None:
    """Places for the coming days; on a day's first run some reservations and a short queue."""
    with office.change() as unit:
        for desk in unit.session.exec(select(Desk).order_by(col(Desk.id))).all():
            _plan_places(unit, desk)
        fresh = _nothing_today(unit)
    if fresh:
        _book_some(office)
        _let_some_wait(office)


def _plan_places(unit: Unit, desk: Desk) -> None:
    """Places on every day of the year, from a plan; the services of some desks share them."""
    demo = next((one for one in demo_city.DESKS if one.code == desk.code), None)
    query = select(Service).where(col(Service.desk_id) == desk.id).order_by(col(Service.position))
    services = unit.session.exec(query).all()
    shared = demo is not None and demo.shared_places and all(one.pool_id is None for one in services)
    if shared:
        pool = Pool(desk_id=desk.id or 0, name=f"{desk.names['ja']}の相談席", **_NEVER_CLOSED)
        unit.session.add(pool)
        unit.session.flush()
        for service in services:
            service.pool_id = pool.id
    for service in services:
        if service.pool_id is None:
            service.pool_id = _own_pool(unit, service)
        drawing = sum(one.pool_id == service.pool_id for one in services)
        capacity = SHARED_CAPACITY if drawing > 1 else OPEN_HOURS.capacity
        week = making_slots.every_weekday([replace(OPEN_HOURS, capacity=capacity)])
        making_slots.start_plan(unit, service, week, unit.today)


def _own_pool(unit: Unit, service: Service) -> int | None:
    pool = Pool(desk_id=service.desk_id, name=service.names["ja"], **_NEVER_CLOSED)
    unit.session.add(pool)
    unit.session.flush()
    return pool.id


def _nothing_today(unit: Unit) -> bool:
    tickets = unit.session.exec(
        select(func.count()).select_from(Ticket).where(col(Ticket.service_day) == unit.today)
    ).one()
    reservations = unit.session.exec(
        select(func.count()).select_from(Reservation).where(col(Reservation.day) == unit.today)
    ).one()
    return tickets + reservations == 0


def _clerk(unit: Unit) -> Actor:
    staff = unit.session.exec(select(Staff).where(col(Staff.login) == "clerk")).one()
    return Actor(staff.id or 0, staff.display_name, Role.CLERK, staff.municipality_id)


def _book_some(office: Office) -> None:
    """Telephone bookings: for later today while the day still has places, else for tomorrow."""
    with office.look() as unit:
        clerk = _clerk(unit)
        soonest = unit.now + timedelta(minutes=90)
        query = (
            select(col(Service.id), col(Slot.id))
            .join(Slot, col(Slot.pool_id) == col(Service.pool_id))
            .where(col(Service.code) == "nursery", col(Slot.starts_at) >= soonest)
            .order_by(col(Slot.starts_at))
            .limit(len(_CALLERS))
        )
        places = list(unit.session.exec(query).all())
    for (service_id, slot_id), (kana, phone) in zip(places, _CALLERS, strict=False):
        booking.book_at_desk(
            office,
            clerk,
            service_id=service_id or 0,
            slot_id=slot_id or 0,
            kana=kana,
            phone=phone,
            form=str(uuid.uuid4()),
        )


def _let_some_wait(office: Office) -> None:
    with office.look() as unit:
        clerk = _clerk(unit)
        services = dict(unit.session.exec(select(col(Service.code), col(Service.id))).all())
    for code in _WAITING:
        form = str(uuid.uuid4())
        issuing.issue_at_desk(office, clerk, service_id=services[code] or 0, form=form)
