"""The forms of `/staff/reservations`: the variables that they show. None holds a name or number."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import reflex as rx

from ..domain.errors import Refusal
from ..domain.languages import DEFAULT, localized
from ..domain.names import kana_name
from ..domain.phones import phone_e164
from ..domain.questions import Question
from ..texts import refusal_text
from .reservation_letters import KANA, PHONE

_FULL: Final = frozenset({"sold_out", "sold_out_near"})


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
    _refused_at: float = 0.0

    def _refused(self, refusal: Refusal) -> None:
        said = refusal_text("ja", refusal)
        if refusal.code in _FULL:
            self.place_error, self.full = said, True
            slot, when = refusal.facts.get("slot"), refusal.facts.get("when")
            if isinstance(slot, int) and isinstance(when, Mapping):
                self.nearest, self.nearest_label = str(slot), localized(when, DEFAULT)
            self._refused_at = time.monotonic()
        elif refusal.code == "party_size":
            self.party_error = said
        elif refusal.code.startswith("answer_"):
            self.answer_error = said
        elif refusal.code in {"slot_closed", "unknown_place", "not_open_yet"}:
            self.place_error = said
        else:
            self.error = said

    def _judge(self, kana: str, phone: str) -> None:
        self.kana_error = complaint(kana_name, kana)
        self.phone_error = complaint(phone_e164, phone)
        self.place_error = "" if self.place else "時間を選んでください。"
        self.party_error = self.answer_error = self.error = ""

    def _first_wrong(self) -> str | None:
        """The id of what to look at first, from the top of the form down."""
        wrong = {
            "desk-place": self.place_error,
            "desk-party": self.party_error,
            "desk-question-0": self.answer_error,
            KANA: self.kana_error,
            PHONE: self.phone_error,
        }
        return next((name for name, said in wrong.items() if said), None)

    def _next_step(self) -> str:
        """After a refusal: what was offered instead, else what is wrong, else trying again."""
        return "desk-nearest" if self.nearest else self._first_wrong() or "desk-submit"

    def _no_trouble_with_place(self) -> None:
        self.place_error, self.nearest, self.nearest_label, self.full = "", "", "", False


def complaint(rule: Callable[[str], str], given: str) -> str:
    """What is wrong with what was typed, by the rule that refuses it; empty: nothing."""
    try:
        rule(given)
    except Refusal as refusal:
        return refusal_text("ja", refusal)
    return ""


def left(free: int) -> str:
    """How many places are left, in a word."""
    return f"空き{free}" if free else "満員"


def asked(question: Question) -> Asked:
    """The question as the form asks it."""
    options = [Option(key, localized(label, DEFAULT)) for key, label in (question.options or {}).items()]
    return Asked(question.key, localized(question.label, DEFAULT), question.required, options)
