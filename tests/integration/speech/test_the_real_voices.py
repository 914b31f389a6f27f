"""The engines themselves, where they are installed: what they read, and that they are heard."""

from __future__ import annotations

import re
import subprocess
import wave
from pathlib import Path

import pytest
from speech_kit import loudness

from madoguchi.domain.languages import LANGUAGES
from madoguchi.domain.readings import kana_of, kanji_of, sentence
from madoguchi.services import voices
from madoguchi.services.voices import OpenJTalk, Voice, VoiceError, find_voices, length_of

VOICES = find_voices(Path("nowhere"))


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said is looked at here, not how soon: others may be at work on this machine."""
    monkeypatch.setattr(voices, "LONGEST_SECONDS", 60.0)


def voice_for(language: str) -> Voice:
    if language not in VOICES:
        pytest.skip(f"no voice for {language} on this machine")
    return VOICES[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_voice_is_heard(tmp_path: Path, language: str) -> None:
    voice, file = voice_for(language), tmp_path / "said.wav"
    voice.render(sentence("A", 123, "3", language).spoken, file)
    with wave.open(str(file), "rb") as sound:
        assert sound.getframerate() >= 16_000
        assert (sound.getnchannels(), sound.getsampwidth()) == (1, 2)
    assert 1.5 < length_of(file) < 9
    assert loudness(file) > 200


@pytest.mark.parametrize(
    "number", [1, 3, 4, 7, 8, 9, 10, 14, 18, 100, 109, 123, 300, 303, 600, 606, 800, 808, 888, 900, 999, 8888]
)
def test_open_jtalk_reads_numbers_as_they_are_pinned(tmp_path: Path, number: int) -> None:
    katakana = "".join(chr(ord(sign) + 96) if "ぁ" <= sign <= "ゖ" else sign for sign in kana_of(number))
    pinned = sounds(f"エー、{katakana}バンのかた。", tmp_path)
    assert sounds(f"エー、{kanji_of(number)}番のかた。", tmp_path) == pinned


def test_a_voice_that_says_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(VoiceError):
        voice_for("ja").render("", tmp_path / "said.wav")
    with pytest.raises(VoiceError):
        OpenJTalk("/nonexistent", tmp_path, tmp_path).render("エー", tmp_path / "said.wav")


def sounds(text: str, folder: Path) -> list[str]:
    """The sounds that Open JTalk makes of `text`; whether a vowel is voiced does not matter."""
    voice = voice_for("ja")
    assert isinstance(voice, OpenJTalk)
    trace = folder / "trace.txt"
    command = [voice.program, "-x", str(voice.dictionary), "-m", str(voice.voice), "-ot", str(trace)]
    subprocess.run(command, input=text.encode(), check=True, stderr=subprocess.DEVNULL)
    found = re.findall(r"\^[^\s-]+-([^+\s]+)\+", trace.read_text())
    return [{"U": "u", "I": "i"}.get(one, one) for one in found]


def test_a_voice_of_the_office_is_used_first(tmp_path: Path) -> None:
    voice_for("ja")
    (tmp_path / "voices").mkdir()
    own = tmp_path / "voices" / "own.htsvoice"
    own.touch()
    found = find_voices(tmp_path)["ja"]
    assert isinstance(found, OpenJTalk)
    assert found.voice == own


def test_a_machine_without_engines_has_no_voice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert dict(find_voices(tmp_path)) == {}
