"""GS ( k: a QR code that the printer itself draws, set up by several commands and printed by one."""

from dataclasses import dataclass, replace

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q

_LEVELS = {48: ERROR_CORRECT_L, 49: ERROR_CORRECT_M, 50: ERROR_CORRECT_Q, 51: ERROR_CORRECT_H}
_PRINT = 81
_QR = ord("1")


@dataclass(frozen=True)
class Symbol:
    """One GS ( k for a QR code: its function and what belongs to it."""

    function: int
    data: bytes

    @property
    def prints(self) -> bool:
        """Whether this one puts the code on paper."""
        return self.function == _PRINT


def read_symbol(data: bytes) -> Symbol | None:
    """The command in the bytes after the length; None for other codes than QR."""
    if len(data) < 2 or data[0] != _QR:
        return None
    return Symbol(data[1], data[2:])


@dataclass(frozen=True)
class QrSetup:
    """What the printer was told so far. ``module``: dots; like a real printer it leaves no quiet zone."""

    module: int = 3
    level: int = ERROR_CORRECT_L
    content: bytes = b""

    def told(self, symbol: Symbol) -> "QrSetup":
        """After one more command."""
        match symbol.function:
            case 67 if symbol.data and 1 <= symbol.data[0] <= 16:
                return replace(self, module=symbol.data[0])
            case 69 if symbol.data:
                return replace(self, level=_LEVELS.get(symbol.data[0], self.level))
            case 80:
                return replace(self, content=symbol.data[1:])
            case _:
                return self

    def picture(self) -> Image.Image | None:
        """The code; None when nothing was stored."""
        if not self.content:
            return None
        code = qrcode.QRCode(error_correction=self.level, border=0, box_size=1)
        code.add_data(self.content.decode("utf-8", "replace"))
        code.make(fit=True)
        rows = code.get_matrix()
        picture = Image.new("L", (len(rows), len(rows)))
        picture.putdata([0 if black else 255 for row in rows for black in row])
        size = len(rows) * self.module
        return picture.resize((size, size), Image.Resampling.NEAREST)
