"""An admin plans places in a real browser: paints, previews, decides about bookings, applies."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from people import PASSWORD
from playwright.sync_api import Locator, Page, expect
from stage import City, People

pytestmark = pytest.mark.e2e
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "resultTypes": ["violations"],
}
TABS = ("week", "days", "rules", "asking", "trial", "file")
POOL = "市民課｜市民課の相談席"
"""Nobody else's story books there."""
NURSERY = "保育課｜保育所等利用申込"


def planner(people: People, city: City, login: str = "admin", width: int = 1280, height: int = 800) -> Page:
    """The page, signed in."""
    page = people.bare_page(width, height)
    page.goto(f"{city.app}/staff/login?next=/staff/slots")
    page.get_by_label("ログイン名").fill(login)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="ログイン").click()
    expect(page.get_by_test_id("heat").locator("td").first).to_be_visible()
    return page


def cell(page: Page, row: str, day: int) -> Locator:
    """A field of the week's grid."""
    line = page.get_by_test_id("slots-grid").locator("tbody tr").filter(has=page.get_by_text(row, exact=True))
    return line.get_by_role("gridcell").nth(day)


def drag(page: Page, first: Locator, last: Locator) -> None:
    """Paint from one field to another with the mouse."""
    for place, after in ((first, page.mouse.down), (last, page.mouse.up)):
        place.scroll_into_view_if_needed()
        box = place.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
        after()


def violations(page: Page) -> str:
    found = Axe().run(page, options=RULES)
    return found.generate_report() if found.violations_count else ""


def test_no_part_of_the_page_breaks_the_accessibility_rules(people: People, city: City) -> None:
    page = planner(people, city)
    for tab in TABS:
        page.get_by_test_id(f"tab-{tab}").click()
        expect(page.get_by_test_id(f"tab-{tab}")).to_have_attribute("aria-pressed", "true")
        assert violations(page) == "", tab
    page.get_by_test_id("tab-trial").click()
    page.get_by_test_id("rehearse").click()
    expect(page.get_by_test_id("trial")).to_be_visible()
    assert violations(page) == ""


