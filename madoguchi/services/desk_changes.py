"""What staff change of a desk by one click, kept so that it can be taken back like any other click."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlmodel import col

from ..domain.errors import Refusal
from ..store import desks
from ..store.tables import Desk, DeskChange
from . import outbox
from .actors import Actor
from .office import Unit
from .steps import UNDO_FOR


def change(
    unit: Unit, actor: Actor, desk: Desk, batch: str, told: Sequence[str], **days: date | None
) -> None:
    """Set days of a locked desk; `told` are the causes of the messages that the click wrote."""
    before = {name: _plain(getattr(desk, name)) for name in days}
    for name, value in days.items():
        setattr(desk, name, value)
    unit.session.add(
        DeskChange(
            batch=batch,
            desk_id=desk.id or 0,
            staff_id=actor.staff_id,
            changed_at=unit.now,
            before=before,
            told=list(told),
        )
    )
    unit.session.flush()


def put_back(unit: Unit, actor: Actor, batch: str) -> Desk | None:
    """The desk as before the click, now locked, its untouched messages withdrawn.

    None when the click changed no desk. Raises `Refusal`: undo_too_late, changed_meanwhile.
    """
    mine = select(DeskChange).where(
        col(DeskChange.batch) == batch[:32], col(DeskChange.staff_id) == actor.staff_id
    )
    found: DeskChange | None = unit.session.execute(mine).scalar_one_or_none()
    if found is None:
        return None
    desk = desks.lock_desk(unit.session, found.desk_id)
    assert desk is not None
    # Locked before they are believed: the same undo may be under way in another tab.
    unit.session.refresh(desk)
    unit.session.refresh(found)
    if found.undone or unit.now - found.changed_at > UNDO_FOR:
        raise Refusal("undo_too_late")
    newest = select(col(DeskChange.id)).where(
        col(DeskChange.desk_id) == desk.id, col(DeskChange.undone).is_(False)
    )
    if unit.session.execute(newest.order_by(col(DeskChange.id).desc()).limit(1)).scalar_one() != found.id:
        raise Refusal("changed_meanwhile")
    for name, value in found.before.items():
        setattr(desk, name, None if value is None else date.fromisoformat(value))
    for cause in found.told:
        outbox.withdraw(unit, cause)
    found.undone = True
    unit.session.flush()
    unit.desk_changed(desk.id or 0)
    return desk


def last_changed_at(unit: Unit, desk_id: int) -> datetime | None:
    """When staff last stopped, closed or opened the desk; what was taken back does not count."""
    last = select(func.max(col(DeskChange.changed_at))).where(
        col(DeskChange.desk_id) == desk_id, col(DeskChange.undone).is_(False)
    )
    found: datetime | None = unit.session.execute(last).scalar_one()
    return found


def _plain(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
