"""The terminal's spool over HTTP: held numbers out, given numbers in."""

import jsonschema
import pytest
from starlette.testclient import TestClient

from madoguchi.api.openapi import description
from madoguchi.services.office import Office

SYNC = "/api/v1/terminal/sync"
NOW = "2026-10-01T01:00:00+00:00"
EMPTY = {"clock": NOW, "tickets": []}


def spooled(client: TestClient, headers: dict[str, str], **more: object) -> dict[str, object]:
    """The first held number, as if it had been given."""
    lease = client.post(SYNC, json=EMPTY, headers=headers).json()["leases"][0]
    held = lease["numbers"][0]
    return {
        "key": "a-touch-of-mine",
        "service": lease["service"],
        "service_day": lease["service_day"],
        "number": held["number"],
        "token": held["token"],
        "claim_code": held["claim_code"],
        "issued_at": NOW,
        "language": "en",
        **more,
    }


def test_numbers_are_held_and_brought_back_once(client: TestClient, terminal: dict[str, str]) -> None:
    lease, _ = client.post(SYNC, json=EMPTY, headers=terminal).json()["leases"]
    assert (lease["service"], lease["service_day"], lease["stopped"]) == ("nursery", "2026-10-01", False)
    assert (lease["opens_at"], lease["closes_at"]) == (
        "2026-09-30T23:30:00+00:00",
        "2026-10-01T08:15:00+00:00",
    )
    held = lease["numbers"][0]
    assert held["number"] == "A901"
    assert held["status_url"] == f"http://127.0.0.1:3000/t/{held['token']}"
    body = {"clock": NOW, "tickets": [spooled(client, terminal)]}
    booked, known = (client.post(SYNC, json=body, headers=terminal).json()["results"][0] for _ in range(2))
    assert (booked["result"], known["result"], booked["id"]) == ("booked", "known", known["id"])
    status = client.get(f"/api/v1/tickets/{held['token']}").json()
    assert (status["number"], status["state"], status["waiting_ahead"]) == ("A901", "waiting", 0)


def test_a_refused_number_comes_with_its_replacement(
    lite_client: TestClient, lite_terminal: dict[str, str]
) -> None:
    body = {
        "clock": NOW,
        "tickets": [
            spooled(lite_client, lite_terminal),
            spooled(lite_client, lite_terminal, key="another-touch"),
        ],
    }
    answer = lite_client.post(SYNC, json=body, headers=lite_terminal).json()
    wanted = {**description(), "$ref": "#/components/schemas/SpoolAnswer"}
    jsonschema.Draft202012Validator(wanted).validate(answer)
    first, second = answer["results"]
    assert (first["result"], second["result"], second["reason"]) == ("booked", "renumbered", "given_twice")
    assert second["ticket"]["number"] == "A001"


def test_only_a_paired_terminal_is_handed_numbers(lite_client: TestClient) -> None:
    answer = lite_client.post(SYNC, json=EMPTY, headers={"Authorization": "Bearer nobody"})
    assert (answer.status_code, answer.json()["code"]) == (401, "terminal_unknown")


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"tickets": []}, 422, "body_wrong"),
        ({"clock": NOW}, 422, "body_wrong"),
        ({"clock": NOW, "tickets": [1]}, 422, "body_wrong"),
        ({"clock": NOW, "tickets": [{}] * 41}, 422, "body_wrong"),
        ({"clock": "0001-01-01T00:00:00+23:59", "tickets": []}, 422, "body_wrong"),
    ],
)
def test_a_wrong_spool_is_refused(
    lite_client: TestClient,
    lite_terminal: dict[str, str],
    wrong: dict[str, object],
    status: int,
    code: str,
) -> None:
    answer = lite_client.post(SYNC, json=wrong, headers=lite_terminal)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "x"},
        {"key": 7},
        {"service_day": "yesterday"},
        {"token": ""},
        {"number": "A" * 17},
        {"issued_at": "2026-10-01T10:00:00"},
        {"language": "xx"},
    ],
)
def test_a_wrong_ticket_in_it_is_refused(
    lite_client: TestClient, lite_office: Office, lite_terminal: dict[str, str], wrong: dict[str, object]
) -> None:
    body = {"clock": NOW, "tickets": [spooled(lite_client, lite_terminal, **wrong)]}
    answer = lite_client.post(SYNC, json=body, headers=lite_terminal)
    assert answer.status_code in {400, 422}
    assert answer.json()["detail"]
