"""Names and phone numbers to plant and to find again, in whatever form somebody may have written them."""

from __future__ import annotations

import base64
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import jaconv

START: Final = "ヌメヨホ"
"""Every planted name begins so. Masking takes two of these letters: where all four stand, a name was left."""
_REST: Final = (
    "アイウエオカキクケコサシスセソタチツテトナニネノハヒフヘマミムモヤユラリルレロワンガギグゴジダド"
)
_MIDDLE: Final = "7391"
"""Every planted number is 090-7391-XXXX. Masking takes the last two digits: four after this were left."""
_AROUND: Final = 24
MOST: Final = 10_000

_ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be", "cp932", "euc_jp")


@dataclass(frozen=True, slots=True)
class Person:
    """A kana name as it is stored, a number as people type it, and as it is stored."""

    kana: str
    typed: str
    e164: str


def people(count: int, seed: int = 1) -> list[Person]:
    """So many people, `MOST` at the most, no two with the same name or number."""
    chance = random.Random(seed)
    digits = chance.sample(range(MOST), count)
    names: set[str] = set()
    while len(names) < count:
        names.add(f"{START}{_letters(chance, 1, 5)} {_letters(chance, 2, 6)}")
    return [
        Person(name, f"090-{_MIDDLE}-{number:04}", f"+8190{_MIDDLE}{number:04}")
        for name, number in zip(sorted(names), digits, strict=True)
    ]


def _letters(chance: random.Random, least: int, most: int) -> str:
    return "".join(chance.choices(_REST, k=chance.randint(least, most)))


def found_in(content: bytes) -> dict[str, int]:
    """How often a planted name or number stands whole in the bytes, by the form it stands there in."""
    names = {form: content.count(needle) for form, needle in name_forms().items()}
    numbers = {form: _count(content, *how) for form, how in number_forms().items()}
    return {form: count for form, count in {**names, **numbers}.items() if count}


@cache
def name_forms() -> dict[str, bytes]:
    """The beginning that all names share, in every form."""
    return {
        f"{script} {form}": needle
        for script, text in _scripts().items()
        for form, needle in _encoded(text).items()
    }


@cache
def number_forms() -> dict[str, tuple[bytes, re.Pattern[bytes]]]:
    """A whole number in every form: the middle to look for first, and the pattern that must stand around it.

    E.164, national, with hyphens, dots, spaces or brackets between its parts, full width.
    """
    found = {}
    for encoding in _ENCODINGS:
        between = b"(?:%s){0,2}" % b"|".join(re.escape(sign.encode(encoding)) for sign in "-. ()")
        for kind, digits in (("plain", "0123456789"), ("full width", "０１２３４５６７８９")):
            start, middle, end = (
                b"".join(_digit(sign, digits, encoding) for sign in part) for part in ("90", _MIDDLE, "####")
            )
            core = "".join(digits[int(sign)] for sign in _MIDDLE).encode(encoding)
            found[f"number {encoding}, {kind}"] = (
                core,
                re.compile(start + between + middle + between + end),
            )
    for at, core in enumerate(_base64(f"90{_MIDDLE}".encode())):
        # The masked number in base64 has this beginning too, but nothing here is to be kept so at all.
        found[f"number base64 {at}"] = (core, re.compile(re.escape(core)))
    return found


def _count(content: bytes, core: bytes, pattern: re.Pattern[bytes]) -> int:
    """How often the pattern stands around the core; looking for plain bytes first is many times as fast."""
    count, at = 0, content.find(core)
    while at >= 0:
        count += pattern.search(content, max(0, at - _AROUND), at + len(core) + _AROUND) is not None
        at = content.find(core, at + len(core))
    return count


def _digit(sign: str, digits: str, encoding: str) -> bytes:
    """The pattern of one digit as `digits` write it; ``#`` is any."""
    chosen = digits if sign == "#" else digits[int(sign)]
    return b"(?:%s)" % b"|".join(re.escape(one.encode(encoding)) for one in chosen)


def _scripts() -> dict[str, str]:
    return {
        "katakana": START,
        "hiragana": jaconv.kata2hira(START),
        "half width": jaconv.z2h(START, kana=True),
    }


def _encoded(text: str) -> dict[str, bytes]:
    """The text's bytes by the name of their form."""
    utf8, sjis = text.encode(), text.encode("cp932")
    points = [ord(letter) for letter in text]
    forms = {encoding: text.encode(encoding) for encoding in _ENCODINGS}
    if "ヌ" in text or "ぬ" in text:
        # Half width it would be three plain letters, which stand anywhere.
        forms["iso-2022-jp"] = re.sub(rb"\x1b..", b"", text.encode("iso2022_jp"))
    for case in (str.lower, str.upper):
        name = case.__name__
        forms[f"JSON {name}"] = "".join("\\u" + case(f"{point:04x}") for point in points).encode()
        forms[f"JSON in JSON {name}"] = "".join("\\\\u" + case(f"{point:04x}") for point in points).encode()
        forms[f"hexadecimal {name}"] = case(utf8.hex()).encode()
        forms[f"HTML {name}"] = "".join(f"&#x{case(f'{point:x}')};" for point in points).encode()
        forms[f"bytes of Python {name}"] = "".join(f"\\x{case(f'{byte:02x}')}" for byte in utf8).encode()
        for kind, content in (("utf-8", utf8), ("cp932", sjis)):
            forms[f"percent {kind} {name}"] = "".join(f"%{case(f'{byte:02x}')}" for byte in content).encode()
    forms["HTML decimal"] = "".join(f"&#{point};" for point in points).encode()
    forms |= {f"base64 {at}": core for at, core in enumerate(_base64(utf8))}
    return forms


def _base64(content: bytes) -> Iterator[bytes]:
    """What of `content` stands in base64 wherever it begins, plain and for addresses."""
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + content)
        # Six bits a sign: those at both ends hold bits of what stands before and after.
        core = whole[-(-before * 8 // 6) : (before + len(content)) * 8 // 6]
        yield core
        yield core.replace(b"+", b"-").replace(b"/", b"_")
