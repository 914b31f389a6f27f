"""From a line in the log one finds what a request or an event of LINE caused, down to the messages."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from line_kit import Town
from office_kit import clock_of

from madoguchi import tracing
from madoguchi.cli.logs import Structured
from madoguchi.line import worker
from madoguchi.services import outbox, sending
from madoguchi.services.office import Office
from madoguchi.store.tables import LineUser


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """The server's log."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Structured())
    log = logging.getLogger("madoguchi")
    before = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield stream
    log.removeHandler(handler)
    log.setLevel(before)


def _lines(stream: io.StringIO, words: str) -> list[dict[str, str]]:
    return [
        found for line in stream.getvalue().splitlines() if words in (found := json.loads(line))["message"]
    ]


def _push(office: Office, cause: str) -> None:
    with office.change() as unit:
        user = LineUser(user_id="U" + "0" * 32, created_at=unit.now)
        unit.session.add(user)
        unit.session.flush()
        outbox.enqueue(
            unit,
            cause=cause,
            kind="place_offered",
            line_user_id=user.id or 0,
            facts={},
            expires_in=timedelta(hours=1),
        )


def test_a_message_is_found_from_the_request_that_caused_it(
    lite_office: Office, written: io.StringIO
) -> None:
    with tracing.under("a1b2"):
        _push(lite_office, "offered:17:1")
    (line,) = _lines(written, "offered:17:1")
    assert (line["request"], line["message"]) == ("a1b2", "messages to send: offered:17:1")
    clock_of(lite_office).advance(seconds=1)
    assert [due.cause for due in sending.claim(lite_office, 5)] == ["offered:17:1"]


def test_nothing_is_said_of_what_was_rolled_back(lite_office: Office, written: io.StringIO) -> None:
    def fail() -> None:
        with lite_office.change() as unit:
            unit.outbox_filled(["offered:18:1"])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert _lines(written, "offered:18:1") == []


@pytest.mark.anyio
async def test_lines_about_an_event_of_line_bear_its_id(
    town: Town, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = logging.getLogger("madoguchi.trial")

    def answer(office: Office, event: object) -> object:
        log.info("worked here")
        return there(office, event)  # type: ignore[arg-type]

    there = worker.answer
    monkeypatch.setattr(worker, "answer", answer)
    await town.follow("hanako")
    found = _lines(written, "worked here")
    assert found
    assert all(len(line["request"]) > 10 for line in found)
