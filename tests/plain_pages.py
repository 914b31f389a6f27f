"""A browser for the staff side's plain pages, signed in without the way through the form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from madoguchi.api import account_pages, audit_pages, sign_in, user_pages
from madoguchi.domain.roles import Role
from madoguchi.safety import protect
from madoguchi.services import sessions
from madoguchi.services.actors import Actor
from madoguchi.services.office import Office
from madoguchi.store.tables import Staff

ADDRESS = "10.1.2.3"


async def _page(_request: Request) -> Response:
    return PlainTextResponse("a live page")


def plain_pages(office: Office) -> Starlette:
    """The plain pages behind the wrapper that stands before every answer."""
    live = [Route(path, _page) for path in ("/staff", "/staff/slots", "/book")]
    doors = (sign_in, account_pages, user_pages, audit_pages)
    app = Starlette(routes=[*(route for door in doors for route in door.routes()), *live])
    return protect(app, lambda: office.settings)  # type: ignore[return-value]


@contextmanager
def at(office: Office, session: str = "", address: str = ADDRESS) -> Iterator[httpx.Client]:
    """A browser that shows this site's pages from `address`."""
    with TestClient(
        plain_pages(office),
        base_url=office.settings.public_url,
        client=(address, 50000),
        follow_redirects=False,
    ) as client:
        client.headers["Sec-Fetch-Site"] = "same-origin"
        if session:
            client.cookies.set("madoguchi_staff", session)
        yield client


def session_of(office: Office, actor: Actor) -> str:
    """A new session's token, without a password."""
    with office.change() as unit:
        return sessions.open_session(unit, actor.staff_id)


def new_staff(office: Office, city_id: int, login: str, role: Role) -> Actor:
    """One more member of staff, without a password."""
    with office.change() as unit:
        row = Staff(
            municipality_id=city_id,
            login=login,
            display_name=f"{login}さん",
            role=role.value,
            password_hash="!",
        )
        unit.session.add(row)
        unit.session.flush()
        assert row.id is not None
        return Actor(row.id, row.display_name, role, city_id)
