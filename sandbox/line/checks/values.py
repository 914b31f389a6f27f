"""Checks for single values that LINE describes in prose: addresses, colours, lengths, dates."""

import re
from datetime import date, datetime, time
from urllib.parse import urlsplit

from sandbox.line.checks.report import Path, Report
from sandbox.line.checks.shapes import Check, matching

_ENCODED = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")
_TELEPHONE = re.compile(r"tel:[0-9+\-*#().]+")
_RATIO = re.compile(r"([1-9][0-9]{0,5}):([1-9][0-9]{0,5})")
_ANGLE = re.compile(r"[0-9]+(?:\.[0-9]+)?deg")
_DATE_FORM = {
    "date": re.compile(r"\d{4}-\d{2}-\d{2}"),
    "time": re.compile(r"\d{2}:\d{2}"),
    "datetime": re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}"),
}

_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_STEPS = "none|xs|sm|md|lg|xl|xxl"
_SIZES = "xxs|xs|sm|md|lg|xl|xxl|3xl|4xl|5xl"

color = matching(r"#(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})")
margin = matching(f"{_STEPS}|{_NUMBER}px")
padding = matching(f"{_STEPS}|{_NUMBER}(?:px|%)")
corner = matching(f"{_STEPS}|{_NUMBER}px")
border = matching(f"none|light|normal|medium|semi-bold|bold|{_NUMBER}px")
extent = matching(f"{_NUMBER}(?:px|%)")
percent = matching(f"{_NUMBER}%")
pixels = matching(f"{_NUMBER}px")
font_size = matching(f"{_SIZES}|{_NUMBER}px")
image_size = matching(f"{_SIZES}|full|{_NUMBER}(?:px|%)")


def address(maximum: int, schemes: tuple[str, ...]) -> Check:
    """A percent-encoded URI of at most ``maximum`` characters with one of ``schemes``."""

    def check(value: object, path: Path, report: Report) -> None:
        if not isinstance(value, str):
            report.add(path, "must be a string")
        elif not 1 <= len(value) <= maximum:
            report.add(path, f"Length must be between 1 and {maximum}")
        elif not _is_address(value, schemes):
            report.add(path, "invalid uri")

    return check


def _is_address(value: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    if parts.scheme not in schemes or not _ENCODED.fullmatch(value):
        return False
    if parts.scheme == "tel":
        return bool(_TELEPHONE.fullmatch(value))
    return bool(parts.netloc)


https_image = address(2000, ("https",))
link = address(1000, ("http", "https", "line", "tel"))


def aspect_ratio(value: object, path: Path, report: Report) -> None:
    """``{width}:{height}``, each 1 to 100000, the height at most three widths."""
    match = _RATIO.fullmatch(value) if isinstance(value, str) else None
    width, height = (int(part) for part in match.groups()) if match else (0, 0)
    if not (1 <= width <= 100_000 and 1 <= height <= min(100_000, 3 * width)):
        report.add(path, "invalid property")


def angle(value: object, path: Path, report: Report) -> None:
    """``90deg``, from 0 up to but not including 360."""
    if not (isinstance(value, str) and _ANGLE.fullmatch(value) and float(value[:-3]) < 360):
        report.add(path, "invalid property")


def moment(value: object, mode: str) -> datetime | None:
    """Read a picker value of ``mode`` (``date``, ``time`` or ``datetime``); None when it is not one.

    The result has no time zone, as LINE's picker has none, and is only for comparing.
    """
    if not isinstance(value, str) or not _DATE_FORM[mode].fullmatch(value):
        return None
    try:
        if mode == "time":
            return datetime.combine(date(1900, 1, 1), time.fromisoformat(value))
        read = datetime.fromisoformat(value.replace("t", "T"))
    except ValueError:
        return None
    return read if 1900 <= read.year <= 2100 else None
