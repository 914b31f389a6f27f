"""Reading what this page's forms and scripts send, beyond what `typed` reads for every page."""

from __future__ import annotations

from datetime import date, time

from ..domain.errors import Refusal
from ..domain.slot_plans import LEAST_EVERY, MOST_EVERY, MOST_PLACES, Band, Exceptional, ExceptionKind
from .typed import day as read_date
from .typed import field as text_of

__all__ = ["brush_of", "exception_of", "one_day", "read_date", "read_number", "read_time", "span", "text_of"]


def read_time(value: object) -> time | None:
    """A time as a time field sends it; None for anything else."""
    try:
        found = (
            time.fromisoformat(value)
            if isinstance(value, str) and len(value) in {5, 8} and value[2] == ":"
            else None
        )
    except ValueError:
        return None
    return None if found is None or found.tzinfo is not None else found.replace(second=0, microsecond=0)


def read_number(value: object) -> int | None:
    """A whole number from 0 to 99,999, as a field or a script sends it; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else None


def span(one: object, other: object, below: int) -> list[int]:
    """From the lower to the higher of two places in a table; empty when they are none."""
    if not all(type(value) is int and 0 <= value < below for value in (one, other)):
        return []
    low, high = sorted((int(str(one)), int(str(other))))
    return list(range(low, high + 1))


def one_day(value: str) -> list[int]:
    """The weekday that a select named; empty when it is none."""
    return [int(value)] if value in set("0123456") else []


def brush_of(form_data: object) -> tuple[int | None, int | None]:
    """Every how many minutes, and how many places; None for what is missing or out of bounds."""
    every, places = read_number(text_of(form_data, "every")), read_number(text_of(form_data, "capacity"))
    return (
        every if every is not None and LEAST_EVERY <= every <= MOST_EVERY else None,
        places if places is not None and places <= MOST_PLACES else None,
    )


def exception_of(form_data: object, kind: str, day: date) -> Exceptional | None:
    """The exception that a form describes; None for a day that follows its pattern again.

    Raises `Refusal("plan_band")` when the times of a special opening are not all there.
    """
    note = "".join(sign for sign in text_of(form_data, "note") if sign.isprintable()).strip()
    if kind == "usual":
        return None
    if kind == "special":
        starts, ends = read_time(text_of(form_data, "starts")), read_time(text_of(form_data, "ends"))
        every, places = read_number(text_of(form_data, "every")), read_number(text_of(form_data, "places"))
        if starts is None or ends is None or every is None or places is None:
            raise Refusal("plan_band", weekday=day.weekday(), starts=text_of(form_data, "starts")[:5] or "?")
        band = Band(day.weekday(), starts, ends, every, places)
        return Exceptional(ExceptionKind.SPECIAL, bands=(band,), note=note)
    if kind == "capacity":
        return Exceptional(ExceptionKind.CAPACITY, read_number(text_of(form_data, "places")), note=note)
    return Exceptional(ExceptionKind.CLOSED, note=note)
