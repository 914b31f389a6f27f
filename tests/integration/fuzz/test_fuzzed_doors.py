"""Made-up input at every door: nothing fails, nothing hangs, and every answer is one that is described.

`python -m pytest tests/integration/fuzz --hypothesis-profile=long` goes on for much longer.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office_kit import City, office_on, small_city
from starlette.applications import Starlette
from starlette.testclient import TestClient

from madoguchi.api import routes as api_routes
from madoguchi.api.openapi import description
from madoguchi.domain import plan_csv
from madoguchi.domain.codes import claim_code_in, typed_claim_code
from madoguchi.domain.errors import Refusal
from madoguchi.line import conversation
from madoguchi.line.events import MalformedBodyError, read_events
from madoguchi.safety import protect
from madoguchi.services import inbox, links, running, sessions, terminals
from madoguchi.services.inbox import Event
from madoguchi.services.office import Office

USER = "U" + "a" * 32
FEW = settings(max_examples=settings.default.max_examples // 2, suppress_health_check=list(HealthCheck))
"""Half as many where each example goes through a database."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Office]:
    """One office for all examples: what one of them leaves, the next one meets."""
    folder = tmp_path_factory.mktemp("fuzz")
    shutil.copyfile(sqlite_template, folder / "madoguchi.db")
    opened = office_on(f"sqlite:///{folder / 'madoguchi.db'}", folder)
    running.start(opened)
    yield opened
    running.stop()
    opened.database.close()


@pytest.fixture(scope="module")
def city(office: Office) -> City:
    """A small city in it."""
    return small_city(office)


@pytest.fixture(scope="module")
def client(office: Office, city: City) -> Iterator[TestClient]:
    """The HTTP API behind the wrapper; whatever it raises is a 500."""
    app = protect(Starlette(routes=api_routes()), lambda: office.settings)
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def bearer(office: Office, city: City) -> dict[str, str]:
    """The headers of a paired terminal."""
    token = terminals.pair(office, terminals.make_pairing_code(office, "childcare", "fuzz")).token
    return {"Authorization": f"Bearer {token}"}


TEXT = st.text(alphabet=st.characters(), max_size=80)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=8,
)
WORDS = st.sampled_from(["book", "take", "later", "stop", "desk", "status", "move", "cancel", "yes", "here"])
POSTBACK = st.one_of(
    TEXT,
    st.builds(lambda action, rest: f"a={action}&{rest}", WORDS, TEXT),
    st.builds(
        lambda pairs: "&".join(f"{name}={value}" for name, value in pairs),
        st.lists(
            st.tuples(st.sampled_from("adstvrn"), st.one_of(WORDS, st.integers().map(str), TEXT)), max_size=7
        ),
    ),
)
EVENT = st.fixed_dictionaries(
    {},
    optional={
        "type": st.one_of(st.sampled_from(["message", "postback", "follow", "unfollow"]), JSON),
        "message": st.one_of(st.builds(lambda text: {"type": "text", "text": text}, TEXT), JSON),
        "postback": st.one_of(
            st.builds(lambda data, time: {"data": data, "params": {"time": time}}, POSTBACK, TEXT), JSON
        ),
        "source": st.one_of(st.just({"type": "user", "userId": USER}), JSON),
        "webhookEventId": st.one_of(TEXT, JSON),
        "timestamp": st.one_of(st.integers(0, 2_000_000_000_000), JSON),
        "replyToken": st.one_of(TEXT, JSON),
        "mode": st.one_of(st.sampled_from(["active", "standby"]), JSON),
        "follow": JSON,
    },
)


@given(st.one_of(st.binary(max_size=200), JSON.map(lambda value: json.dumps(value).encode())))
def test_no_body_of_a_webhook_is_more_than_malformed(raw: bytes) -> None:
    with suppress(MalformedBodyError):
        read_events(raw)


@FEW
@given(st.lists(EVENT, max_size=3))
def test_every_event_is_stored_and_answered(office: Office, city: City, events: list[Any]) -> None:
    read = read_events(json.dumps({"events": events}).encode())
    inbox.receive(office, read)
    now = office.clock.now()
    for event in read:
        if event.user_id is not None:
            answer = conversation.answer(
                office, Event(event.event_id, event.user_id, event.occurred_at or now, now, 1, event.body)
            )
            json.dumps(asdict(answer), default=str)


