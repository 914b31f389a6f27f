"""Codes that people read and type: claim codes, reservation numbers, pairing codes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

CLAIM_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRTUVWXYZ"
CLAIM_LENGTH: Final = 8
_CLAIM_MESSAGE: Final = re.compile(r"番号札登録[\s:：]*(\S.*)?", re.DOTALL)


def drawn(choice: Callable[[Sequence[str]], str], alphabet: str, length: int) -> str:
    """A code of `length` letters drawn by `choice` (``secrets.choice`` in production)."""
    return "".join(choice(alphabet) for _ in range(length))


def typed_claim_code(text: str) -> str:
    """What somebody typed, as a claim code: width, case, spaces and hyphens forgiven."""
    return re.sub(r"[\s\-ー‐]", "", unicodedata.normalize("NFKC", text)).upper()[:64]


def claim_code_in(message: str) -> str | None:
    """The code in ``番号札登録 <claim_code>``, ``""`` when it is missing, None for any other message."""
    found = _CLAIM_MESSAGE.fullmatch(unicodedata.normalize("NFKC", message).strip())
    return None if found is None else typed_claim_code(found.group(1) or "")


def digits(text: str) -> str:
    """The digits of what somebody typed or scanned, half-width."""
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", text))[:64]
