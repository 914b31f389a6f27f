"""The roll of paper: commands become dots, a cut makes a finished paper."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from PIL import Image, ImageDraw, ImageFont

from sandbox.printer.commands import (
    Align,
    Command,
    Cut,
    Feed,
    Initialize,
    LineSpacing,
    Raster,
    TearOff,
    Text,
)
from sandbox.printer.symbols import QrSetup, Symbol

_DEFAULT_LINE = 30
_CHARACTER_WIDTH = 12
WIDTH_WITHOUT_CUTTER = 384
_WHITE, _BLACK = 255, 0


@dataclass(frozen=True)
class Paper:
    """One cut-off paper. ``clipped``: something was wider than the roll and fell beside it."""

    number: int
    printed_at: datetime
    picture: Image.Image
    partial_cut: bool
    clipped: bool


@dataclass
class Roll:
    """A roll ``width`` dots wide. Papers are numbered from 1. Like most, the 58 mm one has no cutter."""

    width: int = 576
    _strips: list[Image.Image] = field(default_factory=list)
    _line: bytes = b""
    _spacing: int = _DEFAULT_LINE
    _align: int = 0
    _clipped: bool = False
    _qr: QrSetup = field(default_factory=QrSetup)
    _count: int = 0

    def apply(self, command: Command) -> Paper | None:
        """Put one command on the paper; the finished paper when it was a cut."""
        match command:
            case Text(data):
                self._line += data
            case Feed(dots, lines):
                self._end_line(dots or lines * self._spacing)
            case Raster():
                self._end_line(0)
                self._place(self._raster(command), command.height)
            case Symbol():
                self._symbol(command)
            case LineSpacing(dots):
                self._spacing = _DEFAULT_LINE if dots is None else dots
            case Align(where):
                self._align = where
            case Initialize():
                self._line, self._spacing, self._align, self._qr = b"", _DEFAULT_LINE, 0, QrSetup()
            case Cut(partial, feed):
                return self._cut(partial, feed)
            case TearOff() if self.width == WIDTH_WITHOUT_CUTTER:
                return self._cut(False, 0)
        return None

    @property
    def uncut(self) -> int:
        """Dots of paper that hang out of the printer, not cut off."""
        return sum(strip.height for strip in self._strips)

    def _cut(self, partial: bool, feed: int) -> Paper | None:
        self._end_line(feed)
        if not self._strips:
            return None
        self._count += 1
        picture = Image.new("L", (self.width, self.uncut), _WHITE)
        top = 0
        for strip in self._strips:
            picture.paste(strip, (0, top))
            top += strip.height
        paper = Paper(self._count, datetime.now(UTC), picture.convert("1"), partial, self._clipped)
        self._strips, self._clipped = [], False
        return paper

    def _symbol(self, symbol: Symbol) -> None:
        self._qr = self._qr.told(symbol)
        picture = self._qr.picture() if symbol.prints else None
        if picture is not None:
            self._end_line(0)
            self._place(picture, picture.height)

    def _end_line(self, feed: int) -> None:
        if self._line:
            picture = _text_picture(self._line, self._spacing)
            self._line = b""
            self._place(picture, max(feed, self._spacing))
        elif feed:
            self._strips.append(Image.new("L", (self.width, feed), _WHITE))

    def _place(self, picture: Image.Image, height: int) -> None:
        self._clipped = self._clipped or picture.width > self.width
        spare = max(0, self.width - picture.width)
        left = {1: spare // 2, 2: spare}.get(self._align, 0)
        strip = Image.new("L", (self.width, max(height, picture.height)), _WHITE)
        strip.paste(picture, (left, 0))
        self._strips.append(strip)

    @staticmethod
    def _raster(raster: Raster) -> Image.Image:
        size = (raster.width_bytes * 8, raster.height)
        picture = Image.frombytes("1", size, raster.data, "raw", "1;I").convert("L")
        factor = (2 if raster.double_width else 1, 2 if raster.double_height else 1)
        return picture.resize((size[0] * factor[0], size[1] * factor[1]), Image.Resampling.NEAREST)


def _text_picture(data: bytes, height: int) -> Image.Image:
    # Like a printer without kanji: what is not ASCII shows as a box, so that nobody relies on it.
    text = "".join(chr(byte) if 0x20 <= byte < 0x7F else "□" for byte in data)
    picture = Image.new("L", (max(1, len(text) * _CHARACTER_WIDTH), height), _WHITE)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(20)
    for column, letter in enumerate(text):
        box = (column * _CHARACTER_WIDTH + 1, 6, (column + 1) * _CHARACTER_WIDTH - 2, height - 6)
        if letter == "□":
            draw.rectangle(box, outline=_BLACK)
        else:
            draw.text((column * _CHARACTER_WIDTH, 2), letter, font=font, fill=_BLACK)
    return picture
