"""Why a citizen's own data is shown or erased."""

from __future__ import annotations

from enum import StrEnum


class OwnDataReason(StrEnum):
    """A choice, not words: what staff write freely would end up holding names."""

    OWN_REQUEST = "own_request"
    AGENT = "agent"
    WRONG_ENTRY = "wrong_entry"
