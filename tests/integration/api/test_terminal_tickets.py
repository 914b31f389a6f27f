"""The terminal's numbers over HTTP: once per key, with all that the paper shows, refusals in words."""

import json

import pytest
from office_kit import City, clock_of
from starlette.testclient import TestClient

from madoguchi.services import tickets
from madoguchi.services.office import Office
from madoguchi.store.tables import Terminal

BASE = "/api/v1/terminal"
WISH = {"service": "nursery", "language": "en"}


def keyed(headers: dict[str, str], key: str, **more: str) -> dict[str, str]:
    return {**headers, "Idempotency-Key": key, **more}


def test_a_ticket_carries_what_the_paper_shows(
    client: TestClient, office: Office, terminal: dict[str, str]
) -> None:
    answer = client.post(f"{BASE}/tickets", json=WISH, headers=keyed(terminal, "first-key"))
    assert answer.status_code == 201
    body = answer.json()
    assert body["number"] == "A001"
    assert body["service"] == {"code": "nursery", "names": {"ja": "保育所等利用申込", "en": "Nursery"}}
    assert body["desk"]["code"] == "childcare"
    assert body["waiting_ahead"] == 0
    low, high = body["estimated_wait_minutes"]
    assert 0 <= low <= high
    address, _, token = body["status_url"].rpartition("/t/")
    assert address == "http://127.0.0.1:3000"
    held = tickets.ticket_by_token(office, token)
    assert (held.number, held.claim_code, held.language) == ("A001", body["claim_code"], "en")


def test_the_same_key_gives_the_same_answer(client: TestClient, terminal: dict[str, str]) -> None:
    headers = keyed(terminal, "same-key")
    first, again = (client.post(f"{BASE}/tickets", json=WISH, headers=headers) for _ in range(2))
    assert (again.status_code, again.json()) == (201, first.json())
    other = client.post(f"{BASE}/tickets", json=WISH, headers=keyed(terminal, "other-key"))
    assert other.json()["number"] == "A002"


def test_a_paper_that_did_not_come_out_is_taken_back(
    client: TestClient, office: Office, terminal: dict[str, str]
) -> None:
    ticket = client.post(f"{BASE}/tickets", json=WISH, headers=keyed(terminal, "void-this")).json()
    for _ in range(2):
        assert client.post(f"{BASE}/tickets/{ticket['id']}/void", headers=terminal).status_code == 200
    assert tickets.ticket_by_token(office, ticket["status_url"].rpartition("/")[2]).state == "cancelled"


@pytest.mark.parametrize("ticket_id", ["999", "nonsense", "９", "1" * 30])
def test_only_an_own_ticket_is_taken_back(
    lite_client: TestClient, lite_terminal: dict[str, str], ticket_id: str
) -> None:
    answer = lite_client.post(f"{BASE}/tickets/{ticket_id}/void", headers=lite_terminal)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_ticket")


@pytest.mark.parametrize("key", ["", "short", "x" * 101, "with\ttab-in-it"])
def test_a_key_is_required(lite_client: TestClient, lite_terminal: dict[str, str], key: str) -> None:
    headers = {**lite_terminal, "Idempotency-Key": key} if key else lite_terminal
    answer = lite_client.post(f"{BASE}/tickets", json=WISH, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "key_missing")


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "body_not_json"),
        (b"{", 400, "body_not_json"),
        (b"[1]", 400, "body_not_json"),
        (b"\xff\xfe", 400, "body_not_json"),
        (b"[" * 9_000, 400, "body_not_json"),
        (b" " * 20_000, 413, "body_too_large"),
        (b"{}", 422, "body_wrong"),
        (b'{"service": 7}', 422, "body_wrong"),
        (b'{"service": "nursery", "language": "xx"}', 422, "body_wrong"),
        (b'{"service": "nursery", "language": ["ja"]}', 422, "body_wrong"),
        (b'{"service": "\\u0000"}', 422, "body_wrong"),
        (b'{"service": "\\ud800"}', 422, "body_wrong"),
        (b'{"service": "bill"}', 404, "unknown_service"),
        (b'{"service": "nowhere"}', 404, "unknown_service"),
    ],
)
def test_what_cannot_be_done_is_a_problem_document(
    lite_client: TestClient, lite_terminal: dict[str, str], content: bytes, status: int, code: str
) -> None:
    answer = lite_client.post(f"{BASE}/tickets", content=content, headers=keyed(lite_terminal, "any-key-8"))
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"].endswith(code)
    assert body["detail"]


def test_a_refusal_is_told_in_the_citizens_language(
    lite_client: TestClient, lite_office: Office, lite_terminal: dict[str, str]
) -> None:
    clock_of(lite_office).advance(hours=9)
    said = {}
    for language in ("ja", "en", "vi"):
        headers = keyed(lite_terminal, "closed-now", **{"Accept-Language": f"{language},ja;q=0.5"})
        answer = lite_client.post(f"{BASE}/tickets", json=WISH, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (409, "desk_closed")
        said[language] = answer.json()["detail"]
    assert len(set(said.values())) == 3
    assert all("08:30" in text for text in said.values())


def test_an_unknown_reservation_is_told(lite_client: TestClient, lite_terminal: dict[str, str]) -> None:
    body = {"code": "00000000", "language": "ja"}
    answer = lite_client.post(f"{BASE}/checkins", json=body, headers=keyed(lite_terminal, "check-in"))
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_reservation")


def test_config_tells_the_desks_services_as_they_are(
    lite_client: TestClient, lite_terminal: dict[str, str]
) -> None:
    lite_client.post(f"{BASE}/tickets", json=WISH, headers=keyed(lite_terminal, "one-waits"))
    body = lite_client.get(f"{BASE}/config", headers=lite_terminal).json()
    assert body["open"] is True
    assert [(one["code"], one["waiting"]) for one in body["services"]] == [("nursery", 1), ("allowance", 0)]
    assert set(body["ticket"]["closing_words"]) == {"ja", "ja-easy", "en", "zh-Hans", "ko", "vi", "pt"}


def test_a_terminal_tells_how_it_is(
    lite_client: TestClient, lite_office: Office, lite_city: City, lite_terminal: dict[str, str]
) -> None:
    late = lite_office.clock.now().replace(minute=2).isoformat()
    body = {"printer": "paper_low", "version": "1.2", "unsent": 3, "clock": late}
    answer = lite_client.post(f"{BASE}/status", json=body, headers=lite_terminal)
    assert answer.status_code == 200
    assert answer.json()["clock_ahead_seconds"] == 120.0
    with lite_office.look() as unit:
        terminal = unit.session.get_one(Terminal, lite_city.terminal_id + 1)
    assert (terminal.printer, terminal.version, terminal.unsent) == ("paper_low", "1.2", 3)
    assert terminal.seen_at == lite_office.clock.now()


@pytest.mark.parametrize(
    "wrong",
    [
        {"unsent": -1},
        {"unsent": True},
        {"clock": "soon"},
        {"clock": "2026-10-01T10:00:00"},
        {"printer": ""},
        {"version": "\ud800"},
    ],
)
def test_a_wrong_report_is_refused(
    lite_client: TestClient, lite_terminal: dict[str, str], wrong: dict[str, object]
) -> None:
    body = {"printer": "ok", "version": "1", "unsent": 0, "clock": "2026-10-01T01:00:00+00:00", **wrong}
    answer = lite_client.post(f"{BASE}/status", content=json.dumps(body), headers=lite_terminal)
    assert (answer.status_code, answer.json()["code"]) == (422, "body_wrong")
