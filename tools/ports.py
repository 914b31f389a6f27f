"""Ports: whether they are free, and whether something answers."""

import os
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass

from tools.talk import Stop

_POLL_SECONDS = 0.1
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Port:
    """A port that is to be listened on, and the variable that moves it elsewhere."""

    number: int
    variable: str
    host: str = "127.0.0.1"


def from_environ(variable: str, default: int, environ: dict[str, str]) -> Port:
    """Read a port; raises `Stop` naming the variable when it is no port number."""
    value = environ.get(variable) or str(default)
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 65536):
        raise Stop(f"{variable}: {value!r} is not a port number")
    return Port(int(value), variable)


def ensure_free(port: Port) -> None:
    """Raise `Stop` when somebody listens there already."""
    try:
        with socket.create_server((port.host, port.number)):
            return
    except OSError as error:
        where = f"Port {port.number} cannot be used ({os.strerror(error.errno or 0)})"
        raise Stop(f"{where}: end what runs there, or set {port.variable} to another port") from error


def free_port() -> int:
    """Give a port that nobody uses at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def listens(port: int) -> bool:
    """Say whether something accepts connections on this machine's ``port``."""
    with socket.socket() as client:
        client.settimeout(2)
        return client.connect_ex(("127.0.0.1", port)) == 0


def wait_until_answers(url: str, seconds: float, still_alive: Callable[[], bool]) -> bool:
    """Ask ``url`` until it answers 2xx; False when ``still_alive`` says no or the time is over."""
    return wait_until(lambda: _answers(url), seconds, still_alive)


def wait_until(condition: Callable[[], bool], seconds: float, still_alive: Callable[[], bool]) -> bool:
    """Wait for ``condition``; False when ``still_alive`` says no or the time is over."""
    deadline = time.monotonic() + seconds
    while still_alive() and time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(_POLL_SECONDS)
    return False


def _answers(url: str) -> bool:
    try:
        with _DIRECT.open(url, timeout=5) as answer:
            return bool(200 <= answer.status < 300)
    except (urllib.error.URLError, OSError):
        return False
