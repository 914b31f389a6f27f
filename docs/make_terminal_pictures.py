"""Pictures of the terminal's screens and faults: ``.venv/bin/python docs/make_terminal_pictures.py FOLDER``.

In all seven languages, upright and lying, also with large text and white on black; to look at before a
release. Without a folder it takes anew what the pages show.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from io import BytesIO
from pathlib import Path

import httpx
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
IMAGES = Path(__file__).resolve().parent / "images"
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "integration" / "kiosk")]

from kiosk_browser import SIZES, chromium, served  # noqa: E402
from kiosk_city import BreakableLine, City, until  # noqa: E402
from kiosk_screen import opened  # noqa: E402
from kiosk_server import FakeServer  # noqa: E402
from kiosk_walk import walk  # noqa: E402
from playwright.async_api import Browser, Page  # noqa: E402

from kiosk.board import Phase  # noqa: E402
from kiosk.texts import LANGUAGES  # noqa: E402
from sandbox.printer.device import VirtualPrinter  # noqa: E402

GREY = (208, 208, 208)
COLOURS = 128
SHOWN = ("start-paper_out", "ticket-unprinted", "checkin", "away")
"""The stations of the page's own picture."""


class Album:
    """Keeps each station in every language, and both other looks in Japanese."""

    def __init__(self, folder: Path, size: str) -> None:
        self._folder, self._size = folder, size

    async def keep(self, page: Page, name: str) -> None:
        """All pictures of one station; the page is in Japanese before and after."""
        for language in LANGUAGES:
            await press(page, f"lang-{language}")
            await self._shoot(page, f"{name}.{language}")
            await press(page, "large-text")
            await self._shoot(page, f"{name}.{language}.large")
            await press(page, "large-text")
        await press(page, "lang-ja")
        await press(page, "contrast")
        await self._shoot(page, f"{name}.contrast")
        await press(page, "contrast")

    async def _shoot(self, page: Page, name: str) -> None:
        (self._folder / f"{self._size}.{name}.png").write_bytes(await page.screenshot())


class Sheet:
    """Keeps the stations that the documents show."""

    def __init__(self) -> None:
        self.pictures: dict[str, Image.Image] = {}

    async def keep(self, page: Page, name: str) -> None:
        """Keep this one if it is shown."""
        if name in SHOWN:
            await press(page, "lang-en")
            self.pictures[name] = Image.open(BytesIO(await page.screenshot())).convert("RGB")
            await press(page, "lang-ja")

    def write(self, file: Path) -> None:
        """All of them, two by two."""
        small = [self.pictures[name].resize((640, 400), Image.Resampling.LANCZOS) for name in SHOWN]
        gap = 16
        sheet = Image.new("RGB", (2 * 640 + 3 * gap, 2 * 400 + 3 * gap), GREY)
        for index, picture in enumerate(small):
            sheet.paste(picture, (gap + index % 2 * (640 + gap), gap + index // 2 * (400 + gap)))
        few = sheet.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(file, optimize=True)


async def press(page: Page, button: str) -> None:
    """Press without a pointer, which would leave its mark on the picture."""
    await page.evaluate("id => document.querySelector(`[data-testid='${id}']`).click()", button)


async def walk_through(browser: Browser, size: str, keeper: Album | Sheet) -> None:
    """One terminal in a city of its own, from the first screen to the last fault."""
    with tempfile.TemporaryDirectory(prefix="madoguchi-terminal-") as folder:
        server, printer = FakeServer(), VirtualPrinter()
        listening = await printer.listen(0)
        line = BreakableLine(httpx.ASGITransport(server.app()))
        city = City(Path(folder), server, line, printer, listening.sockets[0].getsockname()[1])
        async with city.terminal(KIOSK_SCANNER="yes") as terminal, served(terminal) as url:
            await until(lambda: terminal.board.phase is Phase.READY)
            page = await opened(browser, url, size)
            async for name in walk(city, terminal, page):
                await keeper.keep(page, name)
            await page.context.close()
        listening.close()


async def take(arguments: list[str]) -> None:
    """To the folder, or those of the documents."""
    async with chromium() as browser:
        if not arguments:
            sheet = Sheet()
            await walk_through(browser, "landscape", sheet)
            sheet.write(IMAGES / "terminal-faults.png")
            return
        folder = Path(arguments[0])
        for size in SIZES:
            await walk_through(browser, size, Album(folder, size))


def main() -> None:
    """What the one argument says."""
    for folder in sys.argv[1:2]:
        Path(folder).mkdir(parents=True, exist_ok=True)
    asyncio.run(take(sys.argv[1:2]))


if __name__ == "__main__":
    main()
