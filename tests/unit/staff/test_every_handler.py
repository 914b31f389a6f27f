"""Every event handler there is, by name. A new one fails here until somebody decides who may call it."""

from __future__ import annotations

import importlib

import pytest
import reflex as rx
from reflex_base.registry import RegisteredEventHandler, RegistrationContext

from madoguchi.domain.roles import Permission
from madoguchi.state import access, gate

INTERNALS = {
    "reflex.state.State.hydrate",
    "reflex.state.State.hydrate_and_load",
    "reflex.state.State.set_is_hydrated",
    "reflex.state.OnLoadInternalState.on_load_internal",
    "reflex.state.OnLoadInternalState.set_is_hydrated",
    "reflex.state.UpdateVarsInternalState.update_vars_internal",
    "reflex.state.FrontendEventExceptionState.handle_frontend_exception",
}
PUBLIC = {
    f"madoguchi.state.book.BookState.{name}"
    for name in (
        "ask_cancel",
        "cancel",
        "check_kana",
        "check_phone",
        "choose_day",
        "choose_language",
        "choose_near",
        "choose_place",
        "choose_service",
        "confirm_move",
        "keep_booking",
        "leave_move",
        "look_again",
        "move",
        "open_by_liff",
        "open_page",
        "open_step",
        "show_bookings",
        "book_more",
        "show_month",
        "stop_waiting",
        "submit",
        "wait_for_day",
    )
}
STAFF: dict[str, Permission | None] = {
    "contact.ContactState.hide": Permission.SEE_CONTACT,
    "contact.ContactState.show": Permission.SEE_CONTACT,
    "messages.MessagesState.opened": None,
    "messages.MessagesState.show": Permission.SEE_QUEUE,
    "own_data.OwnDataState.erase": Permission.ADMINISTER,
    "own_data.OwnDataState.hide": Permission.SEE_CONTACT,
    "own_data.OwnDataState.show": Permission.SEE_CONTACT,
    "reservation_form.ReservationForm.check_kana": Permission.RESERVE,
    "reservation_form.ReservationForm.check_phone": Permission.RESERVE,
    "reservation_form.ReservationForm.choose_day": Permission.RESERVE,
    "reservation_form.ReservationForm.choose_place": Permission.RESERVE,
    "reservation_form.ReservationForm.choose_service": Permission.RESERVE,
    "reservation_form.ReservationForm.fill_in": Permission.SEE_CONTACT,
    "reservation_form.ReservationForm.move": Permission.RESERVE,
    "reservation_form.ReservationForm.open_at": Permission.RESERVE,
    "reservation_form.ReservationForm.open_edit": Permission.RESERVE,
    "reservation_form.ReservationForm.open_move": Permission.RESERVE,
    "reservation_form.ReservationForm.open_new": Permission.RESERVE,
    "reservation_form.ReservationForm.register": Permission.RESERVE,
    "reservation_form.ReservationForm.save": Permission.RESERVE,
    "reservation_form.ReservationForm.take_nearest": Permission.RESERVE,
    "reservations.ReservationsState.ask_cancel": Permission.RESERVE,
    "reservations.ReservationsState.cancel": Permission.RESERVE,
    "reservations.ReservationsState.check_in": Permission.CALL,
    "reservations.ReservationsState.choose": Permission.SEE_QUEUE,
    "reservations.ReservationsState.choose_day": Permission.SEE_QUEUE,
    "reservations.ReservationsState.choose_desk": Permission.SEE_QUEUE,
    "reservations.ReservationsState.choose_service": Permission.SEE_QUEUE,
    "reservations.ReservationsState.close_panel": Permission.SEE_QUEUE,
    "reservations.ReservationsState.close_search": Permission.SEE_QUEUE,
    "reservations.ReservationsState.go": Permission.SEE_QUEUE,
    "reservations.ReservationsState.miss": Permission.RESERVE,
    "reservations.ReservationsState.open_day": Permission.SEE_QUEUE,
    "reservations.ReservationsState.opened": None,
    "reservations.ReservationsState.search": Permission.SEE_QUEUE,
    "reservations.ReservationsState.show": Permission.SEE_QUEUE,
    "reservations.ReservationsState.take_back": Permission.RESERVE,
    "reservations.ReservationsState.undo": Permission.RESERVE,
    "settings_calling.SettingsCalling.choose_desk": Permission.SEE_QUEUE,
    "settings_calling.SettingsCalling.choose_kind": Permission.SEE_QUEUE,
    "settings_calling.SettingsCalling.choose_services": Permission.ADMINISTER,
    "settings_calling.SettingsCalling.opened": None,
    "settings_calling.SettingsCalling.save": Permission.ADMINISTER,
    "settings_calling.SettingsCalling.undo": Permission.ADMINISTER,
    "settings_counters.SettingsCounters.add": Permission.ADMINISTER,
    "settings_counters.SettingsCounters.opened": Permission.SEE_QUEUE,
    "settings_counters.SettingsCounters.rename": Permission.ADMINISTER,
    "settings_counters.SettingsCounters.retire": Permission.ADMINISTER,
    "settings_counters.SettingsCounters.undo": Permission.ADMINISTER,
    "settings_leases.SettingsLeases.opened": Permission.SEE_QUEUE,
    "settings_office.SettingsOffice.opened": None,
    "settings_office.SettingsOffice.save": Permission.ADMINISTER,
    "settings_office.SettingsOffice.undo": Permission.ADMINISTER,
    "settings_paper.SettingsPaper.choose_language": Permission.SEE_QUEUE,
    "settings_paper.SettingsPaper.drop_logo": Permission.ADMINISTER,
    "settings_paper.SettingsPaper.opened": None,
    "settings_paper.SettingsPaper.read_logo": Permission.ADMINISTER,
    "settings_paper.SettingsPaper.save": Permission.ADMINISTER,
    "settings_paper.SettingsPaper.type_in": Permission.ADMINISTER,
    "settings_paper.SettingsPaper.undo": Permission.ADMINISTER,
    "settings_services.SettingsServices.add": Permission.ADMINISTER,
    "settings_services.SettingsServices.edit": Permission.ADMINISTER,
    "settings_services.SettingsServices.opened": None,
    "settings_services.SettingsServices.save": Permission.ADMINISTER,
    "settings_services.SettingsServices.undo": Permission.ADMINISTER,
    "settings_terminals.SettingsTerminals.ask_revoke": Permission.ADMINISTER,
    "settings_terminals.SettingsTerminals.edit": Permission.ADMINISTER,
    "settings_terminals.SettingsTerminals.hide_code": Permission.ADMINISTER,
    "settings_terminals.SettingsTerminals.make_code": Permission.ADMINISTER,
    "settings_terminals.SettingsTerminals.opened": None,
    "settings_terminals.SettingsTerminals.rename": Permission.ADMINISTER,
    "settings_terminals.SettingsTerminals.revoke": Permission.ADMINISTER,
    "settings_voice.SettingsVoice.ask": Permission.SEE_QUEUE,
    "signed_in.SignedIn.arrive": None,
    "slots.SlotsState.add_days": Permission.ADMINISTER,
    "slots.SlotsState.choose_day": Permission.SEE_QUEUE,
    "slots.SlotsState.choose_first": Permission.ADMINISTER,
    "slots.SlotsState.choose_kind": Permission.SEE_QUEUE,
    "slots.SlotsState.choose_pool": Permission.SEE_QUEUE,
    "slots.SlotsState.choose_tab": Permission.SEE_QUEUE,
    "slots.SlotsState.close_holidays": Permission.ADMINISTER,
    "slots.SlotsState.close_year_end": Permission.ADMINISTER,
    "slots.SlotsState.copy_week": Permission.ADMINISTER,
    "slots.SlotsState.copy_weekday": Permission.ADMINISTER,
    "slots.SlotsState.discard": Permission.ADMINISTER,
    "slots.SlotsState.drop_change": Permission.ADMINISTER,
    "slots.SlotsState.erase": Permission.ADMINISTER,
    "slots.SlotsState.leave_brush": Permission.ADMINISTER,
    "slots.SlotsState.load_pattern": Permission.SEE_QUEUE,
    "slots.SlotsState.opened": None,
    "slots.SlotsState.paint": Permission.ADMINISTER,
    "slots.SlotsState.paint_times": Permission.ADMINISTER,
    "slots.SlotsState.read_file": Permission.ADMINISTER,
    "slots.SlotsState.read_text": Permission.ADMINISTER,
    "slots.SlotsState.remove_pattern": Permission.ADMINISTER,
    "slots.SlotsState.set_brush": Permission.ADMINISTER,
    "slots.SlotsState.show_month": Permission.SEE_QUEUE,
    "slots.SlotsState.show_whole_day": Permission.SEE_QUEUE,
    "slots.SlotsState.step_back": Permission.ADMINISTER,
    "slots.SlotsState.type_day": Permission.SEE_QUEUE,
    "slots_asking.SlotsAsking.add_question": Permission.ADMINISTER,
    "slots_asking.SlotsAsking.allow_guests": Permission.ADMINISTER,
    "slots_asking.SlotsAsking.choose_service": Permission.SEE_QUEUE,
    "slots_asking.SlotsAsking.opened": None,
    "slots_asking.SlotsAsking.raise_question": Permission.ADMINISTER,
    "slots_asking.SlotsAsking.remove_question": Permission.ADMINISTER,
    "slots_asking.SlotsAsking.save": Permission.ADMINISTER,
    "slots_asking.SlotsAsking.sketch": Permission.ADMINISTER,
    "slots_asking.SlotsAsking.sketch_bring": Permission.ADMINISTER,
    "slots_asking.SlotsAsking.sketch_required": Permission.ADMINISTER,
    "slots_asking.SlotsAsking.undo": Permission.ADMINISTER,
    "slots_preview.SlotsPreview.apply": Permission.ADMINISTER,
    "slots_preview.SlotsPreview.choose": Permission.ADMINISTER,
    "slots_preview.SlotsPreview.choose_all": Permission.ADMINISTER,
    "slots_preview.SlotsPreview.choose_over": Permission.RESERVE,
    "slots_preview.SlotsPreview.follow": Permission.SEE_QUEUE,
    "slots_preview.SlotsPreview.look": None,
    "slots_preview.SlotsPreview.settle": Permission.RESERVE,
    "slots_rules.SlotRules.choose_service": Permission.SEE_QUEUE,
    "slots_rules.SlotRules.draw_from": Permission.ADMINISTER,
    "slots_rules.SlotRules.opened": None,
    "slots_rules.SlotRules.rename": Permission.ADMINISTER,
    "slots_rules.SlotRules.save": Permission.ADMINISTER,
    "slots_rules.SlotRules.undo": Permission.ADMINISTER,
    "slots_trial.SlotsTrial.rehearse": Permission.SEE_QUEUE,
    "slots_trial.SlotsTrial.take": Permission.ADMINISTER,
    "stats.StatsState.choose": Permission.SEE_QUEUE,
    "stats.StatsState.opened": None,
    "today.TodayState.ask_close": Permission.CALL,
    "today.TodayState.ask_hand_over": Permission.CALL,
    "today.TodayState.ask_route": Permission.CALL,
    "today.TodayState.call_next": Permission.CALL,
    "today.TodayState.call_row": Permission.CALL,
    "today.TodayState.cancel_ticket": Permission.CALL,
    "today.TodayState.check_in": Permission.CALL,
    "today.TodayState.choose_counter": Permission.CALL,
    "today.TodayState.choose_desk": Permission.SEE_QUEUE,
    "today.TodayState.choose_walk_in": Permission.CALL,
    "today.TodayState.choose_walk_in_reason": Permission.CALL,
    "today.TodayState.close_today": Permission.CALL,
    "today.TodayState.finish": Permission.CALL,
    "today.TodayState.follow_with": Permission.CALL,
    "today.TodayState.hand_over": Permission.CALL,
    "today.TodayState.hold": Permission.CALL,
    "today.TodayState.miss": Permission.CALL,
    "today.TodayState.open_menu": Permission.CALL,
    "today.TodayState.open_panel": Permission.CALL,
    "today.TodayState.open_walk_in": Permission.CALL,
    "today.TodayState.opened": None,
    "today.TodayState.pause": Permission.CALL,
    "today.TodayState.pick": Permission.CALL,
    "today.TodayState.prioritize": Permission.CALL,
    "today.TodayState.put_back": Permission.CALL,
    "today.TodayState.recall": Permission.CALL,
    "today.TodayState.reopen": Permission.CALL,
    "today.TodayState.serve": Permission.CALL,
    "today.TodayState.stop_numbers": Permission.CALL,
    "today.TodayState.take_over": Permission.CALL,
    "today.TodayState.take_service": Permission.CALL,
    "today.TodayState.undo": Permission.CALL,
    "today.TodayState.walk_in": Permission.CALL,
    "today.TodayState.walk_in_several": Permission.CALL,
    "today.TodayState.walk_in_told": Permission.CALL,
}


