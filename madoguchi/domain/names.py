"""Kana names: what people type, made into full-width katakana, and the folded key that finds it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import jaconv

from .errors import Refusal

MAX_LENGTH: Final = 40
_DASHES: Final = "-‐‑‒–—―−－ｰ─━~〜～"
_KANA: Final = "ァ-ヶー・"
_DASH_AFTER_KANA: Final = re.compile(f"(?<=[ァ-ヶー])[{re.escape(_DASHES)}]")
_VALID: Final = re.compile(f"[{_KANA}]+(?: [{_KANA}]+)?")
_SMALL: Final = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")


def to_kana(typed: str) -> str:
    """`typed` as far as it converts: NFKC, hiragana to katakana, dashes between kana to ``ー``, one space."""
    wide = unicodedata.normalize("NFKC", typed).replace("\u3000", " ")
    katakana = jaconv.hira2kata(unicodedata.normalize("NFC", wide))
    return re.sub(r"\s+", " ", _DASH_AFTER_KANA.sub("ー", katakana)).strip()


def kana_name(typed: str) -> str:
    """The kana name to store. Raises `Refusal`: ``name_missing``, ``name_too_long`` or ``name_not_kana``."""
    name = to_kana(typed)
    if not name:
        raise Refusal("name_missing")
    if len(name) > MAX_LENGTH:
        raise Refusal("name_too_long", limit=MAX_LENGTH)
    if not _VALID.fullmatch(name):
        raise Refusal("name_not_kana")
    return name


def search_key(name: str) -> str:
    """A kana name folded for searching: small kana large, voicing and long marks, dots and spaces gone."""
    bare = unicodedata.normalize("NFD", to_kana(name)).translate(_SMALL)
    return "".join(letter for letter in bare if letter not in "\u3099\u309aー・ *＊")
