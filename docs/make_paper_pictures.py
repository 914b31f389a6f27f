"""Take the pictures of the printed papers anew: ``.venv/bin/python docs/make_paper_pictures.py``.

Prints over a socket to the virtual printer, as a terminal does, and keeps what is then on its paper.
"""

from __future__ import annotations

import asyncio
import base64
import io
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

ROOT = Path(__file__).resolve().parents[1]
IMAGES = Path(__file__).resolve().parent / "images"
sys.path[:0] = [str(ROOT)]

from kiosk.fonts import Fonts  # noqa: E402
from kiosk.messages import Ticket, TicketFace  # noqa: E402
from kiosk.printer.opening import open_printer  # noqa: E402
from kiosk.printer.port import Page  # noqa: E402
from kiosk.settings import Settings, load_settings  # noqa: E402
from kiosk.texts import LANGUAGES, load_texts  # noqa: E402
from kiosk.ticket_picture import JAPAN, TicketPicture  # noqa: E402
from kiosk.trial_page import draw_trial_page  # noqa: E402
from sandbox.printer.device import VirtualPrinter  # noqa: E402

GREY = 208
NOON = datetime(2026, 11, 24, 1, 32, tzinfo=UTC)
PRINTERS = {
    "80-203": {"KIOSK_PRINTER_PROFILE": "TM-T20II"},
    "80-180": {"KIOSK_PRINTER_PROFILE": "TM-T88V"},
    "58-203": {"KIOSK_PRINTER_PROFILE": "TM-T20II", "KIOSK_PAPER_WIDTH": "58"},
    "58-180": {"KIOSK_PRINTER_PROFILE": "TM-T88V", "KIOSK_PAPER_WIDTH": "58"},
}
"""By paper (mm) and density (dpi)."""
DESK = {
    "ja": "保育課",
    "ja-easy": "保育課(ほいくか)",
    "en": "Childcare",
    "zh-Hans": "保育课",
    "ko": "보육과",
    "vi": "Phòng Giữ trẻ",
    "pt": "Divisão de Creches",
}
SERVICE = {
    "ja": "保育所等利用申込",
    "ja-easy": "保育園(ほいくえん)の 申(もう)しこみ",
    "en": "Nursery application",
    "zh-Hans": "申请入托",
    "ko": "보육소 이용 신청",
    "vi": "Đăng ký nhà trẻ",
    "pt": "Inscrição na creche",
}
CLOSING = {
    "ja": "番号が呼ばれたら窓口へお越しください。",
    "ja-easy": "番号が よばれたら 窓口に 来てください。",
    "en": "Please come to the counter when your number is called.",
    "zh-Hans": "叫到您的号码时，请到窗口。",
    "ko": "번호가 호출되면 창구로 와 주십시오.",
    "vi": "Khi số của bạn được gọi, vui lòng đến quầy.",
    "pt": "Quando a sua senha for chamada, dirija-se ao balcão.",
}
LINES = (
    {
        "ja": "番号を過ぎたときは、係員にお声がけください。",
        "en": "If your number has passed, please tell us.",
    },
)


def face(language: str, *, lines: Sequence[dict[str, str]] = ()) -> TicketFace:
    """The same ticket in each language."""
    ticket = Ticket.model_validate(
        {
            "id": 12,
            "number": "A012",
            "service": {"code": "nursery", "names": SERVICE},
            "desk": {"code": "childcare", "names": DESK},
            "issued_at": NOON,
            "waiting_ahead": 12,
            "estimated_wait_minutes": (25, 40),
            "status_url": "https://yoyaku.example.lg.jp/t/8fK2mQp0XyLr4vTzB1nW7s",
            "claim_code": "K7M2PQ9X",
        }
    )
    return TicketFace(
        ticket=ticket,
        language=language,
        municipality={"ja": "みどり市"},
        place={"ja": "本庁舎2階", "en": "Main building, 2nd floor"},
        lines=tuple(lines),
        closing_words=CLOSING,
    )


