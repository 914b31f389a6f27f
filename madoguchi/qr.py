"""QR codes, made here: no page asks another host for a picture."""

from __future__ import annotations

import io
from functools import lru_cache

import qrcode
from markupsafe import Markup
from qrcode.image.svg import SvgPathImage


@lru_cache(maxsize=128)
def svg(text: str) -> Markup:
    """`text` as an SVG element that scales with its box."""
    picture = qrcode.make(text, image_factory=SvgPathImage, border=2)
    return Markup(picture.to_string(encoding="unicode"))  # noqa: S704  made of numbers only


def png(text: str) -> bytes:
    """`text` as a PNG picture with its quiet zone."""
    stream = io.BytesIO()
    qrcode.make(text, box_size=8).save(stream)
    return stream.getvalue()
