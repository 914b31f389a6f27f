"""Every kind of message in every language, against what LINE accepts."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

import pytest
from linebot.v3.messaging import FlexMessage, Message

from madoguchi.domain.languages import LANGUAGES, OWN_NAMES
from madoguchi.domain.tickets import Channel, TicketState
from madoguchi.line.messages import KINDS, UnknownKindError, choices, render
from madoguchi.line.messages.parts import fit, plain
from madoguchi.line.messages.status import standing
from madoguchi.line.messages.values import Setting, wait, when
from madoguchi.services.desks import DeskView, MunicipalityView, ServiceView
from madoguchi.services.tickets import TicketView
from madoguchi.texts import say
from sandbox.line.checks import messages as checks
from sandbox.line.checks.report import Report

LONG = {
    "ja": "こども家庭支援部保育幼稚園施設利用給付認定申請受付担当" * 3,
    "en": "Child and Family Support Department, Nursery Admission Applications Section " * 3,
    "vi": "Phòng tiếp nhận hồ sơ đăng ký nhà trẻ thuộc Sở Hỗ trợ trẻ em và gia đình " * 3,
    "pt": "Departamento de Apoio à Criança e à Família, Seção de Inscrições em Creches " * 3,
}
SHORT = {"ja": "保育課", "en": "Childcare"}
CONTRACT: dict[str, set[str]] = {
    "ticket_near": {"number", "ahead", "desk", "service", "wait", "token"},
    "ticket_soon": {"number", "ahead", "desk", "place", "service", "wait", "token"},
    "ticket_called": {"number", "counter", "desk", "place", "calls", "token"},
    "ticket_missed": {"number", "desk", "token"},
    "ticket_cancelled": {"number", "desk", "service"},
    "ticket_handed_over": {"number", "service", "ahead", "desk", "place", "wait", "near", "token", "moved"},
    "ticket_call_undone": {"number", "token"},
    "ticket_returned": {"number", "ahead", "token"},
    "desk_stopped": {"number", "token", "desk"},
    "desk_closed_today": {"number", "token", "desk", "day", "opens_at"},
    **{
        kind: {"code", "starts_at", "desk", "place", "service", "items", "desk_phone"}
        for kind in ("booking_made", "booking_changed", "booking_cancelled", "booking_reminder")
    },
    "booking_desk_closed": {"id", "code", "starts_at", "desk", "place", "service", "desk_phone"},
    "place_offered": {
        "id",
        "starts_at",
        "until",
        "desk",
        "desk_id",
        "place",
        "service",
        "service_id",
        "day",
    },
}
OURS = {"number", "ahead", "desk", "service", "wait", "token", "ticket"}


def facts_for(kind: str, names: dict[str, str]) -> dict[str, Any]:
    every: dict[str, Any] = {
        "number": "A012",
        "ahead": 3,
        "desk": names,
        "service": names,
        "place": names,
        "items": names,
        "wait": [10, 20],
        "token": "x" * 22,
        "ticket": 17,
        "counter": "3",
        "calls": 2,
        "near": False,
        "moved": True,
        "code": "123456",
        "starts_at": "2026-11-25T01:30:00+00:00",
        "desk_phone": "+81-3-1234-5678",
        "id": 4,
        "until": "2026-11-24T09:00:00+00:00",
        "desk_id": 1,
        "service_id": 2,
        "day": "2026-11-25",
        "opens_at": "08:30",
    }
    return {key: every[key] for key in CONTRACT.get(kind, OURS)}


def assert_accepted(message: Message) -> dict[str, Any]:
    shown: dict[str, Any] = message.to_dict()
    report = Report()
    checks.message(shown, (), report)
    assert not report.findings, report.findings
    return shown


def ticket(state: TicketState, names: dict[str, str] = SHORT) -> TicketView:
    waiting = state is TicketState.WAITING
    return TicketView(
        id=9,
        token="t" * 22,
        number="B003",
        state=state,
        channel=Channel.LINE,
        language="ja",
        service_id=1,
        service_code="allowance",
        service=names,
        desk_id=1,
        desk_code="childcare",
        desk=names,
        place=names,
        municipality=names,
        issued_at=datetime(2026, 11, 25, tzinfo=UTC),
        called_at=None,
        calls=0,
        counter="3" if state in (TicketState.CALLED, TicketState.SERVING) else None,
        ahead=4 if waiting else None,
        near=False,
        wait=(0, 15) if waiting else None,
        bound=True,
        claim_code=None,
        reservation_code=None,
        version=2,
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("names", [SHORT, LONG], ids=["short", "long"])
def test_each_kind_is_accepted_and_says_the_number_in_the_notification_line(
    kind: str, language: str, names: dict[str, str], setting: Setting
) -> None:
    message = render(kind, language, facts_for(kind, names), setting)
    assert isinstance(message, FlexMessage)
    shown = assert_accepted(message)
    assert ("A012" if kind.startswith(("ticket", "desk")) else "10:30") in shown["altText"]
    assert 2 <= len(shown["quickReply"]["items"]) <= 3 or kind == "ticket_called"


def test_the_kinds_of_the_contract_are_all_there() -> None:
    assert CONTRACT.keys() <= KINDS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_is_the_same_each_time(kind: str, setting: Setting) -> None:
    facts = facts_for(kind, SHORT)
    once, again = (render(kind, "ja", facts, setting).to_json() for _ in range(2))
    assert once == again


def test_an_unknown_kind_is_no_message(setting: Setting) -> None:
    with pytest.raises(UnknownKindError):
        render("ticket_eaten", "ja", {}, setting)


def test_the_call_says_number_counter_and_desk_before_the_message_is_opened(setting: Setting) -> None:
    shown = render("ticket_called", "ja", facts_for("ticket_called", SHORT), setting).to_dict()
    assert shown["altText"] == "A012番の方：3番窓口へお越しください（保育課）"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_call_at_another_counter_says_from_which_to_which(language: str, setting: Setting) -> None:
    facts = facts_for("ticket_called", LONG) | {"before": "3", "counter": "5"}
    shown = assert_accepted(render("ticket_called", language, facts, setting))
    assert "3" in shown["altText"]
    assert "5" in shown["altText"]
    if language == "ja":
        assert "窓口が変わりました 3番→5番" in shown["altText"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_goes_to_another_desk_reads_where_before_the_message_is_opened(
    language: str, setting: Setting
) -> None:
    facts = facts_for("ticket_handed_over", {"ja": "税務課", "en": "税務課"})
    shown = assert_accepted(render("ticket_handed_over", language, facts, setting))
    assert "税務課" in shown["altText"]
    stays = assert_accepted(render("ticket_handed_over", language, facts | {"moved": False}, setting))
    assert stays["altText"] != shown["altText"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", TicketState)
def test_a_ticket_in_any_state_can_be_shown(state: TicketState, language: str, setting: Setting) -> None:
    for names in (SHORT, LONG):
        shown = assert_accepted(standing(language, [ticket(state, names)] * 14, setting))
        assert "B003" in shown["altText"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_is_accepted_with_long_names_and_many_of_them(language: str, setting: Setting) -> None:
    cities = [MunicipalityView(number, f"c{number}", LONG) for number in range(60)]
    desks = [
        DeskView(number, f"d{number}", LONG, LONG, "", 1, LONG, True, time(8, 30), time(17, 15), 3)
        for number in range(40)
    ]
    services = [
        ServiceView(number, 1, f"s{number}", LONG, "A", LONG, True, True, True, 12, (20, 45))
        for number in range(20)
    ]
    for message in (
        choices.cities(language, cities, "take"),
        choices.desks(language, desks, "book"),
        choices.services(language, services),
        choices.languages(language),
        choices.tickets(language, [ticket(TicketState.WAITING, LONG)] * 3, "stop"),
        choices.confirm(language, LONG["ja"] * 5, LONG["ja"], {"a": "keep"}),
    ):
        assert_accepted(message)


def test_every_language_can_be_chosen_by_its_own_name() -> None:
    shown = choices.languages("en").to_dict()
    labels = [button["action"]["label"] for button in shown["contents"]["body"]["contents"]]
    assert labels == list(OWN_NAMES.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_quick_replies_offer_nothing_that_the_card_has_a_button_for(language: str, setting: Setting) -> None:
    near = facts_for("ticket_near", SHORT)
    cards = [
        render("ticket_near", language, near | {"ticket": 7}, setting),
        render("ticket_near", language, {key: near[key] for key in near if key != "ticket"}, setting),
        render(
            "ticket_handed_over", language, facts_for("ticket_handed_over", SHORT) | {"ticket": 7}, setting
        ),
        standing(language, [ticket(TicketState.WAITING, SHORT)], setting),
        choices.languages(language),
    ]
    for message in cards:
        shown = message.to_dict()
        buttons = {part["action"]["label"] for part in _buttons(shown["contents"])}
        quick = {item["action"]["label"] for item in shown.get("quickReply", {}).get("items", [])}
        assert buttons
        assert not buttons & quick


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_left_and_who_was_sent_away_read_different_words(language: str, setting: Setting) -> None:
    facts = facts_for("ticket_cancelled", SHORT)
    ended = render("ticket_cancelled", language, facts, setting).to_dict()
    left = render("ticket_cancelled", language, facts | {"own": True}, setting).to_dict()
    assert ended["altText"] != left["altText"]
    assert "A012" in left["altText"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_back_into_the_queue_is_offered_to_whoever_may_and_named_before_the_message_is_opened(
    language: str, setting: Setting
) -> None:
    facts = facts_for("ticket_missed", SHORT) | {"ticket": 7}
    label = say(language, "line.return")
    for may_return in (True, False):
        shown = render("ticket_missed", language, facts | {"may_return": may_return}, setting).to_dict()
        labels = {part["action"]["label"] for part in _buttons(shown["contents"])}
        assert (label in labels) is may_return
        assert (label in shown["altText"]) is may_return


def _buttons(bubble: Any) -> list[Any]:
    parts = [*bubble["body"]["contents"], *bubble.get("footer", {}).get("contents", [])]
    return [part for part in parts if part["type"] == "button"]


@pytest.mark.parametrize(
    ("text", "maximum", "kept"),
    [
        ("順番待ちをする", 7, "順番待ちをする"),
        ("順番待ちをする", 6, "順番待ちを…"),
        ("👩‍👧と一緒に", 5, "👩…"),
        ("e\u0301tat", 4, "état"),
    ],
)
def test_what_is_too_long_is_cut_by_lines_counting(text: str, maximum: int, kept: str) -> None:
    assert fit(text, maximum) == kept
    assert_accepted(plain("語" * 6000))


def test_a_day_and_time_is_local_and_in_the_readers_language(setting: Setting) -> None:
    moment = "2026-11-24T23:30:00+00:00"
    assert when("ja", setting, moment).endswith("08:30")
    assert "25" in when("pt", setting, moment)
    assert len({when(language, setting, moment) for language in LANGUAGES}) >= 5


def test_a_wait_that_may_be_over_at_once_has_no_lower_bound() -> None:
    assert wait("ja", [0, 5]) == "5分以内"
    assert wait("en", (10, 25)) == "10–25 min"
