"""設定: the office itself: saved, asked about, said beside what was saved, put back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from office_kit import City
from office_settings_kit import admin_of, number, settings_of
from settings_tab import SettingsTab

from madoguchi.services import counters, office_keeping, running, service_keeping
from madoguchi.services.office import Office
from madoguchi.state.settings_counters import AT_NEW, SettingsCounters
from madoguchi.state.settings_office import AT_OFFICE, SettingsOffice
from madoguchi.state.settings_services import AT_LIST, NEW, YES, SettingsServices


class OfficeTab(SettingsTab):
    """A tab of `/staff/settings` whose desk is open."""

    def __init__(self, patch: pytest.MonkeyPatch, city: City) -> None:
        super().__init__(patch, admin_of(city))
        self.office, self.services, self.counters = (
            self.root.get_substate(kind.get_full_name().split("."))
            for kind in (SettingsOffice, SettingsServices, SettingsCounters)
        )
        for one in (self.office, self.services, self.counters):
            self.does(one.opened())

    def filled(self, section: Any, **changed: str) -> dict[str, str]:
        """What the browser sends of a form; boxes that are not ticked are not in it."""
        ticks = ("day_", "closed_", "walk_in", "bookable")
        values = {**section.values, **changed}
        return {name: text for name, text in values.items() if text or not name.startswith(ticks)}


@pytest.fixture
def tab(lite_office: Office, lite_city: City, monkeypatch: pytest.MonkeyPatch) -> Iterator[OfficeTab]:
    running.start(lite_office)
    yield OfficeTab(monkeypatch, lite_city)
    running.stop()


def test_a_desk_is_saved_named_anew_in_the_list_and_put_back(
    lite_office: Office, lite_city: City, tab: OfficeTab
) -> None:
    page = tab.office
    assert (page.values["name_ja"], page.values["phone"], page.values["day_5"]) == (
        "保育課",
        "03-1234-5678",
        "",
    )
    tab.does(
        page.save(tab.filled(page, name_ja="こども課", day_5="1", closed_on_holidays="", opens_at="09:00"))
    )
    assert (page.said_at, page.refusal, page.values["name_ja"]) == (AT_OFFICE, "", "こども課")
    assert tab.calling.desks[0].text.endswith("こども課")
    found = office_keeping.desk_for(lite_office, admin_of(lite_city), lite_city.desk_id)
    assert (found.weekdays, found.closed_on_holidays, f"{found.opens_at:%H:%M}") == (
        (0, 1, 2, 3, 4, 5),
        False,
        "09:00",
    )
    tab.does(page.undo())
    assert (page.said, page.values["name_ja"], page.values["day_5"]) == ("元に戻しました。", "保育課", "")
    tab.does(page.save(tab.filled(page)))
    assert page.said == "変わったところはありません。"


@pytest.mark.parametrize(
    ("changed", "words"),
    [({"opens_at": ""}, "時刻"), ({"name_ja": " "}, "日本語"), ({"phone": "内線5"}, "電話番号")],
)
def test_a_desk_that_would_not_do_is_said_and_the_fields_keep_what_was_typed(
    tab: OfficeTab, changed: dict[str, str], words: str
) -> None:
    serial = tab.office.serial
    tab.does(tab.office.save(tab.filled(tab.office, **changed)))
    assert words in tab.office.refusal
    assert (tab.office.said_at, tab.office.serial) == (AT_OFFICE, serial)


def test_what_a_colleague_saved_of_the_desk_is_shown_and_what_was_typed_stays(
    lite_office: Office, lite_city: City, tab: OfficeTab
) -> None:
    page, admin, desk = tab.office, admin_of(lite_city), lite_city.desk_id
    mine = tab.filled(page, name_en="Nurseries")
    before = office_keeping.desk_for(lite_office, admin, desk)
    office_keeping.save_desk(lite_office, admin, desk, replace(before, places={"ja": "3階"}), before)
    tab.does(page.save(mine))
    assert "まだ保存していません" in page.refusal
    assert page.changes == ["場所（日本語）：いまは「3階」", "場所（English）：いまは「なし」"]
    tab.does(page.save(tab.filled(page)))
    found = office_keeping.desk_for(lite_office, admin, desk)
    assert (found.names["en"], found.places) == ("Nurseries", {"ja": "3階"})


def test_a_service_is_added_after_a_question_and_stands_in_the_list(
    lite_office: Office, lite_city: City, tab: OfficeTab
) -> None:
    page = tab.services
    tab.does(page.edit(NEW))
    form = tab.filled(page, name_ja="学童", letter="k", number_first="100", number_last="199")
    tab.does(page.save(form))
    assert (page.asked, page.asked_numbers, len(page.cards)) == ("学童", "K100–K199", 2)
    tab.does(page.add("back"))
    assert (page.asked, page.editing, len(page.cards)) == ("", NEW, 2)
    tab.does(page.add(YES))
    assert len(page.cards) == 2, "nothing is added without the question"
    tab.does(page.save(form))
    tab.does(page.add(YES))
    assert (page.editing, page.said_at, page.said) == (0, AT_LIST, "「学童」を追加しました。")
    assert (page.cards[-1].numbers, page.cards[-1].offers) == ("K100–K199", "当日の番号・予約")
    assert tab.calling.services[-1].text == "学童"
    added = page.cards[-1].id
    assert number(lite_office, lite_city, added, "x").number == "K100"


def test_a_service_is_closed_and_opened_again_while_its_numbers_wait(
    lite_office: Office, lite_city: City, tab: OfficeTab
) -> None:
    page, service = tab.services, lite_city.service_id
    number(lite_office, lite_city, service, "x")
    tab.does(page.edit(service))
    tab.does(page.save(tab.filled(page, walk_in="", bookable="")))
    assert (page.cards[0].closed, page.cards[0].offers) == (True, "受付終了")
    assert "受付を終えました" in page.said
    tab.does(page.undo())
    assert (page.cards[0].closed, page.said) == (False, "元に戻しました。")
    tab.does(page.edit(service))
    tab.does(page.save(tab.filled(page, letter="Z")))
    assert "1人" in page.refusal
    assert (page.editing, page.said_at) == (service, "service")


def test_a_service_that_a_colleague_changed_is_told_and_its_form_keeps_what_was_typed(
    lite_office: Office, lite_city: City, tab: OfficeTab
) -> None:
    page, admin, service = tab.services, admin_of(lite_city), lite_city.service_id
    tab.does(page.edit(service))
    mine = tab.filled(page, minutes="25")
    held = settings_of(lite_office, admin, lite_city.desk_id, service)
    service_keeping.save_service(lite_office, admin, service, replace(held, names={"ja": "入園"}), held)
    tab.does(page.save(mine))
    assert page.changes[0] == "名前（日本語）：いまは「入園」"
    tab.does(page.save(tab.filled(page)))
    now = settings_of(lite_office, admin, lite_city.desk_id, service)
    assert (now.names, now.estimated_minutes) == ({"ja": "入園"}, 25)


def test_a_counter_is_added_renamed_and_retired_and_each_is_taken_back(tab: OfficeTab) -> None:
    page = tab.counters

    def labels() -> list[str]:
        return [one.label for one in tab.calling.counters]

    tab.does(page.add({"label": "４"}))
    assert (labels(), page.said_at) == (["1", "2", "3", "4"], AT_NEW)
    fourth = tab.calling.counters[-1].id
    tab.does(page.rename({"counter": f"{fourth}", "label": "5"}))
    assert (labels()[-1], page.said_at) == ("5", f"label-{fourth}")
    tab.does(page.undo())
    assert labels()[-1] == "4"
    tab.does(page.retire(fourth))
    assert labels() == ["1", "2", "3"]
    tab.does(page.undo())
    assert (labels(), page.said) == (["1", "2", "3", "4"], "元に戻しました。")


def test_a_counter_where_somebody_sits_is_left_alone(
    lite_office: Office, lite_city: City, tab: OfficeTab
) -> None:
    first = lite_city.counter_ids[0]
    counters.take_counter(lite_office, lite_city.clerk, first)
    tab.does(tab.counters.retire(first))
    assert "職員がいます" in tab.counters.refusal


@pytest.mark.parametrize(
    "junk", [None, [], {}, {"counter": "x", "label": ["1"]}, {"letter": 3, "name_ja": {}}]
)
def test_junk_changes_nothing(tab: OfficeTab, junk: Any) -> None:
    tab.does(tab.services.edit(NEW))
    for event in (
        tab.office.save(junk),
        tab.services.save(junk),
        tab.counters.add(junk),
        tab.counters.rename(junk),
    ):
        tab.does(event)
    for odd in (junk, "x", 10**30):
        tab.does(tab.services.edit(odd))
        tab.does(tab.counters.retire(odd))
    assert [one.label for one in tab.calling.counters] == ["1", "2", "3"]
    assert (len(tab.services.cards), tab.office.said) == (2, "")
