"""質問と持ち物 on `/staff/slots`, handler by handler: saving, refusing, putting back, and junk."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from plan_kit import Planned
from slots_tab import Tab
from sqlmodel import col, func, select

from madoguchi.domain.languages import LANGUAGES
from madoguchi.domain.roles import Role
from madoguchi.services import running
from madoguchi.services.actors import Actor
from madoguchi.store.tables import AuditEntry, Desk, Service

JUNK: tuple[Any, ...] = (
    None,
    "",
    "x",
    -1,
    1,
    10**12,
    True,
    [],
    {},
    {"items-ja": 5},
    1.5,
    "\ud800\0",
    "é" * 9_000,
)


@pytest.fixture
def tab(lite_plan: Planned, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tab]:
    """An admin's tab, opened."""
    running.start(lite_plan.office)
    yield Tab(monkeypatch, lite_plan.admin).opens()
    running.stop()


def form(tab: Tab, *questions: dict[str, str], **items: str) -> dict[str, str]:
    """What the browser would send, for the rows in their order."""
    filled = {f"items-{language}": items.get(language, "") for language in LANGUAGES}
    for row, question in zip(tab.asking.rows, questions, strict=True):
        filled |= {f"q{row.slot}-{part}": value for part, value in question.items()}
    return filled


KIND = {"kind": "choice", "label-ja": "種類", "options-ja": "新規\n継続", "required": "on"}
SCHOOL = {"kind": "text", "label-ja": "希望の園"}


def facts(plan: Planned) -> tuple[Any, ...]:
    with plan.office.look() as unit:
        ask = unit.session.exec
        return (
            ask(select(Service.questions, Service.items).order_by(col(Service.id))).all(),
            ask(select(Desk.guest_booking).order_by(col(Desk.id))).all(),
            ask(select(func.count()).select_from(AuditEntry)).one(),
        )


def saved(tab: Tab) -> None:
    tab.does(tab.asking.add_question(), tab.asking.add_question())
    tab.does(tab.asking.save(form(tab, KIND, SCHOOL, ja="印かん")))
    assert tab.asking.said == "保存しました。"


def test_questions_are_written_saved_and_put_back(tab: Tab, lite_plan: Planned) -> None:
    before = facts(lite_plan)
    saved(tab)
    stored = facts(lite_plan)[0][0]
    assert [one["label"] for one in stored[0]] == [{"ja": "種類"}, {"ja": "希望の園"}]
    assert (stored[0][0]["required"], stored[0][1]["required"], stored[1]) == (True, False, {"ja": "印かん"})
    tab.does(tab.asking.undo())
    assert (tab.asking.said, tab.asking.rows, tab.asking.shown) == ("元に戻しました。", [], [])
    assert facts(lite_plan)[:2] == before[:2]
    tab.does(tab.asking.undo())
    assert tab.asking.said == "", "once only"


def test_a_question_keeps_its_fields_and_its_key_whatever_is_done_around_it(
    tab: Tab, lite_plan: Planned
) -> None:
    saved(tab)
    (first, second), keys = tab.asking.rows, [one["key"] for one in facts(lite_plan)[0][0][0]]
    tab.does(tab.asking.raise_question(second.slot), tab.asking.raise_question(second.slot))
    assert [one.slot for one in tab.asking.rows] == [second.slot, first.slot]
    tab.does(tab.asking.save(form(tab, {**SCHOOL, "label-ja": "ほしい園"}, KIND, ja="印かん")))
    assert [one["key"] for one in facts(lite_plan)[0][0][0]] == keys[::-1]
    assert [one.slot for one in tab.asking.rows] == [second.slot, first.slot]
    tab.does(tab.asking.remove_question(first.slot))
    assert len(facts(lite_plan)[0][0][0]) == 2, "until it is saved"
    tab.does(tab.asking.save(form(tab, SCHOOL)))
    assert [one["key"] for one in facts(lite_plan)[0][0][0]] == keys[1:]
    tab.does(tab.asking.undo())
    assert [one["key"] for one in facts(lite_plan)[0][0][0]] == keys[::-1]


