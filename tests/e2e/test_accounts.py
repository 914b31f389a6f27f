"""A new colleague from the one-time password to the locked counter PC, and the log that tells of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from reservation_desk import accessible
from stage import City, People

pytestmark = pytest.mark.e2e

SIZES = ((1280, 900), (390, 844))
OWN = "Kyou-no-madoguchi-7"
INSIDE = re.compile(r"^[^?]*/staff/reservations")


def invited(people: People, city: City, login: str) -> str:
    """Have an administrator invite somebody; the one-time password."""
    page = people.clerk("admin").page
    page.goto(f"{city.app}/staff/users")
    accessible(page, *SIZES)
    page.locator("[name=login]").fill(login)
    page.locator("#name").fill("田中")
    page.get_by_role("button", name="登録して仮パスワードを作る").click()
    return page.locator(".office-secret").inner_text()


def test_a_new_colleague_chooses_a_password_locks_the_page_by_key_and_goes_on(
    people: People, city: City
) -> None:
    once, page = invited(people, city, "tanaka"), people.bare_page()
    page.goto(f"{city.app}/staff/reservations")
    page.locator("[name=login]").fill("tanaka")
    page.locator("[name=password]").fill(once)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("新しいパスワード")
    accessible(page, *SIZES)
    page.locator("[name=password]").fill(OWN)
    page.locator("[name=again]").fill(OWN)
    page.keyboard.press("Enter")
    page.wait_for_url(INSIDE)
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    page.keyboard.press("l")
    expect(page.get_by_role("heading", level=1)).to_have_text("ロック中")
    accessible(page, *SIZES)
    page.locator("[name=password]").fill(OWN)
    page.keyboard.press("Enter")
    page.wait_for_url(INSIDE)

    page.goto(f"{city.app}/staff/account")
    page.get_by_text("認証アプリを登録する").click()
    expect(page.locator(".office-qr svg")).to_be_visible()
    accessible(page, *SIZES)


def test_an_auditor_reads_who_did_what_and_that_nothing_was_changed(people: People, city: City) -> None:
    page = people.clerk("auditor").page
    page.goto(f"{city.app}/staff/audit")
    expect(page.get_by_test_id("audit-row").first).to_be_visible()
    page.get_by_test_id("audit-verify").click()
    expect(page.get_by_test_id("verdict")).to_contain_text("記録は改ざんされていません")
    accessible(page, *SIZES)
