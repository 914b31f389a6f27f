"""Tells systemd that the screen is served, and keeps telling it: a terminal that hangs is started anew."""

import asyncio
import logging
import os
import socket
from collections.abc import Mapping

import httpx

log = logging.getLogger(__name__)
_FIRST_TRIES = 0.2
_PATIENCE = 10.0


class ServiceManager:
    """What the environment says of the service manager; does nothing where there is none.

    ``screen_url`` is asked for before each word: only a terminal whose own page answers is alive.
    """

    def __init__(self, environ: Mapping[str, str], screen_url: str) -> None:
        self._socket = environ.get("NOTIFY_SOCKET", "")
        self._watchdog = _seconds(environ)
        self._url = screen_url

    async def run(self) -> None:
        """Say READY=1 when the screen is served, then WATCHDOG=1 twice per period; silent while it is not."""
        if not self._socket:
            return
        async with httpx.AsyncClient(trust_env=False, timeout=_PATIENCE) as http:
            ready = False
            while self._watchdog or not ready:
                if await self._answers(http):
                    self._say("WATCHDOG=1" if ready else "READY=1")
                    ready = True
                await asyncio.sleep(self._watchdog / 2 if ready else _FIRST_TRIES)

    async def _answers(self, http: httpx.AsyncClient) -> bool:
        try:
            return (await http.get(self._url)).is_success
        except httpx.HTTPError:
            return False

    def _say(self, word: str) -> None:
        # A name that begins with @ lives in Linux's abstract space, written with a NUL.
        name = "\0" + self._socket[1:] if self._socket.startswith("@") else self._socket
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
                line.connect(name)
                line.send(word.encode())
        except OSError as error:
            log.warning("the service manager does not hear: %s", error.strerror)


def _seconds(environ: Mapping[str, str]) -> float:
    """How often a sign of life is expected; 0 where none is, or it is another process's."""
    if environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return 0.0
    value = environ.get("WATCHDOG_USEC", "")
    return int(value) / 1_000_000 if value.isascii() and value.isdigit() else 0.0
