"""The page's event handlers: what they show, and what they make of anything that is sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Any

import pytest
from office_kit import City
from reservation_kit import NAME, PHONE, Reservations, reservations_of
from reservation_tab import Tab
from sqlmodel import col, select

from madoguchi.domain.questions import Question, QuestionKind, questions_as_json
from madoguchi.services import booking, contacts, reservation_search, running
from madoguchi.services.office import Office
from madoguchi.state import reservation_form
from madoguchi.state.reservations_shown import CREATE, DETAIL, MOVE
from madoguchi.store.tables import AuditEntry, OutboxMessage, Reservation, Slot

JUNK: list[Any] = [
    None,
    "",
    "x" * 5000,
    0,
    -1,
    10**30,
    1.5,
    True,
    [],
    {},
    {"kana": 7, "phone": [], "reason": {}, "search": 5, "party": "９９９９", "over": 1},
    {"reason": "no such reason", "search": "\ud800", "kana": "\ud800", "phone": "\0"},
    "2026-02-31",
    "9999-12-31",
    "0001-01-01",
    b"\0",
    "\ud800",
]


@pytest.fixture
def desk(lite_office: Office, lite_city: City) -> Iterator[Reservations]:
    running.start(lite_office)
    yield reservations_of(lite_office, lite_city)
    running.stop()


@pytest.fixture
def tab(monkeypatch: pytest.MonkeyPatch, desk: Reservations) -> Tab:
    monkeypatch.setattr(reservation_form, "BOUNCE_SECONDS", 0.0)
    return Tab(monkeypatch, desk.city.clerk)


def everything(desk: Reservations) -> list[Any]:
    """What no junk may change."""
    with desk.office.look() as unit:
        return [
            [row.model_dump() for row in unit.session.exec(select(table).order_by(col(table.id))).all()]
            for table in (Reservation, Slot, OutboxMessage, AuditEntry)
        ]


def test_the_week_the_day_and_a_reservation_are_shown_without_names(tab: Tab, desk: Reservations) -> None:
    made = desk.caller(desk.slot())
    tab.opens()
    page = tab.page
    assert [(row.time, row.cells[desk.today.weekday()].figures) for row in page.week_rows] == [
        ("11:00", "1/2")
    ]
    assert page.columns[desk.today.weekday()].today
    tab.does(page.open_day(desk.today.isoformat()))
    assert [(one.figures, [chip.code for chip in one.chips]) for one in page.lines] == [("1/2", [made.code])]
    tab.does(page.choose(made.id))
    assert (page.panel, page.chosen.code, page.chosen.may_change) == (DETAIL, made.code, True)
    for secret in ("ヌルマエ", "9876"):
        assert secret not in tab.kept()


def test_a_caller_is_registered_and_nothing_typed_is_kept(tab: Tab, desk: Reservations) -> None:
    desk.service(max_party=3)
    first, second = desk.slot(), desk.slot(time(13))
    tab.opens()
    tab.does(tab.form.open_new())
    assert (tab.page.panel, tab.page.picking) == (CREATE, desk.city.service_id)
    assert tab.form.place == str(first)
    tab.does(tab.form.choose_place(str(second)))
    tab.registers("ぬるまえ つづみ", PHONE, party="2")
    assert tab.page.panel == DETAIL
    row = desk.row(tab.page.chosen.id)
    assert (row.slot_id, row.party, row.channel) == (second, 2, "staff")
    assert contacts.contact_of(desk.office, desk.city.clerk, row.id or 0) == (NAME, PHONE)
    for secret in ("ヌルマエ", "ぬるまえ", "9876"):
        assert secret not in tab.kept()


def test_mistakes_are_said_beside_their_fields_and_what_was_typed_stays(tab: Tab, desk: Reservations) -> None:
    desk.slot()
    tab.opens()
    tab.does(tab.form.open_new())
    tab.registers("Sato", "12")
    assert tab.form.kana_error
    assert tab.form.phone_error
    assert tab.focused == "desk-kana"
    assert tab.fields == {"desk-kana": "Sato", "desk-phone": "12"}
    tab.registers("さとう", "12")
    assert (tab.form.kana_error, tab.focused) == ("", "desk-phone")
    assert tab.fields["desk-kana"] == "サトウ"
    assert desk.audited("book") == []


def test_pressing_enter_twice_makes_one_booking(tab: Tab, desk: Reservations) -> None:
    slot = desk.slot()
    tab.opens()
    tab.does(tab.form.open_new())
    token = tab.form.token
    tab.registers(NAME, PHONE)
    tab.sends(tab.form.register)
    # The same form once more, as from a tab that did not see the answer.
    tab.does(tab.form.open_new())
    tab.form.token = token
    tab.registers(NAME, PHONE)
    assert desk.taken(slot) == 1


def test_a_full_place_offers_the_nearest_free_one_which_one_key_takes(tab: Tab, desk: Reservations) -> None:
    slot, near = desk.slot(capacity=1), desk.slot(time(12))
    tab.opens()
    tab.does(tab.form.open_new())
    desk.caller(slot)
    tab.registers(NAME, PHONE)
    assert tab.form.nearest == str(near)
    assert "12:00" in tab.form.nearest_label
    assert tab.focused == "desk-nearest"
    assert not tab.page.may_exceed
    tab.does(tab.form.take_nearest())
    assert (tab.form.place, tab.submits) == (str(near), 1)
    tab.sends(tab.form.register)
    assert desk.row(tab.page.chosen.id).slot_id == near


def test_a_bouncing_enter_does_not_take_what_was_just_offered(
    tab: Tab, desk: Reservations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reservation_form, "BOUNCE_SECONDS", 60.0)
    slot = desk.slot(capacity=1)
    desk.slot(time(12))
    tab.opens()
    tab.does(tab.form.open_new())
    desk.caller(slot)
    tab.registers(NAME, PHONE)
    tab.does(tab.form.take_nearest())
    assert (tab.form.place, tab.submits) == (str(slot), 0)


def test_a_reason_takes_an_administrator_beyond_the_capacity(
    monkeypatch: pytest.MonkeyPatch, desk: Reservations
) -> None:
    slot = desk.slot(capacity=1)
    desk.caller(slot)
    tab = Tab(monkeypatch, desk.admin).opens()
    tab.does(tab.form.open_new())
    # A reason counts only after the place was refused as full.
    tab.registers(NAME, PHONE, over="急ぎ")
    assert (tab.form.full, desk.taken(slot)) == (True, 1)
    tab.registers(NAME, PHONE, over="急ぎ")
    assert (tab.page.panel, desk.taken(slot)) == (DETAIL, 2)


def test_what_the_service_asks_is_asked(tab: Tab, desk: Reservations) -> None:
    asked = Question("child", QuestionKind.CHOICE, {"ja": "年齢"}, True, {"0": {"ja": "0歳"}})
    desk.service(questions=questions_as_json([asked]))
    desk.slot()
    tab.opens()
    tab.does(tab.form.open_new())
    assert [(one.name, one.label, one.required) for one in tab.form.questions] == [("child", "年齢", True)]
    tab.registers(NAME, PHONE)
    assert tab.form.answer_error
    assert tab.focused == "desk-question-0"
    tab.registers(NAME, PHONE, **{"q-child": "0"})
    assert desk.row(tab.page.chosen.id).answers == {"child": "0"}


def test_moving_cancelling_and_undoing(tab: Tab, desk: Reservations) -> None:
    slot, later = desk.slot(), desk.slot(time(15))
    made = desk.in_line(slot)
    tab.opens()
    tab.does(tab.page.choose(made.id), tab.form.open_move())
    assert (tab.page.panel, tab.page.picking) == (MOVE, desk.city.service_id)
    tab.does(tab.form.open_at(later))
    tab.does(tab.form.move({}))
    assert (desk.row(made.id).slot_id, desk.messages("booking_changed")) == (later, [])
    tab.does(tab.page.ask_cancel(), tab.page.cancel({"reason": "duplicate", "push": "on"}))
    assert (desk.taken(later), tab.page.undo_kind) == (0, "cancel")
    assert [one.facts["reason"] for one in desk.messages("booking_cancelled")] == ["duplicate"]
    tab.does(tab.page.undo())
    assert (desk.taken(later), desk.messages("booking_cancelled")) == (1, [])
    desk.passes(hours=6)
    tab.does(tab.page.choose(made.id), tab.page.miss(made.id), tab.page.undo())
    assert desk.row(made.id).state == "booked"


def test_a_failure_of_ours_is_said_and_logs_nobody(
    office: Office, city: City, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    running.start(office)
    try:
        desk = reservations_of(office, city)
        desk.slot()
        tab = Tab(monkeypatch, desk.city.clerk).opens()
        tab.does(tab.form.open_new())
        with monkeypatch.context() as broken:
            broken.setattr("madoguchi.services.contacts.search_key", lambda _: None)
            tab.registers(NAME, PHONE)
    finally:
        running.stop()
    assert tab.form.error
    assert "a form of the reservations page failed: IntegrityError" in caplog.text
    assert NAME not in caplog.text
    assert "9876" not in caplog.text


def test_editing_fills_in_on_demand_and_keeps_empty_fields(tab: Tab, desk: Reservations) -> None:
    made = desk.caller(desk.slot())
    tab.opens()
    tab.does(tab.page.choose(made.id), tab.form.open_edit())
    assert desk.audited("see_contact") == []
    tab.does(tab.form.fill_in())
    assert tab.fields == {"desk-kana": NAME, "desk-phone": PHONE}
    assert len(desk.audited("see_contact")) == 1
    tab.fields["desk-phone"] = ""
    tab.fields["desk-kana"] = "さとう"
    tab.sends(tab.form.save)
    assert contacts.contact_of(desk.office, desk.city.clerk, made.id) == ("サトウ", PHONE)
    assert "サトウ" not in tab.kept()


def test_searching_shows_one_hit_at_once_and_says_why_not(tab: Tab, desk: Reservations) -> None:
    made = desk.caller(desk.slot())
    tab.opens()
    tab.does(tab.page.search({"search": "12"}))
    assert tab.page.search_refusal
    tab.does(tab.page.search({"search": "4321"}))
    assert [one.code for one in tab.page.found] == [made.code]
    assert tab.page.chosen.code == made.code
    tab.does(tab.page.close_search())
    assert not tab.page.searched
    assert reservation_search.find(desk.office, desk.city.clerk, made.code).reservations


@pytest.mark.parametrize("panel", ["", DETAIL, CREATE, MOVE, "cancel", "edit"])
def test_junk_changes_nothing(tab: Tab, desk: Reservations, panel: str) -> None:
    made = desk.caller(desk.slot())
    tab.opens()
    tab.does(tab.page.choose(made.id))
    tab.page.panel = panel
    before = everything(desk)
    page, form = tab.page, tab.form
    for junk in JUNK:
        if panel == "cancel" and junk == {}:
            continue
        for handler in (
            page.choose_desk,
            page.choose_service,
            page.show,
            page.go,
            page.choose_day,
            page.open_day,
            page.search,
            page.cancel,
            page.miss,
            page.take_back,
            page.check_in,
            form.choose_service,
            form.choose_day,
            form.choose_place,
            form.check_kana,
            form.check_phone,
            form.register,
            form.move,
            form.save,
        ):
            tab.does(handler(junk))
        tab.page.panel = panel
    assert everything(desk) == before


def test_what_a_clerk_may_not_does_nothing_even_without_the_guard(
    monkeypatch: pytest.MonkeyPatch, desk: Reservations
) -> None:
    made = desk.caller(desk.slot())
    tab = Tab(monkeypatch, desk.city.viewer).opens()
    tab.does(tab.page.choose(made.id))
    assert tab.page.chosen.code == made.code
    before = everything(desk)
    tab.page.panel = "cancel"
    tab.does(
        tab.page.cancel({"reason": "other"}), tab.page.miss(made.id), tab.page.search({"search": "4321"})
    )
    tab.page.panel = "edit"
    tab.sends(tab.form.save, kana="サトウ")
    assert everything(desk) == before
    assert tab.page.found == []


def test_another_tab_of_the_same_booking_does_not_break_the_page(tab: Tab, desk: Reservations) -> None:
    made = desk.caller(desk.slot())
    tab.opens()
    tab.does(tab.page.choose(made.id), tab.page.ask_cancel())
    booking.cancel_booking(desk.office, desk.city.clerk, made.id, reason=booking.CancelReason.OTHER)
    tab.does(tab.page.cancel({"reason": "other"}))
    assert tab.page.chosen.state == "取消"
