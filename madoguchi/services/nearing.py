"""Looking at every desk for turns that have come near by the passing of time alone."""

from __future__ import annotations

from ..store import desks, tickets
from . import positions
from .office import Office


def tell_everywhere(office: Office) -> int:
    """Tell whoever is near, or soon, and was not told; how many messages were written.

    Estimates shrink, appointments become due and times that somebody asked for come without any click.
    """
    with office.look() as unit:
        desk_ids = tickets.desks_to_tell(unit.session, unit.today)
    return sum(_tell_at(office, desk_id) for desk_id in desk_ids)


def _tell_at(office: Office, desk_id: int) -> int:
    with office.change() as unit:
        desk = desks.lock_desk(unit.session, desk_id)
        return 0 if desk is None else positions.tell_near(office, unit, desk)