@pytest.fixture(scope="module")
def registered() -> dict[str, RegisteredEventHandler]:
    """Handlers of the whole app: everything its composition root imports."""
    importlib.import_module("madoguchi.madoguchi")
    found = RegistrationContext.ensure_context().event_handlers.values()
    return {
        _name(one): one for one in found if one.states[0].__module__.startswith(("madoguchi.", "reflex."))
    }


def _name(one: RegisteredEventHandler) -> str:
    kind = one.states[0]
    handler = next(name for name, it in kind.event_handlers.items() if it is one.handler)
    return f"{kind.__module__}.{kind.__qualname__}.{handler}"


def test_reflexs_own_events_are_those_we_know(registered: dict[str, RegisteredEventHandler]) -> None:
    passing = {
        f"{kind.__module__}.{kind.__qualname__}.{name}"
        for kind in gate.INTERNALS
        for name in gate.INTERNALS[kind]
    }
    ours = {name for name in registered if name.startswith("reflex.") and not name.endswith(".setvar")}
    assert passing == INTERNALS
    assert ours == INTERNALS, "a new Reflex has events that the guard should judge"


def test_each_of_our_handlers_is_on_the_list(registered: dict[str, RegisteredEventHandler]) -> None:
    wanted = {
        name: gate.wanted(one)
        for name, one in registered.items()
        if name.startswith("madoguchi.") and not name.endswith(".setvar")
    }
    staff = {f"madoguchi.state.{name}": permission for name, permission in STAFF.items()}
    assert {name for name, found in wanted.items() if found is None} == set(), "has no mark"
    assert {name: found.permission for name, found in wanted.items() if found and found.staff} == staff
    assert {name for name, found in wanted.items() if found == access.ANYONE} == PUBLIC


