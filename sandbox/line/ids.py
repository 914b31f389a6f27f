"""Identifiers in the forms that LINE gives them."""

import hashlib
import itertools
import secrets
import uuid
from collections.abc import Iterator

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_message_numbers: Iterator[int] = itertools.count(580_000_000_000_000_001)


def user_id(seed: str) -> str:
    """``U`` and 32 hex digits, the same for the same ``seed``: a restart keeps everybody's id."""
    return "U" + hashlib.sha256(f"sandbox user {seed}".encode()).hexdigest()[:32]


def ulid(milliseconds: int) -> str:
    """A ULID for the given UNIX time: 26 characters, ordered by time."""
    number = (milliseconds << 80) | secrets.randbits(80)
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def message_id() -> str:
    """An 18-digit number as text, larger than every earlier one."""
    return str(next(_message_numbers))


def reply_token() -> str:
    """32 hex digits."""
    return secrets.token_hex(16)


def quote_token() -> str:
    """An opaque token that names one message for quoting."""
    return secrets.token_urlsafe(48)


def request_id() -> str:
    """A UUID, as in ``x-line-request-id``."""
    return str(uuid.uuid4())


def rich_menu_id() -> str:
    """``richmenu-`` and 32 hex digits."""
    return f"richmenu-{secrets.token_hex(16)}"
