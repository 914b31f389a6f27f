"""What the system holds of persons: the items of the privacy record, and what is true of each.

Columns of the tables name their item; the record, the notice beside the form and the page read both.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from .roles import Permission

MARK: Final = "personal"
"""The key in a column's `info`."""


class Item(StrEnum):
    """One kind of personal information that is stored."""

    KANA = "kana"
    PHONE = "phone"
    WORDS = "words"
    LINE_ID = "line_id"
    CHAT = "chat"
    VISITS = "visits"
    STAFF = "staff"
    ACTIONS = "actions"


@dataclass(frozen=True, slots=True)
class Facts:
    """`seen_with`: the permission that shows it, None when nobody is shown it. `asked`: typed into the form
    by whoever books. `masked`: overwritten by the masking job. `to_line`: LINE receives it."""

    seen_with: Permission | None
    asked: bool = False
    masked: bool = False
    to_line: bool = False


FACTS: Final = MappingProxyType(
    {
        Item.KANA: Facts(Permission.SEE_CONTACT, asked=True, masked=True),
        Item.PHONE: Facts(Permission.SEE_CONTACT, asked=True, masked=True),
        Item.WORDS: Facts(Permission.SEE_CONTACT, masked=True),
        Item.LINE_ID: Facts(None, to_line=True),
        Item.CHAT: Facts(None),
        Item.VISITS: Facts(Permission.SEE_QUEUE, to_line=True),
        Item.STAFF: Facts(Permission.ADMINISTER),
        Item.ACTIONS: Facts(Permission.SEE_AUDIT),
    }
)


def holds(item: Item, **more: Any) -> dict[str, Any]:
    """What marks a column as holding the item, for SQLModel's ``sa_column_kwargs``."""
    return {"info": {MARK: item}, **more}
