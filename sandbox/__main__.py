"""``python -m sandbox``: the stand-in for LINE and the virtual printer, until Ctrl-C."""

import asyncio
import logging
import os
import signal
import socket
import sys
from typing import NoReturn

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from sandbox import printer
from sandbox.app import build_app
from sandbox.line.platform import Platform
from sandbox.settings import SandboxSettings, WrongSetting, load_settings

_CONNECTIONS = 4096


async def serve(settings: SandboxSettings) -> None:
    """Run both stand-ins until the process is told to stop. Raises ``OSError`` when a port is taken."""
    _refuse_taken(settings.host, settings.port)
    printing = await printer.start_printer(settings.printer_port)
    server = Server(
        build_app(Platform(settings), printer.routes),
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        backlog=_CONNECTIONS,
        backpressure=_CONNECTIONS,
        log_level=LogLevels.error,
    )
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, server.stop)
    sys.stdout.write(f"LINEの代わり http://{settings.host}:{settings.port}\n")
    sys.stdout.flush()
    async with printing:
        await server.serve()


def _refuse_taken(host: str, port: int) -> None:
    """Raise ``OSError`` when somebody listens already: the server itself would share the port."""
    with socket.create_server((host, port), reuse_port=False):
        pass


def main() -> int:
    """Start; the exit code is 1 when a setting is wrong or a port is taken."""
    try:
        settings = load_settings()
        asyncio.run(serve(settings))
    except WrongSetting as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"ポートを使えません（SANDBOX_PORT, SANDBOX_PRINTER_PORT）: {error}\n")
        return 1
    return 0


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
    _leave(main())