def test_a_week_is_painted_by_mouse_and_by_keyboard_and_undone(people: People, city: City) -> None:
    page = planner(people, city)
    page.get_by_test_id("pool-picker").select_option(label=POOL)
    expect(cell(page, "9:00", 0)).to_have_text("3")
    drag(page, cell(page, "8:00", 0), cell(page, "8:30", 1))
    expect(cell(page, "8:30", 1)).to_have_text("2")
    expect(page.get_by_test_id("draft-lines")).to_contain_text("週の計画")

    cell(page, "12:00", 2).focus()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    expect(cell(page, "12:30", 3)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Delete")
    expect(cell(page, "12:30", 3)).to_have_text("")
    expect(cell(page, "12:30", 4)).to_have_text("3")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(cell(page, "12:00", 3)).to_have_text("2")

    page.get_by_test_id("preview").click()
    expect(page.get_by_test_id("impact")).to_contain_text("影響しません")
    expect(page.get_by_test_id("heat")).to_contain_text("→")
    for _ in range(3):
        page.get_by_role("button", name="1つ戻す").click()
    expect(page.get_by_test_id("draft-lines")).to_have_count(0)
    expect(cell(page, "12:30", 3)).to_have_text("3")


def test_another_brush_is_typed_key_by_key_and_painted_with(people: People, city: City) -> None:
    page = planner(people, city)
    page.get_by_test_id("pool-picker").select_option(label=POOL)
    expect(cell(page, "9:00", 0)).to_have_text("3")
    every, capacity = page.get_by_label("間隔"), page.get_by_label("枠数")
    for box, digits in ((capacity, "12"), (every, "15")):
        box.click()
        for _ in range(3):
            page.keyboard.press("End")
            page.keyboard.press("Backspace")
        expect(box).to_have_value("")
        for typed in digits:
            page.keyboard.press(typed)
        expect(box).to_have_value(digits)
    drag(page, cell(page, "8:00", 0), cell(page, "8:30", 1))
    expect(cell(page, "8:30", 1)).to_have_text("12×2")
    expect(every).to_have_value("15")

    every.fill("3")
    every.press("Tab")
    expect(page.get_by_test_id("brush-wrong")).to_be_visible()
    expect(every).to_have_value("15")
    assert violations(page) == ""
    page.get_by_label("枠数").fill("1")
    expect(page.get_by_test_id("brush-wrong")).to_have_count(0)
    drag(page, cell(page, "8:00", 0), cell(page, "8:00", 0))
    expect(cell(page, "8:00", 0)).to_have_text("1×2")


def test_a_booking_in_the_way_is_listed_kept_and_later_moved(people: People, city: City) -> None:
    page = planner(people, city)
    page.get_by_test_id("pool-picker").select_option(label=NURSERY)
    page.get_by_test_id("tab-days").click()
    booked = page.get_by_test_id("heat").locator("tbody tr").filter(has_text=re.compile(r"[1-9]\d*/")).first
    month, day = map(int, booked.locator("th").inner_text().split("(")[0].split("/"))
    # Before the month is drawn no day is there, and the next month would be turned to for nothing.
    expect(page.locator("[data-day]").first).to_be_visible()
    target = page.locator(f"[data-day$='-{month:02}-{day:02}']")
    if target.count() == 0:
        page.get_by_role("button", name="次の月").click()
    target.click()
    expect(target).to_have_attribute("aria-pressed", "true")
    page.get_by_test_id("add-days").click()
    page.get_by_test_id("preview").click()
    lines = page.get_by_test_id("touched").get_by_test_id("booking")
    expect(lines.first).to_be_visible()
    count = lines.count()
    assert violations(page) == ""
    expect(page.get_by_test_id("apply")).to_be_disabled()
    page.get_by_test_id("keep-all").click()
    page.get_by_test_id("apply").click()
    expect(page.get_by_test_id("applied")).to_contain_text(f"{count}件は「要調整」に残しました")

    over = page.get_by_test_id("over-full").get_by_test_id("booking")
    expect(over).to_have_count(count)
    assert violations(page) == ""
    first = over.first
    code = first.get_attribute("data-code")
    first.locator("select").select_option(index=1)
    first.get_by_role("button", name=re.compile("を移す")).click()
    expect(page.get_by_test_id("applied")).to_contain_text(f"予約 {code} を移しました")
    expect(over).to_have_count(count - 1)

    page.get_by_test_id("kind-usual").click()
    page.get_by_test_id("add-days").click()
    page.get_by_test_id("preview").click()
    page.get_by_test_id("apply").click()
    expect(page.get_by_test_id("over-full")).to_have_count(0)


def test_a_file_is_read_previewed_and_its_mistakes_named(people: People, city: City) -> None:
    page = planner(people, city)
    page.get_by_test_id("pool-picker").select_option(label=POOL)
    page.get_by_test_id("tab-file").click()
    with page.expect_download() as download:
        page.get_by_test_id("csv-cp932").click()
    text = download.value.path().read_bytes().decode("cp932")
    assert text.startswith("種別,日付,曜日,開始,終了,間隔(分),枠数,メモ\r\n週間,")
    wrong = text.replace("週間", "たぶん", 1).encode("cp932")
    upload(page, wrong)
    expect(page.get_by_test_id("refusal")).to_contain_text("2行目の「種別」")
    year = int(text.split("週間,")[1][:4]) + 1
    upload(page, f"{text}休業,{year}-02-02,,,,,,点検\r\n".encode("cp932"))
    expect(page.get_by_test_id("draft-lines")).to_contain_text("休業（点検）")
    page.get_by_role("button", name="すべて捨てる").click()
    expect(page.get_by_test_id("draft-lines")).to_have_count(0)


def upload(page: Page, content: bytes) -> None:
    file = {"name": "plan.csv", "mimeType": "text/csv", "buffer": content}
    page.get_by_test_id("csv-file").set_input_files(file)  # type: ignore[arg-type]


def test_last_month_is_rehearsed_and_the_suggestion_taken(people: People, city: City) -> None:
    page = planner(people, city, width=1920, height=1080)
    page.get_by_test_id("tab-trial").click()
    page.get_by_test_id("rehearse").click()
    expect(page.get_by_test_id("trial").locator("tbody tr")).to_have_count(3)
    expect(page.get_by_test_id("trial")).to_contain_text("いまの計画")
    page.get_by_test_id("take-suggestion").click()
    expect(page.get_by_test_id("draft-lines")).to_contain_text("週の計画")
    page.get_by_test_id("preview").click()
    expect(page.get_by_test_id("impact")).to_contain_text("→")
    page.get_by_test_id("rehearse").click()
    expect(page.get_by_test_id("trial")).to_contain_text("いまの下書き")

    page.get_by_role("button", name="すべて捨てる").click()
    expect(page.get_by_role("heading", name="向こう6週間", exact=True)).to_be_visible()
    expect(page.get_by_test_id("preview")).to_have_text("数字を更新")
    expect(page.get_by_text("下書きが変わりました")).to_have_count(0)


def test_a_typed_day_is_shown_in_its_month_and_a_special_opening_explained(
    people: People, city: City
) -> None:
    page = planner(people, city, width=1440, height=900)
    page.get_by_test_id("pool-picker").select_option(label=POOL)
    page.get_by_test_id("tab-days").click()
    form = page.get_by_test_id("days-form")
    year = int(form.get_by_label("この日から").input_value()[:4]) + 1
    form.get_by_label("この日から").fill(f"{year}-03-02")
    form.get_by_label("この日まで").fill(f"{year}-03-03")
    expect(page.locator(f"[data-day='{year}-03-03']")).to_have_attribute("aria-pressed", "true")
    expect(form.get_by_label("この日から")).to_have_value(f"{year}-03-02")
    expect(page.get_by_test_id("instead-of-usual")).to_have_count(0)
    page.get_by_test_id("kind-special").click()
    expect(page.get_by_test_id("instead-of-usual")).to_contain_text("ふだんの枠は使わず")
    assert violations(page) == ""


def test_the_sum_of_a_day_stays_in_sight_beside_a_long_note(people: People, city: City) -> None:
    page = planner(people, city, width=1440, height=900)
    page.get_by_test_id("pool-picker").select_option(label=POOL)
    page.get_by_test_id("tab-days").click()
    page.get_by_label("メモ（職員用）").fill("空調設備の点検と床の張り替えのため終日お休み")
    page.get_by_test_id("add-days").click()
    page.get_by_test_id("preview").click()
    heat = page.get_by_test_id("heat")
    expect(heat).to_contain_text("空調設備の点検")
    expect(page.get_by_test_id("read-at")).to_have_text(re.compile(r"^\d{1,2}:\d\d$"))
    box = heat.locator("xpath=..").bounding_box()
    total = heat.get_by_role("columnheader", name="計").bounding_box()
    assert box is not None
    assert total is not None
    assert total["x"] + total["width"] <= box["x"] + box["width"], "the sum is cut off"
    assert violations(page) == ""


def test_rules_are_saved_and_put_back_within_ten_seconds(people: People, city: City) -> None:
    page = planner(people, city)
    page.get_by_test_id("tab-rules").click()
    party = page.locator("input[name=max_party]")
    expect(party).to_have_value("1")
    party.fill("99")
    page.get_by_test_id("rules-form").evaluate("form => (form.noValidate = true)")
    page.get_by_test_id("save-rules").click()
    expect(page.get_by_test_id("rules-refusal")).to_contain_text("来庁人数")
    party.fill("4")
    page.get_by_test_id("save-rules").click()
    expect(page.get_by_test_id("rules-said")).to_contain_text("保存しました")
    page.get_by_test_id("rules-undo").click()
    expect(party).to_have_value("1")


def test_a_question_is_refused_mended_previewed_saved_and_put_back(people: People, city: City) -> None:
    page = planner(people, city)
    page.get_by_test_id("tab-asking").click()
    page.get_by_test_id("asking-service").select_option(label="児童手当")
    bring = page.locator("[name=items-ja]")
    expect(bring).to_have_value("本人確認書類、通帳")
    page.get_by_test_id("add-question").click()
    row = page.get_by_test_id("question-row")
    row.get_by_label("質問文（日本語）").fill("手続きの種類")
    page.get_by_test_id("save-asking").click()
    expect(page.get_by_test_id("asking-refusal")).to_contain_text("2〜10個")
    expect(row.get_by_label("質問文（日本語）")).to_have_value("手続きの種類")
    row.get_by_label("選択肢（日本語・1行に1つ、10個まで）").fill("出生\n転入")
    bring.fill("通帳")
    page.get_by_test_id("tab-week").click()
    page.get_by_test_id("tab-asking").click()
    expect(bring).to_have_value("通帳")
    row.locator("summary").click()
    expect(page.get_by_test_id("asking-preview")).to_contain_text("転入")
    assert violations(page) == ""
    page.get_by_test_id("save-asking").click()
    expect(page.get_by_test_id("asking-said")).to_contain_text("保存しました")
    page.get_by_test_id("asking-undo").click()
    expect(bring).to_have_value("本人確認書類、通帳")
    expect(row).to_have_count(0)


def test_who_only_looks_is_offered_nothing_to_change(people: People, city: City) -> None:
    page = planner(people, city, login="viewer")
    expect(page.get_by_text("閲覧のみ（変更は管理者）")).to_be_visible()
    drag(page, cell(page, "8:00", 0), cell(page, "8:30", 1))
    expect(cell(page, "8:30", 1)).to_have_text("")
    for name in ("brush-paint", "apply", "draft-lines", "add-days"):
        expect(page.get_by_test_id(name)).to_have_count(0)
    assert violations(page) == ""
