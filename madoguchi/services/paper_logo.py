"""A desk's logo: a PNG becomes the few black dots that a ticket printer can show, or is refused."""

from __future__ import annotations

import io
import struct
from typing import Final

from PIL import Image, ImageOps

from ..domain.errors import Refusal
from ..domain.paper import LOGO_HEIGHT, LOGO_WIDTH

MOST_BYTES: Final = 256 * 1024
MOST_DOTS: Final = 3_000
"""Of the longer side. Looked at before anything is unpacked: a small file can hold a huge picture."""
_BROKEN: Final = (
    *(OSError, ValueError, SyntaxError, EOFError, LookupError, struct.error),
    Image.DecompressionBombError,
)
"""All that Pillow raises for a file that is cut, forged or none: checked with many such files."""


def logo_of(png: bytes) -> bytes:
    """The logo as a PNG of one bit a dot, cut to what is black and at most `LOGO_WIDTH` x `LOGO_HEIGHT`.

    Raises `Refusal`: logo_large(most) in kilobytes, logo_not_png, logo_dots(most), logo_blank.
    """
    if len(png) > MOST_BYTES:
        raise Refusal("logo_large", most=MOST_BYTES // 1024)
    try:
        grey = _on_paper(png)
    except _BROKEN:
        raise Refusal("logo_not_png") from None
    ink = ImageOps.invert(grey).point(lambda dark: 255 if dark > 16 else 0).getbbox()
    if ink is None:
        raise Refusal("logo_blank")
    grey = grey.crop(ink)
    grey.thumbnail((LOGO_WIDTH, LOGO_HEIGHT), Image.Resampling.LANCZOS)
    # As terminals do it: dots of two kinds give greys, letters stay sharp where there is only black.
    dots = ImageOps.autocontrast(grey).convert("1")
    if min(dots.size) < 1 or dots.convert("L").getextrema()[0] != 0:
        raise Refusal("logo_blank")
    stream = io.BytesIO()
    dots.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _on_paper(png: bytes) -> Image.Image:
    """The picture in greys on white, whatever was see-through."""
    source = Image.open(io.BytesIO(png), formats=["PNG"])
    if max(source.size) > MOST_DOTS:
        raise Refusal("logo_dots", most=MOST_DOTS)
    see_through = source.convert("RGBA")
    paper = Image.new("RGBA", see_through.size, "white")
    paper.alpha_composite(see_through)
    return paper.convert("L")
