"""One's own ticket on the page: without a script, over the days, over desks, over restarts."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from office_kit import City, clock_of
from playwright.sync_api import Browser, Page, expect
from public_kit import Running
from sqlalchemy import update
from sqlmodel import col
from starlette.testclient import TestClient

from madoguchi.domain.languages import LANGUAGES
from madoguchi.services import (
    calling,
    claiming,
    closing_soon,
    counters,
    handing_over,
    handling,
    issuing,
    tickets,
)
from madoguchi.services.issuing import IssuedTicket
from madoguchi.services.office import Office
from madoguchi.store.tables import Counter, Desk
from madoguchi.texts import say


def paper(office: Office, city: City, key: str = "a-paper-ticket", language: str = "ja") -> IssuedTicket:
    return issuing.issue_at_terminal(
        office,
        terminal_id=city.terminal_id,
        desk_id=city.desk_id,
        service_code="nursery",
        language=language,
        key=key,
    )


def without_script(text: str) -> str:
    """What a browser without a script shows: no script's data, no hidden parts."""
    text = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    return re.sub(r"<(\w+)[^>]*\shidden[^>]*>.*?</\1>", "", text, flags=re.DOTALL)


@pytest.fixture
def counter(lite_office: Office, lite_city: City) -> int:
    counters.take_counter(lite_office, lite_city.clerk, lite_city.counter_ids[0])
    return lite_city.counter_ids[0]


@pytest.fixture
def tax_counter(lite_office: Office, lite_city: City) -> int:
    """A counter at the other desk, and whoever sits there."""
    with lite_office.change() as unit:
        row = Counter(desk_id=lite_city.other_desk_id, label="9")
        unit.session.add(row)
        unit.session.flush()
        counter_id = row.id or 0
    counters.take_counter(lite_office, lite_city.second_clerk, counter_id)
    return counter_id


def test_a_number_of_yesterday_is_gone_for_page_and_api_whatever_became_of_it(
    client: TestClient, lite_office: Office, lite_city: City, counter: int
) -> None:
    given = [paper(lite_office, lite_city, f"paper-{number:04d}") for number in range(3)]
    calling.call_chosen(lite_office, lite_city.clerk, counter, given[0].id)
    handling.miss(lite_office, lite_city.clerk, counter, given[0].id)
    handling.cancel_ticket(lite_office, lite_city.clerk, given[1].id)
    clock_of(lite_office).advance(days=1)
    for ticket in given:
        answer = client.get(f"/api/v1/tickets/{ticket.token}", headers={"Accept-Language": "en"})
        assert answer.status_code == 410
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert answer.json()["code"] == "ticket_of_day"
        assert ticket.number not in answer.text
        page = client.get(f"/t/{ticket.token}?lang=en")
        assert page.status_code == 410
        assert "This ticket is of Thu, Oct 1" in page.text
        assert ticket.number not in page.text
    assert client.get("/api/v1/tickets/no-such-token").status_code == 404


def test_without_a_script_the_page_says_where_to_go_and_when(
    client: TestClient, lite_office: Office, lite_city: City, counter: int, tax_counter: int
) -> None:
    office, clerk = lite_office, lite_city.clerk
    mine = paper(office, lite_city)

    def page() -> str:
        found = client.get(f"/t/{mine.token}").text
        assert '<noscript><meta http-equiv="refresh" content="30"></noscript>' in found
        return without_script(found)

    assert say("ja", "public.do_near") in page()
    calling.call_next(office, clerk, counter, None)
    assert "1番窓口へお越しください。" in page()
    assert "本庁舎2階" in page()
    handling.miss(office, clerk, counter, mine.id)
    assert "職員にお声がけください" in page()
    handling.resume(office, clerk, mine.id)
    calling.call_next(office, clerk, counter, None)
    handing_over.hand_over(office, clerk, counter, mine.id, lite_city.other_desk_service_id)
    assert "次の窓口は「税務課」（1階）です。番号はそのままです。" in page()
    calling.call_next(office, lite_city.second_clerk, tax_counter, None)
    assert "9番窓口へお越しください。" in page()
    handling.hold(office, lite_city.second_clerk, tax_counter, mine.id)
    assert say("ja", "public.do_on_hold") in page()
    closing_soon.close_today(office, clerk, lite_city.other_desk_id)
    assert say("ja", "public.do_closed") in page()
    assert say("ja", "public.state_cancelled") not in page(), "the desk has closed: that is what counts"


