"""What every plain HTTP door needs: the reader's language, and the way past the wrappers."""

from __future__ import annotations

from typing import Final

from .domain.languages import DEFAULT, LANGUAGES, known

SERVER_SEND: Final = "madoguchi.send"
"""Where the request's scope holds the server's own `send`, for streams whose answer has started."""
_MOST_LANGUAGES: Final = 12


def asked_language(accept_language: str) -> str | None:
    """The first of our languages that an ``Accept-Language`` header asks for; None when it asks for none.

    Browsers list languages by preference, so their order is taken for it.
    """
    for part in accept_language.split(",")[:_MOST_LANGUAGES]:
        wanted = part.partition(";")[0].strip()
        found = known(wanted)
        if wanted and (found != DEFAULT or wanted.lower().startswith(DEFAULT)):
            return found
    return None


def one_of_ours(language: object) -> str | None:
    """`language` when it is exactly one of ours."""
    return language if isinstance(language, str) and language in LANGUAGES else None


def storable(text: str) -> bool:
    """Whether a database takes `text`: NUL and half characters (lone surrogates) are legal JSON only."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
