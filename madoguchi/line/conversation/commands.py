"""Which command a typed text means: the menu labels and everyday words, in all seven languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from ...domain.languages import LANGUAGES
from ...texts import catalogues

COMMANDS: Final = ("book", "bookings", "take", "status", "later", "stop", "desk", "language")
_NOISE: Final = re.compile(r"[\s\u3000、。,.!！?？・:：「」『』\"'’“”/（）()\-–—~〜]+")
_LONGEST: Final = 60


def command_in(text: str) -> str | None:
    """The command that `text` means, None when it means none. Width, case, spaces and marks are forgiven."""
    return None if len(text) > _LONGEST else _meanings().get(_plain(text))


def _plain(text: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).casefold())


@lru_cache(maxsize=1)
def _meanings() -> Mapping[str, str]:
    found: dict[str, str] = {}
    texts = catalogues()
    for key in ("line.menu.{}", "line.words.{}"):
        for command in COMMANDS:
            for language in LANGUAGES:
                for word in texts[language].get(key.format(command), "").split("|"):
                    # A menu label wins over another command's everyday word.
                    found.setdefault(_plain(word), command)
    found.pop("", None)
    return found
