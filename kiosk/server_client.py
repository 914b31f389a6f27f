"""HTTP with the madoguchi server. Every way it can go wrong is one of three exceptions."""

import ssl
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import httpx
from pydantic import ValidationError

from kiosk.messages import Config, Message, Paired, Problem, SyncAnswer, Ticket

_API = "/api/v1/terminal"
_TIMEOUT = httpx.Timeout(5.0, connect=2.0)
_PAIRING_REFUSED = {400, 403, 409, 410, 422}
_REFUSED = {400, 403, 404, 409, 410, 413, 422}
_Message = TypeVar("_Message", bound=Message)


class ServerAway(Exception):
    """Not reached, too slow, or it answered something that is no answer. Worth trying again.

    ``unheard``: the request certainly did not reach the server.
    """

    def __init__(self, reason: str, *, unheard: bool = False) -> None:
        super().__init__(reason)
        self.unheard = unheard


class Refused(Exception):
    """The server understood and said no; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code or problem.title)
        self.problem = problem


class Revoked(Exception):
    """The device token is no longer valid."""


class ServerClient:
    """The terminal API of one server. ``token`` is empty until paired; ``trust`` proves who the server is."""

    def __init__(
        self,
        base_url: str,
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        trust: ssl.SSLContext | bool = True,
    ) -> None:
        self.token = ""
        self._http = httpx.AsyncClient(
            base_url=base_url, timeout=_TIMEOUT, transport=transport, verify=trust, trust_env=False
        )

    async def close(self) -> None:
        """Let the connections go."""
        await self._http.aclose()

    async def pair(self, code: str) -> str:
        """Exchange the one-time code for a device token; raises :class:`Refused`, :class:`ServerAway`."""
        response = await self._send("POST", "/pair", json={"code": code})
        if response.status_code in _PAIRING_REFUSED and (problem := _problem(response)).code:
            raise Refused(problem)
        return _read(response, Paired).device_token

    async def config(self) -> Config:
        """Services, waiting counts and texts of the desk."""
        return _read(await self._authorized("GET", "/config"), Config)

    async def issue(self, key: str, service: str, language: str) -> Ticket:
        """A number for ``service``; the same ``key`` always gives the same ticket."""
        body = {"service": service, "language": language}
        return _read(await self._authorized("POST", "/tickets", key=key, json=body), Ticket)

    async def check_in(self, key: str, code: str, language: str) -> Ticket:
        """A number for the reservation ``code``."""
        body = {"code": code, "language": language}
        return _read(await self._authorized("POST", "/checkins", key=key, json=body), Ticket)

    async def void(self, ticket_id: int | str) -> None:
        """Take back a ticket that reached nobody."""
        await self._authorized("POST", f"/tickets/{ticket_id}/void")

    async def sync(self, clock: datetime, tickets: Sequence[Mapping[str, str]]) -> SyncAnswer:
        """Tell what was given without the server; ``clock`` is what the terminal believes its time to be."""
        body = {"clock": clock.isoformat(), "tickets": list(tickets)}
        return _read(await self._authorized("POST", "/sync", json=body), SyncAnswer)

    async def report(self, printer: str, version: str, unsent: int, clock: datetime) -> None:
        """Tell how the terminal is; ``clock`` is the terminal's own time."""
        body = {"printer": printer, "version": version, "unsent": unsent, "clock": clock.isoformat()}
        await self._authorized("POST", "/status", json=body)

    async def _authorized(
        self, method: str, path: str, *, key: str = "", json: Mapping[str, object] | None = None
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        if key:
            headers["Idempotency-Key"] = key
        if json and isinstance(json.get("language"), str):
            headers["Accept-Language"] = str(json["language"])
        response = await self._send(method, path, headers=headers, json=json)
        if response.is_success:
            return response
        # Without a reason it is not the server that says no, but something on the way to it.
        problem = _problem(response)
        if response.status_code == 401 and problem.code:
            raise Revoked
        if response.status_code in _REFUSED and problem.code:
            raise Refused(problem)
        raise ServerAway(f"{method} {path}: {response.status_code}")

    async def _send(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, json: object = None
    ) -> httpx.Response:
        try:
            return await self._http.request(method, _API + path, headers=headers, json=json)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise ServerAway(type(error).__name__, unheard=True) from error
        except httpx.HTTPError as error:
            raise ServerAway(type(error).__name__) from error


def _read(response: httpx.Response, kind: type[_Message]) -> _Message:
    if not response.is_success:
        raise ServerAway(f"{response.request.url.path}: {response.status_code}")
    try:
        return kind.model_validate_json(response.content)
    except ValidationError as error:
        raise ServerAway(f"{response.request.url.path}: not the agreed shape") from error


def _problem(response: httpx.Response) -> Problem:
    try:
        return Problem.model_validate_json(response.content)
    except ValidationError:
        return Problem(title=f"HTTP {response.status_code}")
