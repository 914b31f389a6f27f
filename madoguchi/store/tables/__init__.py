"""Every table. Importing this package registers them all in one metadata."""

from .base import METADATA
from .booking import Contact, DayException, Pool, Reservation, Slot, SlotPlan, WaitingListEntry
from .leases import LeasedNumber, LeaseTrouble
from .line import LineQuota, LineUser, OutboxMessage, WebhookEvent
from .office import Counter, Desk, Municipality, Service
from .operations import AuditEntry, AuditSeal, PairingCode, Terminal, TicketPaper
from .people import RecoveryCode, SignInRules, Staff, StaffDevice, StaffSession
from .privacy import MaskingRun
from .queue import Call, DeskChange, NumberSequence, Ticket, TicketChange, VisitPart
from .statistics import DayFigures

__all__ = [
    "METADATA",
    "AuditEntry",
    "AuditSeal",
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
    "RecoveryCode",
    "Reservation",
    "Service",
    "SignInRules",
    "Slot",
    "SlotPlan",
    "Staff",
    "StaffDevice",
    "StaffSession",
    "Terminal",
    "Ticket",
    "TicketChange",
    "TicketPaper",
    "VisitPart",
    "WaitingListEntry",
    "WebhookEvent",
]