def test_setting_variables_from_outside_is_never_allowed(
    registered: dict[str, RegisteredEventHandler],
) -> None:
    setters = {name: one for name, one in registered.items() if name.endswith(".setvar")}
    assert setters
    assert {name for name, one in setters.items() if gate.wanted(one) is not None} == set()
    assert not any("setvar" in names for names in gate.INTERNALS.values())


class Elsewhere(rx.State):
    """A state of a module that nobody listed, as a careless change would add one."""

    @rx.event
    @access.anyone
    def marked(self) -> None:
        """Marked, but the module is on no list."""

    @rx.event
    def unmarked(self) -> None:
        """Without any mark."""

    def helper(self) -> None:
        """Not even decorated, yet callable by Reflex's rules."""


@pytest.mark.parametrize("name", ["marked", "unmarked", "helper"])
def test_a_state_of_an_unlisted_module_is_closed(name: str) -> None:
    found = RegistrationContext.ensure_context().event_handlers[f"{Elsewhere.get_full_name()}.{name}"]
    assert gate.wanted(found) is None


def test_a_staff_mark_opens_nothing_in_a_public_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "PUBLIC_MODULES", frozenset({Elsewhere.__module__}))
    found = RegistrationContext.ensure_context().event_handlers
    assert gate.wanted(found[f"{Elsewhere.get_full_name()}.marked"]) == access.ANYONE
    assert gate.wanted(found[f"{Elsewhere.get_full_name()}.unmarked"]) is None
    assert gate.wanted(found[f"{Elsewhere.get_full_name()}.helper"]) is None
