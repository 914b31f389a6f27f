"""Ticket numbers: a letter per service and a number in a set range, in order, without gap or duplicate."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from .errors import Refusal


@dataclass(frozen=True, slots=True)
class NumberRange:
    """The numbers of one service's day, both ends included."""

    first: int
    last: int

    def __post_init__(self) -> None:
        if not 0 < self.first <= self.last:
            raise ValueError(f"not a range of numbers: {self.first}-{self.last}")

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return self.last - self.first + 1


def number_after(
    last_number: int | None, lap: int, numbers: NumberRange, still_open: Container[int]
) -> tuple[int, int]:
    """The next number and its lap (0 for the first time through the range).

    Past the end the range starts again; a number whose ticket is `still_open` is passed over.
    Raises `Refusal("numbers_run_out")` when every number is open.
    """
    candidate = numbers.first if last_number is None else last_number + 1
    for _ in range(numbers.size):
        if candidate > numbers.last:
            candidate, lap = numbers.first, lap + 1
        if lap == 0 or candidate not in still_open:
            return candidate, lap
        candidate += 1
    raise Refusal("numbers_run_out")


def label(letter: str, number: int) -> str:
    """How people read it: ``A012``."""
    return f"{letter}{number:03d}"
