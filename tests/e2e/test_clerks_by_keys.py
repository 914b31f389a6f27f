"""Two clerks, two browsers, one queue: a morning worked by keys alone, and every click taken back."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from people import Clerk
from playwright.sync_api import Locator, Page, expect
from stage import People

pytestmark = pytest.mark.e2e

_WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "resultTypes": ["violations"],
}
_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class AtKeys(Clerk):
    """A clerk who does not touch the mouse once seated."""

    def says(self, words: str) -> AtKeys:
        expect(self.page.get_by_test_id("said")).to_have_text(words)
        return self

    def does(self, key: str, words: str) -> AtKeys:
        self.page.keyboard.press(key)
        return self.says(words)

    def takes_back(self, number: str) -> AtKeys:
        """Press Z; what was at the counter is there again."""
        self.does("z", "元に戻しました").serves(number)
        return self

    def panel(self, name: str) -> Locator:
        return self.page.locator(f'[data-testid="panel"][data-panel="{name}"]')

    def serves_nobody(self) -> AtKeys:
        expect(self.page.get_by_test_id("current-number")).to_have_count(0)
        return self

    def calls(self) -> str:
        """Press Space; the number that came."""
        before = self.page.get_by_test_id("current-number").all_inner_texts()
        self.page.keyboard.press("Space")
        expect(self.page.get_by_test_id("said")).to_have_text(re.compile("呼び出しました"))
        shown = self.page.get_by_test_id("current-number")
        expect(shown).not_to_have_text(before[0] if before else "―")
        # A moment, as people take it: a second press at once would be a bouncing key.
        expect(self.page.locator(".today-undo__left")).to_have_text(re.compile("あと[1-9]秒"))
        return shown.inner_text()


def _accessible(page: Page) -> None:
    found = Axe().run(page, options=_WCAG).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate(_WIDE) <= 0


def _seated(people: People, login: str, counter: str, width: int, height: int) -> AtKeys:
    clerk = AtKeys(people.clerk(login).page)
    clerk.page.set_viewport_size({"width": width, "height": height})
    clerk.sit_at(counter)
    return clerk


def test_two_clerks_work_by_keys_and_take_everything_back(own_people: People) -> None:
    sato = _seated(own_people, "clerk", "1番", 1280, 800)
    suzuki = _seated(own_people, "clerk2", "2番", 1920, 1080)
    place = sato.page.get_by_test_id("call-next").bounding_box()

    first, second = sato.calls(), suzuki.calls()
    assert first != second
    sato.does("r", f"{first} もう一度呼び出しました")
    sato.does("s", f"{first} 対応を始めました")
    expect(sato.page.get_by_test_id("current-state")).to_have_text("対応中")
    sato.takes_back(first)
    expect(sato.page.get_by_test_id("current-state")).to_have_text("呼出中")

    sato.does("m", f"{first} 不在にしました").serves_nobody().takes_back(first)
    sato.does("h", f"{first} 保留にしました").serves_nobody().takes_back(first)
    sato.does("Enter", f"{first} 終了しました").serves_nobody().takes_back(first)

    sato.page.keyboard.press("t")
    expect(sato.panel("hand_over")).to_be_visible()
    _accessible(sato.page)
    assert sato.page.get_by_test_id("call-next").bounding_box() == place
    sato.page.keyboard.press("Escape")
    expect(sato.panel("hand_over")).to_have_count(0)
    sato.page.keyboard.press("t")
    expect(sato.panel("hand_over")).to_be_visible()
    sato.does("2", f"{first} 引き継ぎました").serves_nobody().takes_back(first)

    sato.page.keyboard.press("n")
    expect(sato.panel("route")).to_be_visible()
    sato.page.keyboard.press("2")
    expect(sato.page.get_by_test_id("route-text")).to_have_text("児童手当")
    _accessible(sato.page)
    sato.does("Enter", f"{first} 続けて受ける業務を決めました").takes_back(first)

    sato.does("Enter", f"{first} 終了しました").serves_nobody()
    sato.does("o", f"{first} もう一度開きました").serves(first)
    sato.does("z", "元に戻しました").serves_nobody()

    sato.does("p", "窓口を休止しました")
    expect(sato.page.get_by_test_id("paused")).to_be_visible()
    _accessible(sato.page)
    sato.does("z", "元に戻しました")
    expect(sato.page.get_by_test_id("call-next")).to_be_visible()

    seen = [first, second]
    for clerk in (suzuki, sato, suzuki):
        seen.append(clerk.calls())
    assert len(set(seen)) == len(seen), seen
    _accessible(suzuki.page)
    own_people.shoot("keys")


def test_a_day_is_closed_only_after_the_question_and_opened_again(own_people: People) -> None:
    sato = _seated(own_people, "clerk", "1番", 1280, 800)
    page = sato.page
    page.get_by_test_id("day-menu").click()
    page.get_by_test_id("close-day").click()
    expect(page.get_by_test_id("close-question")).to_be_visible()
    _accessible(page)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("close-question")).to_have_count(0)
    expect(page.get_by_text("本日は締めました")).to_have_count(0)

    page.get_by_test_id("day-menu").click()
    page.get_by_test_id("stop-numbers").click()
    sato.says("新しい受付を止めました")
    expect(page.get_by_text("新しい受付を止めています")).to_be_visible()
    sato.does("z", "元に戻しました")
    expect(page.get_by_text("新しい受付を止めています")).to_have_count(0)

    page.get_by_test_id("day-menu").click()
    page.get_by_test_id("close-day").click()
    page.get_by_test_id("close-yes").click()
    sato.says("本日を締めました")
    expect(page.get_by_text("本日は締めました")).to_be_visible()
    sato.does("z", "元に戻しました")
    expect(page.get_by_text("本日は締めました")).to_have_count(0)


def test_a_number_given_by_mistake_is_taken_back(own_people: People) -> None:
    sato = _seated(own_people, "clerk", "1番", 1280, 800)
    page = sato.page
    page.get_by_test_id("walkin-service-allowance").click()
    number = page.get_by_test_id("walkin-number").inner_text()
    sato.says(f"{number} 発行しました").waits(number)
    sato.does("z", "元に戻しました")
    expect(sato.row(number)).to_have_count(0)

    visit = page.get_by_test_id(re.compile("^checkin-")).first
    if not visit.count():
        return
    visit.click()
    expect(page.get_by_test_id("said")).to_have_text(re.compile("受付しました"))
    number = page.get_by_test_id("said").inner_text().split()[0]
    sato.waits(number)
    sato.does("z", "元に戻しました")
    expect(sato.row(number)).to_have_count(0)
    expect(visit).to_be_visible()


def _chosen(clerk: AtKeys) -> Locator:
    return clerk.page.locator('[role="row"][aria-selected="true"]')


def _choose(clerk: AtKeys, number: str, key: str = "ArrowDown") -> Locator:
    """Go along the rows until that number is chosen."""
    row = clerk.page.locator(f'[role="row"][data-number="{number}"]')
    # The words of a click may come before the list that it changed.
    expect(row).to_be_visible()
    for _ in range(1 + clerk.page.get_by_role("row").count()):
        clerk.page.keyboard.press(key)
        if row.get_attribute("aria-selected") == "true":
            break
    expect(row).to_be_focused()
    expect(_chosen(clerk)).to_have_count(1)
    return row


def _gives(clerk: AtKeys, count: int) -> list[str]:
    """Numbers given at the desk, which stand at the end of the list."""
    numbers: list[str] = []
    for _ in range(count):
        clerk.page.get_by_test_id("walkin-service-allowance").click()
        shown = clerk.page.get_by_test_id("walkin-number")
        if numbers:
            expect(shown).not_to_have_text(numbers[-1])
        numbers.append(shown.inner_text())
        clerk.waits(numbers[-1])
    return numbers


def _settled(clerk: AtKeys) -> None:
    """The moment is over in which no key does anything to a row."""
    expect(clerk.page.locator(".today-column--queue")).not_to_have_attribute("data-quiet", "")


def test_every_verb_of_a_row_has_a_key(own_people: People) -> None:
    sato = _seated(own_people, "clerk", "1番", 1280, 800)
    page = sato.page
    first, second = _gives(sato, 2)
    expect(page.get_by_test_id("row-keys")).to_contain_text("選ぶ")
    expect(_chosen(sato)).to_have_count(0)
    row = _choose(sato, first)
    stops = page.get_by_role("row").evaluate_all("rows => rows.map(row => row.tabIndex).sort()")
    assert stops == [*[-1] * (len(stops) - 1), 0]
    _choose(sato, second, "j")
    _choose(sato, first, "k")
    _accessible(page)
    own_people.shoot("rows")

    page.keyboard.press("y")
    expect(page.get_by_test_id("why")).to_contain_text(first)
    _accessible(page)
    own_people.shoot("rows-menu")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("why")).to_have_count(0)
    expect(row).to_be_focused()
    page.keyboard.press("y")
    expect(page.get_by_test_id("why")).to_be_visible()
    sato.does("1", f"{first} 優先にしました")
    expect(row).to_contain_text("優先")
    expect(row).to_be_focused()
    page.keyboard.press("y")
    expect(page.get_by_role("button", name="優先をやめる")).to_be_focused()
    sato.does("Enter", f"{first} 優先をやめました")
    expect(row).to_be_focused()
    sato.does("z", "元に戻しました")
    expect(row).to_contain_text("優先")
    expect(_chosen(sato)).to_have_count(0)

    _choose(sato, second)
    sato.does("x", f"{second} 取り消しました")
    expect(sato.row(second)).to_have_count(0)
    expect(_chosen(sato)).to_have_attribute("data-testid", "queue-row")
    sato.does("z", "元に戻しました").waits(second)

    _choose(sato, second)
    _settled(sato)
    sato.does("Enter", f"{second} 呼び出しました").serves(second)
    expect(_chosen(sato)).to_have_count(0)
    sato.does("h", f"{second} 保留にしました").serves_nobody()
    held = _choose(sato, second, "ArrowUp")
    expect(held).to_have_attribute("data-testid", "held-row")
    _settled(sato)
    sato.does("b", f"{second} 列に戻しました")
    expect(sato.row(second)).to_be_focused()
    page.keyboard.press("Escape")
    expect(_chosen(sato)).to_have_count(0)


def test_a_chosen_row_stays_with_its_ticket_whatever_a_colleague_does(own_people: People) -> None:
    sato = _seated(own_people, "clerk", "1番", 1280, 800)
    suzuki = _seated(own_people, "clerk2", "2番", 1280, 800)
    before, mine, beside = _gives(sato, 3)
    row = _choose(sato, mine)
    _choose(suzuki, before)
    suzuki.does("Enter", f"{before} 呼び出しました").serves(before)
    expect(sato.row(before)).to_have_count(0)
    expect(row).to_be_focused()

    sato.page.evaluate(
        """(number) => {
            const list = document.querySelector(".today-column--queue");
            const row = list.querySelector(`[data-number="${number}"]`);
            const press = () => row.isConnected || list.dispatchEvent(
                new KeyboardEvent("keydown", { code: "Enter", bubbles: true, cancelable: true }));
            new MutationObserver(press).observe(list, { childList: true, subtree: true });
        }""",
        mine,
    )
    _choose(suzuki, mine)
    _settled(suzuki)
    suzuki.does("Enter", f"{mine} 呼び出しました").serves(mine)
    expect(sato.row(beside)).to_be_focused()
    sato.serves_nobody()
    sato.waits(beside)
    _settled(sato)
    sato.does("Enter", f"{beside} 呼び出しました").serves(beside)
    _settled(sato)
    sato.does("Enter", f"{beside} 終了しました").serves_nobody()


def test_a_bouncing_enter_calls_and_does_not_end_the_visit(own_people: People) -> None:
    sato = _seated(own_people, "clerk", "1番", 1280, 800)
    (number,) = _gives(sato, 1)
    _choose(sato, number)
    press = """() => document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", { code: "Enter", bubbles: true, cancelable: true }))"""
    sato.page.evaluate(f"() => {{ ({press})(); ({press})(); }}")
    sato.serves(number).does("r", f"{number} もう一度呼び出しました")
    _settled(sato)
    sato.does("Enter", f"{number} 終了しました").serves_nobody()


