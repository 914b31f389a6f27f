"""A page as the bytes that an ESC/POS printer takes: start, dots, partial cut."""

import re
from collections.abc import Iterator

from escpos.constants import QR_ECLEVEL_M
from escpos.printer import Dummy
from PIL import Image

from kiosk.printer.port import NativeQr, Page

_BAND = 256
_CENTRE, _LEFT = b"\x1ba\x01", b"\x1ba\x00"
# A printer obeys DLE EOT, DLE ENQ and DLE DC4 even in the middle of a picture's dots.
_REAL_TIME = re.compile(rb"\x10(?=[\x04\x05\x14])")


def encode(page: Page, profile: str) -> bytes:
    """The whole job; ``profile`` (python-escpos) decides how it is cut."""
    driver = Dummy(profile=profile)
    driver.hw("INIT")
    for part in page:
        if isinstance(part, NativeQr):
            driver._raw(_CENTRE)
            driver.qr(part.address, ec=QR_ECLEVEL_M, size=part.module, native=True)
            driver._raw(_LEFT)
        else:
            for command in rasters(part):
                driver._raw(command)
    driver.cut(mode="PART")
    return bytes(driver.output)


def rasters(picture: Image.Image) -> Iterator[bytes]:
    """GS v 0 commands for a 1-bit picture, in bands that small printers can hold."""
    for top in range(0, picture.height, _BAND):
        band = picture.crop((0, top, picture.width, min(top + _BAND, picture.height)))
        row = (band.width + 7) // 8
        head = b"\x1dv0\x00" + row.to_bytes(2, "little") + band.height.to_bytes(2, "little")
        # One more black dot is not seen; a status byte out of turn would be taken for an answer.
        yield head + _REAL_TIME.sub(b"\x18", band.tobytes("raw", "1;I"))
