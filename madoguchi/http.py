"""The plain HTTP side: every route that is not a Reflex page, in one list."""

from importlib import import_module
from importlib.util import find_spec

from starlette.applications import Starlette
from starlette.routing import BaseRoute

_DOORS = ("madoguchi.line", "madoguchi.api.sign_in", "madoguchi.api", "madoguchi.api.calendar_file")


def build_http() -> Starlette:
    """Gather the doors' routes. Reflex mounts itself below them, so the first match here wins."""
    routes: list[BaseRoute] = []
    for door in _DOORS:
        if find_spec(door) and hasattr(module := import_module(door), "routes"):
            routes += module.routes()
    return Starlette(routes=routes)
