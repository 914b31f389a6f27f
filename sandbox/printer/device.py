"""The printer itself: its TCP door, its state, its papers."""

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Callable
from typing import Any

from sandbox.printer.commands import Command, CommandReader, PaperQuery, StatusQuery, TearOff
from sandbox.printer.paper import Paper, Roll
from sandbox.printer.state import PrinterState

KEPT_PAPERS = 50
Reply = Callable[[bytes], None]
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class VirtualPrinter:
    """An ESC/POS printer on a TCP port that keeps the last papers as pictures.

    While it cannot print it holds what it is sent, as a real one's buffer does, and
    prints that when it can again. Status queries are answered at all times.
    """

    def __init__(self) -> None:
        self.state = PrinterState()
        self.papers: deque[Paper] = deque(maxlen=KEPT_PAPERS)
        self._roll = Roll(self.state.width)
        self._held: deque[tuple[Command, Reply]] = deque()
        self._connections: set[asyncio.StreamWriter] = set()

    async def listen(self, port: int, host: str = "127.0.0.1") -> asyncio.Server:
        """Open the TCP door; raises ``OSError`` when the port is taken."""
        return await asyncio.start_server(self._serve, host, port)

    @property
    def uncut(self) -> int:
        """Dots of paper hanging out uncut."""
        return self._roll.uncut

    @property
    def held(self) -> int:
        """Commands waiting in the buffer until printing is possible."""
        return len(self._held)

    def paper(self, number: int) -> Paper | None:
        """The paper with this number while it is kept."""
        return next((paper for paper in self.papers if paper.number == number), None)

    def change(self, wanted: dict[str, Any]) -> None:
        """Change the state; raises :class:`~sandbox.printer.state.WrongState` and then changes nothing."""
        self.state = self.state.changed(wanted)
        self._roll.width = self.state.width
        if not self.state.plugged:
            self._held.clear()
            for writer in self._connections:
                writer.transport.abort()
        self._print_held()

    def accept(self, command: Command, reply: Reply = lambda _answer: None) -> None:
        """Work one command; what it answers goes to ``reply``, now or when its turn comes."""
        if isinstance(command, StatusQuery):
            reply(self.state.answer(command.kind))
            return
        self._held.append((command, reply))
        self._print_held()

    def _print_held(self) -> None:
        while self._held and self.state.can_print:
            command, reply = self._held.popleft()
            if isinstance(command, PaperQuery):
                reply(self.state.answer_in_turn(command.kind))
                continue
            before = self._roll.uncut
            paper = self._roll.apply(command)
            if paper is not None:
                self.papers.append(paper)
            self.state = self.state.after(max(0, self._roll.uncut - before))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.state.plugged:
            _reset(writer)
            return
        self._connections.add(writer)
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            # The computer went away in the middle: what arrived stays in the buffer. A cancelled connection
            # ends like this too, as nobody awaits it and asyncio would log its end as an error.
            pass
        finally:
            self._connections.discard(writer)
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        commands, printed = CommandReader(), False
        while data := await reader.read(65536):
            for command in commands.feed(data):
                printed = printed or not isinstance(command, StatusQuery)
                self.accept(command, lambda answer: _answer(writer, answer))
            await writer.drain()
        if printed:
            self.accept(TearOff())


def _answer(writer: asyncio.StreamWriter, answer: bytes) -> None:
    if answer and not writer.is_closing():
        writer.write(answer)


def _reset(writer: asyncio.StreamWriter) -> None:
    # An unplugged printer gives no polite end of stream; without the reset its absence looks like silence.
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    writer.transport.abort()