class Lobby:
    """A virtual printer and the settings of a terminal beside it."""

    def __init__(self, port: int, virtual: VirtualPrinter, var_dir: str) -> None:
        self._port, self._virtual, self._var_dir = port, virtual, var_dir

    def settings(self, which: str, **more: str) -> Settings:
        """Of one of :data:`PRINTERS`."""
        where = {"KIOSK_PRINTER": f"network://127.0.0.1:{self._port}", "KIOSK_VAR_DIR": self._var_dir}
        return load_settings({**where, **PRINTERS[which], **more})

    async def out(self, settings: Settings, page: Page) -> Image.Image:
        """What is on the paper when the page has come out."""
        self._virtual.change({"width": settings.profile.width})
        await asyncio.to_thread(open_printer(settings.printer, settings.profile).print_page, page)
        return self._virtual.papers[-1].picture.convert("L")

    async def ticket(self, which: str, language: str, **how: object) -> Image.Image:
        """A ticket's paper. ``how`` as in :meth:`kiosk.ticket_picture.TicketPicture.page`, and ``lines``."""
        settings = self.settings(which)
        lines = how.pop("lines", ())
        profile = settings.profile
        picture = TicketPicture(profile.width, fonts(settings), load_texts(), dpi=profile.dpi)
        return await self.out(settings, picture.page(face(language, lines=lines), **how))  # type: ignore[arg-type]

    async def trial(self, which: str) -> Image.Image:
        """The test page's paper."""
        settings = self.settings(which)
        page = draw_trial_page(settings, fonts(settings), load_texts(), NOON.astimezone(JAPAN))
        return await self.out(settings, page)


def fonts(settings: Settings) -> Fonts:
    """The letters of the settings."""
    return Fonts(settings.font, settings.bold_font)


def logo(settings: Settings) -> str:
    """A made-up city's mark, as it would come from the server."""
    picture = Image.new("RGBA", (420, 110))
    draw = ImageDraw.Draw(picture)
    for left in (0, 30, 60):
        draw.ellipse((left, 30 - left // 3, left + 60, 90), outline="black", width=8)
    draw.text((150, 55), "みどり市", font=fonts(settings).at(64, bold=True), fill="black", anchor="lm")
    png = io.BytesIO()
    picture.save(png, "PNG")
    return base64.b64encode(png.getvalue()).decode()


def beside(pictures: Sequence[Image.Image], name: str, scale: float = 1.0) -> None:
    """All papers on one grey table."""
    papers = [ImageOps.expand(picture, 1, 120) for picture in pictures]
    table = Image.new("L", (sum(p.width + 28 for p in papers) + 28, max(p.height for p in papers) + 56), GREY)
    left = 28
    for paper in papers:
        table.paste(paper, (left, 28))
        left += paper.width + 28
    size = (round(table.width * scale), round(table.height * scale))
    table.resize(size, Image.Resampling.LANCZOS).quantize(16).save(IMAGES / f"{name}.png", optimize=True)


async def take_pictures(folder: str) -> None:
    """All of them."""
    virtual = VirtualPrinter()
    server = await virtual.listen(0)
    lobby = Lobby(server.sockets[0].getsockname()[1], virtual, folder)
    beside([await lobby.ticket(which, "en") for which in PRINTERS], "paper-widths", 0.6)
    beside([await lobby.ticket("58-203", language) for language in LANGUAGES], "paper-languages", 0.6)
    own = {"lines": LINES, "logo": logo(lobby.settings("80-203"))}
    special = [await lobby.ticket("80-203", "en", may_exist=True), await lobby.ticket("80-203", "ja", **own)]
    beside([*special, await lobby.trial("80-203")], "paper-special", 0.6)
    server.close()


def main() -> None:
    """Print, keep, tell the sizes."""
    with tempfile.TemporaryDirectory(prefix="madoguchi-papers-") as folder:
        asyncio.run(take_pictures(folder))
    for file in sorted(IMAGES.glob("paper-*.png")):
        sys.stdout.write(f"{file.stat().st_size // 1024:5d} KB  {file.name}\n")


if __name__ == "__main__":
    main()
