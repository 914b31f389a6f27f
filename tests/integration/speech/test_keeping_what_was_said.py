"""The speaker: each sentence is rendered once, whole or not at all, and the folder does not grow for ever."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from speech_kit import Humming

from madoguchi.domain.readings import Sentence, sentence
from madoguchi.services.speech import MOST_WAITING, Speaker
from madoguchi.services.voices import VoiceError

PATIENCE = 10


def said(number: int, language: str = "ja") -> Sentence:
    return sentence("A", number, "3", language)


@pytest.fixture
def voice() -> Humming:
    return Humming()


@pytest.fixture
def open_speaker(tmp_path: Path, voice: Humming) -> Iterator[Callable[..., Speaker]]:
    started: list[Speaker] = []

    def start(**more: int) -> Speaker:
        started.append(Speaker(tmp_path / "speech", {"ja": voice}, **more))
        return started[-1]

    yield start
    voice.go.set()
    for one in started:
        one.stop()


def test_a_sentence_is_spoken_by_the_engine_once(
    open_speaker: Callable[..., Speaker], voice: Humming
) -> None:
    first = open_speaker()
    file = first.ask(said(123)).result(PATIENCE)
    assert file.name == f"{first.name_of(said(123))}.wav"
    first.ask(said(123)).result(PATIENCE)
    # After a restart too.
    assert open_speaker().ask(said(123)).result(PATIENCE) == file
    assert voice.said == ["エー、百二十三番のかた、三番窓口へお越しください。"]


def test_two_who_ask_at_once_wait_for_the_same(open_speaker: Callable[..., Speaker], voice: Humming) -> None:
    speaker = open_speaker()
    voice.go.clear()
    asked = [speaker.ask(said(5)) for _ in range(3)]
    assert len(set(asked)) == 1
    assert speaker.ready(said(5))
    voice.go.set()
    asked[0].result(PATIENCE)
    assert len(voice.said) == 1


def test_another_voice_makes_another_file(tmp_path: Path) -> None:
    names = {
        Speaker(tmp_path, {"ja": Humming(ident)}).name_of(one)
        for ident in ("hum 1", "hum 2")
        for one in (said(1), said(2))
    }
    assert len(names) == 4


def test_a_language_without_a_voice_has_no_file(open_speaker: Callable[..., Speaker]) -> None:
    speaker = open_speaker()
    assert speaker.name_of(said(1, "vi")) is None
    assert speaker.ask(said(1, "vi")) is None
    assert not speaker.ready(said(1, "vi"))
    assert speaker.engine_of("vi") is None
    assert speaker.engine_of("ja") == "Hum"


def test_a_broken_voice_leaves_nothing_behind_and_may_be_tried_again(
    open_speaker: Callable[..., Speaker], voice: Humming, tmp_path: Path
) -> None:
    speaker = open_speaker()
    voice.broken = True
    with pytest.raises(VoiceError):
        speaker.ask(said(9)).result(PATIENCE)
    assert list((tmp_path / "speech").iterdir()) == []
    voice.broken = False
    assert speaker.ask(said(9)).result(PATIENCE).exists()


def test_too_much_to_say_is_left_to_the_browsers(
    open_speaker: Callable[..., Speaker], voice: Humming
) -> None:
    speaker = open_speaker()
    voice.go.clear()
    asked = [speaker.ask(said(number)) for number in range(1, MOST_WAITING + 3)]
    assert [one is None for one in asked] == [False] * MOST_WAITING + [True] * 2
    voice.go.set()
    for one in asked[:MOST_WAITING]:
        one.result(PATIENCE)


def test_the_oldest_files_go_and_those_in_use_stay(
    open_speaker: Callable[..., Speaker], tmp_path: Path
) -> None:
    size = open_speaker().ask(said(1)).result(PATIENCE).stat().st_size
    speaker = open_speaker(most_bytes=3 * size)
    for number in range(1, 4):
        file = speaker.ask(said(number)).result(PATIENCE)
        os.utime(file, (number, number))
    speaker.ask(said(1)).result(PATIENCE)
    speaker.ask(said(4)).result(PATIENCE)
    left = {file.stem for file in (tmp_path / "speech").glob("*.wav")}
    assert left == {speaker.name_of(said(number)) for number in (1, 3, 4)}


def test_what_waits_at_the_end_is_dropped(open_speaker: Callable[..., Speaker], voice: Humming) -> None:
    speaker = open_speaker()
    speaker.ask(said(1)).result(PATIENCE)
    speaker.stop()
    assert speaker.ask(said(2)) is None
    speaker.prepare(1, lambda: [said(3)])
    assert len(voice.said) == 1
