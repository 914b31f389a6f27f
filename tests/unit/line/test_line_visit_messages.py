"""Every message about bookings and waiting lists, in every language, against what LINE accepts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from linebot.v3.messaging import FlexMessage, Message

from madoguchi.domain.arrival import LatePolicy
from madoguchi.domain.booking import CancelReason
from madoguchi.domain.languages import LANGUAGES
from madoguchi.line.messages import bookings, offers, pages, render
from madoguchi.line.messages.own_visits import Booked, Waiting, listed
from madoguchi.line.messages.values import Setting
from madoguchi.texts import say
from sandbox.line.checks import messages as checks
from sandbox.line.checks.report import Report

LONG = {
    "ja": "こども家庭支援部保育幼稚園施設利用給付認定申請受付担当" * 3,
    "en": "Child and Family Support Department, Nursery Admission Applications Section " * 3,
    "vi": "Phòng tiếp nhận hồ sơ đăng ký nhà trẻ thuộc Sở Hỗ trợ trẻ em và gia đình " * 3,
}
SHORT = {"ja": "保育課", "en": "Childcare"}
NAMES = pytest.mark.parametrize("names", [SHORT, LONG], ids=["short", "long"])
VISIT = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)
LIFF = "https://liff.line.me/1234567890-AbcdEfgh?d=1&r=41"
ADDRESS = "https://madoguchi.example.jp/book?k=" + "x" * 200

VARIANTS: dict[str, dict[str, Any]] = {
    "made": {"kind": "booking_made"},
    "moved": {"kind": "booking_changed", "former": "2026-11-24T00:00:00+00:00", "by_office": False},
    "moved_by_office": {"kind": "booking_changed", "former": "2026-11-24T00:00:00+00:00", "by_office": True},
    "moved_by_office_from_somewhere": {"kind": "booking_changed", "by_office": True},
    "given_up": {"kind": "booking_cancelled"},
    **{
        f"cancelled_{reason.value}": {
            "kind": "booking_cancelled",
            "reason": reason.value,
            "by_office": True,
        }
        for reason in CancelReason
    },
    "cancelled_for_an_unknown_reason": {"kind": "booking_cancelled", "reason": "weather"},
    "reminded": {"kind": "booking_reminder", "today": False},
    "reminded_today": {"kind": "booking_reminder", "today": True},
    **{
        f"late_{policy.value}": {"kind": "booking_reminder", "today": True, "late_policy": policy.value}
        for policy in LatePolicy
    },
    "without_telephone": {"kind": "booking_cancelled", "reason": "other", "desk_phone": ""},
    "nothing_to_bring": {"kind": "booking_made", "items": {}},
}


def facts(names: dict[str, str] = SHORT, **more: Any) -> dict[str, Any]:
    return {
        "id": 41,
        "code": "123456",
        "starts_at": VISIT.isoformat(),
        "desk": names,
        "place": names,
        "service": names,
        "items": names,
        "desk_phone": "+81-3-1234-5678",
        "changeable_until": "2026-11-25T00:30:00+00:00",
        "check_in_from": "2026-11-25T01:00:00+00:00",
        "late_from": "2026-11-25T01:45:00+00:00",
        "late_policy": "keep_day",
        **more,
    }


def rendered(variant: str, language: str, setting: Setting, names: dict[str, str] = SHORT) -> dict[str, Any]:
    more = dict(VARIANTS[variant])
    return accepted(render(more.pop("kind"), language, facts(names, **more), setting))


def accepted(message: Message) -> dict[str, Any]:
    assert isinstance(message, FlexMessage)
    shown: dict[str, Any] = message.to_dict()
    report = Report()
    checks.message(shown, (), report)
    assert not report.findings, report.findings
    return shown


def buttons(shown: dict[str, Any]) -> list[dict[str, Any]]:
    container = shown["contents"]
    bubbles = container["contents"] if container["type"] == "carousel" else [container]
    return [part for bubble in bubbles for part in bubble.get("footer", {}).get("contents", [])]


def data(shown: dict[str, Any]) -> list[str]:
    return [button["action"]["data"] for button in buttons(shown) if button["action"]["type"] == "postback"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("variant", VARIANTS)
@NAMES
def test_each_variant_is_accepted_and_tells_when_before_it_is_opened(
    variant: str, language: str, names: dict[str, str], setting: Setting
) -> None:
    shown = rendered(variant, language, setting, names)
    assert "10:30" in shown["altText"]
    assert [button["style"] for button in buttons(shown)].count("primary") == 1
    quick = {item["action"]["label"] for item in shown["quickReply"]["items"]}
    assert not quick & {button["action"]["label"] for button in buttons(shown)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", CancelReason)
def test_why_the_office_cancelled_stands_in_the_notification_line(
    reason: CancelReason, language: str, setting: Setting
) -> None:
    shown = rendered(f"cancelled_{reason.value}", language, setting)
    why = say(language, f"line.why_{reason.value}")
    assert why in shown["altText"]
    assert why in str(shown["contents"])
    again = say(language, "line.menu.book")
    assert next(button["action"]["label"] for button in buttons(shown)) == again


def test_each_reason_is_said_in_other_words() -> None:
    for language in LANGUAGES:
        assert len({say(language, f"line.why_{reason.value}") for reason in CancelReason}) == len(
            CancelReason
        )


def test_what_the_citizen_gave_up_is_not_told_as_if_the_office_had(setting: Setting) -> None:
    assert (
        rendered("given_up", "ja", setting)["altText"]
        == "予約をキャンセルしました：11月25日(水) 10:30 保育課"
    )


def test_a_move_by_the_office_says_so_with_the_former_time(setting: Setting) -> None:
    alt = rendered("moved_by_office", "ja", setting)["altText"]
    assert alt.startswith("窓口が予約の日時を変更しました：11月25日(水) 10:30")
    assert "11月24日(火) 09:00" in alt


def test_the_reminder_days_before_carries_change_and_cancel(setting: Setting) -> None:
    shown = rendered("reminded", "ja", setting)
    assert [button["action"]["label"] for button in buttons(shown)] == ["予約を変える", "キャンセル"]
    assert data(shown) == ["a=move&r=41", "a=unbook&r=41"]
    assert "変更・キャンセルは 11月25日(水) 09:30 まで" in str(shown["contents"])


def test_the_reminder_of_the_day_carries_arrival_and_cancel(setting: Setting) -> None:
    shown = rendered("reminded_today", "ja", setting)
    assert [button["action"]["label"] for button in buttons(shown)] == ["到着しました", "キャンセル"]
    assert data(shown) == ["a=checkin&r=41", "a=unbook&r=41"]
    assert shown["altText"] == "本日 10:30 のご予約：保育課、保育課 保育課（予約番号 123456）"
    assert "受付は 10:00 から" in str(shown["contents"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("policy", LatePolicy)
def test_what_being_late_costs_is_told_in_one_line(
    policy: LatePolicy, language: str, setting: Setting
) -> None:
    shown = rendered(f"late_{policy.value}", language, setting)
    assert say(language, f"line.late_{policy.value}", time="10:45") in str(shown["contents"])


@pytest.mark.parametrize("language", LANGUAGES)
@NAMES
def test_an_offered_place_asks_for_its_link_when_tapped(
    language: str, names: dict[str, str], setting: Setting
) -> None:
    told = {
        "id": 41,
        "starts_at": VISIT.isoformat(),
        "until": "2026-11-24T09:00:00+00:00",
        "desk": names,
        "desk_id": 1,
        "place": names,
        "service": names,
        "service_id": 3,
        "day": "2026-11-25",
    }
    shown = accepted(render("place_offered", language, told, setting))
    assert "10:30" in shown["altText"]
    assert names is LONG or "18:00" in shown["altText"]
    assert data(shown) == ["a=offer&r=41", "a=unwait&s=3&d=2026-11-25"]
    assert "uri" not in {button["action"]["type"] for button in buttons(shown)}, "a link would be dead soon"


@pytest.mark.parametrize("language", LANGUAGES)
@NAMES
def test_answers_about_an_old_button_are_accepted(
    language: str, names: dict[str, str], setting: Setting
) -> None:
    again = {"a": "wait_again", "s": 3, "d": "2026-11-25", "k": 1}
    for message in (
        pages.booking_page(language, names, ADDRESS),
        pages.moving_page(language, names, VISIT, ADDRESS, setting),
        pages.offer_page(language, names, VISIT, VISIT, ADDRESS, setting),
        pages.booking_page(language, names, LIFF, lasting=True),
        pages.moving_page(language, names, VISIT, LIFF, setting, lasting=True),
        pages.offer_page(language, names, VISIT, VISIT, LIFF, setting, lasting=True),
        offers.lapsed(language, names, VISIT, again, setting),
        bookings.too_late(language, facts(names), setting),
        bookings.too_late(language, facts(names, desk_phone=""), setting),
    ):
        accepted(message)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_offers_what_can_be_done_now(language: str, setting: Setting) -> None:
    def booked(number: int, **more: Any) -> Booked:
        return Booked(number, facts(LONG), **{"changeable": False, "may_check_in": False, **more})

    visits = [
        booked(1, changeable=True),
        booked(2, changeable=True, may_check_in=True, arrives_from=VISIT),
        booked(3, may_check_in=True),
        booked(4),
        booked(5, arrived=True),
    ]
    waits = [
        Waiting(7, LONG, LONG, date(2026, 11, 26)),
        Waiting(8, LONG, LONG, date(2026, 11, 27), reservation_id=6, starts_at=VISIT, until=VISIT),
    ]
    shown = accepted(listed(language, visits, waits, setting))
    assert data(shown) == [
        "a=offer&r=6",
        "a=unwait&s=8&d=2026-11-27",
        "a=move&r=1",
        "a=unbook&r=1",
        "a=checkin&r=2",
        "a=move&r=2",
        "a=unbook&r=2",
        "a=checkin&r=3",
        "a=unwait&s=7&d=2026-11-26",
    ]
    assert str(shown).count(say(language, "line.too_late_call")) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_of_many_and_one_of_waiting_lists_only_are_accepted(language: str, setting: Setting) -> None:
    many = [Booked(number, facts(LONG), changeable=True, may_check_in=True) for number in range(14)]
    assert len(accepted(listed(language, many, [], setting))["contents"]["contents"]) == 12
    waits = [Waiting(7, SHORT, SHORT, date(2026, 11, 26))]
    assert "26" in accepted(listed(language, [], waits, setting))["altText"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_of_buttons_fit_whole(language: str) -> None:
    for key in ("check_in", "move", "rebook", "cancel", "unwait", "offer_button", "move_button"):
        assert len(say(language, f"line.{key}")) <= 20, key
    assert len(say(language, "line.wait_again", day="Thứ Tư, 25 tháng 11")) <= 40
