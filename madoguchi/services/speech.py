"""Sentences made into sound files: by the voices found, one after another, kept under ``VAR_DIR/speech``.

A file's name is the hash of voice and words, so a sentence is spoken by an engine once and then read from the
disk. Nothing waits for it: calls are prepared when they are committed, and what is not ready in time the
display's browser says itself.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from ..domain.readings import Sentence
from .changes import Change, DeskChanged
from .office import Office
from .voices import Voice, VoiceError, find_voices

FOLDER: Final = "speech"
MOST_WAITING: Final = 32
MOST_BYTES: Final = 256_000_000
"""About 500 sentences of Japanese; the oldest are removed."""
_PART: Final = ".part"

_log = logging.getLogger(__name__)


class Speaker:
    """The voices of this process, with what they have said."""

    def __init__(self, folder: Path, voices: Mapping[str, Voice], most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._voices = voices
        self._most_bytes = most_bytes
        self._idents = {language: voice.ident for language, voice in voices.items()}
        self._work = ThreadPoolExecutor(1, thread_name_prefix="speech")
        self._waiting: dict[str, Future[Path]] = {}
        self._desks: set[int] = set()
        self._lock = threading.Lock()
        self._stopped = False

    @property
    def speaks(self) -> bool:
        """Whether there is any voice at all."""
        return bool(self._voices)

    def engine_of(self, language: str) -> str | None:
        """The engine that speaks the language; None: none."""
        voice = self._voices.get(language)
        return None if voice is None else voice.engine

    def name_of(self, sentence: Sentence) -> str | None:
        """The name of the sentence's file, made or not; None without a voice."""
        ident = self._idents.get(sentence.language)
        if ident is None:
            return None
        return hashlib.sha256(f"{ident}\0{sentence.spoken}".encode()).hexdigest()[:32]

    def ready(self, sentence: Sentence) -> bool:
        """Whether the sentence was rendered or is about to be."""
        name = self.name_of(sentence)
        return name is not None and (name in self._waiting or self._file(name).exists())

    def ask(self, sentence: Sentence) -> Future[Path] | None:
        """The sentence's file, as soon as it is there; None without a voice or with too much to do.

        The future fails with `VoiceError` when the voice gave nothing.
        """
        name = self.name_of(sentence)
        if name is None:
            return None
        with self._lock:
            if found := self._waiting.get(name):
                return found
            if self._kept(name):
                done: Future[Path] = Future()
                done.set_result(self._file(name))
                return done
            if self._stopped or len(self._waiting) >= MOST_WAITING:
                return None
            asked = self._waiting[name] = self._work.submit(self._render, name, sentence)
        asked.add_done_callback(lambda _done: self._waiting.pop(name, None))
        return asked

    def prepare(self, desk_id: int, work_out: Callable[[], Sequence[Sentence]]) -> None:
        """Render what `work_out` tells for the desk, soon; asked again before that, once."""
        with self._lock:
            if self._stopped or desk_id in self._desks:
                return
            self._desks.add(desk_id)
            self._work.submit(self._prepare, desk_id, work_out)

    def stop(self) -> None:
        """End after what is being said; what waits is dropped."""
        with self._lock:
            self._stopped = True
        self._work.shutdown(wait=True, cancel_futures=True)

    def _prepare(self, desk_id: int, work_out: Callable[[], Sequence[Sentence]]) -> None:
        with self._lock:
            self._desks.discard(desk_id)
        try:
            for sentence in work_out():
                self.ask(sentence)
        except Exception as error:
            # The display still gets the sentences, and asks for their sound itself.
            _log.warning("what desk %s calls could not be prepared: %s", desk_id, type(error).__name__)

    def _render(self, name: str, sentence: Sentence) -> Path:
        wanted = self._file(name)
        part = wanted.with_suffix(_PART)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._voices[sentence.language].render(sentence.spoken, part)
            os.replace(part, wanted)
        except (OSError, VoiceError) as error:
            part.unlink(missing_ok=True)
            _log.warning("a sentence in %s could not be spoken: %s", sentence.language, error)
            raise VoiceError(str(error)) from error
        self._make_room(wanted)
        return wanted

    def _make_room(self, newest: Path) -> None:
        files = []
        for file in self._folder.glob("*.wav"):
            with suppress(OSError):
                known = file.stat()
                files.append((known.st_mtime_ns, known.st_size, file))
        total = sum(size for _moment, size, _file in files)
        for _moment, size, file in sorted(files):
            if total <= self._most_bytes:
                return
            if file != newest:
                file.unlink(missing_ok=True)
                total -= size

    def _kept(self, name: str) -> bool:
        # Used again: it is not among the oldest any more.
        try:
            os.utime(self._file(name))
        except OSError:
            return False
        return True

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.wav"


class _Silent(Speaker):
    """No voice: where none was started."""

    def __init__(self) -> None:
        super().__init__(Path(), {})


class _Process:
    silent: Final = _Silent()
    speaker: Speaker = silent


def speaker() -> Speaker:
    """This process's voices; a silent one where none were started."""
    return _Process.speaker


@contextmanager
def speaking(
    office: Office,
    on_board: Callable[[Office, int], Sequence[Sentence]],
    voices: Mapping[str, Voice] | None = None,
) -> Iterator[Speaker]:
    """Speak for `office`: what a changed desk calls, as `on_board` tells, is rendered at once.

    `voices` are those found on the machine if none are given.
    """
    found = find_voices(office.settings.var_dir) if voices is None else voices
    started = Speaker(office.settings.var_dir / FOLDER, found)

    def heard(change: Change) -> None:
        if isinstance(change, DeskChanged):
            desk_id = change.desk_id
            started.prepare(desk_id, lambda: on_board(office, desk_id))

    stop_listening = office.changes.listen(heard) if found else lambda: None
    _Process.speaker = started
    try:
        yield started
    finally:
        stop_listening()
        _Process.speaker = _Process.silent
        started.stop()
