"""Who sits at which counter, what it takes, and whether it pauses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlmodel import col

from ..domain.errors import Refusal
from ..domain.roles import Permission, may
from ..store import desks, queue, tickets
from ..store.staff import lock_staff
from ..store.tables import Counter, Desk, Ticket
from . import audit, positions
from .actors import Actor
from .office import Office, Unit
from .steps import lock_desks


def take_counter(office: Office, actor: Actor, counter_id: int) -> None:
    """Sit down at a counter, leaving any other; who sat there before is told by `counter_not_yours`.

    Raises `Refusal`: not_allowed, unknown_counter, finish_first(number) with somebody at the old counter.
    """
    actor.require(Permission.CALL)
    with office.change() as unit:
        # From two tabs one sits down after the other, also at two desks: else neither would see the other.
        lock_staff(unit.session, actor.staff_id)
        # Another tab may call at this moment: the counter that is left is only believed to be empty locked.
        lock_desks_of(unit, actor.staff_id, counter_id)
        _, counter = locked_counter(unit, actor, counter_id)
        if counter.retired:
            raise Refusal("unknown_counter")
        for other in _counters_of(unit, actor.staff_id):
            if other.id != counter_id:
                _free(unit, other)
        if counter.staff_id != actor.staff_id:
            empty(counter)
            counter.staff_id, counter.taken_at = actor.staff_id, unit.now
            audit.record(unit, actor.staff_id, "take_counter", f"counter:{counter_id}")
            unit.desk_changed(counter.desk_id)


def leave_counter(office: Office, actor: Actor, counter_id: int) -> None:
    """Stand up. Raises `Refusal`: not_allowed, unknown_counter, counter_not_yours, finish_first(number)."""
    actor.require(Permission.CALL)
    with office.change() as unit:
        _, counter = own_counter(unit, actor, counter_id)
        _free(unit, counter)
        audit.record(unit, actor.staff_id, "leave_counter", f"counter:{counter_id}")


def pause(office: Office, actor: Actor, counter_id: int, paused: bool) -> Mapping[int, int]:
    """Call nobody to the actor's counter for a while, or go on; who is there now can be finished.

    What nobody takes meanwhile, as `uncovered`.
    Raises `Refusal`: not_allowed, unknown_counter, counter_not_yours.
    """
    actor.require(Permission.CALL)
    with office.change() as unit:
        desk, counter = own_counter(unit, actor, counter_id)
        if counter.paused != paused:
            counter.paused = paused
            unit.session.flush()
            audit.record(unit, actor.staff_id, "pause_counter", f"counter:{counter_id}", paused=paused)
            unit.desk_changed(desk.id or 0)
        return uncovered(unit, desk.id or 0)


def choose_services(
    office: Office,
    actor: Actor,
    counter_id: int,
    service_ids: Sequence[int],
    expected: Sequence[int] | None = None,
) -> Mapping[int, int]:
    """Take these services only at the counter; none given: all of its desk, also those to come.

    Who administers may choose for every counter. `expected` are those that the page showed: what a colleague
    has chosen since is not wiped unseen. None: whatever was chosen before.
    What nobody takes now, as `uncovered`.
    Raises `Refusal`: not_allowed, unknown_counter, counter_not_yours, unknown_service, changed_meanwhile.
    """
    actor.require(Permission.CALL)
    with office.change() as unit:
        find = locked_counter if may(actor.role, Permission.ADMINISTER) else own_counter
        desk, counter = find(unit, actor, counter_id)
        every = sorted(service.id or 0 for service in desks.services(unit.session, desk.id or 0))
        chosen = _chosen(service_ids, every)
        if not set(every).issuperset(chosen):
            raise Refusal("unknown_service")
        if counter.services != chosen:
            if expected is not None and _chosen(expected, every) != counter.services:
                raise Refusal("changed_meanwhile")
            counter.services = chosen
            unit.session.flush()
            audit.record(unit, actor.staff_id, "choose_services", f"counter:{counter_id}", services=chosen)
            unit.desk_changed(desk.id or 0)
        return uncovered(unit, desk.id or 0)


def _chosen(service_ids: Sequence[int], every: Sequence[int]) -> list[int]:
    chosen = sorted(set(service_ids))
    return [] if chosen == list(every) else chosen


def uncovered(unit: Unit, desk_id: int) -> Mapping[int, int]:
    """Services that no working counter takes though people wait for them, each with how many."""
    takes = desks.services_taken(unit.session, desk_id)
    if any(not services for services in takes):
        return {}
    covered = {service_id for services in takes for service_id in services}
    waiting = queue.waiting_by_service(unit.session, desk_id, unit.today)
    return {service_id: count for service_id, count in waiting.items() if service_id not in covered}


def refuse_paused(counter: Counter) -> None:
    """Raises `Refusal("counter_paused")` at a counter that pauses."""
    if counter.paused:
        raise Refusal("counter_paused", counter=counter.label)


def empty(counter: Counter) -> None:
    """Nobody sits there any more. What it takes stays for whoever comes next."""
    counter.staff_id = counter.taken_at = counter.seen_at = None
    counter.paused = False


def desk_of(office: Office, actor: Actor) -> int | None:
    """The desk where the actor sits at a counter now."""
    with office.look() as unit:
        return next((counter.desk_id for counter in _counters_of(unit, actor.staff_id)), None)


def stand_up(unit: Unit, staff_id: int) -> None:
    """Free the counters where somebody who goes home sits, except where a visit is still open.

    Locks their desks, so it comes before whatever else is locked, the audit log too.
    """
    lock_desks_of(unit, staff_id)
    for counter in _counters_of(unit, staff_id):
        if current(unit, counter.id or 0) is None:
            empty(counter)
            unit.desk_changed(counter.desk_id)


def locked_counter(unit: Unit, actor: Actor, counter_id: int) -> tuple[Desk, Counter]:
    """A counter of the actor's municipality with its desk locked. Raises `Refusal("unknown_counter")`."""
    desk_id = desks.desk_id_of_counter(unit.session, counter_id)
    desk = None if desk_id is None else desks.lock_desk(unit.session, desk_id)
    if desk is None or desk.municipality_id != actor.municipality_id:
        raise Refusal("unknown_counter")
    # Only now, with the desk locked: what was read before could be old.
    return desk, unit.session.get_one(Counter, counter_id, populate_existing=True)


