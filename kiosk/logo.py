"""The desk's own mark on its paper: whatever was sent, it becomes small and black, or nothing."""

import base64
import io
import logging
import struct
from functools import lru_cache

from PIL import Image, ImageOps

log = logging.getLogger(__name__)

MOST_BYTES = 64 * 1024
MOST_DOTS = 2_000
"""Bounds of the PNG: its bytes and its longer side."""

_BROKEN = (OSError, ValueError, SyntaxError, LookupError, struct.error, Image.DecompressionBombError)


@lru_cache(maxsize=4)
def logo_picture(png_base64: str, width: int, height: int) -> Image.Image | None:
    """The logo in black and white, at most ``width`` x ``height`` dots; None when it is none or too large."""
    try:
        return _drawn(png_base64, width, height)
    except _BROKEN as error:
        log.warning("the desk's logo is left off the paper: %s", error)
        return None


def _drawn(png_base64: str, width: int, height: int) -> Image.Image | None:
    if not png_base64:
        return None
    if len(png_base64) > MOST_BYTES * 4 / 3 + 4:
        raise ValueError(f"more than {MOST_BYTES} bytes")
    source = Image.open(io.BytesIO(base64.b64decode(png_base64, validate=True)), formats=["PNG"])
    if max(source.size) > MOST_DOTS:
        raise ValueError(f"more than {MOST_DOTS} dots")
    see_through = source.convert("RGBA")
    paper = Image.new("RGBA", see_through.size, "white")
    paper.alpha_composite(see_through)
    grey = paper.convert("L")
    grey.thumbnail((width, height), Image.Resampling.LANCZOS)
    # Dots of two kinds give greys; letters and lines stay sharp where the logo has only black.
    return ImageOps.autocontrast(grey).convert("1").convert("L")
