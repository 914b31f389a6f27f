"""A logo: whatever was sent becomes a few black dots, or is refused with a reason."""

from __future__ import annotations

import base64
import io
import zlib

import pytest
from PIL import Image, ImageDraw

from kiosk.logo import logo_picture
from madoguchi.domain.errors import Refusal
from madoguchi.domain.paper import LOGO_HEIGHT, LOGO_WIDTH
from madoguchi.services.paper_logo import MOST_BYTES, MOST_DOTS, logo_of


def png(picture: Image.Image, kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind)
    return stream.getvalue()


def mark(mode: str = "RGBA", size: tuple[int, int] = (800, 200)) -> Image.Image:
    """A black ring on nothing."""
    picture = Image.new("RGBA", size, (255, 255, 255, 0))
    ImageDraw.Draw(picture).ellipse((100, 40, 220, 160), outline="black", width=12)
    return picture.convert(mode)


def with_chunk(picture: bytes, kind: bytes, data: bytes) -> bytes:
    """The picture with one more chunk before its end."""
    body = kind + data
    chunk = len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
    return picture[:-12] + chunk + picture[-12:]


def opened(logo: bytes) -> Image.Image:
    return Image.open(io.BytesIO(logo))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_black_is_kept_and_the_white_around_it_cut_off(mode: str) -> None:
    kept = opened(logo_of(png(mark(mode))))
    assert kept.mode == "1"
    assert kept.size == (120, 120)
    assert kept.getpixel((60, 60)) == 255
    assert kept.getpixel((60, 3)) == 0


def test_a_large_one_becomes_as_large_as_the_paper_takes() -> None:
    picture = Image.new("L", (2000, 400), "white")
    ImageDraw.Draw(picture).rectangle((10, 10, 1990, 390), outline="black", width=20)
    kept = opened(logo_of(png(picture)))
    assert kept.width == LOGO_WIDTH
    assert kept.height <= LOGO_HEIGHT


def test_the_terminal_prints_the_very_dots_of_the_preview() -> None:
    logo = logo_of(png(mark("L", (900, 300))))
    printed = logo_picture(base64.b64encode(logo).decode(), LOGO_WIDTH, LOGO_HEIGHT)
    assert printed is not None
    assert printed.tobytes() == opened(logo).convert("L").tobytes()


def test_the_same_logo_again_stays_the_same() -> None:
    once = logo_of(png(mark()))
    assert logo_of(once) == once


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"", "logo_not_png"),
        (b"GIF89a nothing", "logo_not_png"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "logo_not_png"),
        (png(mark())[:200], "logo_not_png"),
        (with_chunk(png(mark()), b"iCCP", b"a\0"), "logo_not_png"),
        (png(mark("L"), "GIF"), "logo_not_png"),
        (png(mark("RGB"), "JPEG"), "logo_not_png"),
        (png(Image.new("L", (50, 50), "white")), "logo_blank"),
        (png(Image.new("RGBA", (50, 50), (0, 0, 0, 0))), "logo_blank"),
        (png(Image.new("L", (MOST_DOTS + 1, 2), "black")), "logo_dots"),
        (b"\0" * (MOST_BYTES + 1), "logo_large"),
    ],
)
def test_what_is_no_logo_is_refused(sent: bytes, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        logo_of(sent)


def test_a_small_file_with_a_huge_picture_is_not_unpacked() -> None:
    header = b"IHDR" + (60_000).to_bytes(4, "big") * 2 + bytes((8, 0, 0, 0, 0))
    chunk = (13).to_bytes(4, "big") + header + zlib.crc32(header).to_bytes(4, "big")
    with pytest.raises(Refusal, match=r"logo_dots|logo_not_png"):
        logo_of(b"\x89PNG\r\n\x1a\n" + chunk)
