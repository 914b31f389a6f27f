"""設定: an office's settings as fields of a form, and back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Final

from ..domain.errors import Refusal
from ..domain.languages import DEFAULT, LANGUAGES, OWN_NAMES, localized
from ..domain.numbers import label
from ..domain.office_settings import DeskSettings, ServiceSettings
from ..domain.phones import national
from ..services.service_keeping import ServiceLine
from .slots_form import read_number, read_time
from .typed import field

WEEKDAYS: Final = "月火水木金土日"
_LONGEST: Final = 400
"""Letters that a field may send; what is kept is shorter."""


@dataclass
class ServiceCard:
    """A service as the page lists it."""

    id: int
    name: str
    letter: str
    numbers: str
    minutes: str
    bring: str
    offers: str
    """What it gives: numbers, bookings, both; closed when neither."""
    closed: bool


def _labels(what: str, name: str) -> dict[str, str]:
    return {f"{name}_{one}": f"{what}（{OWN_NAMES[one]}）" for one in LANGUAGES}


DESK_LABELS: Final[Mapping[str, str]] = {
    **_labels("名前", "name"),
    **_labels("場所", "place"),
    "phone": "電話",
    "opens_at": "開庁",
    "closes_at": "閉庁",
    **{f"day_{place}": f"{day}曜日" for place, day in enumerate(WEEKDAYS)},
    "closed_on_holidays": "祝日は休む",
    "closed_year_end": "年末年始は休む",
}
SERVICE_LABELS: Final[Mapping[str, str]] = {
    **_labels("名前", "name"),
    "letter": "記号",
    "number_first": "最初の番号",
    "number_last": "最後の番号",
    "minutes": "1件の時間",
    **_labels("持ち物", "items"),
    "walk_in": "当日の番号",
    "bookable": "予約",
}
NEW_SERVICE: Final = ServiceSettings({}, "", 1, 999, 10, {}, walk_in=True, bookable=True)


def desk_fields(desk: DeskSettings) -> dict[str, str]:
    """The settings as the form's fields have them; a tick is ``1``."""
    return {
        **_texts("name", desk.names),
        **_texts("place", desk.places),
        "phone": national(desk.phone) if desk.phone else "",
        "opens_at": f"{desk.opens_at:%H:%M}",
        "closes_at": f"{desk.closes_at:%H:%M}",
        **{f"day_{place}": _tick(place in desk.weekdays) for place in range(7)},
        "closed_on_holidays": _tick(desk.closed_on_holidays),
        "closed_year_end": _tick(desk.closed_year_end),
    }


def desk_given(form_data: object) -> dict[str, str]:
    """What a form sent, as the fields have it."""
    ticks = {"closed_on_holidays", "closed_year_end", *(f"day_{place}" for place in range(7))}
    return _given(form_data, DESK_LABELS, ticks)


def desk_of(given: Mapping[str, str], opened: DeskSettings) -> DeskSettings:
    """The settings that the fields describe. Raises `Refusal("office_hours")` without both times."""
    return DeskSettings(
        names=_by_language(given, "name"),
        places=_by_language(given, "place"),
        phone=given["phone"],
        opens_at=_clock(given["opens_at"], opened.opens_at),
        closes_at=_clock(given["closes_at"], opened.closes_at),
        weekdays=tuple(place for place in range(7) if given[f"day_{place}"]),
        closed_on_holidays=bool(given["closed_on_holidays"]),
        closed_year_end=bool(given["closed_year_end"]),
    )


def service_fields(service: ServiceSettings) -> dict[str, str]:
    """The same for a service."""
    return {
        **_texts("name", service.names),
        "letter": service.letter,
        "number_first": str(service.number_first),
        "number_last": str(service.number_last),
        "minutes": f"{service.estimated_minutes:g}",
        **_texts("items", service.items),
        "walk_in": _tick(service.walk_in),
        "bookable": _tick(service.bookable),
    }


def service_given(form_data: object) -> dict[str, str]:
    """The same for a service's form."""
    return _given(form_data, SERVICE_LABELS, {"walk_in", "bookable"})


def service_of(given: Mapping[str, str]) -> ServiceSettings:
    """The same for a service; what is no number is out of every bound."""
    return ServiceSettings(
        names=_by_language(given, "name"),
        letter=given["letter"],
        number_first=read_number(given["number_first"]) or 0,
        number_last=read_number(given["number_last"]) or 0,
        estimated_minutes=_minutes(given["minutes"]),
        items=_by_language(given, "items"),
        walk_in=bool(given["walk_in"]),
        bookable=bool(given["bookable"]),
    )


def card_of(line: ServiceLine) -> ServiceCard:
    """The service as it is listed."""
    one = line.settings
    offered = [name for name, on in (("当日の番号", one.walk_in), ("予約", one.bookable)) if on]
    return ServiceCard(
        line.id,
        localized(one.names, DEFAULT),
        one.letter,
        numbers_of(one),
        f"{one.estimated_minutes:g}分",
        one.items.get(DEFAULT) or "なし",
        "・".join(offered) or "受付終了",
        not offered,
    )


def numbers_of(one: ServiceSettings) -> str:
    """``A001–A999``."""
    return f"{label(one.letter, one.number_first)}–{label(one.letter, one.number_last)}"


def _texts(name: str, texts: Mapping[str, str]) -> dict[str, str]:
    return {f"{name}_{one}": texts.get(one, "") for one in LANGUAGES}


def _by_language(given: Mapping[str, str], name: str) -> dict[str, str]:
    return {one: given[f"{name}_{one}"] for one in LANGUAGES}


def _given(form_data: object, names: Mapping[str, str], ticks: set[str]) -> dict[str, str]:
    sent = form_data if isinstance(form_data, dict) else {}
    return {
        name: _tick(name in sent) if name in ticks else field(sent, name, _LONGEST).strip() for name in names
    }


def _tick(on: bool) -> str:
    return "1" if on else ""


def _clock(text: str, opened: time) -> time:
    """A time as it was typed; a moment within the same minute stays what it was."""
    found = read_time(text)
    if found is None:
        raise Refusal("office_hours")
    return opened if f"{opened:%H:%M}" == f"{found:%H:%M}" else found


def _minutes(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        return 0
    return found if math.isfinite(found) else 0