@pytest.mark.parametrize(
    ("rule", "said"), [("next", "次に"), ("after_three", "3人ほど"), ("back", "いちばん後ろ")]
)
def test_who_was_absent_reads_the_desks_rule_without_a_script(
    client: TestClient, lite_office: Office, lite_city: City, counter: int, rule: str, said: str
) -> None:
    with lite_office.change() as unit:
        change = update(Desk).where(col(Desk.id) == lite_city.desk_id).values(return_rule=rule)
        unit.session.execute(change)
    mine = paper(lite_office, lite_city)
    calling.call_next(lite_office, lite_city.clerk, counter, None)
    handling.miss(lite_office, lite_city.clerk, counter, mine.id)
    assert said in without_script(client.get(f"/t/{mine.token}").text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wait_that_may_be_over_at_once_and_a_time_asked_for_are_said(
    client: TestClient, lite_office: Office, lite_city: City, language: str
) -> None:
    mine = paper(lite_office, lite_city)
    text = without_script(client.get(f"/t/{mine.token}?lang={language}").text)
    low, high = mine.wait
    assert low == 0
    assert say(language, "public.minutes_up_to", high=high) in text
    user = lite_city.line_user_ids[0]
    claiming.claim(lite_office, user, mine.claim_code or "")
    until = clock_of(lite_office).now() + timedelta(minutes=30)
    tickets.postpone_own(lite_office, user, mine.id, until=until)
    text = without_script(client.get(f"/t/{mine.token}?lang={language}").text)
    assert say(language, "public.do_not_before", until="10:30") in text


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="ja-JP", is_mobile=True, has_touch=True
    )
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


def test_the_page_follows_a_number_to_the_desk_it_was_handed_to(
    phone: Page, pages: Running, lite_office: Office, lite_city: City, counter: int, tax_counter: int
) -> None:
    mine = paper(lite_office, lite_city)
    followed: list[str] = []
    phone.on("request", lambda request: followed.append(request.url))
    phone.goto(f"{pages.url}/t/{mine.token}")
    state = phone.get_by_test_id("ticket-state")
    calling.call_next(lite_office, lite_city.clerk, counter, None)
    expect(state).to_have_attribute("data-state", "called")
    service = lite_city.other_desk_service_id
    handing_over.hand_over(lite_office, lite_city.clerk, counter, mine.id, service)
    expect(phone.get_by_test_id("ticket-do")).to_contain_text("次の窓口は「税務課」（1階）です")
    expect(phone.locator("#board")).to_have_attribute("href", "/board/tax")
    assert [url for url in followed if url.endswith("/api/v1/boards/tax/events")], "listens to the new desk"
    # Nothing happens at the old desk any more: only the new desk's stream can tell this.
    calling.call_next(lite_office, lite_city.second_clerk, tax_counter, None)
    expect(phone.get_by_test_id("ticket-counter")).to_have_text("9番窓口", timeout=4_000)


def test_the_page_comes_back_with_the_truth_within_five_seconds(
    phone: Page, pages: Running, lite_office: Office, lite_city: City, counter: int
) -> None:
    for number in range(2):
        mine = paper(lite_office, lite_city, f"paper-{number:04d}")
    phone.goto(f"{pages.url}/t/{mine.token}")
    expect(phone.get_by_test_id("ticket-ahead")).to_have_attribute("data-ahead", "1")
    pages.stop()
    expect(phone.get_by_test_id("ticket-stale")).to_be_visible(timeout=8_000)
    first = calling.call_next(lite_office, lite_city.clerk, counter, None)
    calling.call_next(lite_office, lite_city.clerk, counter, first.ticket_id)
    pages.start()
    back = time.monotonic()
    expect(phone.get_by_test_id("ticket-counter")).to_have_text("1番窓口", timeout=5_000)
    expect(phone.get_by_test_id("ticket-stale")).to_be_hidden()
    assert time.monotonic() - back < 5


def test_a_page_left_open_over_night_says_whose_day_is_over(
    phone: Page, pages: Running, lite_office: Office, lite_city: City
) -> None:
    mine = paper(lite_office, lite_city)
    phone.goto(f"{pages.url}/t/{mine.token}")
    expect(phone.get_by_test_id("ticket-number")).to_have_text(mine.number)
    clock_of(lite_office).advance(days=1)
    # A phone that was in a pocket looks when it is taken out.
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(phone.locator("h1")).to_contain_text("この番号札は10月1日(木)のものです")
