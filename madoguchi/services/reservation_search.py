"""Finding a caller's reservation: by its number, by the name in kana, by the end of the phone number."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from ..domain.codes import digits
from ..domain.errors import Refusal
from ..domain.names import search_key, to_kana
from ..domain.roles import Permission
from ..store import reservation_desk as rows
from . import audit
from .actors import Actor
from .office import Office, Unit
from .reservation_desk import DeskReservation, shown
from .reservation_rows import CODE_LENGTH

MOST: Final = 50
LEAST_DIGITS: Final = 4
_LONGEST: Final = 60
_NUMBER: Final = re.compile(r"[\d\s()+\-]+")
_KANA: Final = re.compile(r"[ァ-ヶー・ ]+")
_WHOLE_PHONE: Final = 10


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, coming visits first; `more` that there are others beyond these."""

    reservations: tuple[DeskReservation, ...]
    more: bool


def find(office: Office, actor: Actor, typed: str) -> Found:
    """Search the municipality's reservations. Answers with no names; a search by name or phone is audited.

    Raises `Refusal`: not_allowed, search_short(least), search_unclear.
    """
    actor.require(Permission.SEE_QUEUE)
    text = unicodedata.normalize("NFKC", typed[:_LONGEST]).replace("ー", "-").strip()
    if _NUMBER.fullmatch(text):
        return _by_digits(office, actor, digits(text))
    name = to_kana(typed[:_LONGEST])
    key = search_key(name) if _KANA.fullmatch(name) else ""
    if not key:
        raise Refusal("search_unclear")
    actor.require(Permission.SEE_CONTACT)
    with office.change() as unit:
        found = rows.with_kana(unit.session, actor.municipality_id, key, unit.today, MOST + 1)
        return _told(unit, actor, "kana", found)


def _by_digits(office: Office, actor: Actor, number: str) -> Found:
    if len(number) < LEAST_DIGITS:
        raise Refusal("search_short", least=LEAST_DIGITS)
    if len(number) == CODE_LENGTH:
        with office.look() as unit:
            found = rows.with_code(unit.session, actor.municipality_id, number, unit.today, MOST + 1)
            if found:
                return _found(unit, found)
    actor.require(Permission.SEE_CONTACT)
    # Stored with the country's code, which stands for the leading zero.
    last = number[1:] if len(number) >= _WHOLE_PHONE and number.startswith("0") else number
    with office.change() as unit:
        found = rows.with_phone(unit.session, actor.municipality_id, last, unit.today, MOST + 1)
        return _told(unit, actor, "phone", found)


def _told(unit: Unit, actor: Actor, by: str, found: list[rows.ReservationRow]) -> Found:
    shown_rows = _found(unit, found)
    subject = f"municipality:{actor.municipality_id}"
    audit.record(unit, actor.staff_id, "search_contact", subject, by=by, found=len(shown_rows.reservations))
    return shown_rows


def _found(unit: Unit, found: list[rows.ReservationRow]) -> Found:
    return Found(tuple(shown(unit, row) for row in found[:MOST]), len(found) > MOST)
