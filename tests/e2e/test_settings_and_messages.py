"""An administrator sets how a desk calls; who is not reached stands on LINE送信."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from reservation_desk import accessible
from stage import City, People

pytestmark = pytest.mark.e2e

SPEAK_FAST = """() => {
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (...given) {
    this.playbackRate.value = 8;
    return start.apply(this, given);
  };
}"""
"""Seven languages in their own time take most of a minute."""
SIZES = [(1280, 800), (1920, 1080), (390, 844)]


def settings(people: People, city: City, login: str = "admin") -> Page:
    page = people.clerk(login).page
    page.goto(f"{city.app}/staff/settings")
    expect(page.get_by_test_id("calling-form")).to_be_visible()
    return page


def messages(people: People, city: City, login: str = "clerk") -> Page:
    page = people.clerk(login).page
    page.goto(f"{city.app}/staff/messages")
    expect(page.get_by_test_id("quota")).to_contain_text("今月")
    return page


def line(city: City, path: str, **body: Any) -> None:
    answer = httpx.post(f"{city.line}/control/{path}", json=body, trust_env=False, timeout=20)
    answer.raise_for_status()


def test_saving_a_counter_leaves_the_typed_notice_alone_until_it_is_saved_too(
    people: People, city: City
) -> None:
    page = settings(people, city)
    page.locator("[name=notice_ja]").fill("本日は混みあっています")
    counter = page.get_by_test_id("counter-form").first
    box = counter.get_by_role("checkbox").last
    box.click()
    expect(box).not_to_be_checked()
    counter.get_by_test_id("save-counter").click()
    expect(counter.get_by_test_id("settings-said")).to_have_text("保存しました。")
    counter.get_by_test_id("settings-undo").click()
    expect(counter.get_by_test_id("settings-said")).to_have_text("元に戻しました。")
    expect(box).to_be_checked()
    expect(page.locator("[name=notice_ja]")).to_have_value("本日は混みあっています")
    page.get_by_test_id("save-calling").click()
    expect(page.locator("[data-testid=settings-said][data-at=calling]")).to_contain_text("保存しました。")
    page.get_by_test_id("settings-undo").click()
    expect(page.locator("[name=notice_ja]")).to_have_value("")
    accessible(page, *SIZES)


def test_another_policy_shows_its_own_numbers_and_can_be_put_back(people: People, city: City) -> None:
    page = settings(people, city)
    kind = page.get_by_test_id("order-kind")
    # The page shows the choice as soon as the server has it: a moment later than the click.
    kind.and_(page.locator("[data-kind=ratio]")).click()
    expect(kind.and_(page.locator("[data-kind=ratio]"))).to_be_checked()
    expect(page.locator("[name=ratio_others]")).to_be_visible()
    expect(page.locator("[name=patience]")).to_have_count(0)
    page.get_by_test_id("save-calling").click()
    page.get_by_test_id("settings-undo").click()
    expect(page.locator("[name=patience]")).to_be_visible()


def test_two_administrators_at_once_lose_nothing_of_what_they_typed(people: People, city: City) -> None:
    mine, theirs = settings(people, city), settings(people, city)
    mine.locator("[name=notice_ja]").fill("本日は混みあっています")
    theirs.locator("[name=near_threshold]").fill("7")
    theirs.get_by_test_id("save-calling").click()
    expect(theirs.get_by_test_id("settings-undo")).to_be_visible()
    mine.get_by_test_id("save-calling").click()
    expect(mine.get_by_test_id("settings-refusal")).to_contain_text("ほかの画面")
    expect(mine.get_by_test_id("settings-changes")).to_have_text("お知らせする人数：3 → 7")
    expect(mine.locator("[name=notice_ja]")).to_have_value("本日は混みあっています")
    expect(mine.locator("[name=near_threshold]")).to_have_value("7")
    people.shoot("9-settings")
    accessible(mine, *SIZES)
    theirs.get_by_test_id("settings-undo").click()
    expect(theirs.locator("[name=near_threshold]")).to_have_value("3")
    mine.get_by_test_id("save-calling").click()
    expect(mine.get_by_test_id("settings-changes")).to_have_text("お知らせする人数：7 → 3")
    expect(mine.locator("[name=near_threshold]")).to_have_value("3")


def test_before_closing_the_page_counts_the_bookings_still_to_come(people: People, city: City) -> None:
    page = people.clerk("clerk").page
    page.get_by_test_id("day-menu").click()
    page.get_by_test_id("close-day").click()
    expect(page.get_by_test_id("close-bookings")).to_contain_text("これから来られる予約が")
    people.shoot("9-closing")
    page.get_by_role("button", name="やめる").click()
    expect(page.get_by_test_id("close-bookings")).to_have_count(0)


def test_the_voice_is_tried_on_this_computer(people: People, city: City) -> None:
    page = settings(people, city, "viewer")
    page.evaluate(SPEAK_FAST)
    page.get_by_test_id("try-voice").click()
    expect(page.get_by_test_id("voice-sample")).to_have_count(7)
    expect(page.get_by_test_id("voice-state")).to_have_text("終わりました。", timeout=90_000)
    for speaker in page.get_by_test_id("voice-speaker").all():
        expect(speaker).to_have_text(re.compile("Open JTalk|espeak-ng|ブラウザーの音声|なし"))
    accessible(page, *SIZES)


def test_a_clerk_reads_the_settings_and_cannot_save(people: People, city: City) -> None:
    page = settings(people, city, "clerk")
    expect(page.get_by_test_id("save-calling")).to_have_count(0)
    expect(page.locator("[name=near_threshold]")).to_be_disabled()


def test_the_statistics_are_taken_away_as_they_are_shown(people: People, city: City) -> None:
    page = people.clerk().page
    page.goto(f"{city.app}/staff/stats")
    expect(page.get_by_test_id("large")).to_be_visible()
    page.get_by_test_id("stats-desk").select_option(label="保育課")
    expect(page.get_by_test_id("asked")).to_contain_text("室課: 保育課")
    expect(page.locator(".recharts-bar-rectangle").first).to_be_visible()
    accessible(page, *SIZES)
    with page.expect_download() as taken:
        page.get_by_test_id("file-xlsx").click()
    with taken.value.path().open("rb") as file:
        visitors = load_workbook(file)["まとめ"]["B2"].value
    assert visitors > 100
    expect(page.get_by_test_id("来庁者")).to_have_text(f"{visitors:,}")


def test_who_is_not_reached_is_to_be_called_by_voice_and_a_spent_month_says_what_it_holds(
    liff_people: People, liff_city: City
) -> None:
    """In a city of its own: the month stays spent, and a phone blocked."""
    page = messages(liff_people, liff_city)
    hanako = liff_people.citizen("hanako").add_friend()
    hanako.tap("みどり市").tap("保育課")
    hanako.menu("順番待ちをする").tap("保育所等利用申込").reads("A004")
    line(liff_city, "quota", limit=200, used=200)
    clerk = liff_people.clerk().sit_at("1")
    called = ""
    while called != "A004":
        called = clerk.page.get_by_test_id("queue-row").first.get_attribute("data-number") or ""
        clerk.next(called)
    failed = page.get_by_test_id("message").filter(has_text="A004").filter(has_text="呼出")
    expect(failed).to_contain_text("上限", timeout=30_000)
    expect(page.get_by_test_id("held")).to_have_text("呼出に関する通知のほかは止めています")
    expect(page.get_by_test_id("unreached")).to_contain_text("A004")
    line(liff_city, "users/hanako/block")
    expect(page.get_by_test_id("unreached")).to_contain_text("LINEをブロック中")
    accessible(page, *SIZES)
    liff_people.shoot("8-messages")
