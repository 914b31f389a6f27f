"""Whether what was done to tickets is a history that could have been: legal, unbroken, nobody twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .tickets import AT_COUNTER, TRANSITIONS, Action, TicketState


@dataclass(frozen=True, slots=True)
class Done:
    """One step of a ticket."""

    ticket_id: int
    action: Action
    before: TicketState
    counter_id: int | None = None
    """Where the step was taken; None for one that no counter took."""
    undone: bool = False
    """Somebody took it back later."""

    @property
    def after(self) -> TicketState | None:
        """The state that it led to; None when no rule allows it."""
        return TRANSITIONS[self.action].get(self.before)


def broken(steps: Sequence[Done], now: TicketState | None) -> str | None:
    """What is wrong with the steps of one ticket, in order; None when they lead from waiting to `now`.

    `now` None: its state of today is not compared, as when a night ended it.
    """
    state = TicketState.WAITING
    for step in steps:
        if step.undone:
            continue
        if step.before is not state:
            return f"{step.action.value} found it {step.before.value} where it was {state.value}"
        if step.after is None:
            return f"{step.action.value} does nothing to one that is {state.value}"
        state = step.after
    if now is not None and state is not now:
        return f"it is {now.value} where its steps lead to {state.value}"
    return None


def crowded(steps: Iterable[Done]) -> list[tuple[int, int, int]]:
    """Counter, ticket there and ticket that was there too; `steps` of one day in order, also those undone.

    When a step was undone is not known: whose leaving was taken back stands there again at its next step, and
    nobody can tell since when.
    """
    there: dict[int, int] = {}
    at: dict[int, int] = {}
    found = []
    for step in steps:
        ticket, here = step.ticket_id, at.get(step.ticket_id)
        was_there, stays = step.before in AT_COUNTER, step.after in AT_COUNTER
        if step.undone:
            if was_there and not stays and here is not None and there.get(here) == ticket:
                del there[here]
            continue
        at.pop(ticket, None)
        if was_there and here is not None:
            other = there.pop(here, ticket)
            if other != ticket:
                found.append((here, other, ticket))
        counter = step.counter_id if step.action in (Action.CALL, Action.REOPEN) else here
        if not stays or counter is None:
            continue
        if counter in there:
            found.append((counter, there[counter], ticket))
            at.pop(there[counter], None)
        there[counter], at[ticket] = ticket, counter
    return found


def by_ticket(steps: Iterable[Done]) -> dict[int, list[Done]]:
    """The steps of each ticket, in order."""
    found: dict[int, list[Done]] = defaultdict(list)
    for step in steps:
        found[step.ticket_id].append(step)
    return found
