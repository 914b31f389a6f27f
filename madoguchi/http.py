"""The plain HTTP side: every route that is not a Reflex page, in one list."""

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from madoguchi import api, built_pages, line, public
from madoguchi.api import (
    account_pages,
    audit_pages,
    booking_code,
    calendar_file,
    day_sheet,
    plan_file,
    sign_in,
    statistics_file,
    user_pages,
)


def build_http() -> Starlette:
    """Gather the doors' routes. Reflex mounts itself below them, so the first match here wins."""
    staff = (sign_in, account_pages, user_pages, audit_pages, day_sheet, plan_file, statistics_file)
    doors = (line, *staff, api, calendar_file, booking_code, public, built_pages)
    routes: list[BaseRoute] = [route for door in doors for route in door.routes()]
    return Starlette(routes=routes)