def own_counter(unit: Unit, actor: Actor, counter_id: int) -> tuple[Desk, Counter]:
    """The same for the actor's own counter. Raises `Refusal`: unknown_counter, counter_not_yours."""
    desk, counter = locked_counter(unit, actor, counter_id)
    if counter.staff_id != actor.staff_id:
        raise Refusal("counter_not_yours", counter=counter.label)
    return desk, counter


def current(unit: Unit, counter_id: int) -> Ticket | None:
    """The ticket at the counter now."""
    return next(iter(tickets.at_counter(unit.session, counter_id, unit.today)), None)


def _counters_of(unit: Unit, staff_id: int) -> list[Counter]:
    found = select(Counter).where(col(Counter.staff_id) == staff_id).order_by(col(Counter.id))
    return list(unit.session.execute(found, execution_options={"populate_existing": True}).scalars())


def lock_desks_of(unit: Unit, staff_id: int, *counter_ids: int) -> None:
    """Lock the desks where somebody sits, and those of more counters, in the order of the rule."""
    here = [counter.desk_id for counter in _counters_of(unit, staff_id)]
    there = [desks.desk_id_of_counter(unit.session, counter_id) for counter_id in counter_ids]
    lock_desks(unit, [desk_id for desk_id in (*here, *there) if desk_id is not None])


def _free(unit: Unit, counter: Counter) -> None:
    ticket = current(unit, counter.id or 0)
    if ticket is not None:
        raise Refusal("finish_first", number=positions.number_of(ticket), counter=counter.label)
    empty(counter)
    unit.desk_changed(counter.desk_id)
