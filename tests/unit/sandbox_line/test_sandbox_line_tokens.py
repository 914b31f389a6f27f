"""Signatures, ID tokens, identifiers, settings, and the controls a message delivers."""

import re

import pytest

from sandbox.line import ids, idtokens
from sandbox.line.citizens import MESSAGE_WINDOW, Citizen
from sandbox.line.controls import control_at, controls_in
from sandbox.line.errors import LineRefusal
from sandbox.line.webhook import signature
from sandbox.settings import SandboxSettings, WrongSetting, load_settings

NOW = 1_795_000_000.0
HANAKO = Citizen("hanako", "山田 花子", "ja")


def test_the_signature_is_the_one_of_line_s_own_example() -> None:
    body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    told = signature("8c570fa6dd201bb328f1c1eac23a96d8", body)
    assert told == "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="


def test_an_id_token_says_who_holds_it_for_an_hour() -> None:
    token = idtokens.issue(HANAKO, "1234", "secret", NOW, nonce="n1")
    claims = idtokens.verify(token, "1234", "1234", "secret", NOW + 3599)
    assert (claims["sub"], claims["aud"], claims["nonce"]) == (HANAKO.user_id, "1234", "n1")


@pytest.mark.parametrize(
    ("client", "secret", "later", "told"),
    [
        ("1234", "secret", 3600, "IdToken expired."),
        ("9999", "secret", 0, "Invalid IdToken Audience."),
        ("1234", "other", 0, "Invalid IdToken."),
    ],
)
def test_an_id_token_that_is_not_good_is_refused(client: str, secret: str, later: int, told: str) -> None:
    token = idtokens.issue(HANAKO, "1234", "secret", NOW)
    with pytest.raises(LineRefusal) as refusal:
        idtokens.verify(token, client, "1234", secret, NOW + later)
    assert refusal.value.body == {"error": "invalid_request", "error_description": told}


def test_identifiers_have_line_s_forms() -> None:
    assert re.fullmatch(r"U[0-9a-f]{32}", ids.user_id("hanako"))
    assert re.fullmatch(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", ids.ulid(1_795_000_000_000))
    assert ids.ulid(1_795_000_000_000)[:10] < ids.ulid(1_795_000_000_001)[:10]
    assert int(ids.message_id()) < int(ids.message_id())


@pytest.mark.parametrize(
    ("friend", "blocked", "wrote_ago", "reached"),
    [
        (True, False, None, True),
        (True, True, 0, False),
        (False, False, None, False),
        (False, False, MESSAGE_WINDOW, True),
        (False, False, MESSAGE_WINDOW + 1, False),
    ],
)
def test_who_can_be_reached(friend: bool, blocked: bool, wrote_ago: int | None, reached: bool) -> None:
    wrote_at = None if wrote_ago is None else NOW - wrote_ago
    citizen = Citizen("a", "A", "ja", friend=friend, blocked=blocked, wrote_at=wrote_at)
    assert citizen.reachable(NOW) is reached
    assert citizen.reachable(NOW, friends_only=True) is (reached and friend)


def test_only_delivered_controls_can_be_tapped() -> None:
    yes = {"type": "postback", "label": "はい", "data": "y"}
    message = {
        "type": "flex",
        "contents": {"type": "bubble", "body": {"contents": [{"type": "button", "action": yes}]}},
        "quickReply": {"items": [{"type": "action", "action": yes}]},
    }
    assert [path for path, _ in controls_in(message)] == [
        ("contents", "body", "contents", 0, "action"),
        ("quickReply", "items", 0, "action"),
    ]
    assert control_at(message, ["contents", "body", "contents", 0, "action"]) == yes
    assert control_at(message, ["contents", "body", "contents", 1, "action"]) is None
    assert control_at(message, ["contents", "body"]) is None
    assert control_at(message, ["quickReply", "items", 0, "type"]) is None


def test_settings_have_defaults_and_refuse_what_cannot_be_used() -> None:
    assert load_settings({"SANDBOX_PORT": ""}) == SandboxSettings()
    given = {"SANDBOX_PORT": "3955", "SANDBOX_BASIC_ID": "@city", "SANDBOX_OTHER": "x", "PORT": "1"}
    assert load_settings(given) == SandboxSettings(port=3955, basic_id="@city")
    for name, value in [
        ("SANDBOX_PORT", "65536"),
        ("SANDBOX_MONTHLY_QUOTA", "many"),
        ("SANDBOX_WEBHOOK_URL", "localhost:3000"),
    ]:
        with pytest.raises(WrongSetting, match=name):
            load_settings({name: value})
