"""What the board says of each call, and whose sound it gives: what is called now, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from office_kit import City, clock_of
from speech_kit import Humming
from starlette.applications import Starlette
from starlette.testclient import TestClient

from madoguchi import api
from madoguchi.api import hub
from madoguchi.services import (
    announcements,
    boards,
    calling,
    counters,
    handing_over,
    handling,
    issuing,
    running,
    speech,
    undoing,
)
from madoguchi.services.office import Office
from madoguchi.store.tables import Desk

PATIENCE = 10


@pytest.fixture
def voice() -> Humming:
    return Humming()


@pytest.fixture
def speaker(office: Office, voice: Humming) -> Iterator[speech.Speaker]:
    with speech.speaking(office, announcements.on_board, {"ja": voice}) as started:
        yield started


@pytest.fixture
def client(office: Office, city: City, speaker: speech.Speaker) -> Iterator[TestClient]:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        running.start(office)
        async with hub.running(office):
            yield
        running.stop()

    counters.take_counter(office, city.clerk, city.counter_ids[2])
    with TestClient(Starlette(routes=api.routes(), lifespan=lifespan)) as opened:
        yield opened


def issue(office: Office, city: City, language: str = "ja", key: str = "first-key") -> None:
    issuing.issue_at_terminal(
        office,
        terminal_id=city.terminal_id,
        desk_id=city.desk_id,
        service_code="nursery",
        language=language,
        key=key,
    )


def call(office: Office, city: City, expected: int | None = None) -> Any:
    return calling.call_next(office, city.clerk, city.counter_ids[2], expected)


def called(office: Office) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = boards.snapshot(office, "childcare")["calling"]
    return found


def texts(office: Office) -> list[str]:
    return [one["text"] for one in called(office)[0]["announcement"]]


def test_a_call_is_said_in_japanese_then_in_the_tickets_language(office: Office, city: City) -> None:
    counters.take_counter(office, city.clerk, city.counter_ids[2])
    issue(office, city, "vi")
    call(office, city)
    said = called(office)[0]["announcement"]
    assert [(one["language"], one["audio"]) for one in said] == [("ja", None), ("vi", None)]
    assert texts(office) == ["エー、1番の方、3番窓口へお越しください。", "Mời số A 1 đến quầy số 3."]


def test_a_second_call_and_an_undone_one_are_said_as_such(office: Office, city: City) -> None:
    counters.take_counter(office, city.clerk, city.counter_ids[2])
    issue(office, city)
    ticket = call(office, city).ticket_id
    again = calling.recall(office, city.clerk, city.counter_ids[2], ticket)
    assert texts(office) == ["もう一度お呼びします。エー、1番の方、3番窓口へお越しください。"]
    undoing.undo(office, city.clerk, again.batch or "")
    assert texts(office) == ["エー、1番の方、3番窓口へお越しください。"]
    handling.miss(office, city.clerk, city.counter_ids[2], ticket)
    calling.call_chosen(office, city.clerk, city.counter_ids[2], ticket)
    assert texts(office)[0].startswith("もう一度お呼びします。")


def test_one_who_was_handed_over_is_sent_on(office: Office, city: City) -> None:
    counters.take_counter(office, city.clerk, city.counter_ids[2])
    issue(office, city)
    ticket = call(office, city).ticket_id
    clock_of(office).advance(minutes=5)
    handing_over.hand_over(office, city.clerk, city.counter_ids[2], ticket, city.other_service_id)
    clock_of(office).advance(minutes=1)
    call(office, city)
    assert texts(office) == ["エー、1番の方、つづいて、3番窓口へお越しください。"]
    clock_of(office).advance(minutes=1)
    calling.recall(office, city.clerk, city.counter_ids[2], ticket)
    assert texts(office)[0].startswith("もう一度お呼びします。")


def test_the_sound_is_there_before_a_board_asks(
    office: Office, city: City, voice: Humming, client: TestClient, speaker: speech.Speaker
) -> None:
    issue(office, city)
    call(office, city)
    address = called(office)[0]["announcement"][0]["audio"]
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.content[:4] == b"RIFF"
    assert voice.said == ["エー、一番のかた、三番窓口へお越しください。"]


def test_only_what_is_called_is_given(
    office: Office, city: City, client: TestClient, speaker: speech.Speaker
) -> None:
    issue(office, city)
    ticket = call(office, city).ticket_id
    address = called(office)[0]["announcement"][0]["audio"]
    assert client.get(address).status_code == 200
    assert client.get(address.replace("childcare", "tax")).status_code == 404
    assert client.get(address.replace("childcare", "nowhere")).json()["code"] == "unknown_desk"
    handling.serve(office, city.clerk, city.counter_ids[2], ticket)
    assert client.get(address).status_code == 200, "a display that is a moment late still gets it"
    handling.finish(office, city.clerk, city.counter_ids[2], ticket)
    assert client.get(address).json()["code"] == "unknown_speech"
    for name in ("0" * 32, "..%2f..%2fmadoguchi.db", "%00"):
        assert client.get(f"/api/v1/boards/childcare/speech/{name}.wav").status_code == 404


def test_a_voice_that_fails_is_told_so_that_the_browser_speaks(
    office: Office, city: City, voice: Humming, client: TestClient
) -> None:
    voice.broken = True
    issue(office, city)
    call(office, city)
    assert client.get(called(office)[0]["announcement"][0]["audio"]).status_code == 404


def test_a_silent_desk_has_sentences_and_no_sound(
    office: Office, city: City, voice: Humming, speaker: speech.Speaker
) -> None:
    with office.change() as unit:
        unit.session.get_one(Desk, city.desk_id).speech = False
    counters.take_counter(office, city.clerk, city.counter_ids[2])
    issue(office, city)
    call(office, city)
    found = called(office)[0]
    assert found["aloud"] is False
    assert [one["audio"] for one in found["announcement"]] == [None]
    assert announcements.on_board(office, city.desk_id) == []


def test_a_trial_gives_one_sentence_in_each_language(
    office: Office, city: City, client: TestClient, speaker: speech.Speaker
) -> None:
    name = speaker.name_of(announcements.sentence("A", 123, "1", "ja"))
    address = f"/api/v1/boards/childcare/speech/{name}.wav"
    assert client.get(address).status_code == 404, "nobody tried it yet"
    samples = announcements.try_voice(office, city.clerk, city.desk_id)
    assert [one.language for one in samples] == ["ja", "ja-easy", "en", "zh-Hans", "ko", "vi", "pt"]
    assert (samples[0].engine, samples[0].audio) == ("Hum", address)
    assert {(one.engine, one.audio) for one in samples[1:]} == {(None, None)}
    assert client.get(address).status_code == 200
