"""A city for load: open at any hour, with numbers enough, many counters, clerks, terminals and phones."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from uuid import uuid4

from madoguchi.domain.roles import Role
from madoguchi.services.actors import Actor
from madoguchi.services.office import Office
from madoguchi.services.sessions import open_session
from madoguchi.services.slots import pool_of
from madoguchi.store.tables import Counter, Desk, LineUser, Municipality, Service, Slot, Staff, Terminal

NUMBERS: Final = 999_999
NOON: Final = 12


@dataclass(frozen=True)
class City:
    """The ids, codes and secrets that load is made with."""

    desk_id: int
    desk_code: str
    service_ids: tuple[int, int]
    service_codes: tuple[str, str]
    terminal_tokens: tuple[str, ...]
    counter_ids: tuple[int, ...]
    clerks: tuple[Actor, ...]
    clerk_sessions: tuple[str, ...]
    line_user_ids: tuple[int, ...]
    line_users: tuple[str, ...]


def zone_at_noon() -> str:
    """A time zone where it is about noon now: no run then crosses midnight, where service days change."""
    return f"Etc/GMT{datetime.now(UTC).hour - NOON:+d}"


def found(office: Office, *, counters: int, terminals: int, phones: int) -> City:
    """Fill an empty migrated office; each counter has its clerk sitting there."""
    with office.change() as unit:
        session = unit.session

        def add(row: object) -> int:
            session.add(row)
            session.flush()
            return int(row.id)  # type: ignore[attr-defined]

        municipality = add(Municipality(code="load", names={"ja": "試験市", "en": "Load City"}))
        desk = add(_desk(municipality))
        services = (add(_service(desk, "nursery", "A")), add(_service(desk, "allowance", "B")))
        clerks = [
            Actor(add(_clerk(municipality, number)), f"clerk{number}", Role.CLERK, municipality)
            for number in range(counters)
        ]
        return City(
            desk_id=desk,
            desk_code="desk",
            service_ids=services,
            service_codes=("nursery", "allowance"),
            terminal_tokens=tuple(_terminal(add, desk, number, unit.now) for number in range(terminals)),
            counter_ids=tuple(
                add(Counter(desk_id=desk, label=str(number + 1), staff_id=clerk.staff_id))
                for number, clerk in enumerate(clerks)
            ),
            clerks=tuple(clerks),
            clerk_sessions=tuple(open_session(unit, clerk.staff_id) for clerk in clerks),
            line_user_ids=tuple(
                add(LineUser(user_id=line_user(number), desk_id=desk, created_at=unit.now))
                for number in range(phones)
            ),
            line_users=tuple(line_user(number) for number in range(phones)),
        )


def add_phones(office: Office, desk_id: int, count: int) -> tuple[int, ...]:
    """That many more LINE users who have chosen the desk; their ids."""
    with office.change() as unit:
        users = [
            LineUser(user_id=f"U{uuid4().hex}", desk_id=desk_id, created_at=unit.now) for _ in range(count)
        ]
        unit.session.add_all(users)
        unit.session.flush()
        return tuple(user.id or 0 for user in users)


def add_slot(office: Office, service_id: int, capacity: int, *, hours_later: int = 0) -> int:
    """A bookable time from this hour of tomorrow on; its id."""
    with office.change() as unit:
        this_hour = unit.now.replace(minute=0, second=0, microsecond=0)
        starts_at = this_hour + timedelta(days=1, hours=hours_later)
        day = starts_at.astimezone(unit.zone).date()
        pool_id = pool_of(unit, unit.session.get_one(Service, service_id))
        slot = Slot(pool_id=pool_id, starts_at=starts_at, day=day, capacity=capacity)
        unit.session.add(slot)
        unit.session.flush()
        return slot.id or 0


def line_user(number: int) -> str:
    """A LINE user id."""
    return f"U{number:032x}"


def _desk(municipality: int) -> Desk:
    return Desk(
        municipality_id=municipality,
        code="desk",
        names={"ja": "子育て支援課", "en": "Childcare"},
        places={"ja": "本庁舎2階", "en": "Main building 2F"},
        phone="+81312345678",
        opens_at=time(0, 0),
        closes_at=time(23, 59, 59),
        weekdays=list(range(7)),
        closed_on_holidays=False,
        closed_year_end=False,
    )


def _service(desk: int, code: str, letter: str) -> Service:
    names = {"ja": f"受付 {letter}", "en": f"Service {letter}"}
    return Service(desk_id=desk, code=code, names=names, letter=letter, number_last=NUMBERS, bookable=True)


def _clerk(municipality: int, number: int) -> Staff:
    login = f"clerk{number}"
    # No password fits "!": these clerks come with their sessions.
    return Staff(
        municipality_id=municipality, login=login, display_name=login, role="clerk", password_hash="!"
    )


def _terminal(add: Callable[[object], int], desk: int, number: int, now: datetime) -> str:
    token = f"load-terminal-token-{number:04d}"
    digest = hashlib.sha256(token.encode()).hexdigest()
    add(Terminal(desk_id=desk, name=f"ロビー {number}", token_hash=digest, paired_at=now))
    return token
