"""What an office sets of itself: a desk's name, place and hours; a service's name, letter and numbers."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberFormat

from .asking import checked_items, most_signs
from .bounds import refuse_outside
from .errors import Refusal
from .languages import DEFAULT, LANGUAGES, OWN_NAMES
from .questions import one_line

LONGEST_NAME: Final = 40
LONGEST_PLACE: Final = 60
LONGEST_LABEL: Final = 8
LONGEST_PHONE: Final = 40
LAST_NUMBER: Final = 999
"""Numbers have three digits on paper, boards and in speech."""
FEWEST_NUMBERS: Final = 10
"""Fewer would come round again within the hour, and leave none for terminals to hold."""
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BOUNDS: Final = {"estimated_minutes": (1, 240)}
_LABELS: Final = {"estimated_minutes": "1件の時間"}
_NAME: Final = "名前"
_PLACE: Final = "場所"


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """The columns of a desk that staff set about the office; texts by language, `weekdays` from Monday 0."""

    names: Mapping[str, str]
    places: Mapping[str, str]
    phone: str
    opens_at: time
    closes_at: time
    weekdays: tuple[int, ...]
    closed_on_holidays: bool
    closed_year_end: bool


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """The columns of a service that staff set about what it is; texts by language.

    Neither `walk_in` nor `bookable`: closed, it gives no numbers and takes no bookings.
    """

    names: Mapping[str, str]
    letter: str
    number_first: int
    number_last: int
    estimated_minutes: float
    items: Mapping[str, str]
    walk_in: bool
    bookable: bool

    @property
    def numbering(self) -> tuple[str, int, int]:
        """What stands on a ticket: the letter, the first and the last number."""
        return self.letter, self.number_first, self.number_last


def checked_desk(given: DeskSettings) -> DeskSettings:
    """The settings as they are kept.

    Raises `Refusal`: office_japanese(what), office_long(what, tongue, most), phone_unreadable, office_hours,
    office_weekdays.
    """
    if given.opens_at >= given.closes_at:
        raise Refusal("office_hours")
    weekdays = tuple(sorted(set(given.weekdays) & set(range(7))))
    if not weekdays:
        raise Refusal("office_weekdays")
    return replace(
        given,
        names=_texts(given.names, _NAME, LONGEST_NAME, needed=True),
        places=_texts(given.places, _PLACE, LONGEST_PLACE, needed=False),
        phone=office_phone(given.phone),
        weekdays=weekdays,
    )


def checked_service(given: ServiceSettings) -> ServiceSettings:
    """The settings as they are kept.

    Raises `Refusal`: office_japanese(what), office_long(what, tongue, most), service_letter,
    service_numbers(most, least), rule_number(field, least, most), items_japanese, items_long(tongue, most).
    """
    letter = unicodedata.normalize("NFKC", given.letter).strip().upper()
    if len(letter) != 1 or letter not in LETTERS:
        raise Refusal("service_letter")
    enough = given.number_last - given.number_first + 1 >= FEWEST_NUMBERS
    if given.number_first < 1 or given.number_last > LAST_NUMBER or not enough:
        raise Refusal("service_numbers", most=LAST_NUMBER, least=FEWEST_NUMBERS)
    refuse_outside(given, BOUNDS, _LABELS)
    return replace(
        given,
        names=_texts(given.names, _NAME, LONGEST_NAME, needed=True),
        letter=letter,
        items=checked_items(given.items),
    )


def checked_label(given: str) -> str:
    """What stands above a counter. Raises `Refusal("counter_label", most)`."""
    label = one_line(unicodedata.normalize("NFKC", given))
    if not label or len(label) > LONGEST_LABEL or not label.isprintable():
        raise Refusal("counter_label", most=LONGEST_LABEL)
    return label


def office_phone(typed: str) -> str:
    """An office's number as ``+81…``, also one that is free or the same all over Japan; empty for none.

    Raises `Refusal("phone_unreadable")`.
    """
    text = unicodedata.normalize("NFKC", typed).replace("ー", "-").strip()
    if not text:
        return ""
    try:
        number = phonenumbers.parse(text[:LONGEST_PHONE], "JP")
    except phonenumbers.NumberParseException:
        raise Refusal("phone_unreadable") from None
    if not phonenumbers.is_valid_number(number):
        raise Refusal("phone_unreadable")
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def _texts(given: Mapping[str, str], what: str, japanese: int, *, needed: bool) -> dict[str, str]:
    cleaned = {language: one_line(given.get(language, "")) for language in LANGUAGES}
    found = {language: text for language, text in cleaned.items() if text}
    if DEFAULT not in found and (needed or found):
        raise Refusal("office_japanese", what=what)
    for language, text in found.items():
        most = most_signs(language, japanese)
        if len(text) > most:
            raise Refusal("office_long", what=what, tongue=OWN_NAMES[language], most=most)
    return found
