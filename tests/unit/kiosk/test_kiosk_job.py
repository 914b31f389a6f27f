"""The bytes of a page: all its dots, none of which is an order to the printer."""

from PIL import Image

from kiosk.printer.job import encode, rasters
from kiosk.printer.port import NativeQr
from sandbox.printer.commands import CommandReader, Cut, Raster, StatusQuery
from sandbox.printer.paper import Roll


def _dots(rows: bytes, width: int) -> Image.Image:
    return Image.frombytes("1", (width, len(rows) * 8 // width), rows, "raw", "1;I")


def test_dots_that_look_like_an_order_get_one_more_dot() -> None:
    for order in (b"\x10\x04\x01", b"\x10\x05\x02", b"\x10\x14\x01"):
        (command,) = rasters(_dots(order, 24))
        assert command == b"\x1dv0\x00\x03\x00\x01\x00" + b"\x18" + order[1:]
    (harmless,) = rasters(_dots(b"\x10\x06\x04", 24))
    assert harmless.endswith(b"\x10\x06\x04")


def test_a_long_picture_is_sent_in_bands_and_is_whole_again_on_paper() -> None:
    picture = _dots(bytes(n % 251 & 0xEF for n in range(72 * 700)), 576)
    job = encode([picture], "TM-T20II")
    commands = list(CommandReader().feed(job))
    bands = [command for command in commands if isinstance(command, Raster)]
    assert [band.height for band in bands] == [256, 256, 188]
    assert b"".join(band.data for band in bands) == picture.tobytes("raw", "1;I")
    assert not [command for command in commands if isinstance(command, StatusQuery)]
    assert commands[-1] == Cut(partial=True)


def test_a_printer_without_cutter_is_not_told_to_cut() -> None:
    job = encode([Image.new("1", (384, 40), 1)], "POS-5890")
    assert not [command for command in CommandReader().feed(job) if isinstance(command, Cut)]


def test_a_code_that_the_printer_draws_stands_between_the_pictures() -> None:
    line = Image.new("1", (576, 4), 0)
    roll = Roll(576)
    job = encode([line, NativeQr("https://city.example/t/1", 6), line], "TM-T20II")
    (paper,) = (paper for command in CommandReader().feed(job) if (paper := roll.apply(command)))
    dark = [
        y for y in range(paper.picture.height) if not any(paper.picture.crop((0, y, 576, y + 1)).tobytes())
    ]
    assert dark[:4] == [0, 1, 2, 3]
    assert dark[4:] == [dark[4] + n for n in range(4)]
    assert (dark[4] - 4) % 6 == 0
