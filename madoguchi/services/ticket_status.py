"""A ticket's live status, for whoever holds its address."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from . import ticket_views
from .office import Office


def status(office: Office, token: str) -> dict[str, Any]:
    """The ticket as JSON values. ``claim_code`` and ``line_url`` are there only while nobody's LINE holds it.

    Raises `Refusal`: unknown_ticket, ticket_of_day(day).
    """
    ticket = ticket_views.todays_ticket(office, token)
    code = None if ticket.bound else ticket.claim_code
    return {
        "number": ticket.number,
        "state": ticket.state.value,
        "language": ticket.language,
        "service": {"code": ticket.service_code, "names": ticket.service},
        "desk": {"code": ticket.desk_code, "names": ticket.desk, "place": ticket.place},
        "municipality": {"names": ticket.municipality},
        "issued_at": ticket.issued_at.isoformat(),
        "called_at": ticket.called_at.isoformat() if ticket.called_at else None,
        "calls": ticket.calls,
        "counter": ticket.counter,
        "waiting_ahead": ticket.ahead,
        "near": ticket.near,
        "not_before": ticket.not_before.isoformat() if ticket.not_before else None,
        "moved": ticket.moved,
        "returns": ticket.returns.value if ticket.returns else None,
        "desk_closed": ticket.desk_closed,
        "estimated_wait_minutes": list(ticket.wait) if ticket.wait else None,
        "bound": ticket.bound,
        "claim_code": code,
        "line_url": claim_link(office, code) if code else None,
        "generated_at": office.clock.now().isoformat(),
    }


def claim_link(office: Office, claim_code: str) -> str:
    """The link that opens the account's chat with the claim message typed in, ready to send."""
    text = quote(f"番号札登録 {claim_code}", safe="")
    return f"{office.settings.line_links}/R/oaMessage/{_account(office)}/?{text}"


def friend_link(office: Office) -> str:
    """The link that adds the account as a friend."""
    return f"{office.settings.line_links}/R/ti/p/{_account(office)}"


def _account(office: Office) -> str:
    return quote(office.settings.line_basic_id, safe="")


def local_time(office: Office, moment: str) -> str:
    """An ISO 8601 moment as the office's clock shows it: ``10:05``."""
    return f"{datetime.fromisoformat(moment).astimezone(office.settings.zone):%H:%M}"
