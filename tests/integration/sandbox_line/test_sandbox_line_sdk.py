"""The real line-bot-sdk against the stand-in: sending, and what the platform refuses."""

import io
import json
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from linebot.v3.messaging import (
    ApiException,
    FlexContainer,
    FlexMessage,
    MessagingApi,
    MessagingApiBlob,
    MulticastRequest,
    PostbackAction,
    PushMessageRequest,
    ReplyMessageRequest,
    RichMenuArea,
    RichMenuBounds,
    RichMenuRequest,
    RichMenuSize,
    ShowLoadingAnimationRequest,
    TextMessage,
    ValidateMessageRequest,
)
from PIL import Image

Control = Callable[..., Any]
Ids = dict[str, str]


def text(words: str = "こんにちは") -> list[TextMessage]:
    return [TextMessage(text=words)]


def push(to: str, words: str = "こんにちは") -> PushMessageRequest:
    return PushMessageRequest(to=to, messages=text(words))


def received(control: Control, name: str) -> list[str]:
    return [each["preview"] for each in control("GET", f"/users/{name}/messages?side=account")["messages"]]


def reply_token(webhook: Any) -> str:
    return str(json.loads(webhook.posts[-1][1])["events"][-1]["replyToken"])


def test_a_reply_works_once_and_costs_nothing(line: MessagingApi, control: Control, webhook: Any) -> None:
    control("POST", "/users/hanako/follow")
    request = ReplyMessageRequest(reply_token=reply_token(webhook), messages=text("ようこそ"))
    assert len(line.reply_message(request).sent_messages) == 1
    with pytest.raises(ApiException) as refusal:
        line.reply_message(request)
    assert (refusal.value.status, json.loads(refusal.value.body)) == (400, {"message": "Invalid reply token"})
    assert received(control, "hanako") == ["ようこそ"]
    assert line.get_message_quota_consumption().total_usage == 0


def test_a_reply_after_a_minute_is_refused(line: MessagingApi, control: Control, webhook: Any) -> None:
    control("POST", "/users/hanako/follow")
    control("POST", "/clock", {"advanceSeconds": 61})
    with pytest.raises(ApiException, match="Invalid reply token"):
        line.reply_message(ReplyMessageRequest(reply_token=reply_token(webhook), messages=text()))


def test_a_push_arrives_once_for_one_retry_key(line: MessagingApi, control: Control, user_ids: Ids) -> None:
    control("POST", "/users/hanako/follow")
    key = str(uuid.uuid4())
    first = line.push_message_with_http_info(push(user_ids["hanako"]), x_line_retry_key=key)
    with pytest.raises(ApiException) as refusal:
        line.push_message(push(user_ids["hanako"]), x_line_retry_key=key)
    assert refusal.value.status == 409
    assert refusal.value.headers["x-line-accepted-request-id"] == first.headers["x-line-request-id"]
    sent = json.loads(refusal.value.body)["sentMessages"]
    assert [each["id"] for each in sent] == [each.id for each in first.data.sent_messages]
    assert received(control, "hanako") == ["こんにちは"]
    assert line.get_message_quota_consumption().total_usage == 1


def test_who_blocks_or_is_no_friend_gets_nothing_though_the_answer_is_200(
    line: MessagingApi, control: Control, user_ids: Ids
) -> None:
    control("POST", "/users/hanako/follow")
    control("POST", "/users/hanako/block")
    for name in ("hanako", "ken"):
        assert line.push_message(push(user_ids[name])).sent_messages
        assert received(control, name) == []
    assert line.get_message_quota_consumption().total_usage == 0
    with pytest.raises(ApiException) as refusal:
        line.get_profile(user_ids["hanako"])
    assert refusal.value.status == 404


def test_who_wrote_can_be_pushed_to_for_seven_days(
    line: MessagingApi, control: Control, user_ids: Ids
) -> None:
    control("POST", "/users/an/text", {"text": "番号札登録 AB12"})
    line.push_message(push(user_ids["an"], "登録しました"))
    control("POST", "/clock", {"advanceSeconds": 7 * 24 * 3600 + 1})
    line.push_message(push(user_ids["an"], "おそすぎる"))
    assert received(control, "an") == ["登録しました"]


