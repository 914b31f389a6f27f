"""What a desk's calls say aloud, and the sound files that a display may have of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sqlmodel import Session

from ..domain.errors import Refusal
from ..domain.languages import LANGUAGES
from ..domain.readings import Occasion, Sentence, announcement, sentence
from ..domain.roles import Permission
from ..domain.tickets import AT_COUNTER
from ..store import announced
from ..store.boards import CalledRow, last_calls
from ..store.tables import Desk
from . import desks
from .actors import Actor
from .office import Office, Unit
from .speech import speaker

MOST: Final = 12
_A_DAY: Final = timedelta(days=1)
_SAMPLE: Final = 123
"""The number that is called to try the voice."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One language of a trial call; no `audio`: no engine of this machine speaks it."""

    language: str
    text: str
    spoken: str
    engine: str | None
    audio: str | None


def of_calls(session: Session, rows: Sequence[CalledRow]) -> Mapping[int, Sequence[Sentence]]:
    """The sentences of each call by its id."""
    occasions = _occasions(session, rows)
    return {
        row.call_id: announcement(
            row.letter, row.number, row.counter, row.language, occasions.get(row.call_id, Occasion.FIRST)
        )
        for row in rows
    }


def as_json(desk_code: str, sentences: Sequence[Sentence], *, voiced: bool) -> list[dict[str, Any]]:
    """The sentences as a board has them; `audio` is the address of the sound, None without a voice.

    Not `voiced`: the desk is silent, the sentences are for the eye only.
    """
    return [
        {
            "language": one.language,
            "text": one.text,
            "spoken": one.spoken,
            "audio": _address(desk_code, one) if voiced else None,
        }
        for one in sentences
    ]


def on_board(office: Office, desk_id: int) -> list[Sentence]:
    """All sentences that the desk's board calls now; none where it is silent."""
    with office.look() as unit:
        return _called_now(unit, desk_id) if announced.speech(unit.session, desk_id) else []


def sound(office: Office, desk_code: str, name: str) -> Future[Path]:
    """The sound file of that name, if it says what the desk calls now or was made by a trial.

    Nothing else is ever spoken. Raises `Refusal`: unknown_desk, unknown_speech.
    """
    desk = desks.desk_by_code(office, desk_code)
    with office.look() as unit:
        wanted = [
            *_called_now(unit, desk.id),
            *(one for one in _trial(unit, desk.id) if speaker().ready(one)),
        ]
    found = next((one for one in wanted if speaker().name_of(one) == name), None)
    asked = None if found is None else speaker().ask(found)
    if asked is None:
        raise Refusal("unknown_speech")
    return asked


def try_voice(office: Office, actor: Actor, desk_id: int) -> list[Sample]:
    """A trial call in each language, which is rendered. Raises `Refusal`: not_allowed, unknown_desk."""
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        desk = unit.session.get(Desk, desk_id)
        if desk is None or desk.municipality_id != actor.municipality_id:
            raise Refusal("unknown_desk")
        code, sentences = desk.code, _trial(unit, desk_id)
    for one in sentences:
        speaker().ask(one)
    return [
        Sample(one.language, one.text, one.spoken, speaker().engine_of(one.language), _address(code, one))
        for one in sentences
    ]


def _called_now(unit: Unit, desk_id: int) -> list[Sentence]:
    rows = last_calls(unit.session, desk_id, unit.today, unit.now - _A_DAY, AT_COUNTER, MOST)
    return [one for sentences in of_calls(unit.session, rows).values() for one in sentences]


def _trial(unit: Unit, desk_id: int) -> list[Sentence]:
    letter = announced.first_letter(unit.session, desk_id)
    counter = announced.first_counter(unit.session, desk_id) or "1"
    return [sentence(letter, _SAMPLE, counter, language) for language in LANGUAGES]


def _occasions(session: Session, rows: Sequence[CalledRow]) -> Mapping[int, Occasion]:
    # Not by the ticket's count of calls: that begins anew with each visit to a counter.
    called = [row.call_id for row in rows]
    return {one.call_id: _occasion(one) for one in announced.before(session, called)}


def _occasion(before: announced.Before) -> Occasion:
    if before.called_at is None:
        return Occasion.FIRST
    moved = before.moved_at is not None and before.moved_at >= before.called_at
    return Occasion.NEXT if moved else Occasion.AGAIN


def _address(desk_code: str, one: Sentence) -> str | None:
    name = speaker().name_of(one)
    return None if name is None else f"/api/v1/boards/{desk_code}/speech/{name}.wav"
