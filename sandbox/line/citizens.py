"""The citizens who hold the phones."""

from dataclasses import dataclass, field

from sandbox.line import ids

MESSAGE_WINDOW = 7 * 24 * 3600
"""Seconds during which somebody who wrote, but is no friend, can be pushed to."""


@dataclass
class Citizen:
    """One person with one phone. ``name`` is the short name in addresses, ``language`` is BCP 47."""

    name: str
    display_name: str
    language: str
    friend: bool = False
    blocked: bool = False
    wrote_at: float | None = None
    linked_menu: str | None = None
    user_id: str = field(init=False)

    def __post_init__(self) -> None:
        self.user_id = ids.user_id(self.name)

    def reachable(self, now: float, *, friends_only: bool = False) -> bool:
        """Whether a message sent at ``now`` (UNIX seconds) arrives."""
        if self.blocked:
            return False
        wrote_lately = self.wrote_at is not None and now - self.wrote_at <= MESSAGE_WINDOW
        return self.friend or (wrote_lately and not friends_only)

    @property
    def profile_open(self) -> bool:
        """Whether the account may read the profile: friends and those who wrote, unless they block."""
        return not self.blocked and (self.friend or self.wrote_at is not None)


def default_cast() -> list[Citizen]:
    """The people of the demo city."""
    return [
        Citizen("hanako", "山田 花子", "ja"),
        Citizen("ken", "佐藤 健", "ja"),
        Citizen("an", "Nguyễn Văn An", "vi"),
        Citizen("maria", "Maria Silva", "pt"),
        Citizen("sora", "이소라", "ko"),
    ]
