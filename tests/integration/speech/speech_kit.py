"""A voice for tests that hums instead of speaking, and can fail, be slow, or be held back."""

from __future__ import annotations

import array
import math
import threading
import wave
from dataclasses import dataclass, field
from pathlib import Path

from madoguchi.services.voices import VoiceError

RATE = 8_000


def hum(into: Path, seconds: float = 0.4) -> None:
    """Write a tone."""
    samples = array.array("h", (int(9_000 * math.sin(at / 3)) for at in range(int(RATE * seconds))))
    with wave.open(str(into), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples.tobytes())


def loudness(file: Path) -> float:
    """The mean of the samples' size, from 0 to 32,768."""
    with wave.open(str(file), "rb") as sound:
        samples = array.array("h", sound.readframes(sound.getnframes()))
    return sum(abs(one) for one in samples) / max(1, len(samples))


@dataclass
class Humming:
    """The voice. `go` is cleared to hold it back."""

    ident: str = "hum 1"
    engine: str = "Hum"
    broken: bool = False
    said: list[str] = field(default_factory=list)
    go: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.go.set()

    def render(self, text: str, into: Path) -> None:
        """Hum, and note what should have been said."""
        assert self.go.wait(10)
        self.said.append(text)
        if self.broken:
            into.write_bytes(b"half")
            raise VoiceError("broken")
        hum(into)