def test_the_month_s_quota_ends_pushes_and_multicasts_but_no_replies(
    line: MessagingApi, control: Control, user_ids: Ids, webhook: Any
) -> None:
    for name in ("hanako", "ken"):
        control("POST", f"/users/{name}/follow")
    token = reply_token(webhook)
    control("POST", "/quota", {"limit": 1})
    both = MulticastRequest(to=[user_ids["hanako"], user_ids["ken"]], messages=text())
    with pytest.raises(ApiException) as refusal:
        line.multicast(both)
    assert (refusal.value.status, received(control, "hanako")) == (429, [])
    line.push_message(push(user_ids["hanako"]))
    with pytest.raises(ApiException, match="monthly limit"):
        line.push_message(push(user_ids["ken"]))
    line.reply_message(ReplyMessageRequest(reply_token=token, messages=text("返事")))
    assert received(control, "ken") == ["返事"]
    assert line.get_message_quota().value == 1


@pytest.mark.parametrize(
    ("kind", "status"), [("error500", 500), ("rate_limit", 429), ("timeout_before", 500)]
)
def test_a_failed_push_leaves_its_key_unused(
    line: MessagingApi, control: Control, user_ids: Ids, kind: str, status: int
) -> None:
    control("POST", "/users/hanako/follow")
    control("POST", "/faults", {"kind": kind, "endpoint": "push", "seconds": 0})
    key = str(uuid.uuid4())
    with pytest.raises(ApiException) as refusal:
        line.push_message(push(user_ids["hanako"]), x_line_retry_key=key)
    assert (refusal.value.status, received(control, "hanako")) == (status, [])
    line.push_message(push(user_ids["hanako"]), x_line_retry_key=key)
    assert received(control, "hanako") == ["こんにちは"]


def test_accepted_but_timed_out_is_409_on_the_next_try(
    line: MessagingApi, control: Control, user_ids: Ids
) -> None:
    control("POST", "/users/hanako/follow")
    control("POST", "/faults", {"kind": "timeout_after", "endpoint": "push", "seconds": 0})
    key = str(uuid.uuid4())
    statuses = []
    for _ in range(2):
        with pytest.raises(ApiException) as refusal:
            line.push_message(push(user_ids["hanako"]), x_line_retry_key=key)
        statuses.append(refusal.value.status)
    assert statuses == [500, 409]
    assert received(control, "hanako") == ["こんにちは"]


def test_flex_of_the_sdk_is_accepted_and_a_wrong_one_refused_in_line_s_words(line: MessagingApi) -> None:
    bubble = {
        "type": "bubble",
        "body": {"type": "box", "layout": "vertical", "contents": [{"type": "text", "text": "A-012"}]},
    }
    good = FlexMessage(alt_text="番号札", contents=FlexContainer.from_dict(bubble))
    line.validate_push(ValidateMessageRequest(messages=[good]))
    empty = FlexMessage(alt_text="番号札", contents=FlexContainer.from_dict({"type": "bubble"}))
    with pytest.raises(ApiException) as refusal:
        line.validate_push(ValidateMessageRequest(messages=[empty]))
    told = json.loads(refusal.value.body)
    assert told["message"] == "A message (messages[0]) in the request body is invalid"


def test_the_account_the_profile_and_the_loading_animation(
    line: MessagingApi, control: Control, user_ids: Ids
) -> None:
    control("POST", "/users/sora/follow")
    assert line.get_bot_info().basic_id == "@madoguchi-demo"
    profile = line.get_profile(user_ids["sora"])
    assert (profile.display_name, profile.language) == ("이소라", "ko")
    line.show_loading_animation(ShowLoadingAnimationRequest(chat_id=user_ids["sora"], loading_seconds=10))
    assert control("GET", "/users/sora")["loadingSeconds"] > 0
    line.push_message(push(user_ids["sora"]))
    assert control("GET", "/users/sora")["loadingSeconds"] == 0


