"""The whole platform in memory: one account, its citizens, and everything that passes between them."""

import asyncio
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.line import ids
from sandbox.line.chat import Chat
from sandbox.line.citizens import Citizen, default_cast
from sandbox.line.clock import Clock
from sandbox.line.errors import PhoneRefusal
from sandbox.line.events import EventMaker
from sandbox.line.faults import Faults
from sandbox.line.ledgers import CallRates, MonthlyQuota, ReplyTokens, RetryKeys
from sandbox.line.liff import Liff
from sandbox.line.richmenus import RichMenu, RichMenus
from sandbox.line.webhook import WebhookSender
from sandbox.settings import SandboxSettings

_KEPT_CALLS = 2000


@dataclass(frozen=True)
class ApiCall:
    """One call that the account made, as the control API lists it."""

    method: str
    path: str
    status: int
    request_id: str


class Platform:
    """Holds all state. Everything runs on one event loop, so plain attributes are enough."""

    def __init__(self, settings: SandboxSettings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or Clock()
        self.bot_user_id = ids.user_id(f"account {settings.basic_id}")
        self.webhook = WebhookSender(
            settings.webhook_url, settings.channel_secret, self.bot_user_id, ReplyTokens(self.clock)
        )
        self._begin()

    def _begin(self) -> None:
        settings, clock = self.settings, self.clock
        self.reply_tokens = ReplyTokens(clock)
        self.retry_keys = RetryKeys(clock)
        self.quota = MonthlyQuota(clock, settings.monthly_quota)
        self.rates = CallRates(clock)
        self.faults = Faults()
        self.menus = RichMenus()
        self.liff = Liff(settings, clock)
        self.events = EventMaker(clock, self.reply_tokens)
        self.counts: Counter[str] = Counter()
        self.calls: deque[ApiCall] = deque(maxlen=_KEPT_CALLS)
        self.webhook.restart(settings.webhook_url, self.reply_tokens)
        self._citizens: dict[str, Citizen] = {}
        self._by_id: dict[str, Citizen] = {}
        self._chats: dict[str, Chat] = {}
        for citizen in default_cast():
            self.add(citizen)

    def reset(self, *, keep_menus: bool = False) -> None:
        """Back to the state right after the start; open phones are told to load anew."""
        watched, menus = self._chats, self.menus
        self.clock.back_to_real_time()
        self._begin()
        if keep_menus:
            self.menus = menus
        for name, chat in watched.items():
            if name in self._chats:
                self._chats[name].take_watchers(chat)

    def add(self, citizen: Citizen) -> None:
        """Give a further citizen a phone; raises `PhoneRefusal` when the name is taken."""
        if citizen.name in self._citizens:
            raise PhoneRefusal(f"「{citizen.name}」はもういます")
        self._citizens[citizen.name] = citizen
        self._by_id[citizen.user_id] = citizen
        self._chats[citizen.name] = Chat()

    @property
    def citizens(self) -> Iterable[Citizen]:
        """Everybody, in order of arrival."""
        return self._citizens.values()

    def citizen(self, name: str) -> Citizen:
        """The citizen of that short name; raises `PhoneRefusal`."""
        if name not in self._citizens:
            raise PhoneRefusal(f"「{name}」という人はいません")
        return self._citizens[name]

    def by_user_id(self, user_id: str) -> Citizen | None:
        """The citizen behind a user id, if there is one."""
        return self._by_id.get(user_id)

    def chat(self, citizen: Citizen) -> Chat:
        """That citizen's chat with the account."""
        return self._chats[citizen.name]

    def menu_of(self, citizen: Citizen) -> RichMenu | None:
        """The rich menu on that citizen's phone; friends only see one."""
        if not citizen.friend or citizen.blocked:
            return None
        return self.menus.shown_to(citizen.linked_menu)

    def phone_state(self, citizen: Citizen) -> dict[str, Any]:
        """Everything about a phone but its messages, for its screen."""
        chat = self.chat(citizen)
        menu = self.menu_of(citizen)
        return {
            "name": citizen.name,
            "displayName": citizen.display_name,
            "language": citizen.language,
            "account": {"name": self.settings.account_name, "basicId": self.settings.basic_id},
            "friend": citizen.friend,
            "blocked": citizen.blocked,
            "unread": chat.unread,
            "loadingSeconds": max(0.0, chat.loading_until - self.clock.now()),
            "quickReplyOf": chat.quick_reply_entry.id if chat.quick_reply_entry else None,
            "menu": _menu_json(menu) if menu else None,
        }

    def show(self, citizen: Citizen) -> None:
        """Tell open screens that something other than a message changed."""
        self.chat(citizen).publish({"kind": "state", "state": self.phone_state(citizen)})

    def show_all(self) -> None:
        """The same for everybody: a rich menu changed."""
        for citizen in self.citizens:
            self.show(citizen)

    async def open(self) -> None:
        """Start what needs the running loop."""
        await self.webhook.open()

    async def close(self) -> None:
        """Stop it again."""
        await asyncio.shield(self.webhook.close())


def _menu_json(menu: RichMenu) -> dict[str, Any]:
    width, height = menu.size
    return {
        "id": menu.id,
        "picture": f"/phone-media/richmenu/{menu.id}",
        "width": width,
        "height": height,
        "selected": menu.definition["selected"],
        "chatBarText": menu.definition["chatBarText"],
        "areas": [
            {
                "bounds": area["bounds"],
                "label": _area_label(area["action"]),
                "action": area["action"],
            }
            for area in menu.definition["areas"]
        ],
    }


def _area_label(action: dict[str, Any]) -> str:
    for name in ("label", "displayText", "text", "uri", "data"):
        if action.get(name):
            return str(action[name])
    return str(action["type"])
