"""One citizen's chat with the account, and the open phone screens that watch it."""

import asyncio
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

Message = Mapping[str, Any]
Side = Literal["account", "citizen", "note"]

_KEPT_ENTRIES = 1000
_WAITING_UPDATES = 500


@dataclass
class Entry:
    """One line of the chat. ``at`` is UNIX milliseconds; ``via`` says how the account sent it."""

    id: str
    side: Side
    at: int
    message: Message
    via: str = ""
    silent: bool = False
    quote_token: str = ""
    read: bool = True
    quick_reply_used: bool = False

    @property
    def preview(self) -> str:
        """The text of the notification and of the chat list."""
        kind = self.message["type"]
        if kind in {"text", "textV2"}:
            return str(self.message["text"])
        if kind in {"flex", "template"}:
            return str(self.message["altText"])
        return {"sticker": "スタンプが送信されました", "image": "写真が送信されました"}.get(kind, str(kind))

    def as_json(self) -> dict[str, Any]:
        """For the phone's screen and for tests."""
        return {
            "id": self.id,
            "side": self.side,
            "at": self.at,
            "message": dict(self.message),
            "preview": self.preview,
            "via": self.via,
            "silent": self.silent,
            "read": self.read,
        }


@dataclass
class Chat:
    """The entries, oldest first, and a queue for each watcher."""

    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=_KEPT_ENTRIES))
    loading_until: float = 0.0
    _watchers: set[asyncio.Queue[dict[str, Any]]] = field(default_factory=set)

    def add(self, entry: Entry) -> None:
        """Append and show on every open screen; a message of the account ends the loading animation."""
        self.entries.append(entry)
        if entry.side == "account":
            self.loading_until = 0.0
        self.publish({"kind": "entry", "entry": entry.as_json()})

    def find(self, entry_id: str) -> Entry | None:
        """The entry of that id, if the chat still holds it."""
        return next((entry for entry in reversed(self.entries) if entry.id == entry_id), None)

    def quotable(self, token: str) -> bool:
        """Whether ``token`` names a message of this chat."""
        return any(entry.quote_token == token for entry in self.entries)

    @property
    def unread(self) -> int:
        """How many messages of the account nobody has looked at."""
        return sum(not entry.read for entry in self.entries)

    @property
    def quick_reply_entry(self) -> Entry | None:
        """The entry whose quick reply buttons are on the screen: only ever the last one."""
        last = next((entry for entry in reversed(self.entries) if entry.side != "note"), None)
        if last and last.side == "account" and not last.quick_reply_used and "quickReply" in last.message:
            return last
        return None

    def mark_read(self) -> None:
        """Somebody looks at the chat."""
        if self.unread:
            for entry in self.entries:
                entry.read = True
            self.publish({"kind": "read"})

    def publish(self, update: dict[str, Any]) -> None:
        """Hand ``update`` to every watcher; one that lags far behind is told to load anew."""
        for queue in self._watchers:
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait({"kind": "resync"})
            else:
                queue.put_nowait(update)

    def take_watchers(self, other: "Chat") -> None:
        """Go on for the screens that watched ``other``, and have them load anew."""
        self._watchers = other._watchers
        self.publish({"kind": "resync"})

    @contextmanager
    def watch(self) -> Iterator[asyncio.Queue[dict[str, Any]]]:
        """A queue that receives every update while the block runs."""
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(_WAITING_UPDATES)
        watchers = self._watchers
        watchers.add(queue)
        try:
            yield queue
        finally:
            watchers.discard(queue)
