"""What a person can do to the printer, and what it then answers to DLE EOT."""

from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

_FIXED_BITS = 0x12
WIDTHS = (360, 384, 512, 576)


class PaperSupply(StrEnum):
    """How much is left on the roll."""

    OK = "ok"
    NEAR_END = "near_end"
    OUT = "out"


class WrongState(ValueError):
    """A change that this printer does not have; the message says which one, in Japanese."""


@dataclass(frozen=True)
class PrinterState:
    """``plugged`` False: connections break. ``answers`` False: it prints, but tells nothing of itself.

    ``width``: dots across the roll; ``dots_left``: the roll ends after so many, -1 for a long one.
    """

    paper: PaperSupply = PaperSupply.OK
    cover_open: bool = False
    offline: bool = False
    plugged: bool = True
    answers: bool = True
    width: int = 576
    dots_left: int = -1

    @property
    def can_print(self) -> bool:
        """Whether dots reach the paper now."""
        return self.plugged and not (self.offline or self.cover_open or self.paper is PaperSupply.OUT)

    def answer(self, kind: int) -> bytes:
        """The byte for DLE EOT ``kind`` (1 printer, 2 offline cause, 3 error, 4 paper); empty for others."""
        if not self.answers:
            return b""
        out, near = self.paper is PaperSupply.OUT, self.paper is not PaperSupply.OK
        bits = {
            1: 0x08 * (not self.can_print),
            2: 0x04 * self.cover_open | 0x20 * out,
            3: 0,
            4: 0x0C * near | 0x60 * out,
        }
        return bytes([_FIXED_BITS | bits[kind]]) if kind in bits else b""

    def answer_in_turn(self, kind: int) -> bytes:
        """The byte for GS r ``kind`` (1 paper); empty for others."""
        near = self.paper is not PaperSupply.OK
        return bytes([0x03 * near]) if self.answers and kind == 1 else b""

    def after(self, dots: int) -> "PrinterState":
        """When so many dots more have come out."""
        if self.dots_left < 0:
            return self
        left = max(0, self.dots_left - dots)
        return replace(self, dots_left=left) if left else replace(self, dots_left=-1, paper=PaperSupply.OUT)

    def changed(self, wanted: dict[str, Any]) -> "PrinterState":
        """This state with ``wanted`` members replaced; raises :class:`WrongState`."""
        types = {member.name: type(getattr(self, member.name)) for member in fields(self)}
        for name, value in wanted.items():
            if name not in types:
                raise WrongState(f"{name} という状態はありません({', '.join(types)})")
            if types[name] is bool and not isinstance(value, bool):
                raise WrongState(f"{name} は true か false です")
        if "paper" in wanted and wanted["paper"] not in list(PaperSupply):
            raise WrongState("paper は ok、near_end、out のどれかです")
        if "width" in wanted and wanted["width"] not in WIDTHS:
            raise WrongState("width は 360、384、512、576 のどれかです")
        left = wanted.get("dots_left", -1)
        if not isinstance(left, int) or isinstance(left, bool) or left < -1:
            raise WrongState("dots_left は残りのドット数(長いときは -1)です")
        paper = PaperSupply(wanted.get("paper", self.paper))
        return replace(self, **{**wanted, "paper": paper})
