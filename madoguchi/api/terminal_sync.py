"""What a terminal gave without the network is brought, and its stock of numbers filled up again."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from ..services import leases
from ..services.delivering import Delivered, Spooled, deliver
from ..services.leases import Lease
from ..services.office import Office
from ..services.running import in_thread, office
from . import bodies
from .terminal import answer, terminal_of, ticket_json

MOST_AT_ONCE: Final = 40


async def sync(request: Request) -> Response:
    """``POST /api/v1/terminal/sync``: spooled numbers in order, answered with what became of each."""
    terminal = await terminal_of(request)
    body = await bodies.json_object(request)
    clock = bodies.moment(body, "clock")
    spooled = [_spooled(one) for one in bodies.objects(body, "tickets", MOST_AT_ONCE)]
    opened = office()
    delivered = await in_thread(deliver, opened, terminal, spooled, clock)
    renewed = await in_thread(leases.renewed, opened, terminal.id, terminal.desk_id)
    return answer(
        {
            "results": [_delivered(opened, one) for one in delivered],
            "leases": [_lease(opened, one) for one in renewed],
            "server_time": opened.clock.now().isoformat(),
        }
    )


def _spooled(one: dict[str, Any]) -> Spooled:
    return Spooled(
        key=bodies.checked_key(bodies.text(one, "key", bodies.KEY_LENGTHS[-1])),
        service=bodies.text(one, "service"),
        day=bodies.day(one, "service_day"),
        number=bodies.text(one, "number", 16),
        token=bodies.text(one, "token"),
        claim_code=bodies.text(one, "claim_code", 16) if one.get("claim_code") else "",
        issued_at=bodies.moment(one, "issued_at"),
        language=bodies.language(one),
    )


def _delivered(opened: Office, one: Delivered) -> dict[str, Any]:
    return {
        "key": one.key,
        "result": one.result.value,
        "number": one.number,
        "id": one.ticket_id,
        "reason": one.trouble or None,
        "ticket": None if one.instead is None else ticket_json(opened, one.instead),
    }


def _lease(opened: Office, lease: Lease) -> dict[str, Any]:
    return {
        "service": lease.service_code,
        "service_day": lease.service_day.isoformat(),
        "opens_at": lease.opens_at.isoformat(),
        "closes_at": lease.closes_at.isoformat(),
        "stopped": lease.stopped,
        "used": lease.used,
        "numbers": [
            {
                "number": held.number,
                "token": held.token,
                "status_url": f"{opened.settings.public_url}/t/{held.token}",
                "claim_code": held.claim_code,
            }
            for held in lease.numbers
        ],
    }
