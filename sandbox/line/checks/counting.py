"""LINE's two ways of counting characters: UTF-16 units, and grapheme clusters for some properties."""

import unicodedata

_ZERO_WIDTH_JOINER = "\u200d"
_EXTENDING = {"Mn", "Me", "Mc"}
_HANGUL_LEADING = range(0x1100, 0x1160)
_HANGUL_VOWEL = range(0x1160, 0x11A8)
_HANGUL_TRAILING = range(0x11A8, 0x1200)
_HANGUL_SYLLABLE = range(0xAC00, 0xD7A4)
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)
_REGIONAL = range(0x1F1E6, 0x1F200)
_PICTOGRAPHS = (range(0x1F000, 0x1FB00), range(0x2190, 0x2C00), range(0x3030, 0x3300), (0xA9, 0xAE))


def utf16_units(text: str) -> int:
    """Length in UTF-16 code units: ``"🍎"`` is 2."""
    return len(text) + sum(character > "\uffff" for character in text)


def graphemes(text: str) -> int:
    """Number of grapheme clusters (UAX #29 without the Indic conjunct rule): ``"👩‍👧"`` is 1."""
    count = 0
    flags_before = 0
    for index, character in enumerate(text):
        is_flag = ord(character) in _REGIONAL
        if index == 0 or not _joins(text, index, flags_before):
            count += 1
        flags_before = flags_before + 1 if is_flag else 0
    return count


def _joins(text: str, index: int, flags_before: int) -> bool:
    """Whether the character at ``index`` belongs to the cluster before it."""
    before, here = text[index - 1], text[index]
    if before == "\r" and here == "\n":
        return True
    if _is_control(before) or _is_control(here):
        return False
    if here == _ZERO_WIDTH_JOINER or _extends(here):
        return True
    if before == _ZERO_WIDTH_JOINER:
        return _pictographic(here) and _pictograph_before_joiner(text, index - 1)
    if ord(here) in _REGIONAL:
        return flags_before % 2 == 1
    return _hangul_joins(ord(before), ord(here))


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Zl", "Zp"}


def _extends(character: str) -> bool:
    code = ord(character)
    return unicodedata.category(character) in _EXTENDING or code in _SKIN_TONES or code in _TAGS


def _pictographic(character: str) -> bool:
    code = ord(character)
    return any(code in block for block in _PICTOGRAPHS)


def _pictograph_before_joiner(text: str, joiner: int) -> bool:
    index = joiner - 1
    while index >= 0 and _extends(text[index]):
        index -= 1
    return index >= 0 and _pictographic(text[index])


def _hangul_joins(before: int, here: int) -> bool:
    if before in _HANGUL_LEADING:
        return here in _HANGUL_LEADING or here in _HANGUL_VOWEL or here in _HANGUL_SYLLABLE
    open_syllable = before in _HANGUL_SYLLABLE and (before - _HANGUL_SYLLABLE.start) % 28 == 0
    if before in _HANGUL_VOWEL or open_syllable:
        return here in _HANGUL_VOWEL or here in _HANGUL_TRAILING
    return (before in _HANGUL_TRAILING or before in _HANGUL_SYLLABLE) and here in _HANGUL_TRAILING
