"""What citizens ask for at the same moment, worked in one transaction.

Most of a booking's cost is the transaction around it and the statements that ask for one row each.
A round asks once for everybody. Rules are checked before anything is written, so that what one is
refused changes nothing for the others; and nobody appears twice in a round.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias, TypeVar

from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from ..domain.booking_rules import BookingRules
from ..domain.citizens import Citizen
from ..domain.errors import Refusal
from ..store import booking_rounds as rows
from ..store.booking_rounds import Kept
from ..store.engine import was_given_up
from ..store.tables import Desk, Service, Slot
from . import waiting_list
from .booking_rules import rules_of
from .office import Office, Unit


class Wish(Protocol):
    """Something that a citizen asks for."""

    @property
    def citizen(self) -> Citizen:
        """Who asks."""


W = TypeVar("W", bound=Wish)
R = TypeVar("R")
Answer: TypeAlias = R | Exception
Work: TypeAlias = Callable[[Unit, Sequence[W]], Sequence[Answer[R]]]
"""Answers each wish of a round, in order."""


@dataclass(frozen=True)
class Place:
    """A slot with the service it is wanted for."""

    slot: Slot
    service: Service
    desk: Desk
    rules: BookingRules


@dataclass
class Places:
    """Those that a round is about, and how their counts change."""

    unit: Unit
    _found: dict[tuple[int, int], Place] = field(default_factory=dict)
    _free: dict[int, int] = field(default_factory=dict)
    _freed: Counter[int] = field(default_factory=Counter)
    _more: Counter[int] = field(default_factory=Counter)
    _ended: set[int] = field(default_factory=set)

    def read(self, wanted: Iterable[tuple[int, int]]) -> None:
        """Ask for the places by id of slot and service."""
        for both, found in rows.places(self.unit.session, set(wanted)).items():
            self._found[both] = Place(*found, rules_of(self.unit, found[1], found[2]))

    def get(self, slot_id: int, service_id: int) -> Place | None:
        """One of those asked for, if there is such a place."""
        return self._found.get((slot_id, service_id))

    def lock(self, slots: Iterable[int]) -> None:
        """Lock every slot that the round may take from or give back to."""
        self._free = rows.lock_slots(self.unit.session, set(slots))

    def lapsed(self, holds: Sequence[Kept]) -> None:
        """Give back what is held no longer, for whoever of this round wants it."""
        self.give_back(holds)
        for one in holds:
            self._free[one.slot_id] += 1

    def give_back(self, holds: Sequence[Kept]) -> None:
        """End the reservations. What falls free goes to the waiting list first."""
        for one in holds:
            if one.id not in self._ended:
                self._ended.add(one.id)
                self._freed[one.slot_id] += 1
                self._more[one.slot_id] -= 1

    def take(self, slot_id: int) -> bool:
        """Take a place of a locked slot; False when none is free."""
        if self._free[slot_id] <= 0:
            return False
        self._free[slot_id] -= 1
        self._more[slot_id] += 1
        return True

    def write(self) -> None:
        """Write what was ended, and the counts."""
        rows.end(self.unit.session, self._ended, self.unit.now)
        waiting_list.forget_offers(self.unit, self._ended)
        rows.count_places(self.unit.session, self._more)

    def offer_freed(self) -> None:
        """Offer what fell free and nobody took to those who wait for the day."""
        for slot_id in sorted(self._freed):
            waiting_list.offer_some(self.unit, slot_id, self._freed[slot_id])


def in_rounds(office: Office, wishes: Sequence[W], work: Work[W, R]) -> list[Answer[R]]:
    """The answer to each wish, in order; somebody's second wish is worked after their first."""
    answers: dict[int, Answer[R]] = {}
    left = list(range(len(wishes)))
    while left:
        first: dict[Citizen, int] = {}
        for at in left:
            first.setdefault(wishes[at].citizen, at)
        now = list(first.values())
        answers |= zip(now, _one_round(office, [wishes[at] for at in now], work), strict=True)
        left = [at for at in left if at not in answers]
    return [answers[at] for at in range(len(wishes))]


def alone(answers: Sequence[Answer[R]]) -> R:
    """The answer to the only wish. Raises what it was refused with."""
    (answer,) = answers
    if isinstance(answer, Exception):
        raise answer
    return answer


def answered(work: Callable[[], R]) -> Answer[R]:
    """What `work` gives, or the `Refusal` it raises."""
    try:
        return work()
    except Refusal as refusal:
        return refusal


def _one_round(office: Office, wishes: Sequence[W], work: Work[W, R]) -> Sequence[Answer[R]]:
    try:
        with office.change() as unit:
            return work(unit, wishes)
    except (IntegrityError, DataError, OperationalError) as error:
        if len(wishes) == 1 or not (isinstance(error, IntegrityError | DataError) or was_given_up(error)):
            raise
        # One of them clashes with the database or with others; alone, each gets what it deserves.
        return [_by_itself(office, wish, work) for wish in wishes]


def _by_itself(office: Office, wish: W, work: Work[W, R]) -> Answer[R]:
    try:
        return alone(_one_round(office, [wish], work))
    except Exception as error:
        return error
