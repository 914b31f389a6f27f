"""What can be wrong with a terminal, looked at and said in one sentence each, for staff."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from kiosk.fonts import Fonts
from kiosk.printer.health import PrinterHealth, PrinterState
from kiosk.settings import Settings
from kiosk.texts import LANGUAGES, Texts

_LEAST_ROOM = 100 * 1024 * 1024
# A character that no font draws: what comes out for it is the box that stands for a missing letter.
_NOBODYS = "\U000ffffe"

_PRINTER_WORDS = {
    PrinterState.OK: "印刷できます",
    PrinterState.PAPER_NEAR_END: "紙が残りわずかです",
    PrinterState.PAPER_OUT: "紙がありません",
    PrinterState.COVER_OPEN: "ふたが開いています",
    PrinterState.OFFLINE: "つながりません。電源と線をお確かめください",
    PrinterState.UNKNOWN: "プリンターから返事がありません。試し刷りでお確かめください",
}
_MOUNTS = Path("/proc/self/mounts")
# Gone with the power: a read-only root is an overlay that keeps its changes in memory.
_IN_MEMORY = {"tmpfs", "ramfs", "overlay"}


class Mark(StrEnum):
    """How it stands: ``ASK`` is neither good nor bad, somebody has to look."""

    GOOD = "good"
    ASK = "ask"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    mark: Mark
    said: str

    def as_json(self) -> dict[str, Any]:
        """``{"name": "プリンター", "mark": "good", "said": "印刷できます"}``."""
        return asdict(self)


class SelfCheck:
    """Looks at what needs no other part of the terminal. All methods block shortly."""

    def __init__(self, settings: Settings, fonts: Fonts, texts: Texts) -> None:
        self._settings = settings
        self.fonts = fonts
        self.texts = texts

    def findings(self, printer: PrinterHealth) -> list[Finding]:
        """All, in the order in which they are read out."""
        return [*_printer(printer), self._paper(), self._letters(), self._room()]

    def _paper(self) -> Finding:
        profile = self._settings.profile
        qr = "プリンターが描きます" if self._settings.native_qr else "絵として印刷します"
        return Finding("用紙", Mark.GOOD, f"{profile.name}、幅 {profile.width} ドット。QRコードは{qr}")

    def _letters(self) -> Finding:
        missing = sorted({letter for language in LANGUAGES for letter in self._missing(language)})
        if missing:
            return Finding("書体", Mark.BAD, f"{self._settings.font.name} にない文字: {''.join(missing)}")
        return Finding("書体", Mark.GOOD, f"{self._settings.font.name}、7つのことばの文字があります")

    def _missing(self, language: str) -> Iterator[str]:
        said = "".join(
            text for key, text in self.texts.catalogues[language].items() if key.startswith("paper.")
        )
        font = self.fonts.at(20, language=language)
        nothing = bytes(font.getmask(_NOBODYS))
        for letter in set(said):
            if not letter.isspace() and bytes(font.getmask(letter)) == nothing:
                yield letter

    def _room(self) -> Finding:
        folder = self._settings.var_dir
        free = shutil.disk_usage(folder).free
        if not os.access(folder, os.W_OK):
            return Finding("記録", Mark.BAD, f"{folder} に書き込めません")
        if free < _LEAST_ROOM:
            return Finding("記録", Mark.BAD, f"{folder} の空きがあと {free // 1024 // 1024} MB です")
        if (kind := file_system_of(folder, _MOUNTS.read_text("utf-8"))) in _IN_MEMORY:
            return Finding("記録", Mark.ASK, f"{folder} は {kind} にあり、電源を切ると登録と番号が消えます")
        return Finding("記録", Mark.GOOD, "書き込めます")


def file_system_of(folder: Path, mounts: str) -> str:
    """The kind of file system below ``folder``, by lines as in /proc/self/mounts; empty when unknown."""
    kinds = {Path(line.split()[1]): line.split()[2] for line in mounts.splitlines()}
    resolved = folder.resolve()
    return next((kinds[one] for one in (resolved, *resolved.parents) if one in kinds), "")


def _printer(health: PrinterHealth) -> Iterator[Finding]:
    marks = {
        PrinterState.OK: Mark.GOOD,
        PrinterState.UNKNOWN: Mark.ASK,
        PrinterState.PAPER_NEAR_END: Mark.ASK,
    }
    for state in health.faults or (health.state,):
        yield Finding("プリンター", marks.get(state, Mark.BAD), _PRINTER_WORDS[state])
