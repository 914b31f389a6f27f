"""A small city with places to book, on either database, at a set time."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from sqlalchemy import select
from sqlmodel import col

from madoguchi.domain.roles import Role
from madoguchi.services.actors import Actor
from madoguchi.services.clock import SetClock
from madoguchi.services.office import Office, open_office
from madoguchi.services.slots import make_slots
from madoguchi.settings import load_settings
from madoguchi.store.engine import open_database
from madoguchi.store.migrate import upgrade
from madoguchi.store.tables import (
    Desk,
    LineUser,
    Municipality,
    OutboxMessage,
    Reservation,
    Service,
    Slot,
    Staff,
)

MONDAY = date(2026, 11, 30)
"""The city's today: an ordinary Monday, 9:00 in Tokyo."""
TUESDAY = date(2026, 12, 1)
NINE = datetime(2026, 11, 30, 0, 0, tzinfo=UTC)


def opened(url: str, folder: Path, **further: object) -> Office:
    """An office on a migrated, empty database, with a clock that stands at nine."""
    line = "http://127.0.0.1:3929"
    settings = load_settings(env="demo", var_dir=folder, database_url=url, line_api_host=line, **further)
    return open_office(settings, SetClock(NINE))


def migrated(url: str) -> str:
    """`url`, brought to the newest schema."""
    database = open_database(url)
    upgrade(database)
    database.close()
    return url


@dataclass
class City:
    """What the tests work with."""

    office: Office
    clock: SetClock
    desk: int
    other_desk: int
    nursery: int
    permit: int
    clerk: Actor
    viewer: Actor
    stranger: Actor
    """A clerk of another municipality."""

    def citizen(self, language: str = "ja") -> int:
        """A LINE user."""
        with self.office.change() as unit:
            user = LineUser(user_id=f"U{uuid.uuid4().hex}", language=language, created_at=unit.now)
            unit.session.add(user)
            unit.session.flush()
            assert user.id is not None
            return user.id

    def slot(self, day: date = TUESDAY, at: time = time(10), capacity: int = 2, service: int = 0) -> int:
        """A place made (or found) at that local time."""
        with self.office.change() as unit:
            row = unit.session.get_one(Service, service or self.nursery)
            make_slots(unit, row, [day], [at], capacity)
            moment = datetime.combine(day, at, unit.zone).astimezone(UTC)
            query = select(col(Slot.id)).where(
                col(Slot.pool_id) == row.pool_id, col(Slot.starts_at) == moment
            )
            return int(unit.session.execute(query).scalar_one())

    def taken(self, slot_id: int) -> int:
        """How many of the slot's places are taken."""
        with self.office.look() as unit:
            return unit.session.get_one(Slot, slot_id).taken

    def messages(self, kind: str) -> list[OutboxMessage]:
        """The messages of a kind that were written."""
        with self.office.look() as unit:
            query = select(OutboxMessage).where(col(OutboxMessage.kind) == kind)
            return list(unit.session.execute(query.order_by(col(OutboxMessage.id))).scalars())

    def reservations(self) -> list[Reservation]:
        """Every reservation there is."""
        with self.office.look() as unit:
            return list(unit.session.execute(select(Reservation).order_by(col(Reservation.id))).scalars())


def furnished(office: Office) -> City:
    """Fill an empty office."""
    with office.change() as unit:
        add = unit.session.add_all
        cities = [Municipality(code=code, names={"ja": code}) for code in ("midori", "minato")]
        add(cities)
        unit.session.flush()
        hours = {"opens_at": time(8, 30), "closes_at": time(17, 15), "phone": "03-0000-1111"}
        desks = [
            Desk(
                municipality_id=cities[at].id or 0,
                code=code,
                names={"ja": name},
                places={"ja": "2階"},
                **hours,
            )
            for at, code, name in ((0, "kosodate", "子育て支援課"), (0, "shimin", "市民課"))
        ]
        add(desks)
        unit.session.flush()
        services = [
            Service(
                desk_id=desks[0].id or 0,
                code=code,
                letter=letter,
                names={"ja": name, "en": code},
                items={"ja": "本人確認書類"},
            )
            for code, letter, name in (("nursery", "A", "保育所申込"), ("permit", "B", "医療証"))
        ]
        add(services)
        staff = [
            Staff(
                municipality_id=city.id or 0,
                login=login,
                display_name=login,
                role=role.value,
                password_hash="-",
            )
            for city, login, role in (
                (cities[0], "clerk", Role.CLERK),
                (cities[0], "viewer", Role.VIEWER),
                (cities[1], "stranger", Role.CLERK),
            )
        ]
        add(staff)
        unit.session.flush()
        actors = [Actor(one.id or 0, one.login, Role(one.role), one.municipality_id) for one in staff]
    clock = office.clock
    assert isinstance(clock, SetClock)
    return City(
        office,
        clock,
        desks[0].id or 0,
        desks[1].id or 0,
        services[0].id or 0,
        services[1].id or 0,
        *actors,
    )
