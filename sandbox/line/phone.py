"""What a citizen does with the phone: add, block, write, tap."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.line import ids
from sandbox.line.chat import Entry
from sandbox.line.checks.values import moment
from sandbox.line.citizens import Citizen
from sandbox.line.controls import Action, control_at, is_quick_reply
from sandbox.line.errors import LineRefusal, PhoneRefusal
from sandbox.line.events import Event
from sandbox.line.platform import Platform
from sandbox.line.webhook import Delivery

_LONGEST_TEXT = 10_000
_CITY_HALL = {
    "type": "location",
    "title": "市役所",
    "address": "ひかり市中央1-1",
    "latitude": 35.6586,
    "longitude": 139.7454,
}


@dataclass
class Outcome:
    """What a tap or a text led to: a webhook delivery, and what the phone itself shall do now.

    ``show`` may hold ``open`` (a URL), ``page`` (the URL of a web page), ``copy`` (text), ``prefill``
    (text for the input), ``menu`` (``open`` or ``close``).
    """

    delivery: asyncio.Task[Delivery] | None = None
    show: dict[str, str] = field(default_factory=dict)


class Phone:
    """One citizen's hands. Raises `PhoneRefusal` for what can't be done on the phone."""

    def __init__(self, platform: Platform, citizen: Citizen) -> None:
        self._platform = platform
        self._citizen = citizen
        self._chat = platform.chat(citizen)

    def follow(self) -> Outcome:
        """Add the account, or take the block back."""
        citizen = self._citizen
        if citizen.friend and not citizen.blocked:
            return Outcome()
        unblocked = citizen.blocked
        citizen.friend, citizen.blocked = True, False
        self._platform.show(citizen)
        return self._sent(self._platform.events.follow(citizen, unblocked=unblocked))

    def block(self) -> Outcome:
        """Block the account."""
        citizen = self._citizen
        if citizen.blocked:
            return Outcome()
        citizen.blocked = True
        self._platform.show(citizen)
        return self._sent(self._platform.events.unfollow(citizen))

    def open_liff(self, liff_id: str, rest: str) -> Outcome:
        """Open the LIFF app; ``rest`` is what stands behind its id in the LIFF URL."""
        self._platform.liff.ensure_known(liff_id)
        return Outcome(show={"page": self._platform.liff.address_inside(self._citizen, rest)})

    def write(self, text: str) -> Outcome:
        """Send a text message."""
        return self._sent(self.text_event(text))

    def text_event(self, text: str) -> Event:
        """Put a text of the citizen into the chat and give its event."""
        self._refuse_blocked()
        if not text.strip():
            raise PhoneRefusal("文字を入力してください")
        if len(text) > _LONGEST_TEXT:
            raise PhoneRefusal(f"{_LONGEST_TEXT}文字までです")
        self._citizen.wrote_at = self._platform.clock.now()
        return self._platform.events.text(self._citizen, self._say({"type": "text", "text": text}))

    def tap(self, entry_id: str, path: Sequence[str | int], value: str | None = None) -> Outcome:
        """Tap a control that was delivered; ``value`` is what was picked in a date picker."""
        self._refuse_blocked()
        entry = self._chat.find(entry_id)
        action = control_at(entry.message, path) if entry and entry.side == "account" else None
        if entry is None or action is None:
            raise PhoneRefusal("このトークにないボタンです")
        if is_quick_reply(path):
            if self._chat.quick_reply_entry is not entry:
                raise PhoneRefusal("このクイックリプライはもう表示されていません")
            entry.quick_reply_used = action["type"] in {"postback", "message", "datetimepicker", "location"}
        outcome = self._act(action, value)
        self._platform.show(self._citizen)
        return outcome

    def tap_menu(self, menu_id: str, area: int, value: str | None = None) -> Outcome:
        """Tap an area of the rich menu that is on the screen now."""
        self._refuse_blocked()
        menu = self._platform.menu_of(self._citizen)
        if menu is None or menu.id != menu_id or not 0 <= area < len(menu.definition["areas"]):
            raise PhoneRefusal("表示されていないメニューです")
        return self._act(menu.definition["areas"][area]["action"], value)

    def _act(self, action: Action, value: str | None) -> Outcome:
        kind = action["type"]
        if kind == "uri":
            return Outcome(show={"open": action["uri"]})
        if kind == "clipboard":
            return Outcome(show={"copy": action["clipboardText"]})
        if kind == "datetimepicker":
            return self._pick(action, value)
        telling = {
            "message": self._say_text,
            "postback": self._postback,
            "richmenuswitch": self._switch_menu,
            "location": self._send_place,
        }.get(kind)
        if telling is None:
            raise PhoneRefusal("この電話にはカメラがありません")
        return telling(action)

    def _say_text(self, action: Action) -> Outcome:
        return self.write(action["text"])

    def _send_place(self, _action: Action) -> Outcome:
        return self._sent(self._platform.events.location(self._citizen, self._say(_CITY_HALL)))

    def _postback(self, action: Action) -> Outcome:
        if shown := action.get("displayText"):
            self._say({"type": "text", "text": shown})
        outcome = self._sent(self._platform.events.postback(self._citizen, action["data"]))
        if text := action.get("text"):
            self.write(text)
        outcome.show.update(_input_option(action))
        return outcome

    def _pick(self, action: Action, value: str | None) -> Outcome:
        mode = action["mode"]
        picked = moment(value, mode)
        low, high = moment(action.get("min"), mode), moment(action.get("max"), mode)
        if value is None or picked is None:
            raise PhoneRefusal("日時を選んでください")
        if (low and picked < low) or (high and picked > high):
            raise PhoneRefusal("選べる範囲の外です")
        params = {mode: value.replace("t", "T")}
        return self._sent(self._platform.events.postback(self._citizen, action["data"], params))

    def _switch_menu(self, action: Action) -> Outcome:
        alias = action["richMenuAliasId"]
        params = {"newRichMenuAliasId": alias, "status": "SUCCESS"}
        try:
            self._citizen.linked_menu = self._platform.menus.alias(alias)
        except LineRefusal:
            params["status"] = "RICHMENU_ALIAS_ID_NOTFOUND"
        self._platform.show(self._citizen)
        return self._sent(self._platform.events.postback(self._citizen, action["data"], params))

    def _say(self, message: dict[str, Any]) -> Entry:
        now = self._platform.clock.milliseconds()
        entry = Entry(ids.message_id(), "citizen", now, message, quote_token=ids.quote_token())
        self._chat.add(entry)
        self._platform.show(self._citizen)
        return entry

    def _sent(self, event: Event) -> Outcome:
        return Outcome(self._platform.webhook.send([event]))

    def _refuse_blocked(self) -> None:
        if self._citizen.blocked:
            raise PhoneRefusal("ブロック中です。解除してからお使いください")


def _input_option(action: Action) -> dict[str, str]:
    option = action.get("inputOption")
    if option == "openKeyboard":
        return {"prefill": str(action.get("fillInText", ""))}
    return {"openRichMenu": {"menu": "open"}, "closeRichMenu": {"menu": "close"}}.get(str(option), {})
