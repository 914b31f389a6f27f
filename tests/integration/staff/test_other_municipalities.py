"""What a clerk of another municipality can do here: nothing, whichever service is asked, whatever the id."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from importlib import import_module

import pytest
from office_kit import City, clock_of

from madoguchi import services
from madoguchi.domain.booking import CancelReason
from madoguchi.domain.errors import Refusal
from madoguchi.domain.own_data import OwnDataReason
from madoguchi.domain.paper import PaperTexts
from madoguchi.domain.roles import Role
from madoguchi.domain.slot_plans import Band, PlanChange
from madoguchi.domain.statistics.periods import Period
from madoguchi.services import (
    abandoned,
    announcements,
    booking,
    calling,
    checkin,
    closing_soon,
    contacts,
    counter_keeping,
    counters,
    dashboard,
    day_sheet,
    desk_rules,
    handing_over,
    handling,
    issuing,
    leases,
    levelling,
    moving,
    office_keeping,
    own_data,
    plan_changes,
    plan_previews,
    pools,
    prioritizing,
    reopening,
    reservation_changes,
    reservation_desk,
    reservation_places,
    reservation_search,
    service_keeping,
    service_rules,
    service_texts,
    slot_plans,
    slots,
    staff_keeping,
    statistics,
    terminal_keeping,
    ticket_paper,
    undoing,
    visit_route,
)
from madoguchi.services.actors import Actor
from madoguchi.services.issuing import IssuedTicket
from madoguchi.services.office import Office
from madoguchi.services.steps import Outcome
from madoguchi.services.ticket_paper import LogoSaved
from madoguchi.services.tickets import ticket_by_token
from madoguchi.store.tables import Municipality, Service, Staff

REFUSED = {
    "unknown_staff",
    "not_allowed",
    "unknown_counter",
    "unknown_ticket",
    "unknown_service",
    "unknown_desk",
} | {
    "unknown_place",
    "unknown_reservation",
    "unknown_pool",
    "unknown_terminal",
    "undo_too_late",
}
ELSEWHERE_FINE = {
    "audit_log.export",
    "audit_log.find",
    "audit_log.people",
    "audit_log.verify",
    "own_account.change_password",
    "own_account.drop_totp",
    "own_account.enrol",
    "own_account.new_codes",
    "own_account.own",
    "sessions.end_own",
    "sessions.of_staff",
    "staff_keeping.accounts",
    "staff_keeping.invite",
    "staff_keeping.set_totp_roles",
    "staff_keeping.totp_roles",
    "abandoned.lost",
    "counters.desk_of",
    "dashboard.desks_for",
    "messages.messages",
    "pools.pools_of",
    "reservation_desk.these",
    "reservation_search.find",
    "statistics.choices",
}
"""They answer with the asker's own counter, desks, messages, pools, reservations and choices."""


def stranger(office: Office, role: Role = Role.ADMIN) -> Actor:
    """Somebody of another municipality, with all that a role can grant."""
    with office.change() as unit:
        city = Municipality(code=f"hill-{role}", names={"ja": "丘町"})
        unit.session.add(city)
        unit.session.flush()
        staff = Staff(
            municipality_id=city.id or 0,
            login=f"oka-{role}",
            display_name="丘",
            role=role.value,
            password_hash="!",
        )
        unit.session.add(staff)
        unit.session.flush()
        return Actor(staff.id or 0, "丘", role, city.id or 0)


@pytest.fixture
def here(office: Office, city: City) -> tuple[IssuedTicket, Outcome, int, int]:
    """A called ticket, the click that called it, a booking and a place in our municipality."""
    counters.take_counter(office, city.clerk, city.counter_ids[0])
    ticket = issuing.issue_at_desk(office, city.clerk, service_id=city.service_id, form="here")
    called = calling.call_next(office, city.clerk, city.counter_ids[0], None)
    with office.change() as unit:
        service = unit.session.get_one(Service, city.service_id)
        slots.make_slots(unit, service, [tomorrow(office)], [time(10), time(11)], 2)
    places = slots.places(office, city.service_id, tomorrow(office))
    booked = booking.book_at_desk(
        office,
        city.clerk,
        service_id=city.service_id,
        slot_id=places[0].slot_id,
        kana="モリ ハナ",
        phone="0312345678",
        form="here",
    )
    return ticket, called, booked.id, places[1].slot_id


