"""The phones: what the screen's own routes allow, and one real browser on a phone."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from browser_kit import CHROMIUM, FLAGS
from linebot.v3.messaging import (
    FlexContainer,
    FlexMessage,
    MessageAction,
    MessagingApi,
    PushMessageRequest,
    QuickReply,
    QuickReplyItem,
    TextMessage,
)
from playwright.sync_api import Page, expect, sync_playwright

Control = Callable[..., Any]

TICKET = {
    "type": "bubble",
    "body": {"type": "box", "layout": "vertical", "contents": [{"type": "text", "text": "A-012"}]},
    "footer": {
        "type": "box",
        "layout": "vertical",
        "contents": [
            {"type": "button", "action": {"type": "postback", "label": "取り消す", "data": "cancel"}}
        ],
    },
}
CANCEL = ["contents", "footer", "contents", 0, "action"]


def send_ticket(line: MessagingApi, to: str) -> None:
    now = QuickReplyItem(action=MessageAction(label="今", text="今"))
    ticket = FlexMessage(
        alt_text="番号札 A-012",
        contents=FlexContainer.from_dict(TICKET),
        quick_reply=QuickReply(items=[now]),
    )
    line.push_message(PushMessageRequest(to=to, messages=[ticket]))


def tap(address: str, entry: str, path: list[Any]) -> httpx.Response:
    return httpx.post(f"{address}/phone/hanako/do", json={"do": "tap", "entry": entry, "path": path})


def test_only_what_was_delivered_can_be_tapped(
    address: str, control: Control, line: MessagingApi, user_ids: dict[str, str], webhook: Any
) -> None:
    control("POST", "/users/hanako/follow")
    send_ticket(line, user_ids["hanako"])
    entry = control("GET", "/users/hanako/messages")["messages"][0]["id"]
    before = len(webhook.posts)
    for wrong in (
        [*CANCEL, "data"],
        ["contents", "footer", "contents", 1, "action"],
        [],
        ["template", "actions", 0],
    ):
        assert tap(address, entry, wrong).status_code == 400
    assert tap(address, "1", CANCEL).status_code == 400
    quick = ["quickReply", "items", 0, "action"]
    assert [tap(address, entry, quick).status_code for _ in range(2)] == [200, 400]
    assert tap(address, entry, CANCEL).status_code == 200
    control("POST", "/events", {"events": [{"user": "hanako", "postback": "end"}]})
    sent = _told(webhook, before + 3)[before:]
    assert sorted(event["type"] for event in sent) == ["message", "postback", "postback"]


def test_a_blocked_account_s_buttons_do_nothing(
    address: str, control: Control, line: MessagingApi, user_ids: dict[str, str]
) -> None:
    control("POST", "/users/hanako/follow")
    send_ticket(line, user_ids["hanako"])
    entry = control("GET", "/users/hanako/messages")["messages"][0]["id"]
    control("POST", "/users/hanako/block")
    assert tap(address, entry, CANCEL).json() == {"error": "ブロック中です。解除してからお使いください"}


def test_a_phone_of_nobody(address: str, control: Control) -> None:
    assert httpx.get(f"{address}/phone/nobody").status_code == 404
    assert httpx.get(f"{address}/phone/nobody/state").status_code == 404


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = browser.new_page(viewport={"width": 390, "height": 844})
        faults: list[str] = []
        opened.on("pageerror", lambda error: faults.append(str(error)))
        opened.goto(f"{address}/phone/hanako")
        yield opened
        browser.close()
        assert faults == []


def test_a_link_to_line_inside_a_page_of_another_origin_comes_back_to_the_chat(
    page: Page, address: str, control: Control, webhook: Any
) -> None:
    link = f"{address}/R/oaMessage/%40madoguchi-demo/?{quote('番号札登録 AB12')}"
    page.get_by_test_id("open-url").fill(f"{webhook.url}?{quote(link, safe='')}")
    page.get_by_test_id("open-url-go").click()
    page.frame_locator("[data-testid=frame]").get_by_text("LINEに登録").click()
    expect(page.get_by_test_id("chat-input")).to_have_value("番号札登録 AB12")
    expect(page.get_by_test_id("frame")).to_have_count(0)


def test_the_screen_of_a_phone(
    page: Page, address: str, control: Control, line: MessagingApi, user_ids: dict[str, str], webhook: Any
) -> None:
    phone = page.get_by_test_id("phone-hanako")
    phone.get_by_test_id("open-url").fill(
        f"https://line.me/R/oaMessage/%40madoguchi-demo/?{quote('番号札登録 AB12')}"
    )
    phone.get_by_test_id("open-url-go").click()
    expect(phone.get_by_test_id("chat-input")).to_have_value("番号札登録 AB12")
    phone.get_by_test_id("chat-send").click()
    expect(phone.get_by_test_id("message")).to_contain_text("番号札登録 AB12")
    phone.get_by_test_id("friend-add").click()
    expect(phone.get_by_test_id("friend-add")).to_have_count(1)
    expect(phone.get_by_test_id("friend-add")).not_to_be_visible()

    phone.get_by_test_id("open-url").fill(f"{address}/printer")
    phone.get_by_test_id("open-url-go").click()
    expect(page.frame_locator("[data-testid=frame]").locator("h1")).to_be_visible()
    send_ticket(line, user_ids["hanako"])
    expect(phone.get_by_test_id("notification")).to_contain_text("番号札 A-012")
    phone.get_by_test_id("notification").click()
    expect(phone.get_by_test_id("frame")).to_have_count(0)
    expect(phone.get_by_test_id("quick-reply")).to_have_text(["今"])
    phone.get_by_test_id("action").get_by_text("取り消す").click()
    line.push_message(PushMessageRequest(to=user_ids["hanako"], messages=[TextMessage(text="<b>はい</b>")]))
    expect(phone.get_by_test_id("message").last).to_contain_text("<b>はい</b>")
    expect(phone.get_by_test_id("quick-reply")).to_have_count(0)

    page.goto(f"{address}/phone/ken?open={quote(f'{address}/R/ti/p/%40madoguchi-demo', safe='')}")
    expect(page.get_by_test_id("chat-input")).to_be_visible()
    told = _told(webhook, 4)
    assert [event["type"] for event in told] == ["message", "follow", "postback", "follow"]
    assert told[-1]["source"]["userId"] == user_ids["ken"]


def _told(webhook: Any, count: int) -> list[dict[str, Any]]:
    """The events that the bot's server was told, once there are ``count``: no screen waits for them."""
    deadline = time.monotonic() + 10
    while True:
        told = [event for _, body in list(webhook.posts) for event in json.loads(body)["events"]]
        if len(told) >= count or time.monotonic() > deadline:
            return told
        time.sleep(0.01)
