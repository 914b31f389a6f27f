"""A strip of paper that is drawn from top to bottom, then cut to its length."""

from collections.abc import Sequence
from dataclasses import dataclass

import qrcode
from PIL import Image, ImageDraw, ImageFont
from qrcode.constants import ERROR_CORRECT_M

from kiosk.fonts import Fonts

WHITE, BLACK = 255, 0
_LONGEST = 3000
# Between grey and black: thin strokes of small kanji survive the turn to one bit.
_THRESHOLD = 150


@dataclass(frozen=True)
class Words:
    """A piece of text. ``size`` is in dots on a 576-dot paper."""

    text: str
    size: int
    language: str = "ja"
    bold: bool = False


class Sheet:
    """A paper ``width`` dots wide; all other measures are given for 576 dots and scaled."""

    def __init__(self, width: int, fonts: Fonts) -> None:
        self.width = width
        self.y = 0
        self._fonts = fonts
        self._picture = Image.new("L", (width, _LONGEST), WHITE)
        self._draw = ImageDraw.Draw(self._picture)

    def scaled(self, dots: int) -> int:
        """``dots`` of a 576-dot paper on this one."""
        return round(dots * self.width / 576)

    def gap(self, dots: int) -> None:
        """Leave white."""
        self.y += self.scaled(dots)

    def rule(self, thickness: int = 3) -> None:
        """A line across the paper."""
        height = max(2, self.scaled(thickness))
        self._draw.rectangle((0, self.y, self.width - 1, self.y + height - 1), fill=BLACK)
        self.y += height

    def centred(self, words: Words, left: int = 0, right: int | None = None) -> None:
        """Write in the middle of ``left``..``right``, broken into lines where it must be."""
        right = self.width if right is None else right
        for line, font in self._lines(words, right - left):
            length = font.getlength(line)
            self._write(line, left + (right - left - length) / 2, font)

    def flush_left(self, words: Words, left: int, right: int | None = None) -> None:
        """Write from ``left`` on, broken into lines where it must be."""
        right = self.width if right is None else right
        for line, font in self._lines(words, right - left):
            self._write(line, left, font)

    def widest(self, text: str, *, at_most: int, high: int) -> tuple[int, int]:
        """Write ``text`` in the middle as large as it fits; the rows it takes, top and bottom."""
        size = self.scaled(high)
        font = self._fonts.at(size, bold=True)
        while size > 20 and font.getlength(text) > self.scaled(at_most):
            size -= 4
            font = self._fonts.at(size, bold=True)
        ink = _ink(text, font)
        self._picture.paste(ink, ((self.width - ink.width) // 2, self.y))
        rows = (self.y, self.y + ink.height)
        self.y = rows[1]
        return rows

    def qr(self, address: str, left: int, size: int) -> int:
        """Draw a QR code at most ``size`` dots wide at the present row, without moving on; its real width."""
        picture = qr_picture(address, self.scaled(size))
        self._picture.paste(picture, (left, self.y))
        return picture.width

    def cut(self) -> Image.Image:
        """The finished paper, one bit a dot."""
        used = self._picture.crop((0, 0, self.width, self.y))
        return used.point(lambda grey: WHITE if grey >= _THRESHOLD else BLACK).convert("1")

    def _lines(self, words: Words, room: int) -> list[tuple[str, ImageFont.FreeTypeFont]]:
        # Small print shrinks less than the paper does, or nobody could read a 58 mm ticket.
        size = max(self.scaled(words.size), min(words.size, 19))
        font = self._fonts.at(size, bold=words.bold, language=words.language)
        return [(line, font) for line in broken(words.text, font, room)]

    def _write(self, line: str, left: float, font: ImageFont.FreeTypeFont) -> None:
        self._draw.text((left, self.y), line, font=font, fill=BLACK)
        self.y += round(font.size * 1.32)


def _ink(text: str, font: ImageFont.FreeTypeFont) -> Image.Image:
    # Cut to the very dots: a font's own box keeps room beside a 1, which shows at this size.
    left, top, right, bottom = font.getbbox(text)
    picture = Image.new("L", (round(right - left) + 2, round(bottom - top) + 2), WHITE)
    ImageDraw.Draw(picture).text((1 - left, 1 - top), text, font=font, fill=BLACK)
    box = picture.point(lambda grey: WHITE - grey).getbbox()
    return picture.crop(box) if box else picture


def broken(text: str, font: ImageFont.FreeTypeFont, room: int) -> Sequence[str]:
    """``text`` in lines that fit into ``room`` dots: between words, or anywhere in a long run of kanji."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and font.getlength((line + piece).rstrip()) > room:
            lines.append(line.rstrip())
            line = ""
        line += piece.lstrip() if not line else piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for letter in text:
        starts_anew = ord(letter) > 0x2E80 or letter == " " or not pieces or ord(pieces[-1][-1]) > 0x2E80
        closing = letter in "、。，．」』）)!?！？ー〜"
        if pieces and (closing or not starts_anew):
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces


def qr_picture(address: str, size: int) -> Image.Image:
    """A QR code with whole dots per module, quiet zone included, at most ``size`` dots wide."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4, box_size=1)
    code.add_data(address)
    code.make(fit=True)
    rows = code.get_matrix()
    picture = Image.new("L", (len(rows), len(rows)), WHITE)
    for y, row in enumerate(rows):
        for x, black in enumerate(row):
            if black:
                picture.putpixel((x, y), BLACK)
    dots = max(2, size // len(rows))
    return picture.resize((len(rows) * dots, len(rows) * dots), Image.Resampling.NEAREST)
