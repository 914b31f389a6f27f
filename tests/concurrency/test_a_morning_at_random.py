"""A morning at random: 20 clerks of two desks click whatever they can while 200 citizens take, let pass, come
back and leave, and nobody's silence is marked as absence."""

from __future__ import annotations

import random
import threading
from collections import Counter as Counted
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

import pytest
from load_kit import Town
from sqlalchemy import func, select
from sqlmodel import col

from madoguchi.domain.errors import Refusal
from madoguchi.domain.priorities import PriorityReason
from madoguchi.domain.roles import Role
from madoguchi.domain.tickets import AT_COUNTER, Action, TicketState
from madoguchi.services import (
    absences,
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
from madoguchi.services.actors import Actor
from madoguchi.services.office import Unit
from madoguchi.services.steps import Outcome
from madoguchi.services.ticket_views import MOST_POSTPONED
from madoguchi.store.tables import (
    AuditEntry,
    Call,
    Counter,
    Desk,
    OutboxMessage,
    Service,
    Staff,
    Ticket,
    TicketChange,
)

pytestmark = pytest.mark.concurrency

CLERKS = 20
AT_THE_OTHER_DESK = 5
CLICKS_EACH = 25
CITIZENS = 200
TAPS_LATER = 400
PHONES_AT_ONCE = 8
CALLS_IN_VAIN = 2
EXPECTED = {
    "already_waiting",
    "called_elsewhere",
    "changed_meanwhile",
    "counter_paused",
    "finish_first",
    "nobody_behind",
    "nobody_waits",
    "not_possible_now",
    "postponed_enough",
    "returned_enough",
    "undo_postponing_late",
    "undo_too_late",
    "unknown_ticket",
}
"""What somebody may meet when others were faster."""
DONE_BY_STAFF = {
    *(Action.CALL, Action.RECALL, Action.SERVE, Action.MISS, Action.HOLD, Action.RESUME, Action.HAND_OVER),
    *(Action.FINISH, Action.CANCEL, Action.REOPEN, Action.PRIORITIZE, Action.FOLLOW),
}
DONE_BY_NOBODY_OR_CITIZENS = {Action.MISS, Action.POSTPONE, Action.RESUME, Action.CANCEL}


@dataclass(frozen=True)
class Seat:
    """A clerk at the own counter."""

    clerk: Actor
    counter: int


@dataclass
class Morning:
    """Everybody at work on two desks, and what each was told."""

    town: Town
    seats: list[Seat]
    services: tuple[int, ...]
    """Of both desks."""
    taken: dict[int, int] = field(default_factory=dict)
    """By citizen, the ticket's id."""
    refusals: Counted[str] = field(default_factory=Counted)
    over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def clerk(self, place: int) -> None:
        """Click at random, as somebody who never looks at the screen."""
        chance = random.Random(f"clerk {place}")
        seat = self.seats[place]
        last: Outcome | None = None
        for _ in range(CLICKS_EACH):
            click = chance.choice(self._clicks(seat, chance, last))
            last = self._tried(click) or last

    def comes(self, place: int) -> None:
        """Take a number, or try to."""
        chance = random.Random(f"citizen {place}")
        issued = self._tried(
            lambda: issuing.issue_in_line(
                self.town.office,
                line_user_id=self.town.city.line_user_ids[place],
                service_id=chance.choice(self.town.city.service_ids),
                event_id=uuid4().hex,
            )
        )
        assert issued is not None
        with self._lock:
            self.taken[place] = issued.id

    def taps(self, turn: int) -> None:
        """Somebody who has a number does something with it."""
        chance = random.Random(f"tap {turn}")
        with self._lock:
            if not self.taken:
                return
            place, ticket_id = chance.choice(sorted(self.taken.items()))
        office, user = self.town.office, self.town.city.line_user_ids[place]
        views = {view.id: view for view in tickets.tickets_of(office, user)}
        if ticket_id in views and views[ticket_id].may_return:
            self._tried(lambda: tickets.return_own(office, user, ticket_id))
            return
        until = office.clock.now() + timedelta(seconds=chance.randint(1, 900))
        taps: list[Callable[[], object]] = [
            lambda: tickets.postpone_own(office, user, ticket_id, by=chance.randint(1, 5)),
            lambda: tickets.postpone_own(office, user, ticket_id, by=chance.randint(1, 5)),
            lambda: tickets.postpone_own(office, user, ticket_id, until=until),
            lambda: tickets.undo_postponing(office, user, ticket_id),
            lambda: tickets.undo_postponing(office, user, ticket_id),
            lambda: tickets.return_own(office, user, ticket_id),
            lambda: tickets.cancel_own(office, user, ticket_id),
        ]
        self._tried(chance.choice(taps))

    def silence(self) -> None:
        """Mark the absent again and again, as the job does, until the morning is over."""
        while not self.over.wait(0.05):
            absences.mark_absent(self.town.office)

    def _clicks(
        self, seat: Seat, chance: random.Random, last: Outcome | None
    ) -> list[Callable[[], Outcome | None]]:
        office, actor, counter = self.town.office, seat.clerk, seat.counter
        with office.look() as unit:
            there = counters.current(unit, counter)
            current = None if there is None else there.id
            absent = _newest_absence(unit, counter)
            parked = _parked(unit, counter)
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
            lambda: self._pause(seat, chance.random() < 0.3),
        ]
        if last is not None and last.batch:
            clicks.append(lambda: undoing.undo(office, actor, last.batch or ""))
        if parked:
            clicks.append(lambda: handling.resume(office, actor, chance.choice(parked)))
        if absent:
            clicks.append(lambda: undoing.undo(office, actor, absent))
        if current is not None:
            clicks += [
                lambda verb=verb: verb(office, actor, counter, current)
                for verb in (
                    *(calling.recall, calling.recall, handling.serve),
                    *(handling.hold, handling.miss, handling.finish),
                )
            ]
            service = chance.choice(self.services)
            clicks.append(lambda: handing_over.hand_over(office, actor, counter, current, service))
        return clicks

    def _pause(self, seat: Seat, paused: bool) -> None:
        counters.pause(self.town.office, seat.clerk, seat.counter, paused)

    def _someone(self, chance: random.Random) -> int:
        with self._lock:
            return chance.choice(sorted(self.taken.values())) if self.taken else 0

    def _tried(self, work: Callable[[], object]):  # type: ignore[no-untyped-def]
        try:
            return work()
        except Refusal as refusal:
            with self._lock:
                self.refusals[refusal.code] += 1
            return None


