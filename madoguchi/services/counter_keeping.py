"""Which counters a desk has, changed by staff while nobody sits there: no call changes its counter."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import col

from ..domain.errors import Refusal
from ..domain.office_settings import checked_label
from ..domain.roles import Permission
from ..store.tables import Counter
from . import audit
from .actors import Actor
from .counters import locked_counter
from .office import Office, Unit
from .office_keeping import locked_desk


def add_counter(office: Office, actor: Actor, desk_id: int, label: str) -> tuple[int, str]:
    """Give the desk one more counter, or take one that was retired back into use; its id and label.

    Raises `Refusal`: not_allowed, unknown_desk, counter_label(most), counter_taken(label).
    """
    actor.require(Permission.ADMINISTER)
    label = checked_label(label)
    with office.change() as unit:
        locked_desk(unit, actor, desk_id)
        counter = _labelled(unit, desk_id, label)
        if counter is not None and not counter.retired:
            raise Refusal("counter_taken", label=label)
        counter = counter or Counter(desk_id=desk_id, label=label)
        counter.retired, counter.services = False, []
        unit.session.add(counter)
        unit.session.flush()
        audit.record(unit, actor.staff_id, "add_counter", f"counter:{counter.id}", desk=desk_id)
        unit.desk_changed(desk_id)
        return counter.id or 0, label


def rename_counter(
    office: Office, actor: Actor, counter_id: int, label: str, expected: str
) -> tuple[str, str]:
    """Put another label above a counter where nobody sits; the label before and after.

    Raises `Refusal`: not_allowed, unknown_counter, counter_label(most), counter_occupied(label),
    counter_taken(label), changed_meanwhile when its label is no longer `expected`.
    """
    actor.require(Permission.ADMINISTER)
    label = checked_label(label)
    with office.change() as unit:
        counter = _free_counter(unit, actor, counter_id)
        before = counter.label
        if before == label:
            return before, label
        if before != expected or counter.retired:
            raise Refusal("changed_meanwhile")
        if _labelled(unit, counter.desk_id, label) is not None:
            raise Refusal("counter_taken", label=label)
        counter.label = label
        unit.session.flush()
        audit.record(unit, actor.staff_id, "rename_counter", f"counter:{counter_id}")
        unit.desk_changed(counter.desk_id)
        return before, label


def retire_counter(office: Office, actor: Actor, counter_id: int, *, retired: bool = True) -> str:
    """Use a counter no longer, or again; its label. What was served there stays in the statistics.

    Raises `Refusal`: not_allowed, unknown_counter, counter_occupied(label).
    """
    actor.require(Permission.ADMINISTER)
    with office.change() as unit:
        counter = _free_counter(unit, actor, counter_id)
        if counter.retired != retired:
            counter.retired = retired
            unit.session.flush()
            done = "retire_counter" if retired else "restore_counter"
            audit.record(unit, actor.staff_id, done, f"counter:{counter_id}")
            unit.desk_changed(counter.desk_id)
        return counter.label


def restore_counter(office: Office, actor: Actor, counter_id: int) -> str:
    """Use a retired counter again; its label. Raises `Refusal`: not_allowed, unknown_counter."""
    return retire_counter(office, actor, counter_id, retired=False)


def _free_counter(unit: Unit, actor: Actor, counter_id: int) -> Counter:
    _, counter = locked_counter(unit, actor, counter_id)
    if counter.staff_id is not None:
        raise Refusal("counter_occupied", label=counter.label)
    return counter


def _labelled(unit: Unit, desk_id: int, label: str) -> Counter | None:
    query = select(Counter).where(col(Counter.desk_id) == desk_id, col(Counter.label) == label)
    found: Counter | None = unit.session.execute(query).scalar_one_or_none()
    return found
