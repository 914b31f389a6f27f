"""Changing a ticket: the lock, the step, its record for undo.

The locking rule: whoever changes a ticket that exists locks its desk first, then the ticket. Who takes a
ticket from one desk to another locks both desks, the lower id first, before any ticket; a number sequence
comes after both. Two changes at one desk therefore never run at once, and no two can wait for each other.
Issuing only adds tickets and locks the number sequence alone. Who sits down at a counter locks the own
account before any desk.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlmodel import UTCDateTime

from ..domain.errors import Refusal
from ..domain.tickets import Action, TicketState, after
from ..store import desks, tickets
from ..store.tables import METADATA, Desk, Ticket, TicketChange
from .office import Unit

UNDO_FOR: Final = timedelta(seconds=10)
_MOMENTS: Final = frozenset(
    column.name for column in METADATA.tables["ticket"].columns if isinstance(column.type, UTCDateTime)
)

_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Unreached:
    """A service of the visit to which the ticket could not go on; names by language."""

    number: str
    desk: Mapping[str, str]
    service: Mapping[str, str]
    why: str
    """``desk_closed`` or ``number_taken_there``."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a click did. `batch` undoes it until `undo_until`; no batch: nothing changed."""

    batch: str | None
    ticket_id: int | None
    number: str | None
    undo_until: datetime | None
    unreached: tuple[Unreached, ...] = ()
    """Where the visit that ended or went on by this click could not go."""


@dataclass(frozen=True, slots=True)
class Step:
    """One action on one ticket, and whose click it was part of."""

    action: Action
    staff_id: int | None = None
    counter_id: int | None = None
    batch: str = ""


def new_batch() -> str:
    """Names one click."""
    return secrets.token_hex(8)


def tried_again(work: Callable[_Asked, _Answer]) -> Callable[_Asked, _Answer]:
    """Run a use case of a citizen once more when a clerk moved the ticket to another desk at that instant.

    The citizen meant the ticket, wherever it is, and is not to be asked to tap again. A clash with another
    door counts, too: see `tried_again_on_clash`.
    """

    @wraps(work)
    def run(*args: _Asked.args, **kwargs: _Asked.kwargs) -> _Answer:
        try:
            return work(*args, **kwargs)
        except IntegrityError:
            pass
        except Refusal as refusal:
            if refusal.code != "changed_meanwhile":
                raise
        return work(*args, **kwargs)

    return run


def tried_again_on_clash(work: Callable[_Asked, _Answer]) -> Callable[_Asked, _Answer]:
    """Run a use case once more when the database forbade what was allowed when it was asked.

    Numbers are given without locking the desk, so the holder of a ticket may take a second number of the
    service that a clerk brings the first one to. The second time that number is seen, and refused or
    reckoned with.
    """

    @wraps(work)
    def run(*args: _Asked.args, **kwargs: _Asked.kwargs) -> _Answer:
        try:
            return work(*args, **kwargs)
        except IntegrityError:
            return work(*args, **kwargs)

    return run


def lock_desks(unit: Unit, desk_ids: Iterable[int]) -> dict[int, Desk]:
    """These desks by id, locked in the order of the rule; unknown ones are left out."""
    found = [desks.lock_desk(unit.session, desk_id) for desk_id in sorted(set(desk_ids))]
    return {desk.id or 0: desk for desk in found if desk is not None}


def locked(unit: Unit, ticket_id: int, *others: int) -> tuple[Desk, Ticket]:
    """The ticket and its desk, locked in the order of the rule, with the `others` among the desks.

    Raises `Refusal`: unknown_ticket, changed_meanwhile.
    """
    desk_id = tickets.desk_id_of(unit.session, ticket_id)
    if desk_id is None:
        raise Refusal("unknown_ticket")
    return locked_at(unit, lock_desks(unit, {desk_id, *others}), ticket_id)


def locked_at(unit: Unit, there: Mapping[int, Desk], ticket_id: int) -> tuple[Desk, Ticket]:
    """The ticket, locked, and its desk, which must be one of those locked before.

    Raises `Refusal`: unknown_ticket, changed_meanwhile.
    """
    ticket = tickets.lock(unit.session, ticket_id)
    if ticket is None:
        raise Refusal("unknown_ticket")
    desk = there.get(ticket.desk_id)
    if desk is None:
        # Handed over to another desk at this moment; nothing is known of what became of it there.
        raise Refusal("changed_meanwhile")
    return desk, ticket


def take_step(unit: Unit, ticket: Ticket, step: Step, **changes: object) -> None:
    """Move the ticket to the state that `step` leads to, with other columns changed along.

    Raises `Refusal("not_possible_now")` when the ticket's state does not allow it.
    """
    state = after(TicketState(ticket.state), step.action)
    changes = {"state": state.value, **changes}
    before = {name: _plain(getattr(ticket, name)) for name in changes}
    for name, value in changes.items():
        setattr(ticket, name, value)
    ticket.version += 1
    unit.session.add(
        TicketChange(
            batch=step.batch or new_batch(),
            ticket_id=ticket.id or 0,
            action=step.action.value,
            staff_id=step.staff_id,
            counter_id=step.counter_id,
            changed_at=unit.now,
            version_after=ticket.version,
            before=before,
        )
    )
    # At once, so that a counter's old ticket has left before its new one arrives.
    unit.session.flush()


def put_back(ticket: Ticket, before: Mapping[str, object]) -> None:
    """Give the ticket's columns the values that a step kept of them."""
    for name, value in before.items():
        if name in _MOMENTS and isinstance(value, str):
            setattr(ticket, name, datetime.fromisoformat(value))
        else:
            setattr(ticket, name, value)
    ticket.version += 1


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