def test_after_a_morning_at_random_every_history_is_legal(town: Town) -> None:
    """Nobody was called at two counters, none lost, each push written once, nothing `doctor` would find."""
    town.empty()
    morning = _open(town)
    with (
        ThreadPoolExecutor(CLERKS) as clerks,
        ThreadPoolExecutor(PHONES_AT_ONCE) as phones,
        ThreadPoolExecutor(1) as job,
    ):
        silence = job.submit(morning.silence)
        works = [clerks.submit(morning.clerk, place) for place in range(CLERKS)]
        for place in range(CITIZENS):
            works.append(phones.submit(morning.comes, place))
            works += [phones.submit(morning.taps, turn) for turn in _turns_after(place)]
        wait(works)
        morning.over.set()
        for work in (*works, silence):
            work.result()
    assert set(morning.refusals) <= EXPECTED
    assert checkup.findings(town.office) == []
    _none_is_lost_or_doubled(morning)
    _what_was_done_stands(morning)
    _nobody_was_called_to_a_pause(morning)
    _each_message_once(morning)
    _those_who_wait_are_called(morning)


def _turns_after(place: int) -> range:
    each = TAPS_LATER // CITIZENS
    return range(place * each, (place + 1) * each)


def _none_is_lost_or_doubled(morning: Morning) -> None:
    there = morning.town.tickets(list(morning.taken.values()))
    assert len(morning.taken) == len(there) == CITIZENS
    assert len({(one.home_desk_id, one.letter, one.number) for one in there}) == CITIZENS
    at_counters = [one.counter_id for one in there if one.state in AT_COUNTER]
    assert len(at_counters) == len(set(at_counters))
    assert {one.state for one in there} >= {"waiting", "done", "cancelled"}
    assert all(one.postponed <= MOST_POSTPONED and one.returned <= 1 for one in there)


def _what_was_done_stands(morning: Morning) -> None:
    """Every verb was met, every call that was not taken back was announced once, and nothing else was."""
    with morning.town.office.look() as unit:
        steps = _of(unit, morning, TicketChange)
        announced = Counted((one.ticket_id, one.counter_id) for one in _of(unit, morning, Call))
    standing = [one for one in steps if not one.undone]
    calls = (Action.CALL.value, Action.RECALL.value)
    assert announced == Counted((one.ticket_id, one.counter_id) for one in standing if one.action in calls)
    assert {one.action for one in steps if one.staff_id is not None} >= DONE_BY_STAFF
    assert {one.action for one in steps if one.staff_id is None} >= DONE_BY_NOBODY_OR_CITIZENS
    assert {one.action for one in steps if one.undone} >= {Action.CALL, Action.POSTPONE}
    last = {one.ticket_id: one.version_after for one in steps}
    for ticket in morning.town.tickets(list(last)):
        assert ticket.version >= last[ticket.id or 0]


def _nobody_was_called_to_a_pause(morning: Morning) -> None:
    """The log tells in which order it was paused and called at each counter."""
    here = {seat.counter for seat in morning.seats}
    paused: dict[int, bool] = defaultdict(bool)
    called = 0
    with morning.town.office.look() as unit:
        log = unit.session.execute(select(AuditEntry).order_by(col(AuditEntry.id))).scalars().all()
    for row in log:
        if row.action == "pause_counter":
            paused[int(row.subject.partition(":")[2])] = row.facts["paused"]
        elif row.action == "call" and row.facts["counter"] in here:
            assert not paused[row.facts["counter"]]
            called += 1
    assert called > CITIZENS // 4
    assert any(paused.values())


