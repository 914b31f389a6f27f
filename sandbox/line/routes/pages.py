"""The pages for people: the overview, a phone, friend-add, links of the ``line.me`` kind."""

import html
import io
from collections.abc import Callable, Iterable
from pathlib import Path
from string import Template
from urllib.parse import quote

import qrcode
import qrcode.image.svg
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.line.citizens import Citizen
from sandbox.line.errors import PhoneRefusal
from sandbox.line.platform import Platform

WEB = Path(__file__).parent.parent / "web"
_LONGEST_QR = 1000


class PageRoutes:
    """Serves the pages of one platform."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def routes(self) -> list[BaseRoute]:
        """Pages, QR pictures and the static files."""
        return [
            Route("/", self._overview),
            Route("/phone/{name}", self._phone),
            Route("/friend/{basic_id}", self._friend),
            Route("/scan", self._scan),
            Route("/R/{rest:path}", self._line_link),
            Route("/qr.svg", self._qr),
            Mount("/web", StaticFiles(directory=WEB)),
        ]

    async def _overview(self, _request: Request) -> Response:
        settings = self._platform.settings
        return page(
            "overview.html",
            {
                "product": settings.product_url,
                "friend_encoded": quote(self._friend_link(), safe=""),
                "basic_id_encoded": quote(settings.basic_id, safe=""),
            },
            {"phones": "".join(_slot(citizen, linked=True) for citizen in self._platform.citizens)},
        )

    async def _phone(self, request: Request) -> Response:
        try:
            citizen = self._platform.citizen(request.path_params["name"])
        except PhoneRefusal as refusal:
            return page("message.html", {"title": "電話がありません", "text": str(refusal)}, status=404)
        return page("phone.html", {"person": citizen.display_name}, {"phone": _slot(citizen, linked=False)})

    async def _friend(self, request: Request) -> Response:
        if request.path_params["basic_id"] != self._platform.settings.basic_id:
            text = "このIDの公式アカウントは見つかりません。"
            return page("message.html", {"title": "アカウントがありません", "text": text}, status=404)
        return self._choose(
            self._friend_link(), "友だち追加", "この公式アカウントを友だちに追加する電話をえらびます。"
        )

    async def _scan(self, request: Request) -> Response:
        """``/scan?phone=hanako&open=<url>`` opens the URL on that phone; without ``open`` it asks for it."""
        names = [citizen.name for citizen in self._platform.citizens]
        phone, url = request.query_params.get("phone"), request.query_params.get("open")
        if phone in names:
            wanted = f"open={quote(url, safe='')}" if url else "scan=1"
            return RedirectResponse(f"/phone/{phone}?{wanted}")
        return self._choose(url or "", "読み取る電話をえらぶ", "QRコードの中身をこの電話で開きます。")

    async def _line_link(self, request: Request) -> Response:
        """A link like those at ``line.me``, followed in a browser: hands itself to the phone around it."""
        query = f"?{request.url.query}" if request.url.query else ""
        raw_path = request.scope["raw_path"].decode().partition("?")[0]
        url = f"https://line.me{raw_path}{query}"
        return self._choose(url, "LINEで開く", "リンクを開く電話をえらびます。")

    def _choose(self, url: str, title: str, text: str) -> Response:
        wanted = f"?open={quote(url, safe='')}" if url else "?scan=1"
        everybody = choices(self._platform.citizens, lambda one: f"/phone/{one.name}{wanted}")
        picture = f'<img class="qr" alt="QRコード" src="/qr.svg?text={quote(url, safe="")}">' if url else ""
        return page(
            "choose.html",
            {"title": title, "text": text, "url": url},
            {"choices": everybody, "picture": picture},
        )

    def _friend_link(self) -> str:
        return f"https://line.me/R/ti/p/{quote(self._platform.settings.basic_id, safe='')}"

    async def _qr(self, request: Request) -> Response:
        text = request.query_params.get("text", "")[:_LONGEST_QR]
        picture = qrcode.make(text, image_factory=qrcode.image.svg.SvgPathImage, border=2)
        written = io.BytesIO()
        picture.save(written)
        return Response(written.getvalue(), media_type="image/svg+xml")


def _slot(citizen: Citizen, *, linked: bool) -> str:
    """Where the phone of ``citizen`` is built; ``linked`` with a link to its own page."""
    name = html.escape(citizen.name)
    link = f'<a href="/phone/{name}" target="_blank">別の画面で開く</a>' if linked else ""
    return (
        f'<section class="phone" data-phone="{name}" data-testid="phone-{name}">'
        f'<div class="owner"><h2>{html.escape(citizen.display_name)}</h2>{link}</div></section>'
    )


def choices(citizens: Iterable[Citizen], address: Callable[[Citizen], str]) -> str:
    """A link for each citizen, as items of a list."""
    return "".join(
        f'<li><a class="button" href="{html.escape(address(citizen))}"'
        f' data-testid="choose-{html.escape(citizen.name)}">{html.escape(citizen.display_name)}</a></li>'
        for citizen in citizens
    )


def page(
    name: str, texts: dict[str, str], markup: dict[str, str] | None = None, status: int = 200
) -> Response:
    """The page ``name`` with ``texts`` (escaped) and ``markup`` (as it is) put in."""
    values = {key: html.escape(value) for key, value in texts.items()} | (markup or {})
    filled = Template((WEB / name).read_text("utf-8")).substitute(values)
    return HTMLResponse(filled, status, headers={"Cache-Control": "no-store"})
