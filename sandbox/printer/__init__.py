"""A virtual ESC/POS receipt printer: raw TCP in, pictures of the paper out.

The process that runs the stand-ins calls :func:`start_printer` for the TCP side
and mounts :data:`routes` for the pages under ``/printer``; both show one printer.
"""

import asyncio

from sandbox.printer.device import VirtualPrinter
from sandbox.printer.pages import printer_routes

_printer = VirtualPrinter()
routes = printer_routes(_printer)


async def start_printer(port: int) -> asyncio.Server:
    """Listen for print data on ``port`` of the loopback; raises ``OSError`` when it is taken."""
    return await _printer.listen(port)


__all__ = ["routes", "start_printer"]