@FEW
@given(POSTBACK)
def test_every_button_that_anybody_can_make_up_is_answered(office: Office, city: City, data: str) -> None:
    now, body = office.clock.now(), {"type": "postback", "data": data.replace("\0", "")}
    conversation.answer(office, Event(f"fuzz:{hash(data)}", USER, now, now, 1, body))


@given(TEXT)
def test_no_text_is_taken_for_a_code_that_is_none(text: str) -> None:
    for code in (typed_claim_code(text), claim_code_in(text), claim_code_in(f"番号札登録 {text}")):
        assert code is None or len(code) <= len(text) + 8


@FEW
@given(TEXT)
def test_no_made_up_token_opens_anything(office: Office, city: City, text: str) -> None:
    assert sessions.actor_of(office, text) is None
    assert sessions.standing(office, text) is None
    assert terminals.terminal_of(office, text) is None
    for read in (links.read, links.read_code, links.read_calendar):
        with pytest.raises(Refusal):
            read(office, text)


CELLS = st.one_of(
    st.sampled_from(
        ["月", "火", "2026-10-01", "9:00", "12:00", "30", "2", "休み", "=1+1", '"', "\ufeff", ""]
    ),
    TEXT,
)
SHEET = st.lists(st.lists(CELLS, max_size=9).map(",".join), max_size=6).map("\n".join)


@given(
    st.one_of(
        st.binary(max_size=300),
        st.builds(
            lambda sheet, encoding: (",".join(plan_csv.COLUMNS) + "\n" + sheet).encode(encoding, "replace"),
            SHEET,
            st.sampled_from(["utf-8", "utf-8-sig", "cp932", "utf-16"]),
        ),
    )
)
def test_every_file_is_a_plan_or_refused_with_a_reason(data: bytes) -> None:
    with suppress(Refusal):
        plan_csv.read(data)


OPERATIONS = [
    (method, path, operation)
    for path, methods in description()["paths"].items()
    for method, operation in methods.items()
    if not path.endswith("/events")
]
PART = st.one_of(
    st.sampled_from(["childcare", "tax", "1", "0", "-1", "9" * 25, "..", "%2e%2e", "a" * 300]),
    TEXT.filter(bool),
)
HEADER = st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=40)


def shaped(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Bodies that are nearly as the description wants them."""
    schema = _resolved(schema)
    if "enum" in schema:
        return st.sampled_from(schema["enum"]) | JSON
    if schema.get("type") == "object" and "properties" in schema:
        members = {name: shaped(one) for name, one in schema["properties"].items()}
        return st.fixed_dictionaries({}, optional=members) | JSON
    if schema.get("type") == "array":
        return st.lists(shaped(schema.get("items", {})), max_size=3) | JSON
    if schema.get("type") == "integer":
        return st.integers() | JSON
    if schema.get("type") == "string":
        return st.sampled_from(["nursery", "ja", "ok", "2026-10-01T10:00:00+09:00", "2026-10-01"]) | TEXT
    return JSON


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = description()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


@pytest.mark.parametrize(
    ("method", "path", "operation"), OPERATIONS, ids=[f"{m} {p}" for m, p, _o in OPERATIONS]
)
def test_the_api_answers_as_it_is_described(
    client: TestClient, bearer: dict[str, str], method: str, path: str, operation: dict[str, Any]
) -> None:
    document = description()
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})

    @settings(
        max_examples=max(15, settings.default.max_examples // 5), suppress_health_check=list(HealthCheck)
    )
    @given(st.data())
    def walk(data: st.DataObject) -> None:
        address = path
        while "{" in address:
            name = address[address.index("{") : address.index("}") + 1]
            address = address.replace(name, _quoted(data.draw(PART)))
        headers = {"Idempotency-Key": data.draw(HEADER), "Accept-Language": data.draw(HEADER)}
        if data.draw(st.booleans()):
            headers |= bearer
        body = data.draw(shaped(content["schema"])) if content else data.draw(JSON)
        sent = {} if method == "get" else {"content": json.dumps(body).encode()}
        answer = client.request(method, address, headers=headers, **sent)
        assert answer.status_code < 500 or answer.status_code == 503, answer.text
        if answer.status_code >= 400 and answer.headers["content-type"] == "application/problem+json":
            problem = {**document, "$ref": "#/components/schemas/Problem"}
            jsonschema.Draft202012Validator(problem).validate(answer.json())

    walk()


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="%.")