def tomorrow(office: Office) -> date:
    return clock_of(office).now().date() + timedelta(days=1)


def about(city: City, day: date) -> statistics.Question:
    """A question about a desk of the city."""
    return statistics.Question(Period(day, day), desk_id=city.desk_id)


def test_every_service_for_staff_refuses_another_municipality(
    office: Office, city: City, here: tuple[IssuedTicket, Outcome, int, int]
) -> None:
    (ticket, called, booked, place), who, counter = here, stranger(office), city.counter_ids[0]
    before, day = ticket_by_token(office, ticket.token), tomorrow(office)
    tried: dict[Callable[..., object], Callable[[], object]] = {
        booking.book_at_desk: lambda: booking.book_at_desk(
            office,
            who,
            service_id=city.service_id,
            slot_id=place,
            kana="オカ",
            phone="0312345678",
            form="x",
        ),
        booking.cancel_booking: lambda: booking.cancel_booking(
            office, who, booked, reason=CancelReason.OTHER
        ),
        calling.call_chosen: lambda: calling.call_chosen(office, who, counter, ticket.id),
        calling.call_next: lambda: calling.call_next(office, who, counter, ticket.id),
        calling.recall: lambda: calling.recall(office, who, counter, ticket.id),
        checkin.check_in_at_desk: lambda: checkin.check_in_at_desk(office, who, booked),
        contacts.contact_of: lambda: contacts.contact_of(office, who, booked),
        counters.leave_counter: lambda: counters.leave_counter(office, who, counter),
        counters.take_counter: lambda: counters.take_counter(office, who, counter),
        dashboard.dashboard: lambda: dashboard.dashboard(office, who, city.desk_id),
        day_sheet.day_sheet: lambda: day_sheet.day_sheet(office, who, city.desk_id, day, names=True),
        checkin.take_back: lambda: checkin.take_back(office, who, booked),
        statistics.statistics: lambda: statistics.statistics(office, who, about(city, day)),
        statistics.for_download: lambda: statistics.for_download(office, who, about(city, day), "xlsx"),
        handling.cancel_ticket: lambda: handling.cancel_ticket(office, who, ticket.id),
        handling.cancel_waiting: lambda: handling.cancel_waiting(office, who, ticket.id),
        handling.finish: lambda: handling.finish(office, who, counter, ticket.id),
        handing_over.hand_over: lambda: handing_over.hand_over(
            office, who, counter, ticket.id, city.service_id
        ),
        handing_over.targets: lambda: handing_over.targets(office, who, city.desk_id),
        announcements.try_voice: lambda: announcements.try_voice(office, who, city.desk_id),
        closing_soon.close_today: lambda: closing_soon.close_today(office, who, city.desk_id),
        closing_soon.stop_numbers: lambda: closing_soon.stop_numbers(office, who, city.desk_id, True),
        counters.choose_services: lambda: counters.choose_services(office, who, counter, []),
        counters.pause: lambda: counters.pause(office, who, counter, True),
        desk_rules.counters_for: lambda: desk_rules.counters_for(office, who, city.desk_id),
        desk_rules.rules_for: lambda: desk_rules.rules_for(office, who, city.desk_id),
        desk_rules.save_rules: lambda: desk_rules.save_rules(
            office, who, city.desk_id, *[desk_rules.rules_for(office, city.viewer, city.desk_id)] * 2
        ),
        own_data.erase: lambda: own_data.erase(office, who, booked, OwnDataReason.AGENT),
        own_data.show: lambda: own_data.show(office, who, booked, OwnDataReason.AGENT),
        prioritizing.prioritize: lambda: prioritizing.prioritize(office, who, ticket.id, None),
        reopening.reopen: lambda: reopening.reopen(office, who, counter, ticket.id),
        visit_route.follow_with: lambda: visit_route.follow_with(office, who, ticket.id, []),
        handling.hold: lambda: handling.hold(office, who, counter, ticket.id),
        handling.miss: lambda: handling.miss(office, who, counter, ticket.id),
        handling.resume: lambda: handling.resume(office, who, ticket.id),
        handling.serve: lambda: handling.serve(office, who, counter, ticket.id),
        issuing.issue_at_desk: lambda: issuing.issue_at_desk(
            office, who, service_id=city.service_id, form="x"
        ),
        moving.move_at_desk: lambda: moving.move_at_desk(office, who, booked, place),
        reservation_changes.edit_at_desk: lambda: reservation_changes.edit_at_desk(
            office, who, booked, kana="オカ"
        ),
        reservation_changes.mark_missed: lambda: reservation_changes.mark_missed(office, who, booked),
        reservation_changes.take_back_missed: lambda: reservation_changes.take_back_missed(
            office, who, booked
        ),
        reservation_changes.undo_cancel: lambda: reservation_changes.undo_cancel(office, who, booked),
        reservation_desk.day: lambda: reservation_desk.day(office, who, city.desk_id, day),
        reservation_desk.detail: lambda: reservation_desk.detail(office, who, booked),
        reservation_places.free_days: lambda: reservation_places.free_days(office, who, city.service_id),
        reservation_places.free_places: lambda: reservation_places.free_places(
            office, who, city.service_id, day
        ),
        reservation_places.place_of: lambda: reservation_places.place_of(office, who, place),
        reservation_places.services_of: lambda: reservation_places.services_of(office, who, city.desk_id),
        reservation_desk.week: lambda: reservation_desk.week(office, who, city.desk_id, day),
        undoing.undo: lambda: undoing.undo(office, who, called.batch or ""),
        **terminals(office, who, city),
        **accounts(office, who, city),
        **the_office(office, who, city),
        **plans(office, who, city, booked),
    }
    assert {named(one) for one in tried} | ELSEWHERE_FINE == for_staff()
    for service, attempt in tried.items():
        with pytest.raises(Refusal) as refused:
            attempt()
        assert refused.value.code in REFUSED, service.__qualname__
    assert ticket_by_token(office, ticket.token) == before
    assert dashboard.desks_for(office, who) == []
    assert pools.pools_of(office, who) == []
    assert statistics.choices(office, who).desks == ()
    assert counters.desk_of(office, who) is None
    assert abandoned.lost(office, who) is None
    assert [one.id for one in reservation_desk.these(office, city.clerk, [booked])] == [booked]
    assert reservation_desk.these(office, who, [booked]) == []
    for typed in ("モリ", "5678"):
        assert len(reservation_search.find(office, city.clerk, typed).reservations) == 1
        assert reservation_search.find(office, who, typed).reservations == ()