def test_enter_calls_nobody_who_is_out_of_sight(own_people: People) -> None:
    sato = _seated(own_people, "clerk", "1番", 1280, 420)
    number = _gives(sato, 3)[-1]
    row = _choose(sato, number)
    scrolled = sato.page.locator(".today-scroll").first
    scrolled.evaluate("list => (list.scrollTop = 0)")
    expect(row).not_to_be_in_viewport()
    sato.page.keyboard.press("Enter")
    expect(row).to_be_in_viewport()
    _settled(sato)
    sato.serves_nobody().does("Enter", f"{number} 呼び出しました").serves(number)
    _settled(sato)
    sato.does("Enter", f"{number} 終了しました").serves_nobody()


def test_keys_of_rows_keep_out_of_fields_and_of_who_may_only_look(own_people: People) -> None:
    sato = _seated(own_people, "clerk", "1番", 1280, 800)
    page = sato.page
    (number,) = _gives(sato, 1)
    _choose(sato, number)
    page.evaluate("document.body.append(Object.assign(document.createElement('input'), { id: 'typed' }))")
    page.locator("#typed").focus()
    expect(_chosen(sato)).to_have_count(0)
    page.keyboard.type("jkxyb")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#typed")).to_have_value("jkxyb")
    expect(_chosen(sato)).to_have_count(0)
    sato.waits(number).serves_nobody()

    # A picker that the mouse chose from gives the arrows back: the next one must not choose another counter.
    page.get_by_role("heading", name="待っている人").click()
    page.get_by_test_id("counter-picker").focus()
    sato.sit_at("3番")
    page.keyboard.press("ArrowDown")
    expect(_chosen(sato)).to_have_count(1)
    expect(page.get_by_test_id("counter-picker").locator("option:checked")).to_have_text("3番（佐藤）")

    viewer = own_people.clerk("viewer").page
    expect(viewer.get_by_test_id("queue-row").first).to_be_visible()
    viewer.keyboard.press("ArrowDown")
    expect(viewer.get_by_role("row")).to_have_count(0)
    expect(viewer.get_by_test_id("row-keys")).to_have_count(0)
    _accessible(viewer)
