"""A browser's name, short enough to know one's own by it and too coarse to follow anybody."""

from __future__ import annotations

from typing import Final

_KINDS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def name_of(user_agent: str) -> str:
    """``Firefox / Windows`` of a ``User-Agent`` header; what is not known is left out."""
    kind = next((name for sign, name in _KINDS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    return " / ".join(part for part in (kind, system) if part)
