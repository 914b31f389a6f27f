"""A morning at random: 20 clerks click whatever they can while 200 citizens take, let pass and leave."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from load_kit import Town
from sqlalchemy import func, select
from sqlmodel import col

from madoguchi.domain.errors import Refusal
from madoguchi.domain.priorities import PriorityReason
from madoguchi.domain.tickets import AT_COUNTER
from madoguchi.services import (
    calling,
    checkup,
    counters,
    handing_over,
    handling,
    issuing,
    prioritizing,
    reopening,
    tickets,
    undoing,
    visit_route,
)
from madoguchi.services.steps import Outcome
from madoguchi.store.tables import Desk, OutboxMessage, Service, Ticket

pytestmark = pytest.mark.concurrency

CLERKS = 20
CLICKS_EACH = 25
CITIZENS = 200
PHONES_AT_ONCE = 8
EXPECTED = {
    "already_waiting",
    "called_elsewhere",
    "changed_meanwhile",
    "finish_first",
    "nobody_behind",
    "nobody_waits",
    "not_possible_now",
    "postponed_enough",
    "undo_too_late",
    "unknown_ticket",
}
"""What somebody may meet when others were faster."""


@dataclass
class Morning:
    """Everybody at work on one desk, and what each was told."""

    town: Town
    services: tuple[int, ...]
    """Of both desks."""
    taken: list[int] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def clerk(self, place: int) -> None:
        """Click at random, as somebody who never looks at the screen."""
        chance = random.Random(f"clerk {place}")
        last: Outcome | None = None
        for _ in range(CLICKS_EACH):
            click = chance.choice(self._clicks(place, chance, last))
            last = self._tried(click) or last

    def citizen(self, place: int) -> None:
        """Take a number; then let others pass, look, and perhaps leave."""
        chance = random.Random(f"citizen {place}")
        town, user = self.town, self.town.city.line_user_ids[place]
        issued = self._tried(
            lambda: issuing.issue_in_line(
                town.office,
                line_user_id=user,
                service_id=chance.choice(town.city.service_ids),
                event_id=uuid4().hex,
            )
        )
        if issued is None:
            return
        with self._lock:
            self.taken.append(issued.id)
        for _ in range(chance.randint(0, 3)):
            self._tried(
                chance.choice(
                    (
                        lambda: tickets.postpone_own(town.office, user, issued.id, by=chance.randint(1, 5)),
                        lambda: tickets.tickets_of(town.office, user),
                        lambda: tickets.cancel_own(town.office, user, issued.id),
                    )
                )
            )

    def _clicks(
        self, place: int, chance: random.Random, last: Outcome | None
    ) -> list[Callable[[], Outcome | None]]:
        office, actor = self.town.office, self.town.city.clerks[place]
        counter = self.town.city.counter_ids[place]
        with office.look() as unit:
            there = counters.current(unit, counter)
            current = None if there is None else there.id
        someone = self._someone(chance)
        clicks: list[Callable[[], Outcome | None]] = [
            lambda: calling.call_next(office, actor, counter, current),
            lambda: calling.call_next(office, actor, counter, current),
            lambda: calling.call_chosen(office, actor, counter, someone),
            lambda: handling.resume(office, actor, someone),
            lambda: handling.cancel_ticket(office, actor, someone),
            lambda: reopening.reopen(office, actor, counter, someone),
            lambda: prioritizing.prioritize(office, actor, someone, chance.choice((None, *PriorityReason))),
            lambda: visit_route.follow_with(office, actor, someone, self.services),
        ]
        if last is not None and last.batch:
            clicks.append(lambda: undoing.undo(office, actor, last.batch or ""))
        if current is not None:
            clicks += [
                lambda verb=verb: verb(office, actor, counter, current)
                for verb in (calling.recall, handling.serve, handling.hold, handling.miss, handling.finish)
            ]
            service = chance.choice(self.services)
            clicks.append(lambda: handing_over.hand_over(office, actor, counter, current, service))
        return clicks

    def _someone(self, chance: random.Random) -> int:
        with self._lock:
            return chance.choice(self.taken) if self.taken else 0

    def _tried(self, work: Callable[[], object]):  # type: ignore[no-untyped-def]
        try:
            return work()
        except Refusal as refusal:
            with self._lock:
                self.refusals[refusal.code] += 1
            return None


def _other_desk(town: Town) -> int:
    """A second desk where nobody works today; the id of its service."""
    with town.office.change() as unit:
        here = unit.session.get_one(Desk, town.city.desk_id)
        hours = {"opens_at": here.opens_at, "closes_at": here.closes_at}
        there = Desk(municipality_id=here.municipality_id, code=uuid4().hex, names={"ja": "市民課"}, **hours)
        unit.session.add(there)
        unit.session.flush()
        service = Service(desk_id=there.id or 0, code=uuid4().hex, names={"ja": "住民票"}, letter="C")
        unit.session.add(service)
        unit.session.flush()
        return service.id or 0


def test_after_a_morning_at_random_every_history_is_legal(town: Town) -> None:
    """Nobody was called at two counters, none lost, each push written once, nothing `doctor` would find."""
    town.empty()
    morning = Morning(town, (*town.city.service_ids, _other_desk(town)))
    with ThreadPoolExecutor(CLERKS) as clerks, ThreadPoolExecutor(PHONES_AT_ONCE) as phones:
        works = [clerks.submit(morning.clerk, place) for place in range(CLERKS)]
        works += [phones.submit(morning.citizen, place) for place in range(CITIZENS)]
        for work in works:
            work.result()
    assert set(morning.refusals) <= EXPECTED
    assert checkup.findings(town.office) == []
    assert len(set(morning.taken)) == len(morning.taken) == CITIZENS
    there = town.tickets(morning.taken)
    assert len(there) == CITIZENS
    at_counters = [one.counter_id for one in there if one.state in AT_COUNTER]
    assert len(at_counters) == len(set(at_counters))
    assert {one.state for one in there} >= {"waiting", "done", "cancelled"}
    with town.office.look() as unit:
        told = select(func.count(), func.count(col(OutboxMessage.cause).distinct())).where(
            col(OutboxMessage.ticket_id).in_(morning.taken)
        )
        written, causes = unit.session.execute(told).one()
        changed = select(func.max(col(Ticket.version))).where(col(Ticket.id).in_(morning.taken))
        assert unit.session.execute(changed).scalar_one() > 1
    assert written == causes
