"""設定: saved, said beside what was saved, put back; what is typed elsewhere stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from office_kit import City, clock_of
from settings_tab import SettingsTab

from madoguchi.domain.order import OrderKind
from madoguchi.domain.roles import Role
from madoguchi.services import counters, desk_rules, running
from madoguchi.services.actors import Actor
from madoguchi.services.office import Office
from madoguchi.state.settings_calling import AT_CALLING
from madoguchi.store.tables import Desk


@pytest.fixture
def admin(city: City) -> Actor:
    """Who may set rules."""
    return Actor(city.clerk.staff_id, "admin", Role.ADMIN, city.municipality_id)


@pytest.fixture
def tab(office: Office, admin: Actor, monkeypatch: pytest.MonkeyPatch) -> Iterator[SettingsTab]:
    """The page as an administrator has it open."""
    running.start(office)
    yield SettingsTab(monkeypatch, admin)
    running.stop()


def near(office: Office, admin: Actor, city: City) -> int:
    return desk_rules.rules_for(office, admin, city.desk_id).near_threshold


def test_a_save_can_be_put_back_for_ten_seconds(
    office: Office, city: City, admin: Actor, tab: SettingsTab
) -> None:
    page, before = tab.calling, near(office, admin, city)
    tab.does(page.save(tab.form(near_threshold="7")))
    assert (near(office, admin, city), page.values["near_threshold"]) == (7, "7")
    assert (page.said, page.said_at) == ("保存しました。次の呼び出しから使います。", AT_CALLING)
    tab.does(page.undo())
    assert (near(office, admin, city), page.said) == (before, "元に戻しました。")
    tab.does(page.undo())
    assert (near(office, admin, city), page.said) == (before, "")


def test_after_the_time_nothing_is_put_back(
    office: Office, city: City, admin: Actor, tab: SettingsTab
) -> None:
    tab.does(tab.calling.save(tab.form(near_threshold="7")))
    clock_of(office).advance(seconds=20)
    tab.does(tab.calling.undo())
    assert near(office, admin, city) == 7


def test_saving_the_same_says_so_and_offers_no_undo(tab: SettingsTab) -> None:
    tab.does(tab.calling.save(tab.form()))
    assert (tab.calling.said, tab.calling.undo_until) == ("変わったところはありません。", 0)


@pytest.mark.parametrize(
    ("changed", "words"),
    [({"near_threshold": ""}, "数字"), ({"near_threshold": "31"}, "30"), ({"notice_en": "Late"}, "日本語")],
)
def test_what_cannot_be_saved_is_said_and_the_fields_keep_what_was_typed(
    office: Office, city: City, admin: Actor, tab: SettingsTab, changed: dict[str, str], words: str
) -> None:
    before, serial = near(office, admin, city), tab.calling.serial
    tab.does(tab.calling.save(tab.form(**changed)))
    assert words in tab.calling.refusal
    assert (tab.calling.said_at, tab.calling.serial) == (AT_CALLING, serial)
    assert near(office, admin, city) == before


def test_a_counters_services_are_saved_beside_unsaved_rules(city: City, tab: SettingsTab) -> None:
    page, (counter, other) = tab.calling, city.counter_ids[:2]
    service = int(page.services[0].value)
    rules = page.serial
    tab.does(page.choose_kind("ratio"))
    tab.does(page.choose_services(tab.counter_form(counter, service)))
    assert tab.takes(counter) == [f"{service}"]
    assert (page.said, page.said_at) == ("保存しました。", f"counter-{counter}")
    assert (page.serial, page.kind) == (rules, "ratio"), "what was typed above stays"
    assert {one.id: one.serial for one in page.counters}[other] == 0, "and in the next counter"
    tab.does(page.undo())
    assert (tab.takes(counter), page.said) == ([], "元に戻しました。")


def colleague(office: Office, admin: Actor, city: City, **values: Any) -> None:
    """Another page saves meanwhile."""
    found = desk_rules.rules_for(office, admin, city.desk_id)
    desk_rules.save_rules(office, admin, city.desk_id, replace(found, **values), found)


def test_what_a_colleague_saved_meanwhile_is_shown_and_what_was_typed_stays(
    office: Office, city: City, admin: Actor, tab: SettingsTab
) -> None:
    page, typed = tab.calling, tab.form(near_threshold="7", near_minutes="25")
    colleague(office, admin, city, near_minutes=20, order_kind=OrderKind.RATIO, notice={"ja": "混雑"})
    tab.does(page.save(typed))
    assert "まだ保存していません" in page.refusal
    assert list(page.changes) == [
        "お知らせする時間：10 → 20（欄には入力した「25」を残しています）",
        "呼び出しの順番：予約を先に → 割合で交互に",
        "お知らせ（日本語）：なし → 混雑",
    ]
    assert near(office, admin, city) == 3, "nothing is saved yet"
    shown = [page.values[name] for name in ("near_threshold", "near_minutes", "order_kind", "notice_ja")]
    assert shown == ["7", "25", "ratio", "混雑"]
    assert page.kind == "ratio"
    tab.does(page.save(tab.form()))
    assert (page.refusal, list(page.changes)) == ("", [])
    found = desk_rules.rules_for(office, admin, city.desk_id)
    assert (found.near_threshold, found.near_minutes, found.order_kind) == (7, 25, OrderKind.RATIO)
    assert found.notice == {"ja": "混雑"}


def test_an_undo_does_not_wipe_what_a_colleague_saved_since(
    office: Office, city: City, admin: Actor, tab: SettingsTab
) -> None:
    page = tab.calling
    tab.does(page.save(tab.form(near_threshold="7")))
    colleague(office, admin, city, near_threshold=9)
    tab.does(page.undo())
    assert "元に戻していません" in page.refusal
    assert list(page.changes) == ["お知らせする人数：7 → 9"]
    assert near(office, admin, city) == 9


def test_a_counter_that_a_colleague_set_meanwhile_is_told_and_its_ticks_stay(
    office: Office, city: City, admin: Actor, tab: SettingsTab
) -> None:
    page, counter = tab.calling, city.counter_ids[0]
    names = {one.value: one.text for one in page.services}
    mine, theirs = (int(one.value) for one in page.services[:2])
    counters.choose_services(office, admin, counter, [theirs])
    serial = next(one.serial for one in page.counters if one.id == counter)
    tab.does(page.choose_services(tab.counter_form(counter, mine)))
    assert "まだ保存していません" in page.refusal
    assert list(page.changes) == [f"受ける業務は、いま「{names[f'{theirs}']}」です。"]
    assert next(one.serial for one in page.counters if one.id == counter) == serial, "the ticks stay"
    tab.does(page.choose_services(tab.counter_form(counter, mine)))
    assert (tab.takes(counter), page.said) == ([f"{mine}"], "保存しました。")
    counters.choose_services(office, admin, counter, [])
    tab.does(page.undo())
    assert list(page.changes) == ["受ける業務は、いま「すべて」です。"]


def test_a_page_that_is_connected_again_keeps_what_was_typed(tab: SettingsTab) -> None:
    serial = tab.calling.serial
    tab.does(tab.calling.opened())
    assert tab.calling.serial == serial


def test_a_clerk_sees_and_changes_nothing(office: Office, city: City, admin: Actor, tab: SettingsTab) -> None:
    page, before = tab.calling, near(office, admin, city)
    service = int(page.services[0].value)
    # The guard stops these before; the services say no by themselves.
    tab.who = city.clerk
    tab.does(page.opened())
    assert not page.may_change
    tab.does(page.save(tab.form(near_threshold="9")))
    assert page.refusal
    tab.does(page.choose_services(tab.counter_form(city.counter_ids[0], service)))
    assert page.refusal
    assert (near(office, admin, city), tab.takes(city.counter_ids[0])) == (before, [])


@pytest.mark.parametrize("junk", [{}, {"counter": "x"}, {"counter": "999999"}, {"counter": ["1"]}])
def test_a_counter_that_is_none_changes_nothing(tab: SettingsTab, junk: dict[str, Any]) -> None:
    before = [one.takes for one in tab.calling.counters]
    tab.does(tab.calling.choose_services(junk))
    assert ([one.takes for one in tab.calling.counters], tab.calling.said) == (before, "")


def test_a_silent_desk_tries_the_voice_in_every_language_for_everybody_who_sees_the_queue(
    office: Office, tab: SettingsTab, city: City
) -> None:
    with office.change() as unit:
        unit.session.get_one(Desk, city.desk_id).speech = False
    tab.who = city.viewer
    tab.does(tab.voice.ask())
    assert [one.language for one in tab.voice.samples][:3] == ["ja", "ja-easy", "en"]
    assert "123番" in tab.voice.samples[0].text
    assert (tab.voice.serial, tab.voice.refusal) == (1, "")


def test_who_may_not_see_the_queue_hears_nothing(tab: SettingsTab, city: City) -> None:
    tab.who = city.auditor
    tab.does(tab.voice.ask())
    assert (tab.voice.samples, tab.voice.serial) == ([], 1)
    assert tab.voice.refusal
