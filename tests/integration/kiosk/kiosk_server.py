"""A stand-in for the terminal's side of the madoguchi server, in memory."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

CODE = "4821-7730"
DESK = {"ja": "こども家庭課", "vi": "Phòng Trẻ em và Gia đình"}
SERVICES = [
    ("nursery", "A", "保育所等利用申込", "Đăng ký nhà trẻ"),
    ("child", "B", "児童手当", "Trợ cấp trẻ em"),
    ("medical", "C", "こども医療費助成", "Trợ cấp y tế trẻ em"),
]


def _problem(status: int, code: str, title: str) -> Response:
    body = {"code": code, "title": title, "detail": title}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


@dataclass
class FakeServer:
    """The terminal's side of the server, in memory. ``tickets`` by idempotency key, in order of issue.

    While ``hold`` is cleared, numbers are issued but the answers wait. ``paper``: the desk's wishes for its
    tickets. ``keeps``: ids of tickets that cannot be voided any more.
    """

    codes: set[str] = field(default_factory=lambda: {CODE})
    tokens: set[str] = field(default_factory=set)
    tickets: dict[str, dict[str, Any]] = field(default_factory=dict)
    voided: list[str] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)
    refuse: tuple[int, str] | None = None
    open: bool = True
    paper: dict[str, Any] = field(
        default_factory=lambda: {"closing_words": {"ja": "番号が呼ばれたら窓口へお越しください。"}}
    )
    keeps: set[str] = field(default_factory=set)
    hold: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.hold.set()

    def app(self) -> Starlette:
        base = "/api/v1/terminal"
        return Starlette(
            routes=[
                Route(base + "/pair", self.pair, methods=["POST"]),
                Route(base + "/config", self._signed(self.config)),
                Route(base + "/tickets", self._signed(self.issue), methods=["POST"]),
                Route(base + "/checkins", self._signed(self.check_in), methods=["POST"]),
                Route(base + "/tickets/{id}/void", self._signed(self.void), methods=["POST"]),
                Route(base + "/status", self._signed(self.report), methods=["POST"]),
            ]
        )

    def _signed(
        self, handler: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def checked(request: Request) -> Response:
            if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
                return _problem(401, "revoked", "端末の登録がありません")
            return await handler(request)

        return checked

    async def pair(self, request: Request) -> Response:
        code = (await request.json())["code"]
        if code not in self.codes:
            return _problem(403, "wrong_code", "ペアリングコードが違います")
        self.codes.remove(code)
        self.tokens.add("token-" + code)
        terminal = {"id": 1, "name": "1F"}
        desk = {"code": "kodomo", "names": DESK}
        return JSONResponse({"device_token": "token-" + code, "terminal": terminal, "desk": desk}, 201)

    async def config(self, _request: Request) -> Response:
        body = {
            "municipality": {"names": {"ja": "みどり市", "vi": "Thành phố Midori"}},
            "desk": {
                "code": "kodomo",
                "names": DESK,
                "place": {"ja": "2階 3番窓口の前", "vi": "Tầng 2, trước quầy số 3"},
            },
            "open": self.open,
            "services": [self._service(*service) for service in SERVICES],
            "ticket": self.paper,
            "server_time": datetime.now(UTC).isoformat(),
        }
        return JSONResponse(body)

    def _service(self, code: str, letter: str, ja: str, vi: str) -> dict[str, Any]:
        waiting = sum(ticket["service"]["code"] == code for ticket in self.tickets.values())
        # All services of the desk stand in one queue.
        minutes = [len(self.tickets) * 5, len(self.tickets) * 8]
        return {
            "code": code,
            "names": {"ja": ja, "vi": vi},
            "letter": letter,
            "waiting": waiting,
            "estimated_wait_minutes": minutes,
            "open": code != "medical",
        }

    async def issue(self, request: Request) -> Response:
        answer = self._ticket(request, (await request.json())["service"])
        await self.hold.wait()
        return answer

    async def check_in(self, request: Request) -> Response:
        if (await request.json())["code"] != "12345678":
            return _problem(404, "unknown_reservation", "予約が見つかりません")
        return self._ticket(request, "nursery")

    def _ticket(self, request: Request, service: str) -> Response:
        if self.refuse:
            return _problem(*self.refuse, f"8:30 ({request.headers['accept-language']})")
        letters = {code: letter for code, letter, _ja, _vi in SERVICES}
        names = {code: {"ja": ja, "vi": vi} for code, _letter, ja, vi in SERVICES}
        if service not in letters:
            return _problem(404, "unknown_service", "その業務はありません")
        key = request.headers["idempotency-key"]
        ahead = sum(ticket["service"]["code"] == service for ticket in self.tickets.values())
        number = f"{letters[service]}{ahead + 1:03d}"
        fresh = {
            "id": len(self.tickets) + 1,
            "number": number,
            "service": {"code": service, "names": names[service]},
            "desk": {"code": "kodomo", "names": DESK},
            "issued_at": datetime.now(UTC).isoformat(),
            "waiting_ahead": ahead,
            "estimated_wait_minutes": [ahead * 5, ahead * 8],
            "status_url": f"https://city.example.lg.jp/t/{number}-8fK2mQp0XyLr4vTzB1",
            "claim_code": "K7M2PQ9X",
        }
        return JSONResponse(self.tickets.setdefault(key, fresh), 201)

    async def void(self, request: Request) -> Response:
        if request.path_params["id"] in self.keeps:
            return _problem(409, "not_possible_now", "すでに呼び出されています")
        self.voided.append(request.path_params["id"])
        return JSONResponse({})

    async def report(self, request: Request) -> Response:
        self.reports.append(await request.json())
        return JSONResponse({})
