"""``serve``: answer with the front end that was built before, in one process, without compiling."""

import asyncio
import logging
import os
import resource
import signal
import socket
import sys
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from madoguchi.built_pages import BUILT
from madoguchi.cli.garbage import Garbage, tend
from madoguchi.cli.in_flight import InFlight
from madoguchi.services import running
from madoguchi.services.clock import SystemClock
from madoguchi.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PAGES_BUILT = BUILT / "index.html"

CONNECTIONS = 16384
"""How many may be open at once; Granian's own default would stop everyone at about 1,024."""
BACKLOG = 4096
GRACE_SECONDS = 1.0
"""How long running requests may finish before long-lived streams are ended."""
STOP_SECONDS = 4.5
"""After this the process ends even if a lifespan task does not."""

_CANNOT_START = 2


class CannotServeError(Exception):
    """The server cannot start; the message is one line that says what to do."""


def serve(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT; the process's exit code (2: it could not start)."""
    try:
        _check(settings)
    except CannotServeError as error:
        sys.stderr.write(f"madoguchi: {error}\n")
        return _CANNOT_START
    _raise_open_files()
    _prepare_reflex(settings)
    app = _load_app()
    return asyncio.run(_serve_and_leave(app, settings))


def _leave(code: int) -> None:
    """End the process at once: lifespan tasks have ended and nothing is left to tidy up.

    Connections that were open at the stop are let go by Granian's own threads; one of them meeting an
    interpreter that is being torn down aborts the process.
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _check(settings: Settings) -> None:
    if settings.workers > 1:
        raise CannotServeError("MADOGUCHI_WORKERS: only 1 is supported by this version")
    if not PAGES_BUILT.exists():
        raise CannotServeError("the pages are not built yet: run `make build` first")
    try:
        with socket.create_server((settings.host, settings.port)):
            return
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        raise CannotServeError(f"MADOGUCHI_PORT: cannot listen on {where}: {error.strerror}") from error


def _raise_open_files() -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _prepare_reflex(settings: Settings) -> None:
    """Set what Reflex reads while it is imported; its own files go under ``VAR_DIR`` too."""
    var_dir = settings.var_dir.resolve()
    os.chdir(ROOT)
    os.environ |= {
        "REFLEX_ENV_MODE": "prod",
        "REFLEX_BACKEND_ONLY": "true",
        "REFLEX_DIR": str(var_dir / "reflex"),
        "REFLEX_UPLOADED_FILES_DIR": str(var_dir / "uploads"),
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "__REFLEX_SKIP_COMPILE": "true",
        "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
    }


def _load_app() -> Any:
    from madoguchi.madoguchi import app  # noqa: PLC0415  Reflex reads its environment on import

    return app()


async def _serve_and_leave(app: Any, settings: Settings) -> int:
    code = await _serve(app, settings)
    # From within: a loop that is closed properly waits for whatever still hangs, without an end.
    _leave(code)
    return code


async def _serve(app: Any, settings: Settings) -> int:
    in_flight = InFlight(app)
    garbage = Garbage(_now(settings))
    garbage.settle()
    server = Server(
        in_flight,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        backlog=BACKLOG,
        backpressure=CONNECTIONS,
        log_level=LogLevels.error,
        log_access=False,
    )
    stop = asyncio.Event()
    stop_on_signals(stop)
    serving = asyncio.create_task(server.serve())
    tending = asyncio.create_task(tend(garbage, partial(_now, settings), _busy))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    tending.cancel()
    if serving.done():
        stopping.cancel()
        await serving
        return 1
    return await _end(server, serving, in_flight)


def stop_on_signals(stop: asyncio.Event) -> None:
    """Set `stop` in the running loop at SIGINT or SIGTERM.

    Not by the loop's own handlers: they hear of a signal through the pipe that wakes the loop, and while
    hundreds of viewers leave at once that pipe is full and the signal would be lost.
    """
    loop = asyncio.get_running_loop()

    def ask(_number: int, _frame: object) -> None:
        loop.call_soon_threadsafe(stop.set)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)


def _now(settings: Settings) -> datetime:
    return SystemClock().now().astimezone(settings.zone)


def _busy() -> bool:
    try:
        return running.office().precedence.busy
    except running.NotRunningError:
        return False


async def _end(server: Server, serving: asyncio.Task[None], in_flight: InFlight) -> int:
    server.stop()  # type: ignore[no-untyped-call]
    ending = asyncio.create_task(in_flight.end(GRACE_SECONDS))
    done, _pending = await asyncio.wait({serving}, timeout=STOP_SECONDS)
    ending.cancel()
    if not done:
        sys.stderr.write(f"madoguchi: not everything stopped within {STOP_SECONDS} s\n")
        return 1
    await serving
    return 0
