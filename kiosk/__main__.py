"""``python -m kiosk`` starts the terminal; with a command it does one thing for staff and ends."""

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Sequence
from typing import NoReturn

from granian.constants import Interfaces
from granian.server.embed import Server

from kiosk.command_line import run_command
from kiosk.pairing import check_paired
from kiosk.service_manager import ServiceManager
from kiosk.settings import Settings, SettingsError, load_settings
from kiosk.terminal import Terminal, build_terminal, token_of

_WRONG_SETTING = 2


def main(arguments: Sequence[str]) -> int:
    """Run the command; the process's exit code (2: a setting is wrong)."""
    logging.basicConfig(format="%(asctime)s kiosk %(levelname)s %(message)s", force=True)
    # Others tell of each request and each look at the printer; the terminal's own lines say what matters.
    logging.getLogger("kiosk").setLevel(logging.INFO)
    try:
        settings = load_settings(os.environ)
        if arguments:
            return run_command(settings, arguments)
        _check_port(settings)
        check_paired(token_of(settings), settings.pairing_code)
        asyncio.run(_serve(settings))
    except SettingsError as error:
        return _say(str(error))
    return 0


async def _serve(settings: Settings) -> None:
    terminal = build_terminal(settings)
    server = Server(
        terminal.web.app(),
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGINL,
        log_enabled=False,
        websockets=False,
    )
    work = asyncio.create_task(terminal.run())
    serving = asyncio.create_task(server.serve())
    manager = ServiceManager(os.environ, f"http://{settings.host}:{settings.port}/api/state")
    telling = asyncio.create_task(manager.run())
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    stopped = asyncio.create_task(stop.wait())
    logging.getLogger("kiosk").info("terminal at http://%s:%d/", settings.host, settings.port)
    await asyncio.wait({work, serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
    telling.cancel()
    await _end(terminal, work, server, serving)


async def _end(
    terminal: Terminal, work: asyncio.Task[None], server: Server, serving: asyncio.Task[None]
) -> None:
    terminal.board.close()
    server.stop()  # type: ignore[no-untyped-call]
    await asyncio.gather(serving, return_exceptions=True)
    if work.done():
        await work
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)


def _check_port(settings: Settings) -> None:
    try:
        with socket.create_server((settings.host, settings.port)):
            return
    except OSError as error:
        raise SettingsError("KIOSK_PORT", f"{settings.port} cannot be opened: {error.strerror}") from error


def _say(line: str) -> int:
    sys.stderr.write(f"kiosk: {line}\n")
    return _WRONG_SETTING


def _leave(code: int) -> NoReturn:
    """End the process at once, all work being done.

    Connections that were open at the stop are let go by the server's own threads; one of them meeting
    an interpreter that is being torn down aborts the process.
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _leave(main(sys.argv[1:]))
