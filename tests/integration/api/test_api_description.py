"""The API's description is true: it names the routes that exist, and answers have the shapes it tells."""

import jsonschema
import pytest
from office_kit import City
from starlette.testclient import TestClient

from madoguchi.api import API_ROUTES
from madoguchi.api.openapi import description
from madoguchi.api.problems import _STATUS
from madoguchi.domain.languages import LANGUAGES
from madoguchi.services import issuing
from madoguchi.services.office import Office
from madoguchi.texts import catalogues


def check(schema: str, value: object) -> None:
    document = description()
    wanted = {**document, "$ref": f"#/components/schemas/{schema}"}
    jsonschema.Draft202012Validator(wanted).validate(value)


def test_the_description_names_exactly_the_routes() -> None:
    real = {
        (f"/api{route.path}", method.lower())
        for route in API_ROUTES
        for method in (route.methods or set()) - {"HEAD"}
    }
    told = {(path, method) for path, methods in description()["paths"].items() for method in methods}
    assert told == real


def test_answers_have_the_shapes_that_are_told(
    lite_client: TestClient, lite_office: Office, lite_city: City, lite_terminal: dict[str, str]
) -> None:
    issued = issuing.issue_at_terminal(
        lite_office,
        terminal_id=lite_city.terminal_id,
        desk_id=lite_city.desk_id,
        service_code="nursery",
        language="ja",
        key="any-key-8",
    )
    headers = {**lite_terminal, "Idempotency-Key": "a-key-of-mine"}
    check("Desks", lite_client.get("/api/v1/desks").json())
    check("Board", lite_client.get("/api/v1/boards/childcare").json())
    check("TicketStatus", lite_client.get(f"/api/v1/tickets/{issued.token}").json())
    check("TerminalConfig", lite_client.get("/api/v1/terminal/config", headers=lite_terminal).json())
    wish = {"service": "nursery", "language": "ja"}
    check("Ticket", lite_client.post("/api/v1/terminal/tickets", json=wish, headers=headers).json())
    check("Problem", lite_client.get("/api/v1/boards/nowhere").json())


def test_a_wrong_shape_would_be_noticed() -> None:
    with pytest.raises(jsonschema.ValidationError):
        check("Board", {"calling": []})


def test_the_description_is_served(lite_client: TestClient) -> None:
    assert lite_client.get("/api/openapi.json").json() == description()


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("GET", "/api", 404, "not_found"),
        ("GET", "/api/v1/no%0Athing", 404, "not_found"),
        ("DELETE", "/api/v1/desks", 405, "method_not_allowed"),
        ("GET", "/api/v1/terminal/tickets", 405, "method_not_allowed"),
    ],
)
def test_what_is_not_there_is_a_problem_too(
    lite_client: TestClient, method: str, path: str, status: int, code: str
) -> None:
    answer = lite_client.request(method, path, follow_redirects=True)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


def test_every_reason_is_said_in_every_language() -> None:
    every = catalogues()
    for code, status in _STATUS.items():
        texts = [every[language].get(f"refusal.{code}") for language in LANGUAGES]
        assert all(texts), (code, status)
