"""The bytes of ESC/POS, cut into commands. No state of the printer lives here."""

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.printer.symbols import Symbol, read_symbol

ESC, GS, FS, DLE = 0x1B, 0x1D, 0x1C, 0x10


@dataclass(frozen=True)
class Text:
    """Bytes printed as characters."""

    data: bytes


@dataclass(frozen=True)
class Feed:
    """Paper moved on by ``dots``, or by ``lines`` of the current line spacing."""

    dots: int = 0
    lines: int = 0


@dataclass(frozen=True)
class LineSpacing:
    """ESC 3 n (dots) or ESC 2 (``None``: the default)."""

    dots: int | None


@dataclass(frozen=True)
class Align:
    """ESC a n: 0 left, 1 centre, 2 right."""

    where: int


@dataclass(frozen=True)
class Raster:
    """GS v 0: ``height`` rows of ``width_bytes`` bytes, one bit a dot, 1 = black."""

    width_bytes: int
    height: int
    data: bytes
    double_width: bool = False
    double_height: bool = False


@dataclass(frozen=True)
class Cut:
    """GS V: the paper is cut, after ``feed`` dots."""

    partial: bool
    feed: int = 0


@dataclass(frozen=True)
class TearOff:
    """No bytes at all: the job is over, and where the printer has no cutter somebody tears the paper off."""


@dataclass(frozen=True)
class Initialize:
    """ESC @."""


@dataclass(frozen=True)
class StatusQuery:
    """DLE EOT n: answered at once, also while nothing can be printed."""

    kind: int


@dataclass(frozen=True)
class PaperQuery:
    """GS r n: answered in its turn, when all that came before it is on paper."""

    kind: int


@dataclass(frozen=True)
class Ignored:
    """A command understood in length only; it leaves nothing on this paper."""

    data: bytes


Command = (
    Text
    | Feed
    | LineSpacing
    | Align
    | Raster
    | Symbol
    | Cut
    | TearOff
    | Initialize
    | StatusQuery
    | PaperQuery
    | Ignored
)

# How many parameter bytes follow the two command bytes.
_ESC_LENGTHS = {
    b: n
    for n, letters in {
        0: b"@2<SLi\x0c",
        1: b"!-EGMRtT3VJKde r{=aUu%?",
        2: b"$\\cBf",
        3: b"p",
    }.items()
    for b in letters
}
_GS_LENGTHS = {b: n for n, letters in {0: b":", 1: b"!BHIafhrbwTc/", 2: b"LPW$\\"}.items() for b in letters}
_FS_LENGTHS = {b: n for n, letters in {0: b"&.", 1: b"!-CW", 2: b"SpT"}.items() for b in letters}
_DLE_LENGTHS = {0x04: 1, 0x05: 1, 0x14: 3}
_PREFIXES = {ESC: _ESC_LENGTHS, GS: _GS_LENGTHS, FS: _FS_LENGTHS, DLE: _DLE_LENGTHS}
_CONTROL = {0x0A, 0x0C, 0x0D, 0x09, 0x18, *_PREFIXES}


class CommandReader:
    """Takes bytes as they arrive and gives whole commands; an unfinished one waits for its rest."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Command]:
        """Yield the commands completed by ``data``."""
        self._buffer += data
        while self._buffer:
            found = _next_command(self._buffer)
            if found is None:
                return
            command, used = found
            del self._buffer[:used]
            yield command


def _next_command(buf: bytearray) -> tuple[Command, int] | None:
    first = buf[0]
    if first not in _CONTROL:
        end = next((i for i, byte in enumerate(buf) if byte in _CONTROL), len(buf))
        return Text(bytes(buf[:end])), end
    if first not in _PREFIXES:
        return (Feed(lines=1) if first == 0x0A else Ignored(bytes(buf[:1]))), 1
    return _prefixed_command(buf) if len(buf) >= 2 else None


def _prefixed_command(buf: bytearray) -> tuple[Command, int] | None:
    if buf[0] == GS and buf[1] in b"vV(8":
        return _long_gs_command(buf)
    if buf[0] == ESC and buf[1] == ord("*"):
        return _column_image(buf)
    used = 2 + _PREFIXES[buf[0]].get(buf[1], 0)
    if len(buf) < used:
        return None
    return _short_command(bytes(buf[:used])), used


def _short_command(raw: bytes) -> Command:
    head, n = raw[:2], raw[2] if len(raw) > 2 else 0
    fixed: dict[bytes, Command] = {
        b"\x1b@": Initialize(),
        b"\x1bd": Feed(lines=n),
        b"\x1bJ": Feed(dots=n),
        b"\x1b3": LineSpacing(n),
        b"\x1b2": LineSpacing(None),
        b"\x1ba": Align(n % 48),
        b"\x10\x04": StatusQuery(n),
        b"\x1dr": PaperQuery(n % 48),
    }
    return fixed.get(head, Ignored(raw))


def _long_gs_command(buf: bytearray) -> tuple[Command, int] | None:
    kind = chr(buf[1])
    if kind == "v":
        return _raster(buf)
    if kind == "V":
        return _cut(buf)
    length_bytes = 2 if kind == "(" else 4
    start = 3 + length_bytes
    if len(buf) < start:
        return None
    used = start + int.from_bytes(buf[3:start], "little")
    if len(buf) < used:
        return None
    symbol = read_symbol(bytes(buf[start:used])) if bytes(buf[1:3]) == b"(k" else None
    return symbol or Ignored(bytes(buf[:used])), used


def _raster(buf: bytearray) -> tuple[Command, int] | None:
    if len(buf) < 8:
        return None
    mode, width, height = buf[3], int.from_bytes(buf[4:6], "little"), int.from_bytes(buf[6:8], "little")
    used = 8 + width * height
    if len(buf) < used:
        return None
    return Raster(width, height, bytes(buf[8:used]), bool(mode & 1), bool(mode & 2)), used


def _cut(buf: bytearray) -> tuple[Command, int] | None:
    if len(buf) < 3:
        return None
    mode = buf[2]
    if mode not in (65, 66):
        return Cut(partial=mode in (1, 49)), 3
    return (Cut(partial=mode == 66, feed=buf[3]), 4) if len(buf) >= 4 else None


def _column_image(buf: bytearray) -> tuple[Command, int] | None:
    if len(buf) < 5:
        return None
    bytes_a_column = 3 if buf[2] in (32, 33) else 1
    used = 5 + bytes_a_column * int.from_bytes(buf[3:5], "little")
    return (Ignored(bytes(buf[:used])), used) if len(buf) >= used else None
