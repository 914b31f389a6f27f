"""A city whose network, printer, server and terminals fail, and the fingers that tap there meanwhile."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
import zxingcpp
from PIL import Image

from sandbox.printer.device import VirtualPrinter

SCREEN_TRIES = 3


class Network:
    """The way from the terminals to the server, which can be cut in three manners."""

    def __init__(self, port: int, server_port: int) -> None:
        self._port = port
        self._server_port = server_port
        self._door: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._answers = True

    async def restore(self) -> None:
        """Let everything through."""
        self._answers = True
        if self._door is None:
            self._door = await asyncio.start_server(self._connected, "127.0.0.1", self._port)

    async def refuse(self) -> None:
        """Nobody can connect, and what was connected breaks."""
        if self._door is not None:
            self._door.close()
            self._door = None
        self.break_all()

    def lose_answers(self) -> None:
        """The server hears, but no answer arrives."""
        self._answers = False

    def break_all(self) -> None:
        """Whatever is under way breaks."""
        for writer in list(self._open):
            writer.transport.abort()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            upstream, server = await asyncio.open_connection("127.0.0.1", self._server_port)
            self._open.add(server)
        except OSError:
            self._drop(writer)
            return
        await asyncio.gather(
            self._pump(reader, server, lambda: True),
            self._pump(upstream, writer, lambda: self._answers),
            return_exceptions=True,
        )
        self._drop(writer)
        self._drop(server)

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lets: Callable[[], bool]
    ) -> None:
        try:
            while (data := await reader.read(65536)) and lets():
                writer.write(data)
                await writer.drain()
        except (OSError, asyncio.CancelledError):
            pass
        writer.transport.abort()

    def _drop(self, writer: asyncio.StreamWriter) -> None:
        self._open.discard(writer)
        writer.transport.abort()


@dataclass
class Fingers:
    """Everybody who taps, and the number that each was shown; ``hurry`` is the longest pause in seconds."""

    port: int
    services: tuple[str, ...]
    seed: int
    hurry: float
    shown: dict[str, str] = field(default_factory=dict)
    turned_away: int = 0
    tapping: bool = True

    async def tap(self, finger: int) -> None:
        """Tap again and again, as the touch screen does: a try again keeps its key."""
        chance = random.Random(f"{self.seed}-{finger}")
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", trust_env=False) as screen:
            while self.tapping:
                await asyncio.sleep(chance.uniform(0, self.hurry))
                await self.tap_once(screen, chance.choice(self.services), chance.choice(("ja", "vi")))

    async def tap_once(
        self, screen: httpx.AsyncClient, service: str, language: str, bounces: int = 1
    ) -> None:
        """One touch, which the screen sends ``bounces`` times at once."""
        wish = {"key": str(uuid.uuid4()), "service": service, "language": language}
        for _ in range(SCREEN_TRIES):
            try:
                asking = [screen.post("/api/tickets", json=wish, timeout=25) for _ in range(bounces)]
                answer, *others = await asyncio.gather(*asking)
                assert {other.text for other in others} <= {answer.text}
            except httpx.HTTPError:
                await asyncio.sleep(0.05)
                continue
            if answer.status_code == 201:
                self.shown[wish["key"]] = answer.json()["number"]
            else:
                self.turned_away += 1
            return


@dataclass
class Papers:
    """A virtual printer that keeps all its papers."""

    printer: VirtualPrinter = field(default_factory=VirtualPrinter)

    def __post_init__(self) -> None:
        self.printer.papers = deque()
        self.printer.change({"width": 384})

    def tokens(self) -> list[str]:
        """The token in each QR code, as a phone reads it.

        A job that was broken off leaves half a paper without one, which may hang on to the next.
        """
        return [token for paper in self.printer.papers for token in _tokens(paper.picture)]


def _tokens(picture: Image.Image) -> list[str]:
    return [code.text.rpartition("/")[2] for code in zxingcpp.read_barcodes(picture.convert("L"))]
