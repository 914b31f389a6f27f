"""What a phone and an eye read on the virtual printer's papers."""

from pathlib import Path

import zxingcpp
from PIL import Image, ImageChops

GOLDEN = Path(__file__).with_name("golden")


def codes(picture: Image.Image) -> list[str]:
    """What a phone's camera reads."""
    return [code.text for code in zxingcpp.read_barcodes(picture.convert("L"))]


def number_on(picture: Image.Image) -> Image.Image:
    """The number, cut to its ink: the highest band of rows without a white one between, QR codes aside."""
    grey = picture.convert("L").crop((0, 0, picture.width, picture.height * 6 // 10))
    rows = [grey.crop((0, y, grey.width, y + 1)).getextrema()[0] == 0 for y in range(grey.height)]
    best = (0, 0)
    top = 0
    for y, inked in enumerate([*rows, False]):
        if not inked:
            best, top = max(best, (y - top, top)), y + 1
    band = grey.crop((0, best[1], grey.width, best[1] + best[0]))
    return band.crop(band.point(lambda dot: 255 - dot).getbbox())


def unlike(one: Image.Image, other: Image.Image) -> float:
    """How much of the ink differs: 0 for the same picture."""
    size = (max(one.width, other.width), max(one.height, other.height))
    first, second = (_on_white(picture, size) for picture in (one, other))
    ink = sum(first.histogram()[:1]) or 1
    return sum(ImageChops.difference(first, second).histogram()[1:]) / ink


def golden(number: str, width: int) -> Image.Image:
    """How this number looks on a paper so many dots wide."""
    return Image.open(GOLDEN / f"{number}-{width}.png").convert("L")


def _on_white(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    sheet = Image.new("L", size, 255)
    sheet.paste(picture, (0, 0))
    return sheet
