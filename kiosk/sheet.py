"""A strip of paper that is drawn from top to bottom, then cut to its length."""

from dataclasses import dataclass

import qrcode
from PIL import Image, ImageDraw, ImageFont
from qrcode.constants import ERROR_CORRECT_M

from kiosk.fonts import Fonts
from kiosk.lines_of_text import broken
from kiosk.printer.port import NativeQr, Page

WHITE, BLACK = 255, 0
_LONGEST = 4000
_MARGIN = 6
_MOST_LINES = 5
_NARROWEST_LETTERS = 4
# Between grey and black: thin strokes of small kanji survive the turn to one bit.
_THRESHOLD = 150
# Small print shrinks less than the paper does, or nobody could read a 58 mm ticket. In 203rds of an inch.
_SMALLEST = 19
_DENSITY = 203
_QUIET = 4


@dataclass(frozen=True)
class Words:
    """A piece of text. ``size`` is in dots on a 576-dot paper."""

    text: str
    size: int
    language: str = "ja"
    bold: bool = False


class Sheet:
    """A paper ``width`` dots wide; all other measures are given for 576 dots and scaled."""

    def __init__(self, width: int, fonts: Fonts, dpi: int = _DENSITY) -> None:
        self.width = width
        self._smallest = round(_SMALLEST * dpi / _DENSITY)
        self.y = 0
        self._fonts = fonts
        self._done: list[Image.Image | NativeQr] = []
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

    def box(self, left: int, wide: int, *, high: int) -> None:
        """A black box below the present row, without moving on; ``left``, ``wide`` in dots of this paper."""
        bottom = self.y + self.scaled(high)
        self._draw.rectangle((left, self.y, left + wide - 1, bottom), fill=BLACK)

    def centred(self, words: Words, left: int = 0, right: int | None = None) -> None:
        """Write in the middle of ``left``..``right``, broken into lines where it must be."""
        right = self.width if right is None else right
        for line, font in self._lines(words, right - left - 2 * _MARGIN):
            length = font.getlength(line)
            self._write(line, left + (right - left - length) / 2, font)

    def flush_left(self, words: Words, left: int, right: int | None = None) -> None:
        """Write from ``left`` on, broken into lines where it must be."""
        right = self.width if right is None else right
        for line, font in self._lines(words, right - left - _MARGIN):
            self._write(line, left, font)

    def framed(self, words: Words) -> None:
        """Write in the middle with a frame around it: a stamp."""
        font = self._font(words)
        length, pad, high = font.getlength(words.text), self.scaled(16), round(font.size * 1.5)
        left = (self.width - length) / 2
        box = (left - pad, self.y, left + length + pad, self.y + high)
        self._draw.rectangle(box, outline=BLACK, width=max(2, self.scaled(3)))
        self._draw.text((left, self.y + high / 2), words.text, font=font, fill=BLACK, anchor="lm")
        self.y += high + 1

    def widest(self, text: str, *, at_most: int, high: int) -> tuple[int, int]:
        """Write ``text`` in the middle as large as it fits; the rows it takes, top and bottom."""
        size = self.scaled(high)
        font = self._fonts.at(size, bold=True)
        while size > 20 and font.getlength(text) > self.scaled(at_most):
            size -= 4
            font = self._fonts.at(size, bold=True)
        rows = (self.y, self.y)
        self.picture(_ink(text, font))
        return (rows[0], self.y)

    def picture(self, picture: Image.Image) -> None:
        """Paste a picture in the middle."""
        self._picture.paste(picture, ((self.width - picture.width) // 2, self.y))
        self.y += picture.height

    def qr(self, address: str, left: int, size: int) -> int:
        """Draw a QR code at most ``size`` dots wide at the present row, without moving on; its real width."""
        picture = qr_picture(address, self.scaled(size))
        self._picture.paste(picture, (left, self.y))
        return picture.width

    def native_qr(self, address: str, size: int) -> None:
        """Let the printer draw a QR code in the middle; what follows is drawn below it."""
        modules = len(_matrix(address, quiet=0))
        module = min(16, max(2, self.scaled(size) // modules))
        self.y += _QUIET * module
        self._done += [self._finished(), NativeQr(address, module)]
        self._draw.rectangle((0, 0, self.width, self.y), fill=WHITE)
        self.y = _QUIET * module

    def page(self) -> Page:
        """The finished paper, one bit a dot."""
        return [*self._done, self._finished()]

    def _finished(self) -> Image.Image:
        used = self._picture.crop((0, 0, self.width, min(self.y, _LONGEST)))
        return used.point(lambda grey: WHITE if grey >= _THRESHOLD else BLACK).convert("1")

    def _font(self, words: Words) -> ImageFont.FreeTypeFont:
        size = max(self.scaled(words.size), min(words.size, self._smallest))
        return self._fonts.at(size, bold=words.bold, language=words.language)

    def _lines(self, words: Words, room: int) -> list[tuple[str, ImageFont.FreeTypeFont]]:
        font = self._font(words)
        # More letters than this never fit, and measuring each of them would keep the paper waiting.
        most = _MOST_LINES * room * _NARROWEST_LETTERS // round(font.size)
        return [(line, font) for line in broken(words.text[:most], font, room)[:_MOST_LINES]]

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


def _matrix(address: str, *, quiet: int) -> list[list[bool]]:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=quiet, box_size=1)
    code.add_data(address)
    code.make(fit=True)
    return [[bool(black) for black in row] for row in code.get_matrix()]


def qr_picture(address: str, size: int) -> Image.Image:
    """A QR code with whole dots per module, quiet zone included, at most ``size`` dots wide."""
    rows = _matrix(address, quiet=_QUIET)
    picture = Image.new("L", (len(rows), len(rows)), WHITE)
    picture.putdata([BLACK if black else WHITE for row in rows for black in row])
    dots = max(2, size // len(rows))
    return picture.resize((len(rows) * dots, len(rows) * dots), Image.Resampling.NEAREST)
