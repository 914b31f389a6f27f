"""A Japanese font for the menu's picture, from what the machine has."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

from PIL import ImageFont

_KNOWN: Final = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Bold.ttc",
    "/Library/Fonts/NotoSansCJK-Bold.ttc",
)


class NoFontError(RuntimeError):
    """No font with Japanese letters was found; the message says what to install."""

    def __init__(self) -> None:
        super().__init__(
            "no Japanese font found for the rich menu: install it with 'apt install fonts-noto-cjk'"
        )


@cache
def japanese_font() -> Path:
    """A bold Japanese sans-serif. Raises `NoFontError`."""
    for name in _KNOWN:
        if Path(name).is_file():
            return Path(name)
    asked = _ask_fontconfig()
    if asked is not None:
        return asked
    raise NoFontError


def _ask_fontconfig() -> Path | None:
    program = shutil.which("fc-list")
    if program is None:
        return None
    try:
        listed = subprocess.run(  # noqa: S603 - a fixed question to a program of the system
            [program, ":lang=ja", "file"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    files = sorted(line.partition(":")[0].strip() for line in listed.stdout.splitlines())
    suited = [name for name in files if "Sans" in name or "Gothic" in name] or files
    return next((Path(name) for name in suited if Path(name).is_file()), None)


@cache
def letters(size: int) -> ImageFont.FreeTypeFont:
    """The Japanese font at `size` pixels."""
    return ImageFont.truetype(str(japanese_font()), size)
