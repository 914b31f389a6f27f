"""Enter a first office of your own: ``.venv/bin/python -m docs.first_office``, after editing this file.

A new city or desk has no page yet; a desk that is there (names, hours, services, counters) is changed on
``/staff/settings`` afterwards. Run it again at any time: the office is made once, and what is missing of its
places is added; the plan they are made from is changed on ``/staff/slots`` from then on. For a further desk
change DESK, COUNTERS and SERVICES and run it again; each code stands for one desk or service on this server.
Texts may be given in ja, ja-easy, en, zh-Hans, ko, vi and pt; ja stands in for a language that is left out.
"""

from __future__ import annotations

import sys
from datetime import time

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlmodel import col, select

from madoguchi.domain.slot_plans import Band
from madoguchi.services.booking_rules import works_on
from madoguchi.services.making_slots import every_weekday, start_plan
from madoguchi.services.office import Office, Unit, open_office
from madoguchi.settings import SettingsError, load_settings
from madoguchi.store.tables import Counter, Desk, Municipality, Service, Slot

CITY = Municipality(code="hoshi", names={"ja": "ほし市", "en": "Hoshi City"})
DESK = Desk(
    municipality_id=0,
    code="childcare",
    names={"ja": "保育課", "en": "Childcare Division"},
    places={"ja": "本庁舎2階", "en": "Main building, 2nd floor"},
    phone="03-0000-0000",
    opens_at=time(8, 30),
    closes_at=time(17, 15),
    weekdays=[0, 1, 2, 3, 4],
    closed_on_holidays=True,
)
COUNTERS = ("1", "2", "3")
SERVICES = (
    Service(
        desk_id=0,
        code="nursery",
        letter="A",
        names={"ja": "保育所等利用申込", "en": "Nursery applications"},
        items={"ja": "本人確認書類、就労証明書", "en": "ID, certificate of employment"},
        estimated_minutes=15,
    ),
)
PLACES = (
    Band(weekday=0, starts=time(9), ends=time(12), every=30, capacity=2),
    Band(weekday=0, starts=time(13), ends=time(17), every=30, capacity=2),
)
"""The same on every day that the desk works."""


def main() -> int:
    """Make what is missing and say what was made."""
    try:
        office = open_office(load_settings())
        made = enter(office)
        office.database.close()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except IntegrityError as error:
        sys.stderr.write(f"database: {error.orig} (a code is taken already: choose another one)\n")
        return 1
    except (OperationalError, ProgrammingError) as error:
        sys.stderr.write(f"database: {error.orig} (is it migrated? try: python -m madoguchi migrate)\n")
        return 1
    sys.stdout.write(f"{CITY.code}/{DESK.code}: {made} places are new\n")
    return 0


def enter(office: Office) -> int:
    """Make the office and its places as far as they are missing; how many places are new."""
    with office.change() as unit:
        desk = _desk(unit) or _make_office(unit)
        services = unit.session.exec(select(Service).where(col(Service.desk_id) == desk.id)).all()
        week = every_weekday(PLACES, works_on(desk))
        before = _places(unit)
        for service in services:
            start_plan(unit, service, week, unit.today)
        return _places(unit) - before


def _places(unit: Unit) -> int:
    return unit.session.exec(select(func.count()).select_from(Slot)).one()


def _desk(unit: Unit) -> Desk | None:
    desk = unit.session.exec(select(Desk).where(col(Desk.code) == DESK.code)).one_or_none()
    city = _city(unit)
    if desk and (city is None or desk.municipality_id != city.id):
        raise SettingsError(
            f"{DESK.code}: another city's desk has this code; change it, or use an empty database"
        )
    return desk


def _city(unit: Unit) -> Municipality | None:
    return unit.session.exec(select(Municipality).where(col(Municipality.code) == CITY.code)).one_or_none()


def _make_office(unit: Unit) -> Desk:
    city = _city(unit) or CITY
    unit.session.add(city)
    unit.session.flush()
    DESK.municipality_id = city.id or 0
    unit.session.add(DESK)
    unit.session.flush()
    unit.session.add_all(Counter(desk_id=DESK.id or 0, label=label) for label in COUNTERS)
    for position, service in enumerate(SERVICES):
        service.desk_id, service.position = DESK.id or 0, position
        unit.session.add(service)
    unit.session.flush()
    return DESK


if __name__ == "__main__":
    sys.exit(main())
