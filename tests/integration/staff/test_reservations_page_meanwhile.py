"""What the page says when the shown booking is not, or no more, what the last click was about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time

import pytest
from office_kit import City
from reservation_kit import NAME, PHONE, Reservations, reservations_of
from reservation_tab import Tab

from madoguchi.domain.citizens import Citizen
from madoguchi.services import booking, running
from madoguchi.services.office import Office
from madoguchi.state.reservation_letters import HEADING
from madoguchi.state.reservations import write_calendar
from madoguchi.state.reservations_shown import DETAIL, EARLY


@pytest.fixture
def desk(lite_office: Office, lite_city: City) -> Iterator[Reservations]:
    running.start(lite_office)
    yield reservations_of(lite_office, lite_city)
    running.stop()


@pytest.fixture
def tab(monkeypatch: pytest.MonkeyPatch, desk: Reservations) -> Tab:
    return Tab(monkeypatch, desk.city.clerk)


def test_an_undo_says_what_it_undoes_over_whatever_is_shown(tab: Tab, desk: Reservations) -> None:
    first, second = desk.caller(desk.slot()), desk.caller(desk.slot(time(12)))
    tab.opens()
    tab.does(tab.page.choose(first.id), tab.page.ask_cancel(), tab.page.cancel({"reason": "other"}))
    tab.does(tab.page.choose(second.id))
    assert (tab.page.undo_text, tab.page.said) == (f"{first.code} の取消", "")
    tab.does(tab.page.undo())
    assert tab.page.said == f"{first.code} の取消を元に戻しました"
    assert (tab.page.chosen.code, desk.row(first.id).state) == (second.code, "booked")


@pytest.mark.parametrize("newer", ["check in", "register"])
def test_a_newer_action_ends_the_older_undo(tab: Tab, desk: Reservations, newer: str) -> None:
    slot = desk.slot()
    first, second = desk.caller(slot), desk.caller(slot)
    desk.service(early_minutes=1440)
    tab.opens()
    tab.does(tab.page.choose(first.id), tab.page.ask_cancel(), tab.page.cancel({"reason": "other"}))
    assert tab.page.undo_kind == "cancel"
    if newer == "check in":
        tab.does(tab.page.choose(second.id), tab.page.check_in(second.id))
        assert "受付しました" in tab.page.said
    else:
        tab.does(tab.form.open_new())
        tab.registers(NAME, PHONE)
        assert "予約しました" in tab.page.said
    assert (tab.page.undo_kind, tab.page.undo_text, tab.page.undo_until) == ("", "", 0)
    tab.does(tab.page.undo())
    assert desk.row(first.id).state == "cancelled"


def test_checking_in_much_too_early_asks_first(tab: Tab, desk: Reservations) -> None:
    desk.service(early_minutes=30)
    early, other = desk.caller(desk.slot(time(16))), desk.caller(desk.slot(time(17)))
    tab.opens()
    tab.does(tab.page.choose(early.id), tab.page.check_in(early.id))
    assert (tab.page.panel, tab.page.chosen.early_until) == (EARLY, "15:30")
    # Not what the question was about.
    tab.does(tab.page.check_in(other.id))
    assert {desk.row(one.id).state for one in (early, other)} == {"booked"}
    tab.does(tab.page.close_panel())
    assert tab.page.panel == DETAIL
    tab.does(tab.page.check_in(early.id), tab.page.check_in(early.id))
    assert (tab.page.panel, desk.row(early.id).state) == (DETAIL, "checked_in")


@pytest.mark.parametrize("told", ["by the push", "on sending"])
def test_a_form_about_a_booking_that_a_colleague_cancels_ends(
    tab: Tab, desk: Reservations, told: str
) -> None:
    made = desk.caller(desk.slot())
    tab.opens()
    tab.does(tab.page.choose(made.id), tab.form.open_move())
    booking.cancel_booking(desk.office, desk.city.clerk, made.id, reason=booking.CancelReason.OTHER)
    if told == "by the push":
        tab.does(write_calendar(tab.root, desk.city.clerk))
    else:
        tab.does(tab.form.move({}))
    assert (tab.page.panel, tab.page.picking) == (DETAIL, 0)
    assert tab.page.refusal == "この予約は取り消されました。"
    assert tab.form.place_error == ""


@pytest.mark.parametrize(("panel", "left"), [("edit", DETAIL), ("cancel", DETAIL), ("create", "create")])
def test_only_forms_about_the_cancelled_booking_end(
    tab: Tab, desk: Reservations, panel: str, left: str
) -> None:
    made = desk.caller(desk.slot())
    tab.opens()
    tab.does(tab.page.choose(made.id))
    tab.page.panel = panel
    booking.cancel_booking(desk.office, desk.city.clerk, made.id, reason=booking.CancelReason.OTHER)
    tab.does(write_calendar(tab.root, desk.city.clerk))
    assert tab.page.panel == left


def test_the_detail_tells_what_a_caller_asks_for(tab: Tab, desk: Reservations) -> None:
    desk.service(items={"ja": "印鑑"}, closes_amount=60, closes_unit="minutes")
    made = desk.in_line(desk.slot(time(16)))
    tab.opens()
    tab.does(tab.page.choose(made.id))
    facts = {one.label: one.value for one in tab.page.chosen.facts}
    assert facts["持ち物"] == "印鑑"
    assert facts["変更・取消の期限"].endswith("15:00まで")
    assert "取り消した日時" not in facts
    desk.passes(hours=6)
    tab.does(tab.page.choose(made.id))
    facts = {one.label: one.value for one in tab.page.chosen.facts}
    assert facts["変更・取消の期限"].endswith("15:00まで（過ぎました）")


@pytest.mark.parametrize("by_staff", [True, False])
def test_a_cancelled_booking_tells_when_and_by_whom(tab: Tab, desk: Reservations, by_staff: bool) -> None:
    made = desk.in_line(desk.slot(time(16)))
    if by_staff:
        booking.cancel_booking(desk.office, desk.city.clerk, made.id, reason=booking.CancelReason.OTHER)
    else:
        booking.cancel_booking_own(desk.office, Citizen.in_line(desk.city.line_user_ids[0]), made.id)
    tab.opens()
    tab.does(tab.page.choose(made.id))
    facts = {one.label: one.value for one in tab.page.chosen.facts}
    assert facts["取り消した日時"].endswith("（職員）" if by_staff else "（本人）")
    assert "変更・取消の期限" not in facts


def test_a_search_leaves_nothing_of_the_booking_before_it(tab: Tab, desk: Reservations) -> None:
    desk.slot()
    tab.opens()
    tab.does(tab.form.open_new())
    tab.registers(NAME, PHONE)
    assert (tab.focused, bool(tab.page.said)) == (HEADING, True)
    tab.does(tab.page.search({"search": "0000"}))
    assert (tab.page.searched, tab.page.found, tab.page.said) == (True, [], "")
    assert (tab.page.panel, tab.page.chosen.id) == ("", 0)
