"""Every table. Importing this package registers them all in one metadata."""

from .base import METADATA
from .booking import Contact, DayException, Pool, Reservation, Slot, SlotPlan, WaitingListEntry
from .leases import LeasedNumber, LeaseTrouble
from .line import LineQuota, LineUser, OutboxMessage, WebhookEvent
from .office import Counter, Desk, Municipality, Service
from .operations import AuditEntry, PairingCode, Terminal, TicketPaper
from .people import Staff, StaffSession
from .privacy import MaskingRun
from .queue import Call, DeskChange, NumberSequence, Ticket, TicketChange, VisitPart
from .statistics import DayFigures

__all__ = [
    "METADATA",
    "AuditEntry",
    "Call",
    "Contact",
    "Counter",
    "DayException",
    "DayFigures",
    "Desk",
    "DeskChange",
    "LeaseTrouble",
    "LeasedNumber",
    "LineQuota",
    "LineUser",
    "MaskingRun",
    "Municipality",
    "NumberSequence",
    "OutboxMessage",
    "PairingCode",
    "Pool",
    "Reservation",
    "Service",
    "Slot",
    "SlotPlan",
    "Staff",
    "StaffSession",
    "Terminal",
    "Ticket",
    "TicketChange",
    "TicketPaper",
    "VisitPart",
    "WaitingListEntry",
    "WebhookEvent",
]
