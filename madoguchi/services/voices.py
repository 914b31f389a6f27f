"""The voices found on this machine.

None is needed: without them browsers speak, or only the chime is heard.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
import wave
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

LONGEST_SECONDS: Final = 5.0
"""A voice that takes longer for a sentence is given up; it takes a quarter of a second."""
_SHORTEST_SECONDS: Final = 0.3
_DICTIONARIES: Final = (
    Path("/var/lib/mecab/dic/open-jtalk/naist-jdic"),
    Path("/usr/share/open-jtalk/dic"),
)
_VOICES: Final = Path("/usr/share/hts-voice")
OWN_VOICES: Final = "voices"
"""Below ``VAR_DIR``: a ``.htsvoice`` file there is used before those of the system."""
_ESPEAK_VOICES: Final = {"en": "en-us", "zh-Hans": "cmn-latn-pinyin", "ko": "ko", "vi": "vi", "pt": "pt-br"}
"""espeak-ng's plain ``cmn`` takes Chinese text for English; its Japanese cannot read kanji."""

_log = logging.getLogger(__name__)


class VoiceError(Exception):
    """The voice gave no sound."""


class Voice(Protocol):
    """Something that makes a sound file of a sentence."""

    @property
    def engine(self) -> str:
        """Its name as staff see it."""
        ...

    @property
    def ident(self) -> str:
        """Names the sound it makes: another one, or another setting, has another."""
        ...

    def render(self, text: str, into: Path) -> None:
        """Write `text` as a WAV file. Raises `VoiceError`."""
        ...


@dataclass(frozen=True, slots=True)
class OpenJTalk:
    """Japanese, by Open JTalk."""

    program: str
    dictionary: Path
    voice: Path
    engine: str = "Open JTalk"

    @property
    def ident(self) -> str:
        """Engine, voice and pace."""
        return f"open-jtalk {self.voice.name} {self.voice.stat().st_size} {_PACE}"

    def render(self, text: str, into: Path) -> None:
        """Write `text` as a WAV file. Raises `VoiceError`."""
        given = ["-x", str(self.dictionary), "-m", str(self.voice), "-r", _PACE, "-ow", str(into)]
        _run([self.program, *given], text, into)


@dataclass(frozen=True, slots=True)
class EspeakNg:
    """One of the other languages, by espeak-ng."""

    program: str
    voice: str
    engine: str = "espeak-ng"

    @property
    def ident(self) -> str:
        """Engine, voice and pace."""
        return f"espeak-ng {self.voice} {_WORDS_A_MINUTE}"

    def render(self, text: str, into: Path) -> None:
        """Write `text` as a WAV file. Raises `VoiceError`."""
        given = ["-v", self.voice, "-s", _WORDS_A_MINUTE, "-w", str(into), "--stdin"]
        _run([self.program, *given], text, into)


_PACE: Final = "0.9"
_WORDS_A_MINUTE: Final = "140"


def find_voices(var_dir: Path) -> Mapping[str, Voice]:
    """A voice by language, as far as this machine has them."""
    found: dict[str, Voice] = dict(_espeak_voices())
    if japanese := _open_jtalk(var_dir):
        # Easy Japanese is Japanese to a voice.
        found |= {"ja": japanese, "ja-easy": japanese}
    return found


def _open_jtalk(var_dir: Path) -> OpenJTalk | None:
    program = shutil.which("open_jtalk")
    dictionary = next((one for one in _DICTIONARIES if one.is_dir()), None)
    files = [*sorted((var_dir / OWN_VOICES).glob("*.htsvoice")), *sorted(_VOICES.glob("**/*.htsvoice"))]
    if program is None or dictionary is None or not files:
        return None
    return OpenJTalk(program, dictionary, files[0])


def _espeak_voices() -> Mapping[str, Voice]:
    program = shutil.which("espeak-ng")
    if program is None:
        return {}
    try:
        told = subprocess.run(  # noqa: S603  the program found on the path, nothing from outside
            [program, "--voices"], capture_output=True, timeout=LONGEST_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        _log.warning("espeak-ng does not tell its voices: %s", type(error).__name__)
        return {}
    rows = [line.split() for line in told.stdout.decode("utf-8", "replace").splitlines()[1:]]
    there = {row[1] for row in rows if len(row) > 1}
    return {
        language: EspeakNg(program, voice) for language, voice in _ESPEAK_VOICES.items() if voice in there
    }


def _run(command: Sequence[str], text: str, into: Path) -> None:
    # The text goes in by the input, never as an argument; and calls of the office come before speech.
    nice = shutil.which("nice")
    polite = [nice, "-n", "10", *command] if nice else list(command)
    try:
        subprocess.run(  # noqa: S603  see above
            polite,
            input=" ".join(text.split()).encode() + b"\n",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=LONGEST_SECONDS,
            check=True,
        )
        seconds = length_of(into)
    except (OSError, EOFError, subprocess.SubprocessError, wave.Error) as error:
        raise VoiceError(f"{command[0]}: {type(error).__name__}") from error
    if seconds < _SHORTEST_SECONDS:
        raise VoiceError(f"{command[0]}: nothing was said")


def length_of(file: Path) -> float:
    """Seconds that a WAV file lasts. Raises `wave.Error`, `OSError`, `EOFError` for what is none."""
    with wave.open(str(file), "rb") as sound:
        return sound.getnframes() / (sound.getframerate() or 1)