def test_a_refusal_is_said_and_leaves_every_field_alone(tab: Tab, lite_plan: Planned) -> None:
    saved(tab)
    before, rows, bring = facts(lite_plan), list(tab.asking.rows), dict(tab.asking.bring)
    for wrong, words in (
        ({"options-en": "New"}, "質問1の選択肢（English）は、日本語と同じ2行"),
        ({"label-ja": ""}, "質問1の質問文"),
        ({"label-vi": "a" * 121}, "質問1の質問文（Tiếng Việt）は、120文字まで"),
        ({"options-ja": "新規"}, "2〜10個"),
    ):
        tab.does(tab.asking.save(form(tab, {**KIND, **wrong}, SCHOOL, ja="通帳")))
        assert words in tab.asking.refusal
    tab.does(tab.asking.save(form(tab, KIND, SCHOOL, en="Seal")))
    assert "日本語も" in tab.asking.refusal
    assert (facts(lite_plan), tab.asking.rows, tab.asking.bring) == (before, rows, bring)


def test_a_question_removed_in_another_tab_is_not_asked_again_under_its_old_key(
    tab: Tab, lite_plan: Planned
) -> None:
    saved(tab)
    with lite_plan.office.change() as unit:
        unit.session.get_one(Service, lite_plan.city.service_id).questions = []
    tab.does(tab.asking.save(form(tab, KIND, SCHOOL)))
    assert "質問1は、ほかの画面で外されました" in tab.asking.refusal


def test_what_is_typed_is_shown_as_citizens_will_see_it(tab: Tab) -> None:
    saved(tab)
    first, second = (one.slot for one in tab.asking.rows)
    tab.does(
        tab.asking.sketch(first, "options", "新規\n\n継続\n更新"),
        tab.asking.sketch(second, "kind", "choice"),
        tab.asking.sketch(second, "label", "園は決まっていますか"),
        tab.asking.sketch_required(first, False),
        tab.asking.sketch_bring(" 通帳 "),
    )
    kind, school = tab.asking.shown
    assert (kind.options, kind.note != "") == (["新規", "継続", "更新", "答えない"], True)
    assert (school.label, school.words) == ("園は決まっていますか", False)
    assert tab.asking.shown_bring == "通帳"


def test_no_more_questions_than_may_be_asked(tab: Tab) -> None:
    tab.does(*(tab.asking.add_question() for _ in range(9)))
    assert (len(tab.asking.rows), tab.asking.may_add) == (5, False)


def test_booking_without_line_is_switched_for_the_desk_and_back(tab: Tab, lite_plan: Planned) -> None:
    tab.does(tab.asking.allow_guests(True))
    assert facts(lite_plan)[1] == [True, False]
    assert (tab.asking.guests, tab.asking.said) == (True, "LINEを使わない人の予約を受け付けます。")
    tab.does(tab.asking.undo())
    assert (facts(lite_plan)[1], tab.asking.guests) == ([False, False], False)


def test_junk_changes_nothing_and_breaks_nothing(tab: Tab, lite_plan: Planned) -> None:
    saved(tab)
    before = facts(lite_plan)
    for name, handler in type(tab.asking).event_handlers.items():
        if name in {"setvar", "allow_guests", "undo"}:
            continue
        wanted = len(inspect.signature(handler.fn).parameters) - 1
        for junk in JUNK:
            tab.does(getattr(tab.asking, name)(*[junk] * wanted))
    for junk in JUNK:
        if junk is not True:
            tab.does(tab.asking.allow_guests(junk))
    assert facts(lite_plan) == before
    assert len(tab.opens().asking.rows) == 2


@pytest.mark.parametrize("role", [Role.CLERK, Role.VIEWER, Role.AUDITOR, None])
def test_the_services_refuse_who_may_not_even_when_the_gate_is_not_asked(
    tab: Tab, lite_plan: Planned, role: Role | None
) -> None:
    saved(tab)
    before, city = facts(lite_plan), lite_plan.city
    tab.who = None if role is None else Actor(city.clerk.staff_id, "誰か", role, city.municipality_id)
    tab.does(tab.asking.undo(), tab.asking.save(form(tab, KIND, SCHOOL)), tab.asking.allow_guests(True))
    assert facts(lite_plan) == before
    assert tab.asking.said == ""