def the_office(office: Office, who: Actor, city: City) -> dict[Callable[..., object], Callable[[], object]]:
    """The desk itself, its services and its counters."""
    desk, service, counter = city.desk_id, city.service_id, city.counter_ids[-1]
    as_it_is = office_keeping.desk_for(office, city.viewer, desk)
    with office.look() as unit:
        offered = service_keeping.settings_of(unit.session.get_one(Service, service))
    another = replace(offered, letter="Z")
    return {
        counter_keeping.add_counter: lambda: counter_keeping.add_counter(office, who, desk, "9"),
        counter_keeping.rename_counter: lambda: counter_keeping.rename_counter(
            office, who, counter, "9", "3"
        ),
        counter_keeping.restore_counter: lambda: counter_keeping.restore_counter(office, who, counter),
        counter_keeping.retire_counter: lambda: counter_keeping.retire_counter(office, who, counter),
        office_keeping.desk_for: lambda: office_keeping.desk_for(office, who, desk),
        office_keeping.save_desk: lambda: office_keeping.save_desk(office, who, desk, as_it_is, as_it_is),
        service_keeping.add_service: lambda: service_keeping.add_service(office, who, desk, another),
        service_keeping.checked_new: lambda: service_keeping.checked_new(office, who, desk, another),
        service_keeping.save_service: lambda: service_keeping.save_service(
            office, who, service, offered, offered
        ),
        service_keeping.services_for: lambda: service_keeping.services_for(office, who, desk),
    }


