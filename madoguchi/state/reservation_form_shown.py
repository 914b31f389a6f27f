"""The forms of `/staff/reservations`: the variables that they show. None holds a name or number."""

from __future__ import annotations

from dataclasses import dataclass, field

import reflex as rx

from ..domain.languages import DEFAULT, localized
from ..domain.questions import Question


@dataclass
class Option:
    """One choice of a list; `value` is what the browser sends back."""

    value: str
    label: str


@dataclass
class Asked:
    """A question of the service."""

    name: str
    label: str
    required: bool
    options: list[Option] = field(default_factory=list)
    """Empty for one that is answered in words."""


class ReservationFormShown(rx.State, mixin=True):
    """What the open form offers to choose from, and what is wrong with it."""

    services: list[Option] = []
    service: str = ""
    days: list[Option] = []
    day: str = ""
    places: list[Option] = []
    place: str = ""
    most: int = 1
    questions: list[Asked] = []
    kana_error: str = ""
    phone_error: str = ""
    party_error: str = ""
    answer_error: str = ""
    place_error: str = ""
    error: str = ""
    nearest: str = ""
    nearest_label: str = ""
    full: bool = False
    """The chosen place is full: who may go beyond the capacity is asked for the reason."""
    sending: bool = False
    token: str = ""


def left(free: int) -> str:
    """How many places are left, in a word."""
    return f"空き{free}" if free else "満員"


def asked(question: Question) -> Asked:
    """The question as the form asks it."""
    options = [Option(key, localized(label, DEFAULT)) for key, label in (question.options or {}).items()]
    return Asked(question.key, localized(question.label, DEFAULT), question.required, options)