def _each_message_once(morning: Morning) -> None:
    with morning.town.office.look() as unit:
        told = select(func.count(), func.count(col(OutboxMessage.cause).distinct())).where(
            col(OutboxMessage.ticket_id).in_(morning.taken.values())
        )
        written, causes = unit.session.execute(told).one()
    assert written == causes > CITIZENS // 4


def _those_who_wait_are_called(morning: Morning) -> None:
    """A counter of each desk calls until nobody waits: everybody is called but who asked for a later time."""
    office = morning.town.office
    until = {one.id: one.not_before for one in _waiting(morning)}
    desks = (morning.seats[0], morning.seats[-1])
    for seat in desks:
        counters.pause(office, seat.clerk, seat.counter, False)
    called: set[int | None] = set()
    # A visit may go on at the other desk, with its next service.
    while found := [ticket_id for seat in desks for ticket_id in _calls(morning, seat)]:
        called.update(found)
    now = office.clock.now()
    assert called >= {ticket_id for ticket_id, moment in until.items() if moment is None}
    assert all(one.not_before is not None and one.not_before > now for one in _waiting(morning))


def _waiting(morning: Morning) -> list[Ticket]:
    there = morning.town.tickets(list(morning.taken.values()))
    return [one for one in there if one.state == TicketState.WAITING.value]


def _calls(morning: Morning, seat: Seat) -> Iterator[int]:
    """Next, next, until nobody waits there; who was called."""
    office = morning.town.office
    with office.look() as unit:
        there = counters.current(unit, seat.counter)
    current = None if there is None else there.id
    with suppress(Refusal):
        while current := calling.call_next(office, seat.clerk, seat.counter, current).ticket_id:
            yield current


def _newest_absence(unit: Unit, counter: int) -> str | None:
    """The click that nobody made: who was at the counter became absent."""
    query = (
        select(col(TicketChange.batch))
        .where(
            col(TicketChange.counter_id) == counter,
            col(TicketChange.action) == Action.MISS.value,
            col(TicketChange.staff_id).is_(None),
        )
        .order_by(col(TicketChange.id).desc())
        .limit(1)
    )
    found: str | None = unit.session.execute(query).scalar_one_or_none()
    return found


def _parked(unit: Unit, counter: int) -> Sequence[int]:
    """The tickets on hold or absent at the counter's desk: of all numbers too few to be met by chance."""
    desk = unit.session.get_one(Counter, counter).desk_id
    query = select(col(Ticket.id)).where(
        col(Ticket.desk_id) == desk,
        col(Ticket.state).in_((TicketState.ON_HOLD.value, TicketState.MISSED.value)),
    )
    return unit.session.execute(query.order_by(col(Ticket.id))).scalars().all()


def _of(unit: Unit, morning: Morning, table):  # type: ignore[no-untyped-def]
    query = select(table).where(table.ticket_id.in_(morning.taken.values())).order_by(table.id)
    return unit.session.execute(query).scalars().all()


def _open(town: Town) -> Morning:
    """Both desks with their rules; a few of the clerks sit at the other one."""
    seats = [
        Seat(clerk, counter) for clerk, counter in zip(town.city.clerks, town.city.counter_ids, strict=True)
    ][: CLERKS - AT_THE_OTHER_DESK]
    with town.office.change() as unit:
        here = unit.session.get_one(Desk, town.city.desk_id)
        here.absent_after_calls, here.absent_after_minutes = CALLS_IN_VAIN, 0
        service, others = _other_desk(unit, here)
    return Morning(town, seats + others, (*town.city.service_ids, service))


def _other_desk(unit: Unit, here: Desk) -> tuple[int, list[Seat]]:
    """A second desk: the id of its service, and its clerks at their counters."""
    hours = {"opens_at": here.opens_at, "closes_at": here.closes_at}
    there = Desk(municipality_id=here.municipality_id, code=uuid4().hex, names={"ja": "市民課"}, **hours)
    there.absent_after_calls, there.absent_after_minutes = CALLS_IN_VAIN, 0
    unit.session.add(there)
    unit.session.flush()
    service = Service(desk_id=there.id or 0, code=uuid4().hex, names={"ja": "住民票"}, letter="C")
    unit.session.add(service)
    seats = []
    for number in range(AT_THE_OTHER_DESK):
        login = uuid4().hex
        facts: Mapping[str, object] = {"login": login, "display_name": login, "password_hash": "!"}
        staff = Staff(municipality_id=here.municipality_id, role=Role.CLERK.value, **facts)
        unit.session.add(staff)
        unit.session.flush()
        counter = Counter(desk_id=there.id or 0, label=str(number + 1), staff_id=staff.id)
        unit.session.add(counter)
        unit.session.flush()
        actor = Actor(staff.id or 0, login, Role.CLERK, here.municipality_id)
        seats.append(Seat(actor, counter.id or 0))
    return service.id or 0, seats
