"""What a service asks when it is booked and tells to bring, and who may book, read and changed by staff."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm.attributes import flag_modified

from ..domain.asking import Draft, checked_items, checked_questions
from ..domain.errors import Refusal
from ..domain.languages import localized
from ..domain.questions import Question, questions_as_json, questions_from_json
from ..domain.roles import Permission
from ..store.tables import Desk, Service
from . import audit
from .actors import Actor
from .office import Office, Unit
from .pools import own_service
from .reservation_desk import own_desk

_FIELDS: Final = ("questions", "items")


@dataclass(frozen=True, slots=True)
class ServiceTexts:
    """The questions in their order, and what to bring by language."""

    questions: tuple[Question, ...]
    items: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ServiceAsks:
    """A service's texts, and whether its desk lets people without LINE book."""

    texts: ServiceTexts
    desk_id: int
    desk: str
    guest_booking: bool


@dataclass(frozen=True, slots=True)
class TextsSaved:
    """What a save replaced, and what stands there now. The same when nothing was changed."""

    before: ServiceTexts
    after: ServiceTexts
    changed: bool


def texts_for(office: Office, actor: Actor, service_id: int) -> ServiceAsks:
    """What the service asks and tells. Raises `Refusal`: not_allowed, unknown_service."""
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        service, desk = own_service(unit, actor, service_id)
        return ServiceAsks(_of(service), desk.id or 0, localized(desk.names, "ja"), desk.guest_booking)


def save_texts(
    office: Office, actor: Actor, service_id: int, drafts: Sequence[Draft], items: Mapping[str, str]
) -> TextsSaved:
    """Ask and tell this from now on. Answers that were given stay as they are.

    Raises `Refusal`: not_allowed, unknown_service, and what `domain.asking` refuses.
    """
    actor.require(Permission.ADMINISTER)
    with office.change() as unit:
        service, desk = own_service(unit, actor, service_id)
        before = _of(service)
        after = ServiceTexts(checked_questions(drafts, before.questions, _new_key), checked_items(items))
        return TextsSaved(before, after, _put(unit, actor, service, desk, after))


def put_texts_back(office: Office, actor: Actor, service_id: int, saved: TextsSaved) -> None:
    """Take a save back. Raises `Refusal`: not_allowed, unknown_service, undo_too_late when somebody has
    saved something else meanwhile."""
    actor.require(Permission.ADMINISTER)
    with office.change() as unit:
        service, desk = own_service(unit, actor, service_id)
        if _rows(_of(service)) != _rows(saved.after):
            raise Refusal("undo_too_late")
        _put(unit, actor, service, desk, saved.before)


def allow_guests(office: Office, actor: Actor, desk_id: int, *, allowed: bool) -> bool:
    """Let people without LINE book at the desk, or no longer; whether that is a change. What they have
    booked stays. Raises `Refusal`: not_allowed, unknown_desk."""
    actor.require(Permission.ADMINISTER)
    with office.change() as unit:
        desk = own_desk(unit, actor, desk_id)
        if desk.guest_booking == allowed:
            return False
        desk.guest_booking = allowed
        unit.session.add(desk)
        audit.record(unit, actor.staff_id, "change_desk", f"desk:{desk_id}", fields=["guest_booking"])
        unit.desk_changed(desk_id)
        return True


def _put(unit: Unit, actor: Actor, service: Service, desk: Desk, wanted: ServiceTexts) -> bool:
    before, rows = _rows(_of(service)), _rows(wanted)
    different = [name for name, old, new in zip(_FIELDS, before, rows, strict=True) if old != new]
    if not different:
        return False
    service.questions, service.items = questions_as_json(wanted.questions), dict(wanted.items)
    for name in different:
        # Options in another order are equal to Python, and would not be written.
        flag_modified(service, name)
    unit.session.add(service)
    audit.record(unit, actor.staff_id, "change_texts", f"service:{service.id}", fields=different)
    unit.desk_changed(desk.id or 0)
    return True


def _of(service: Service) -> ServiceTexts:
    return ServiceTexts(tuple(questions_from_json(service.questions)), dict(service.items))


def _rows(texts: ServiceTexts) -> tuple[str, str]:
    """As text, in which the order of options counts."""
    questions: list[dict[str, Any]] = questions_as_json(texts.questions)
    in_order = [{**one, "label": sorted(one["label"].items())} for one in questions]
    for one in in_order:
        one["options"] = [(key, sorted(label.items())) for key, label in one["options"].items()]
    return json.dumps(in_order), json.dumps(texts.items, sort_keys=True)


def _new_key() -> str:
    return f"q{secrets.token_hex(4)}"
