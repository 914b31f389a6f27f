"""元に戻す of what is no ticket's step: in time only, and only at the counter that was changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from office_kit import City, clock_of
from today_tab import TodayTab

from madoguchi.domain.roles import Role
from madoguchi.services import counters
from madoguchi.services.office import Office
from madoguchi.store.tables import Counter, Ticket

TOO_LATE = "元に戻せる時間（10秒）を過ぎました。"
NOT_MINE = "1番窓口は、いまは自分の窓口ではないため、元に戻せません。"


@pytest.fixture
def tab(open_office: Office, mori: City, monkeypatch: pytest.MonkeyPatch) -> TodayTab:
    """The clerk at counter 1."""
    counters.take_counter(open_office, mori.clerk, mori.counter_ids[0])
    return TodayTab(monkeypatch, mori.clerk)


def counter(office: Office, counter_id: int) -> Counter:
    """The counter as it stands."""
    with office.look() as unit:
        return unit.session.get_one(Counter, counter_id)


def state_of(office: Office, ticket_id: int) -> str:
    """The ticket's state."""
    with office.look() as unit:
        return unit.session.get_one(Ticket, ticket_id).state


def test_a_number_given_is_not_taken_back_later(open_office: Office, mori: City, tab: TodayTab) -> None:
    tab.does(tab.page.walk_in(mori.service_id, "f" * 32))
    clock_of(open_office).advance(seconds=13)
    tab.does(tab.page.undo())
    assert (tab.page.said, tab.page.refusal, tab.page.undo_batch) == ("", TOO_LATE, "")
    assert state_of(open_office, tab.page.walk_in_id) == "waiting"


def test_a_pause_is_not_taken_back_later(open_office: Office, mori: City, tab: TodayTab) -> None:
    tab.does(tab.page.pause())
    clock_of(open_office).advance(seconds=13)
    tab.does(tab.page.undo())
    assert (tab.page.said, tab.page.refusal) == ("", TOO_LATE)
    assert counter(open_office, mori.counter_ids[0]).paused


def test_a_choice_of_services_is_not_taken_back_later(open_office: Office, mori: City, tab: TodayTab) -> None:
    tab.does(tab.page.take_service(mori.service_id))
    clock_of(open_office).advance(seconds=13)
    tab.does(tab.page.undo())
    assert (tab.page.said, tab.page.refusal) == ("", TOO_LATE)
    assert counter(open_office, mori.counter_ids[0]).services == [mori.other_service_id]


def test_all_of_them_are_taken_back_in_time(open_office: Office, mori: City, tab: TodayTab) -> None:
    for click in (
        lambda: tab.page.walk_in(mori.service_id, "f" * 32),
        tab.page.pause,
        lambda: tab.page.take_service(mori.service_id),
    ):
        tab.does(click())
        clock_of(open_office).advance(seconds=10)
        tab.does(tab.page.undo())
        assert (tab.page.said, tab.page.refusal) == ("元に戻しました", "")
    assert state_of(open_office, tab.page.walk_in_id) == "cancelled"
    here = counter(open_office, mori.counter_ids[0])
    assert (here.paused, here.services) == (False, [])


def test_a_pause_is_not_taken_back_at_another_counter(open_office: Office, mori: City, tab: TodayTab) -> None:
    first, second = mori.counter_ids[:2]
    tab.does(tab.page.pause())
    tab.does(tab.page.choose_counter(str(second)))
    counters.pause(open_office, mori.clerk, second, True)
    tab.does(tab.page.undo())
    assert tab.page.refusal == NOT_MINE
    assert tab.page.said == ""
    assert counter(open_office, second).paused
    counters.take_counter(open_office, mori.second_clerk, first)
    assert not counter(open_office, first).paused


@pytest.mark.parametrize("role", [Role.CLERK, Role.ADMIN])
def test_services_are_not_put_back_at_another_counter(
    open_office: Office, mori: City, tab: TodayTab, role: Role
) -> None:
    """Who administers may choose for every counter; a key that takes a click back still means that click."""
    tab.who = replace(mori.clerk, role=role)
    first, second = mori.counter_ids[:2]
    counters.choose_services(open_office, tab.who, first, [mori.service_id])
    tab.looks_again()
    tab.does(tab.page.take_service(mori.other_service_id))
    tab.does(tab.page.choose_counter(str(second)))
    tab.does(tab.page.undo())
    assert tab.page.refusal == NOT_MINE
    assert (counter(open_office, first).services, counter(open_office, second).services) == ([], [])


def test_a_pause_is_not_taken_back_from_a_colleague_who_sat_down(
    open_office: Office, mori: City, tab: TodayTab
) -> None:
    """The page does not show it yet."""
    first = mori.counter_ids[0]
    tab.does(tab.page.pause())
    counters.take_counter(open_office, mori.second_clerk, first)
    counters.pause(open_office, mori.second_clerk, first, True)
    tab.does(tab.page.undo())
    assert tab.page.said == ""
    assert tab.page.refusal != ""
    assert counter(open_office, first).paused


def test_what_was_changed_in_another_tab_meanwhile_stays(
    open_office: Office, mori: City, tab: TodayTab
) -> None:
    first = mori.counter_ids[0]
    tab.does(tab.page.take_service(mori.service_id))
    counters.choose_services(open_office, mori.clerk, first, [mori.service_id])
    tab.looks_again()
    tab.does(tab.page.undo())
    assert "ほかの画面で" in tab.page.refusal
    assert counter(open_office, first).services == [mori.service_id]
