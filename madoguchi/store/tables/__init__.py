"""Every table. Importing this package registers them all in one metadata."""

from .base import METADATA
from .booking import Contact, Reservation, Slot
from .line import LineUser, OutboxMessage, WebhookEvent
from .office import Counter, Desk, Municipality, Service
from .operations import AuditEntry, PairingCode, Terminal
from .people import Staff, StaffSession
from .queue import Call, NumberSequence, Ticket, TicketChange

__all__ = [
    "METADATA",
    "AuditEntry",
    "Call",
    "Contact",
    "Counter",
    "Desk",
    "LineUser",
    "Municipality",
    "NumberSequence",
    "OutboxMessage",
    "PairingCode",
    "Reservation",
    "Service",
    "Slot",
    "Staff",
    "StaffSession",
    "Terminal",
    "Ticket",
    "TicketChange",
    "WebhookEvent",
]
