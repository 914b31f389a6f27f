"""A small office with people who can sign in, and the staff side's HTTP around it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from office_kit import City, office_on
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from madoguchi.api import sign_in
from madoguchi.domain.roles import Role
from madoguchi.safety import protect
from madoguchi.services import running, staff_accounts
from madoguchi.services.office import Office

PASSWORD = "correct-horse"
OFFICE_ADDRESS = "10.1.2.3"
STREET_ADDRESS = "203.0.113.9"


def sign_ins(office: Office, _city: City) -> dict[str, int]:
    """Give five people a password; their ids by login."""
    roles = {
        "hanako": Role.CLERK,
        "ichiro": Role.CLERK,
        "mieko": Role.VIEWER,
        "kansa": Role.AUDITOR,
        "kacho": Role.ADMIN,
    }
    return {
        login: staff_accounts.create_staff(
            office,
            municipality_code="mori",
            login=login,
            display_name=f"{login}さん",
            role=role,
            password=PASSWORD,
        )
        for login, role in roles.items()
    }


async def _echo(request: Request) -> Response:
    body = await request.body()
    return PlainTextResponse(f"{request.url.path} {len(body)}")


def staff_side(office: Office) -> Starlette:
    """The sign-in, and stand-ins for the pages behind it, with the safety wrapper around."""
    echoes = [
        Route(path, _echo, methods=["GET", "POST"]) for path in ("/", "/book", "/staff", "/staff/slots")
    ]
    terminal = [
        Route("/api/v1/terminal/config", _echo),
        Route("/api/v1/desks", _echo, methods=["GET", "POST"]),
    ]
    app = Starlette(routes=[*sign_in.routes(), *echoes, *terminal])
    return protect(app, lambda: office.settings)  # type: ignore[return-value]


@contextmanager
def browser(office: Office, address: str = OFFICE_ADDRESS) -> Iterator[httpx.Client]:
    """A browser that shows this site's pages from ``address``."""
    base = office.settings.public_url
    with TestClient(
        staff_side(office), base_url=base, client=(address, 50000), follow_redirects=False
    ) as client:
        client.headers["Sec-Fetch-Site"] = "same-origin"
        yield client


@contextmanager
def running_office(url: str, var_dir: Path, **settings: object) -> Iterator[Office]:
    """An office that doors can find."""
    office = office_on(url, var_dir, **settings)
    running.start(office)
    try:
        yield office
    finally:
        running.stop()
        office.database.close()


def try_sign_in(client: httpx.Client, login: str, password: str, **fields: str) -> httpx.Response:
    """Send the form as typed."""
    return client.post("/staff/login", data={"login": login, "password": password, **fields})
