"""Long text in lines: between words, in Japanese where a word seems to begin, else anywhere allowed."""

from collections.abc import Callable, Sequence

from PIL import ImageFont

_FIRST_CJK = 0x2E80
_NEVER_FIRST = "、。，．・：；:;」』）】)!?！？ー〜々ぁぃぅぇぉっゃゅょァィゥェォッャュョ…"
_NEVER_LAST = "「『（【("
_ENDS_A_WORD = "、。，．」』）】"


def broken(text: str, font: ImageFont.FreeTypeFont, room: int) -> Sequence[str]:
    """``text`` in lines that fit into ``room`` dots, equally long: no word stands alone in the last one."""
    pieces = _best_pieces(text, font, room)
    lines = pieces.filled(room)
    low, high = room // max(1, len(lines)), room
    while len(lines) > 1 and high - low > 8:
        middle = (low + high) // 2
        tried = pieces.filled(middle)
        if len(tried) > len(lines) or pieces.widest > middle:
            low = middle
        else:
            lines, high = tried, middle
    return lines


def _best_pieces(text: str, font: ImageFont.FreeTypeFont, room: int) -> "_Pieces":
    """Whole words where no line more is needed for them, else what may be torn apart."""
    letters, words = _Pieces(_letters(text), font), _Pieces(_words(text), font)
    whole = words.widest <= room and len(words.filled(room)) <= len(letters.filled(room))
    return words if whole else letters


class _Pieces:
    """What stays in one line, measured once."""

    def __init__(self, pieces: Sequence[str], font: ImageFont.FreeTypeFont) -> None:
        self._pieces = [
            (piece, font.getlength(piece), font.getlength(piece.rstrip()), font.getlength(piece.lstrip()))
            for piece in pieces
        ]
        self.widest = max((seen for _, _, seen, _ in self._pieces), default=0.0)

    def filled(self, room: float) -> list[str]:
        """Lines with as many pieces each as there is room for."""
        lines: list[str] = []
        line, used = "", 0.0
        for piece, width, seen, at_start in self._pieces:
            if line and used + seen > room:
                lines.append(line.rstrip())
                line = ""
            used = used + width if line else at_start
            line += piece if line else piece.lstrip()
        return [*lines, line.rstrip()] if line.strip() else lines


def _letters(text: str) -> list[str]:
    return _joined(text, _belongs)


def _words(text: str) -> list[str]:
    return _joined(text, lambda letter, before: _belongs(letter, before) or not _begins_word(letter, before))


def _joined(text: str, belongs: Callable[[str, str], bool]) -> list[str]:
    pieces: list[str] = []
    for letter in text:
        if pieces and belongs(letter, pieces[-1][-1]):
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces


def _belongs(letter: str, before: str) -> bool:
    """Whether ``letter`` must stand in the same line as the one ``before`` it."""
    if letter in _NEVER_FIRST or before in _NEVER_LAST:
        return True
    return letter != " " and ord(letter) <= _FIRST_CJK and ord(before) <= _FIRST_CJK


def _begins_word(letter: str, before: str) -> bool:
    """Kanji or katakana after hiragana begin a word, as a rule; so does what follows a mark or a space."""
    return letter == " " or before in _ENDS_A_WORD or (_is_hiragana(before) and not _is_hiragana(letter))


def _is_hiragana(letter: str) -> bool:
    return "ぁ" <= letter <= "ゟ"
