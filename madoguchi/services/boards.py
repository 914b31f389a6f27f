"""What a desk's board shows: the lobby display's and the public board's one snapshot."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from ..domain.board_notices import DeskFacts, notices
from ..domain.numbers import label
from ..domain.tickets import TicketState
from ..store import boards as rows
from ..store.desks import staffed_counters
from ..store.tables import Desk
from . import announcements, desks
from .office import Office, Unit

CALLING_MOST: Final = 12
RECENT_MOST: Final = 6
MISSED_MOST: Final = 12
A_DAY: Final = timedelta(days=1)
RECENT_FOR: Final = timedelta(minutes=30)
_NO_LONGER_CALLED: Final = (TicketState.SERVING, TicketState.DONE)
_HOLD_SUMMARY_FOR: Final = timedelta(seconds=2)


def snapshot(office: Office, desk_code: str, *, at_once: bool = False) -> dict[str, Any]:
    """The whole board as JSON values: numbers, counters and counts, nothing that names a person.

    ``calling`` are the tickets called now, newest call first; ``recent`` those whose visit went on or
    ended within `RECENT_FOR`; ``missed`` the absent numbers. A ``call_id`` is one announcement,
    and ``announcement`` what it says in each language. Not ``aloud``: the display only chimes.
    ``notices`` are what the calm area says (`domain.board_notices`). ``revision`` is another number
    whenever something happened to a ticket here, also where all else reads the same: whoever follows a
    single ticket by the board's stream asks how it stands. `at_once` takes waiting times that are up to a
    minute old: nobody who is called waits until those of the others are worked out.
    Raises `Refusal("unknown_desk")`.
    """
    desk = desks.desk_by_code(office, desk_code)
    services = [
        one
        for one in desks.services_of(office, desk.id, at_once=at_once)
        if one.walk_in or one.bookable or one.waiting
    ]
    with office.look() as unit:
        session, day = unit.session, unit.today
        calling = rows.last_calls(
            session, desk.id, day, unit.now - A_DAY, (TicketState.CALLED,), CALLING_MOST
        )
        recent = rows.last_calls(session, desk.id, day, unit.now - RECENT_FOR, _NO_LONGER_CALLED, RECENT_MOST)
        missed = rows.missed_numbers(session, desk.id, day, MISSED_MOST)
        counters = staffed_counters(session, desk.id)
        said = announcements.of_calls(session, calling)
        row = session.get_one(Desk, desk.id)
        facts = _facts(unit, row, services)
        revision = rows.revision(session, desk.id, day)
    return {
        "desk": {"code": desk.code, "names": desk.names, "place": desk.places},
        "municipality": {"names": desk.municipality_names},
        "open": desk.open,
        "stopped": facts.stopped,
        "notices": notices(facts),
        "service_day": day.isoformat(),
        "generated_at": unit.now.isoformat(),
        "revision": revision,
        "calling": [
            {
                **_called(call),
                "aloud": row.speech,
                "announcement": announcements.as_json(desk.code, said[call.call_id], voiced=row.speech),
            }
            for call in calling
        ],
        "recent": [_called(call) for call in recent],
        "missed": [label(letter, number) for letter, number in missed],
        "services": [service_json(service) for service in services],
        "waiting": sum(service.waiting for service in services),
        "counters": counters,
    }


def _facts(unit: Unit, row: Desk, services: list[desks.ServiceView]) -> DeskFacts:
    return DeskFacts(
        closed=row.closed_on == unit.today,
        stopped=row.stopped_on == unit.today,
        paused=row.paused,
        waiting=sum(service.waiting for service in services),
        longest_wait=max((service.wait[1] for service in services if service.open), default=0),
        paused_counters=rows.paused_counters(unit.session, row.id or 0),
        own=row.notice,
    )


def service_json(service: desks.ServiceView) -> dict[str, Any]:
    """A service as boards and terminals show it."""
    return {
        "code": service.code,
        "names": service.names,
        "letter": service.letter,
        "waiting": service.waiting,
        "estimated_wait_minutes": list(service.wait),
        "open": service.open,
    }


def all_desks(office: Office) -> list[dict[str, Any]]:
    """Every desk with its municipality, hours and how many wait, as JSON values; some seconds old."""
    now = office.clock.now()
    return office.memo.recall(("all_desks",), now, _HOLD_SUMMARY_FOR, lambda: _all_desks(office))


def _all_desks(office: Office) -> list[dict[str, Any]]:
    codes = {one.id: one.code for one in desks.municipalities(office)}
    return [
        {
            "code": desk.code,
            "names": desk.names,
            "place": desk.places,
            "phone": desk.phone,
            "municipality": {"code": codes[desk.municipality_id], "names": desk.municipality_names},
            "open": desk.open,
            "opens_at": f"{desk.opens_at:%H:%M}",
            "closes_at": f"{desk.closes_at:%H:%M}",
            "waiting": sum(service.waiting for service in desks.services_of(office, desk.id)),
        }
        for desk in desks.desks(office)
    ]


def _called(row: rows.CalledRow) -> dict[str, Any]:
    return {
        "number": label(row.letter, row.number),
        "counter": row.counter,
        "call_id": row.call_id,
        "called_at": row.called_at.isoformat(),
        "calls": row.calls,
        "language": row.language,
    }
