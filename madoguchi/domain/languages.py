"""The seven languages of the citizen side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LANGUAGES: Final = ("ja", "ja-easy", "en", "zh-Hans", "ko", "vi", "pt")
DEFAULT: Final = "ja"

OWN_NAMES: Final[Mapping[str, str]] = {
    "ja": "日本語",
    "ja-easy": "やさしい日本語",
    "en": "English",
    "zh-Hans": "简体中文",
    "ko": "한국어",
    "vi": "Tiếng Việt",
    "pt": "Português",
}


def known(language: str | None) -> str:
    """`language` if it is one of ours, else the nearest (``zh-CN`` → ``zh-Hans``), else Japanese."""
    if not language:
        return DEFAULT
    if language in LANGUAGES:
        return language
    stem = language.replace("_", "-").split("-")[0].lower()
    nearest = {"zh": "zh-Hans"}.get(stem, stem)
    return nearest if nearest in LANGUAGES else DEFAULT


def localized(names: Mapping[str, str], language: str) -> str:
    """The name in `language`, falling back from easy Japanese and any unknown language to Japanese."""
    return names.get(language) or names.get(DEFAULT) or next(iter(names.values()), "")
