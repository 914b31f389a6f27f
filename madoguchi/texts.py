"""All sentences shown to people, from the gettext catalogues in ``locales/``, by dotted key and language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from babel.messages.pofile import read_po

from .domain.errors import Refusal
from .domain.languages import DEFAULT, LANGUAGES, known, localized

LOCALES = Path(__file__).parent / "locales"


class UnknownTextError(LookupError):
    """No catalogue holds the key."""


@lru_cache(maxsize=1)
def catalogues() -> Mapping[str, Mapping[str, str]]:
    """Every sentence: language → key → text. Keys that two files of a language share raise `ValueError`."""
    return {language: _read(LOCALES / language) for language in LANGUAGES}


def _read(folder: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    for file in sorted(folder.glob("*.po")):
        with file.open("rb") as stream:
            entries = [entry for entry in read_po(stream, abort_invalid=True) if entry.id]
        found = {str(entry.id): str(entry.string) for entry in entries}
        if twice := texts.keys() & found.keys():
            raise ValueError(f"{file}: already in another file: {sorted(twice)}")
        texts |= {key: text for key, text in found.items() if text}
    return texts


def say(language: str, key: str, **values: object) -> str:
    """The sentence `key` in `language` (Japanese where that language lacks it), its ``{places}`` filled.

    Raises:
        UnknownTextError: not even Japanese has it.
    """
    every = catalogues()
    text = every[known(language)].get(key) or every[DEFAULT].get(key)
    if text is None:
        raise UnknownTextError(key)
    return text.format_map(values) if values else text


def refusal_text(language: str, refusal: Refusal) -> str:
    """Why a rule said no, in the reader's language."""
    return say(language, f"refusal.{refusal.code}", **_readable(refusal.facts, language))


def _readable(facts: Mapping[str, object], language: str) -> dict[str, object]:
    return {
        name: localized(value, language) if isinstance(value, Mapping) else value
        for name, value in facts.items()
    }
