"""Name and number on `/book`: in the browser's fields and in `contact`, in no session between them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Any

import pytest

from madoguchi.domain.citizens import Citizen
from madoguchi.domain.languages import LANGUAGES
from madoguchi.services import holds, profile, running
from madoguchi.services.office import Office
from madoguchi.state.book_letters import KANA, PHONE
from tests.integration.booking.book_tab import GOOD, Tab, key, page_at_contact, run
from tests.integration.booking.booking_city import TUESDAY, City
from tests.integration.booking.visits_kit import known_contact

SECRETS = ("すずき", "スズキ", "山田", "9876", "９８７６", "Maria", "Silva")


@pytest.fixture(autouse=True)
def _open_office(city: City) -> Iterator[None]:
    running.start(city.office)
    yield
    running.stop()


@pytest.fixture
def line_name(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What LINE calls everybody."""
    names = [""]

    async def told(_office: Office, _line_user_id: int) -> str:
        return names[0]

    monkeypatch.setattr(profile, "display_name", told)
    return names


class Watched(Tab):
    """A tab whose state is searched after every step."""

    def does(self, *events: Any) -> None:
        for event in events:
            super().does(event)
            kept = self.kept()
            assert self.page.phase in kept
            assert [secret for secret in SECRETS if secret in kept] == []


def test_no_step_of_the_way_leaves_name_or_number_in_the_session(city: City, line_name: list[str]) -> None:
    line_name[0] = "Maria Silva"
    user, slot, other = city.citizen(), city.slot(capacity=1), city.slot(at=time(11))
    tab = Watched(key(city, user))
    page = tab.page
    tab.does(page.open_page(), page.choose_service("nursery"))
    tab.does(page.choose_day(TUESDAY.isoformat()), page.choose_place(slot))
    tab.types("山田", "９８７６")
    tab.sends()
    assert page.kana_error
    assert page.phone_error
    tab.types("すずき はなこ", "０８０ー９８７６ー５４３２")
    tab.does(
        *(page.choose_language(language) for language in LANGUAGES), page.open_step(1), page.open_step(2)
    )
    city.clock.advance(minutes=11)
    holds.hold(city.office, Citizen.in_line(city.citizen()), service_id=city.nursery, slot_id=slot)
    tab.sends()
    assert (page.step, page.held_slot) == (2, 0)
    tab.does(page.choose_day(TUESDAY.isoformat()), page.choose_place(other))
    assert tab.fields == {KANA: "スズキ ハナコ", PHONE: "080-9876-5432"}
    tab.sends()
    assert page.phase == "done"
    assert tab.fields == {KANA: "", PHONE: ""}
    assert known_contact(city, user) == ("スズキ ハナコ", "080-9876-5432")
    again = Watched(key(city, user))
    again.does(again.page.open_page(), again.page.open_page())
    assert again.fields == {KANA: "スズキ ハナコ", PHONE: "080-9876-5432"}


def test_the_search_would_find_a_name_wherever_it_was_kept(city: City) -> None:
    for where in ("desk_name", "_link", "text"):
        tab = Tab(key(city, city.citizen()))
        setattr(tab.page, where, {"x": "スズキ"} if where == "text" else "スズキ")
        assert "スズキ" in tab.kept()


@pytest.mark.parametrize(
    ("name", "shown", "asked"),
    [
        ("Maria Silva", "Maria Silva", True),
        ("はなこ", "ハナコ", False),
        ("x" * 41, "x" * 41, True),
        ("", "", False),
    ],
)
def test_lines_name_is_offered_and_asked_for_in_katakana_but_not_called_wrong(
    city: City, line_name: list[str], name: str, shown: str, asked: bool
) -> None:
    line_name[0] = name
    tab = Watched(key(city, city.citizen()))
    tab.does(tab.page.open_page())
    assert (tab.fields[KANA], KANA in tab.requests, tab.page.kana_error) == (shown, asked, "")
    tab.does(tab.page.check_kana(shown))
    assert bool(tab.page.kana_error) is asked, "left as it was, it is now the citizen's own"


def test_a_page_opened_anew_by_a_lost_connection_keeps_what_was_typed(
    city: City, line_name: list[str]
) -> None:
    line_name[0] = "Maria Silva"
    user = city.citizen()
    run(page_at_contact(city, user, city.slot()).submit(GOOD))
    for citizen in (user, city.citizen()):
        tab = Tab(key(city, citizen))
        tab.fields[KANA] = "サント"
        tab.does(tab.page.open_page())
        assert tab.fields[KANA] == "サント"


def test_an_answer_that_comes_late_changes_nothing_that_was_typed_since(city: City) -> None:
    tab = Tab(key(city, city.citizen()))
    tab.does(tab.page.open_page())
    tab.fields = {KANA: "すずき は", PHONE: "080987654321"}
    tab.does(tab.page.check_kana("すずき"), tab.page.check_phone("08098765432"))
    assert tab.fields == {KANA: "すずき は", PHONE: "080987654321"}


def test_leaving_an_empty_field_is_no_mistake(city: City) -> None:
    tab = Tab(key(city, city.citizen()))
    tab.does(tab.page.open_page())
    tab.types("山田", "12")
    assert tab.page.kana_error
    assert tab.page.phone_error
    tab.types(" ", "")
    assert (tab.page.kana_error, tab.page.phone_error) == ("", "")
    tab.sends()
    assert tab.page.kana_error
    assert tab.page.phone_error
