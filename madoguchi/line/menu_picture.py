"""The rich menu's picture: four large areas, each an icon, a Japanese label and small English."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

from PIL import Image, ImageDraw

from .fonts import letters

WIDTH: Final = 2500
HEIGHT: Final = 1686
_KEY: Final = "#0017c1"
_TINT: Final = "#e8f1fe"
_QUIET: Final = "#595959"
_EDGE: Final = "#d8d8db"
_STROKE: Final = 22
_DRAWN_AT: Final = 2


@dataclass(frozen=True, slots=True)
class Area:
    """One area: the menu label that it sends, what the picture says, and where its icon comes from."""

    command: str
    label: str
    note: str
    english: str
    icon: Callable[[ImageDraw.ImageDraw, int, int], None]


def bounds(place: int) -> tuple[int, int, int, int]:
    """x, y, width and height of area 0 to 3, left to right, top to bottom."""
    width, height = WIDTH // 2, HEIGHT // 2
    return (place % 2) * width, (place // 2) * height, width, height


def _calendar(draw: ImageDraw.ImageDraw, x: int, y: int) -> None:
    draw.rounded_rectangle((x - 110, y - 95, x + 110, y + 115), 24, outline=_KEY, width=_STROKE)
    draw.line((x - 110, y - 30, x + 110, y - 30), fill=_KEY, width=_STROKE)
    for side in (-55, 55):
        draw.line((x + side, y - 130, x + side, y - 70), fill=_KEY, width=_STROKE)
    draw.line(((x - 50, y + 40), (x - 12, y + 76), (x + 56, y + 6)), fill=_KEY, width=_STROKE, joint="curve")


def _ticket(draw: ImageDraw.ImageDraw, x: int, y: int) -> None:
    draw.rounded_rectangle((x - 95, y - 125, x + 95, y + 115), 18, outline=_KEY, width=_STROKE)
    draw.text((x, y - 20), "12", font=letters(108), fill=_KEY, anchor="mm")
    draw.line((x - 50, y + 72, x + 50, y + 72), fill=_KEY, width=_STROKE - 6)


def _clock(draw: ImageDraw.ImageDraw, x: int, y: int) -> None:
    draw.ellipse((x - 120, y - 125, x + 120, y + 115), outline=_KEY, width=_STROKE)
    draw.line(((x, y - 75), (x, y - 5), (x + 55, y + 35)), fill=_KEY, width=_STROKE, joint="curve")


def _pin(draw: ImageDraw.ImageDraw, x: int, y: int) -> None:
    draw.polygon(((x - 80, y - 5), (x + 80, y - 5), (x, y + 125)), fill=_KEY)
    draw.ellipse((x - 95, y - 130, x + 95, y + 60), fill=_KEY)
    draw.ellipse((x - 42, y - 77, x + 42, y + 7), fill=_TINT)


AREAS: Final = (
    Area("book", "予約する", "日時をえらんで来庁", "Book a visit", _calendar),
    Area("take", "順番待ちをする", "今日の番号をとる", "Take a number", _ticket),
    Area("status", "今の順番", "あと何人かを見る", "My turn", _clock),
    Area("desk", "窓口をえらぶ・その他", "予約の確認・ことば", "Desk, bookings, language", _pin),
)


@cache
def picture() -> bytes:
    """The picture as PNG, well below LINE's 1 MB. Raises `fonts.NoFontError`."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(image)
    for place, area in enumerate(AREAS):
        _draw_area(image, place, area)
    draw.line((WIDTH // 2, 60, WIDTH // 2, HEIGHT - 60), fill=_EDGE, width=6)
    draw.line((60, HEIGHT // 2, WIDTH - 60, HEIGHT // 2), fill=_EDGE, width=6)
    written = io.BytesIO()
    image.quantize(128).save(written, "PNG", optimize=True)
    return written.getvalue()


def _draw_area(image: Image.Image, place: int, area: Area) -> None:
    left, top, width, _height = bounds(place)
    middle = left + width // 2
    image.paste(_icon(area), (middle - 200, top + 60))
    draw = ImageDraw.Draw(image)
    draw.text((middle, top + 545), area.label, font=letters(112), fill="#333333", anchor="mm")
    draw.text((middle, top + 665), area.note, font=letters(60), fill=_QUIET, anchor="mm")
    draw.text((middle, top + 750), area.english, font=letters(56), fill=_QUIET, anchor="mm")


def _icon(area: Area) -> Image.Image:
    """The icon on its round tint, drawn double and brought down: Pillow's lines have no smooth edges."""
    size = 400
    tile = Image.new("RGB", (size, size), "white")
    draw = ImageDraw.Draw(tile)
    large = Image.new("RGB", (size * _DRAWN_AT, size * _DRAWN_AT), "white")
    ImageDraw.Draw(large).ellipse((4, 4, size * _DRAWN_AT - 4, size * _DRAWN_AT - 4), fill=_TINT)
    tile.paste(large.resize((size, size), Image.Resampling.LANCZOS))
    area.icon(draw, size // 2, size // 2)
    return tile