def terminals(office: Office, who: Actor, city: City) -> dict[Callable[..., object], Callable[[], object]]:
    """A desk's terminals and what they print."""
    desk, terminal, texts, logo = city.desk_id, city.terminal_id, PaperTexts(), LogoSaved(None, None)
    return {
        leases.leases_of: lambda: leases.leases_of(office, who, desk),
        leases.troubles_of: lambda: leases.troubles_of(office, who, desk),
        terminal_keeping.code_waits: lambda: terminal_keeping.code_waits(office, who, desk, "12345678"),
        terminal_keeping.make_code: lambda: terminal_keeping.make_code(office, who, desk, "x"),
        terminal_keeping.rename: lambda: terminal_keeping.rename(office, who, terminal, "x"),
        terminal_keeping.revoke: lambda: terminal_keeping.revoke(office, who, terminal),
        terminal_keeping.terminals_of: lambda: terminal_keeping.terminals_of(office, who, desk),
        ticket_paper.put_logo_back: lambda: ticket_paper.put_logo_back(office, who, desk, logo),
        ticket_paper.sample_for: lambda: ticket_paper.sample_for(office, who, desk),
        ticket_paper.save_logo: lambda: ticket_paper.save_logo(office, who, desk, None),
        ticket_paper.save_texts: lambda: ticket_paper.save_texts(office, who, desk, texts, texts),
    }


def plans(
    office: Office, who: Actor, city: City, booked: int
) -> dict[Callable[..., object], Callable[[], object]]:
    """What staff may do with plans of places."""
    with office.look() as unit:
        service = unit.session.get_one(Service, city.service_id)
        pool = service.pool_id or 0
    day, nobody = tomorrow(office), PlanChange()
    rules = service_rules.rules_for(office, city.viewer, city.service_id)
    texts = service_texts.texts_for(office, city.viewer, city.service_id).texts
    saved = service_texts.TextsSaved(texts, texts, changed=True)
    moment = clock_of(office).now() + timedelta(days=2)
    weekly = (Band(0, time(9), time(12), 30, 2),)
    return {
        levelling.rehearse: lambda: levelling.rehearse(office, who, pool, weekly),
        plan_changes.apply: lambda: plan_changes.apply(
            office, who, pool, nobody, version="", shown=[], moves={}
        ),
        plan_changes.settle: lambda: plan_changes.settle(office, who, pool, booked, moment),
        plan_previews.over_full: lambda: plan_previews.over_full(office, who, pool),
        plan_previews.preview: lambda: plan_previews.preview(office, who, pool, nobody),
        pools.choose_pool: lambda: pools.choose_pool(office, who, city.service_id, None),
        pools.desk_of_pool: lambda: pools.desk_of_pool(office, who, pool),
        pools.rename_pool: lambda: pools.rename_pool(office, who, pool, "丘"),
        service_rules.rules_for: lambda: service_rules.rules_for(office, who, city.service_id),
        service_rules.save_rules: lambda: service_rules.save_rules(office, who, city.service_id, rules),
        service_texts.allow_guests: lambda: service_texts.allow_guests(
            office, who, city.desk_id, allowed=True
        ),
        service_texts.put_texts_back: lambda: service_texts.put_texts_back(
            office, who, city.service_id, saved
        ),
        service_texts.save_texts: lambda: service_texts.save_texts(
            office, who, city.service_id, [], {"ja": "丘"}
        ),
        service_texts.texts_for: lambda: service_texts.texts_for(office, who, city.service_id),
        slot_plans.copied_week: lambda: slot_plans.copied_week(office, who, pool, day, day, day),
        slot_plans.plan_file: lambda: slot_plans.plan_file(office, who, pool),
        slot_plans.plan_of: lambda: slot_plans.plan_of(office, who, pool),
        slot_plans.week_as_pattern: lambda: slot_plans.week_as_pattern(office, who, pool, day),
    }


def accounts(office: Office, who: Actor, city: City) -> dict[Callable[..., object], Callable[[], object]]:
    """What is done to a colleague's account."""
    one = city.clerk.staff_id
    return {
        staff_keeping.change_role: lambda: staff_keeping.change_role(office, who, one, "admin"),
        staff_keeping.drop_totp: lambda: staff_keeping.drop_totp(office, who, one),
        staff_keeping.end_sessions: lambda: staff_keeping.end_sessions(office, who, one),
        staff_keeping.reset_password: lambda: staff_keeping.reset_password(office, who, one),
        staff_keeping.set_disabled: lambda: staff_keeping.set_disabled(office, who, one, disabled=True),
    }