def test_a_rich_menu_is_made_shown_and_tapped(line: MessagingApi, control: Control, webhook: Any) -> None:
    control("POST", "/users/maria/follow")
    area = RichMenuArea(
        bounds=RichMenuBounds(x=0, y=0, width=800, height=400),
        action=PostbackAction(label="予約する", data="book"),
    )
    size = RichMenuSize(width=800, height=400)
    menu = line.create_rich_menu(
        RichMenuRequest(size=size, selected=True, name="市民", chat_bar_text="メニュー", areas=[area])
    ).rich_menu_id
    with pytest.raises(ApiException) as refusal:
        line.set_default_rich_menu(menu)
    assert refusal.value.status == 400
    png = io.BytesIO()
    Image.new("RGB", (800, 400), "white").save(png, "PNG")
    blob = MessagingApiBlob(line.api_client)
    blob.set_rich_menu_image(menu, png.getvalue(), _headers={"Content-Type": "image/png"})
    line.set_default_rich_menu(menu)
    assert control("GET", "/users/maria")["menu"]["chatBarText"] == "メニュー"
    assert control("GET", "/users/ken")["menu"] is None
    control("POST", "/users/maria/menu-tap", {"label": "予約する"})
    assert json.loads(webhook.posts[-1][1])["events"][0]["postback"] == {"data": "book"}
    line.delete_rich_menu(menu)
    assert control("GET", "/users/maria")["menu"] is None


def _raw(address: str, **call: Any) -> httpx.Response:
    headers = {"authorization": "Bearer demo-channel-token", "content-type": "application/json"}
    whole = {"method": "POST", "url": f"{address}/v2/bot/message/push", **call}
    return httpx.request(**{**whole, "headers": {**headers, **call.get("headers", {})}})


UNKNOWN = {"to": "U" + "0" * 32, "messages": [{"type": "text", "text": "a"}]}
UUID = "6f1f6c2e-3d3b-4b0e-9d3a-0a4c8f6f8c11"
REFUSED: dict[str, tuple[dict[str, Any], int]] = {
    "no bearer": ({"json": UNKNOWN, "headers": {"authorization": ""}}, 401),
    "another bearer": ({"json": UNKNOWN, "headers": {"authorization": "Bearer x"}}, 401),
    "another content type": ({"content": b"{}", "headers": {"content-type": "text/plain"}}, 415),
    "no JSON": ({"content": b"{"}, 400),
    "NaN": ({"content": b'{"to": NaN}'}, 400),
    "deep JSON": ({"content": b"[" * 100_000}, 400),
    "no object": ({"json": []}, 400),
    "too large": ({"content": b" " * (2 * 1024 * 1024 + 1)}, 413),
    "unknown user": ({"json": UNKNOWN}, 400),
    "no user id": ({"json": {**UNKNOWN, "to": "hanako"}}, 400),
    "six messages": ({"json": {**UNKNOWN, "messages": UNKNOWN["messages"] * 6}}, 400),
    "unknown field": ({"json": {**UNKNOWN, "retryKey": UUID}}, 400),
    "retry key that is no UUID": ({"json": UNKNOWN, "headers": {"x-line-retry-key": "1"}}, 400),
    "unknown address": ({"url": "/v2/bot/message/pusch", "json": UNKNOWN}, 404),
    "another method": ({"method": "GET"}, 405),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_call_that_line_would_refuse(name: str, address: str, control: Control) -> None:
    call, status = REFUSED[name]
    if "url" in call:
        call = {**call, "url": address + call["url"]}
    answer = _raw(address, **call)
    assert answer.status_code == status, answer.text
    assert answer.json()["message"]
    assert answer.headers["x-line-request-id"]


def test_a_retry_key_on_a_reply_is_refused(address: str, control: Control) -> None:
    body = {"replyToken": "t", "messages": UNKNOWN["messages"]}
    url = f"{address}/v2/bot/message/reply"
    answer = _raw(address, url=url, json=body, headers={"x-line-retry-key": UUID})
    assert (answer.status_code, "X-Line-Retry-Key" in answer.text) == (400, True)


def test_an_id_token_is_verified(address: str, control: Control, user_ids: Ids) -> None:
    token = control("POST", "/users/ken/id-token")["idToken"]
    url = f"{address}/oauth2/v2.1/verify"
    good = httpx.post(url, data={"id_token": token, "client_id": "1234567890"})
    assert good.json()["sub"] == user_ids["ken"]
    wrong = httpx.post(url, data={"id_token": token + "x", "client_id": "1234567890"})
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_request")
