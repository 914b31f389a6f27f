"""Small checks that compose: strings by length, numbers by range, objects by their fields."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.line.checks.counting import utf16_units
from sandbox.line.checks.report import Path, Report

Check = Callable[[object, Path, Report], None]
Rule = Callable[[Mapping[str, object], Path, Report], None]
Count = Callable[[str], int]


@dataclass(frozen=True)
class Field:
    """How one property is checked, and whether it must be there."""

    check: Check
    required: bool = False


def need(check: Check) -> Field:
    """A property that must be given."""
    return Field(check, required=True)


def may(check: Check) -> Field:
    """A property that may be left out."""
    return Field(check)


def shape(fields: Mapping[str, Field], *rules: Rule) -> Check:
    """An object with exactly these properties; ``rules`` look at several of them together."""

    def check(value: object, path: Path, report: Report) -> None:
        if not isinstance(value, dict):
            report.add(path, "must be an object")
            return
        before = len(report.findings)
        for name in value.keys() - fields.keys():
            report.add((*path, name), "unknown field")
        for name, field in fields.items():
            if name in value:
                field.check(value[name], (*path, name), report)
            elif field.required:
                report.add((*path, name), "must be specified")
        if len(report.findings) == before:
            for rule in rules:
                rule(value, path, report)

    return check


def tagged(variants: Mapping[str, Check]) -> Check:
    """An object whose ``type`` chooses the check: LINE's discriminator."""

    def check(value: object, path: Path, report: Report) -> None:
        if not isinstance(value, dict):
            report.add(path, "must be an object")
            return
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in variants:
            allowed = ", ".join(variants)
            report.add((*path, "type"), f"Must be one of the following values: [{allowed}]")
            return
        variants[kind](value, path, report)

    return check


def text(maximum: int, *, minimum: int = 1, count: Count = utf16_units, pattern: str | None = None) -> Check:
    """A string of ``minimum`` to ``maximum`` characters by ``count``, wholly matching ``pattern``."""
    compiled = re.compile(pattern) if pattern else None

    def check(value: object, path: Path, report: Report) -> None:
        if not isinstance(value, str):
            report.add(path, "must be a string")
        elif not value and minimum:
            report.add(path, "May not be empty")
        elif not minimum <= count(value) <= maximum:
            report.add(path, f"Length must be between {minimum} and {maximum}")
        elif compiled and not compiled.fullmatch(value):
            report.add(path, "invalid property")

    return check


def matching(pattern: str) -> Check:
    """A string wholly matching ``pattern``."""
    return text(2000, pattern=pattern)


def choice(*values: str) -> Check:
    """One of the given strings."""

    def check(value: object, path: Path, report: Report) -> None:
        if value not in values:
            report.add(path, f"Must be one of the following values: [{', '.join(values)}]")

    return check


def integer(minimum: int, maximum: int = 2**31 - 1) -> Check:
    """A whole number within the range; ``true`` is none."""

    def check(value: object, path: Path, report: Report) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            report.add(path, "must be an integer")
        elif not minimum <= value <= maximum:
            report.add(path, f"Must be between {minimum} and {maximum}")

    return check


def flag(value: object, path: Path, report: Report) -> None:
    """``true`` or ``false``."""
    if not isinstance(value, bool):
        report.add(path, "must be a boolean")


def array(item: Check, minimum: int, maximum: int) -> Check:
    """A list of ``minimum`` to ``maximum`` entries that each pass ``item``."""

    def check(value: object, path: Path, report: Report) -> None:
        if not isinstance(value, list):
            report.add(path, "must be an array")
            return
        if not minimum <= len(value) <= maximum:
            report.add(path, f"Size must be between {minimum} and {maximum}")
        for index, each in enumerate(value):
            item(each, (*path, index), report)

    return check
