"""One-time codes by time (RFC 6238, SHA-1, six digits, thirty seconds), as every authenticator makes them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Final
from urllib.parse import quote

DIGITS: Final = 6
SECONDS: Final = 30
SECRET_BYTES: Final = 20
_DRIFT: Final = 1
"""Steps that a phone's clock may be off, either way."""


def code_at(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of one time step: RFC 4226's, with the step as its counter."""
    digest = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def step_at(now: datetime) -> int:
    """The time step of a moment."""
    return int(now.timestamp()) // SECONDS


def matching_step(secret: bytes, typed: str, now: datetime, used: int) -> int | None:
    """The time step whose code was typed; None when it is none of now, or not newer than the `used` one."""
    current = step_at(now)
    found = None
    # Every step is compared, so that the time taken tells nothing.
    for step in range(current - _DRIFT, current + _DRIFT + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), typed.encode("utf-8", "replace")):
            found = step
    return found if found is not None and found > used else None


def secret_of(key: str, staff_id: int, salt: str) -> bytes:
    """The authenticator's secret, made of what the database holds and what only the server knows."""
    return hmac.new(key.encode(), f"totp:{staff_id}:{salt}".encode(), hashlib.sha256).digest()[:SECRET_BYTES]


def spelled(secret: bytes) -> str:
    """The secret in base 32, in groups of four, for typing it in by hand."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address(secret: bytes, issuer: str, account: str) -> str:
    """The ``otpauth`` address that the QR code holds."""
    name = f"{quote(issuer, safe='')}:{quote(account, safe='')}"
    plain = base64.b32encode(secret).decode()
    query = f"secret={plain}&issuer={quote(issuer, safe='')}&digits={DIGITS}&period={SECONDS}"
    return f"otpauth://totp/{name}?{query}"
