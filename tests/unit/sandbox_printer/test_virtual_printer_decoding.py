"""The virtual printer puts on paper what the bytes say, however they arrive."""

import pytest
from escpos.printer import Dummy
from PIL import Image, ImageChops

from sandbox.printer.commands import Command, CommandReader, Cut, Feed, Initialize, Raster, StatusQuery, Text
from sandbox.printer.paper import Paper, Roll


def _printed(picture: Image.Image) -> bytes:
    printer = Dummy(profile="TM-T20II")
    printer.hw("INIT")
    printer.image(picture, impl="bitImageRaster")
    printer.cut(mode="PART")
    return bytes(printer.output)


def _papers(data: bytes, width: int = 576) -> list[Paper]:
    roll, reader = Roll(width), CommandReader()
    return [paper for command in reader.feed(data) if (paper := roll.apply(command))]


def _picture(height: int) -> Image.Image:
    picture = Image.new("1", (576, height), 1)
    for y in range(0, height, 7):
        picture.putpixel((y % 576, y), 0)
    return picture


@pytest.mark.parametrize("height", [40, 960, 2100])
def test_what_python_escpos_sent_is_on_the_paper_dot_for_dot(height: int) -> None:
    sent = _picture(height)
    (paper,) = _papers(_printed(sent))
    on_paper = paper.picture.crop((0, 0, 576, height))
    assert ImageChops.difference(on_paper.convert("L"), sent.convert("L")).getbbox() is None
    assert paper.partial_cut
    assert not paper.clipped


def test_one_byte_at_a_time_gives_the_same_commands() -> None:
    data = _printed(_picture(30)) + b"\x10\x04\x01Hello\n\x1dVB\x20"
    whole = list(CommandReader().feed(data))
    reader = CommandReader()
    pieces: list[Command] = [command for byte in data for command in reader.feed(bytes([byte]))]
    without_text = [command for command in pieces if not isinstance(command, Text)]
    assert without_text == [command for command in whole if not isinstance(command, Text)]
    assert b"".join(command.data for command in pieces if isinstance(command, Text)) == b"Hello"


def test_the_commands_of_a_ticket_are_told_apart() -> None:
    kinds = [type(command) for command in CommandReader().feed(_printed(_picture(30)))]
    assert kinds == [Initialize, Raster, Feed, Cut]
    assert list(CommandReader().feed(b"\x10\x04\x04")) == [StatusQuery(4)]


def test_a_picture_wider_than_the_roll_is_clipped_and_said_so() -> None:
    (paper,) = _papers(_printed(_picture(30)), width=384)
    assert paper.picture.width == 384
    assert paper.clipped


def test_an_unknown_graphics_block_does_not_spill_over_the_paper() -> None:
    block = b"\x1d(L" + (12).to_bytes(2, "little") + b"\x1b@raw\n\n\n\x1dV\x00!"
    (paper,) = _papers(block + b"A\n\x1dV\x00")
    assert paper.picture.height == 30
