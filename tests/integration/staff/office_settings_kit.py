"""What the tests of the office's own settings share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

from sqlmodel import col, select

from madoguchi.domain.errors import Refusal
from madoguchi.domain.office_settings import DeskSettings, ServiceSettings
from madoguchi.domain.roles import Role
from madoguchi.services import issuing, service_keeping
from madoguchi.services.actors import Actor
from madoguchi.services.office import Office
from madoguchi.store.tables import AuditEntry

DESK = DeskSettings(
    {"ja": "こども課", "en": "Children"},
    {"ja": "別館1階"},
    "+81312345679",
    time(9),
    time(16, 30),
    (0, 1, 2, 3, 4, 5),
    False,
    True,
)
SERVICE = ServiceSettings(
    {"ja": "学童", "en": "After school"}, "K", 100, 199, 12, {"ja": "印かん"}, True, False
)


def admin_of(city: Any) -> Actor:
    """Who may set it."""
    return Actor(city.clerk.staff_id, "admin", Role.ADMIN, city.municipality_id)


def settings_of(office: Office, actor: Actor, desk_id: int, service_id: int) -> ServiceSettings:
    found = service_keeping.services_for(office, actor, desk_id)
    return next(one.settings for one in found if one.id == service_id)


def number(office: Office, city: Any, service_id: int, form: str) -> issuing.IssuedTicket:
    return issuing.issue_at_desk(office, city.clerk, service_id=service_id, form=form)


def refused(act: Callable[..., Any], *arguments: Any, **more: Any) -> str:
    """Why it is refused; empty when it is done."""
    try:
        act(*arguments, **more)
    except Refusal as refusal:
        return refusal.code
    return ""


def log(office: Office) -> list[tuple[str, str, Any]]:
    with office.look() as unit:
        rows = unit.session.exec(select(AuditEntry).order_by(col(AuditEntry.id))).all()
        return [(one.action, one.subject, one.facts) for one in rows if one.action != "issue"]
