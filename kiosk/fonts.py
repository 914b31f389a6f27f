"""Letters for the paper: the right face of a CJK collection for each language."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import ImageFont

# The order of the faces in Noto Sans CJK: the same character is drawn differently in Japan, Korea and China.
_FACES = {"ko": 1, "zh-Hans": 2}


@dataclass(frozen=True)
class Fonts:
    """A regular and a bold font file (collections or single fonts)."""

    regular: Path
    bold: Path

    def at(self, size: int, *, bold: bool = False, language: str = "ja") -> ImageFont.FreeTypeFont:
        """The font at ``size`` dots for text in ``language``."""
        path = self.bold if bold else self.regular
        face = _FACES.get(language, 0) if path.suffix.lower() in {".ttc", ".otc"} else 0
        return _load(path, size, face)


@cache
def _load(path: Path, size: int, face: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), size, index=face)
