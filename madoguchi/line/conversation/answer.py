"""What the conversation works with: who talks, and what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from linebot.v3.messaging import Message

from ...domain.languages import localized
from ...domain.tickets import TicketState
from ...services.inbox import Event
from ...services.line_users import LineUserView
from ...services.office import Office
from ...services.ticket_views import TicketView
from ...services.tickets import Told
from ...texts import say
from ..messages import render
from ..messages.parts import plain, quick
from ..messages.values import Setting, setting_of

USUAL = ("take", "status", "book", "bookings", "desk", "language")


@dataclass(frozen=True, slots=True)
class Matter:
    """What must reach the citizen even when the reply fails: it is pushed then, as this kind."""

    kind: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """Messages to reply with; none for silence."""

    messages: tuple[Message, ...] = ()
    matter: Matter | None = None
    tells: tuple[Told, ...] = ()
    """What need not be pushed any more once this has arrived."""

    def telling(self, *tickets: TicketView) -> Answer:
        """The answer, which says where these tickets stand."""
        stand = (
            Told(one.id, one.version, one.near, one.soon, one.state is TicketState.CALLED) for one in tickets
        )
        return replace(self, tells=tuple(one for one in stand if one.near or one.soon or one.called))


SILENCE = Answer()


@dataclass(frozen=True, slots=True)
class Talk:
    """One turn of the conversation with one citizen."""

    office: Office
    user: LineUserView
    event: Event

    @property
    def language(self) -> str:
        """The citizen's language."""
        return self.user.language

    @property
    def setting(self) -> Setting:
        """What messages need of the deployment."""
        return setting_of(self.office.settings)

    @property
    def lasting_links(self) -> bool:
        """Whether links to the booking page are good for ever, as LIFF's are."""
        return bool(self.office.settings.liff_id)

    def say(self, key: str, **values: object) -> str:
        """``line.<key>`` in the citizen's language; names in `values` are put into it too."""
        shown = {
            name: localized(value, self.language) if isinstance(value, Mapping) else value
            for name, value in values.items()
        }
        return say(self.language, f"line.{key}", **shown)

    def text(self, words: str, *commands: str) -> Answer:
        """A plain text with quick replies."""
        return Answer((plain(words, quick(self.language, *(commands or USUAL))),))

    def matters(self, kind: str, facts: Mapping[str, Any]) -> Answer:
        """An answer that is pushed when its reply fails."""
        message = render(kind, self.language, facts, self.setting)
        return Answer((message,), Matter(kind, facts))


def shown(*messages: Message) -> Answer:
    """An answer that may get lost: the citizen can ask again."""
    return Answer(messages)
