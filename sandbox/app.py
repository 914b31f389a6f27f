"""Puts the stand-ins together into one ASGI application."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from sandbox.line import ids
from sandbox.line.platform import Platform
from sandbox.line.routes import liff, login, menus, messaging
from sandbox.line.routes.control import ControlRoutes
from sandbox.line.routes.liff import LiffRoutes
from sandbox.line.routes.pages import PageRoutes
from sandbox.line.routes.phones import PhoneRoutes
from sandbox.line.routes.traffic import TrafficRoutes

_API_ENDPOINTS = (*messaging.ENDPOINTS, *menus.ENDPOINTS, *login.ENDPOINTS, *liff.ENDPOINTS)


def build_app(platform: Platform, further: Sequence[BaseRoute] = ()) -> Starlette:
    """The LINE stand-in of ``platform``, and ``further`` routes beside it."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await platform.open()
        yield
        await platform.close()

    routes: list[BaseRoute] = [
        *(endpoint.route(platform) for endpoint in _API_ENDPOINTS),
        *PhoneRoutes(platform).routes(),
        *ControlRoutes(platform).routes(),
        *TrafficRoutes(platform).routes(),
        *LiffRoutes(platform).routes(),
        *PageRoutes(platform).routes(),
        *further,
    ]
    return Starlette(routes=routes, lifespan=lifespan, exception_handlers={HTTPException: _not_served})


async def _not_served(_request: Request, error: Exception) -> Response:
    """An unknown address or method, answered as LINE's API does."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    message = "Not found" if status == 404 else "Method not allowed"
    return JSONResponse({"message": message}, status, {"x-line-request-id": ids.request_id()})
