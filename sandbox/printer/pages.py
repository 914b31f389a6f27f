"""The pages under ``/printer``: the papers as pictures, and switches for the faults."""

import io
import json
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from sandbox.printer.device import VirtualPrinter
from sandbox.printer.state import WrongState

_OVERVIEW = Path(__file__).with_name("overview.html")


def printer_routes(printer: VirtualPrinter) -> list[Route]:
    """Routes that show and change ``printer``."""

    async def overview(_request: Request) -> Response:
        return FileResponse(_OVERVIEW, media_type="text/html", headers={"Cache-Control": "no-store"})

    async def papers(_request: Request) -> Response:
        return JSONResponse(_snapshot(printer), headers={"Cache-Control": "no-store"})

    async def picture(request: Request) -> Response:
        paper = printer.paper(request.path_params["number"])
        if paper is None:
            return JSONResponse({"error": "その紙はありません"}, status_code=404)
        png = io.BytesIO()
        paper.picture.save(png, "PNG")
        return Response(png.getvalue(), media_type="image/png")

    async def change(request: Request) -> Response:
        try:
            wanted = await request.json()
            if not isinstance(wanted, dict):
                raise WrongState("JSON のオブジェクトを送ってください")
            printer.change(wanted)
        except (json.JSONDecodeError, UnicodeDecodeError):
            return JSONResponse({"error": "JSON を読めません"}, status_code=400)
        except WrongState as wrong:
            return JSONResponse({"error": str(wrong)}, status_code=400)
        return JSONResponse(_snapshot(printer))

    return [
        Route("/printer", overview),
        Route("/printer/papers.json", papers),
        Route("/printer/papers/{number:int}.png", picture),
        Route("/printer/state", change, methods=["POST"]),
    ]


def _snapshot(printer: VirtualPrinter) -> dict[str, Any]:
    state = printer.state
    return {
        "state": {
            "paper": state.paper,
            "cover_open": state.cover_open,
            "offline": state.offline,
            "plugged": state.plugged,
            "answers": state.answers,
            "width": state.width,
            "dots_left": state.dots_left,
        },
        "held_commands": printer.held,
        "uncut_dots": printer.uncut,
        "papers": [
            {
                "number": paper.number,
                "printed_at": paper.printed_at.isoformat(),
                "width": paper.picture.width,
                "height": paper.picture.height,
                "partial_cut": paper.partial_cut,
                "clipped": paper.clipped,
                "picture": f"/printer/papers/{paper.number}.png",
            }
            for paper in reversed(printer.papers)
        ],
    }