CHANGES_PLANS = {"apply", "settle", "choose_pool", "rename_pool", "save_rules"} | {
    "allow_guests",
    "put_texts_back",
    "save_texts",
}


@pytest.mark.parametrize("role", [Role.CLERK, Role.VIEWER, Role.AUDITOR])
def test_only_admins_change_plans(
    office: Office, city: City, here: tuple[IssuedTicket, Outcome, int, int], role: Role
) -> None:
    who = {Role.CLERK: city.clerk, Role.VIEWER: city.viewer, Role.AUDITOR: city.auditor}[role]
    for service, attempt in plans(office, who, city, here[2]).items():
        refused_to_look = role is Role.AUDITOR
        changes = service.__qualname__ in CHANGES_PLANS
        if refused_to_look or (changes and not (role is Role.CLERK and service is plan_changes.settle)):
            with pytest.raises(Refusal, match="not_allowed"):
                attempt()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
def test_who_only_looks_changes_nothing(
    office: Office, city: City, here: tuple[IssuedTicket, Outcome, int, int], role: Role
) -> None:
    ticket, called, booked, place = here
    who = city.viewer if role is Role.VIEWER else city.auditor
    counter = city.counter_ids[0]
    for attempt in (
        lambda: booking.book_at_desk(
            office,
            who,
            service_id=city.service_id,
            slot_id=place,
            kana="オカ",
            phone="0312345678",
            form="x",
        ),
        lambda: booking.cancel_booking(office, who, booked, reason=CancelReason.OTHER),
        lambda: calling.call_chosen(office, who, counter, ticket.id),
        lambda: calling.recall(office, who, counter, ticket.id),
        lambda: checkin.check_in_at_desk(office, who, booked),
        lambda: contacts.contact_of(office, who, booked),
        lambda: closing_soon.close_today(office, who, city.desk_id),
        lambda: closing_soon.stop_numbers(office, who, city.desk_id, True),
        lambda: counters.choose_services(office, who, counter, []),
        lambda: counters.leave_counter(office, who, counter),
        lambda: counters.pause(office, who, counter, True),
        lambda: counters.take_counter(office, who, counter),
        lambda: desk_rules.save_rules(
            office, who, city.desk_id, *[desk_rules.rules_for(office, city.clerk, city.desk_id)] * 2
        ),
        lambda: handing_over.hand_over(office, who, counter, ticket.id, city.service_id),
        lambda: prioritizing.prioritize(office, who, ticket.id, None),
        lambda: reopening.reopen(office, who, counter, ticket.id),
        lambda: visit_route.follow_with(office, who, ticket.id, []),
        lambda: handling.cancel_ticket(office, who, ticket.id),
        lambda: handling.finish(office, who, counter, ticket.id),
        lambda: handling.resume(office, who, ticket.id),
        lambda: issuing.issue_at_desk(office, who, service_id=city.service_id, form="x"),
        lambda: moving.move_at_desk(office, who, booked, place),
        lambda: reservation_changes.edit_at_desk(office, who, booked, kana="オカ"),
        lambda: reservation_changes.mark_missed(office, who, booked),
        lambda: reservation_changes.take_back_missed(office, who, booked),
        lambda: reservation_changes.undo_cancel(office, who, booked),
        lambda: reservation_search.find(office, who, "モリ"),
        lambda: undoing.undo(office, who, called.batch or ""),
    ):
        with pytest.raises(Refusal, match="not_allowed"):
            attempt()


def named(service: Callable[..., object]) -> str:
    """Its module and name: two modules may use one word."""
    return f"{service.__module__.rpartition('.')[2]}.{service.__qualname__}"


def for_staff() -> set[str]:
    """The public services that take an `Actor`."""
    found = set()
    for module in pkgutil.iter_modules(services.__path__):
        for name, function in vars(import_module(f"{services.__name__}.{module.name}")).items():
            if name.startswith("_") or not inspect.isfunction(function):
                continue
            parameters = list(inspect.signature(function).parameters.values())
            takes = [one.name for one in parameters[:2]] == ["office", "actor"]
            if takes:
                found.add(named(function))
    return found
