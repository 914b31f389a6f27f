"""For whoever runs the server: liveness, readiness, metrics, the API's own description."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from ..services import health
from ..services.health import Figure
from ..services.running import NotRunningError, in_thread, office
from .hub import hub
from .openapi import description

_NO_STORE = {"Cache-Control": "no-store"}


async def healthz(_request: Request) -> Response:
    """``GET /healthz``: the process answers; nothing behind it is asked."""
    return PlainTextResponse("ok\n", headers=_NO_STORE)


async def readyz(_request: Request) -> Response:
    """``GET /readyz``: 200 when citizens can be served, else 503 with the reason in one line.

    Below ``ready`` may stand what to look at all the same, a line each.
    """
    try:
        hub()
        reason = await in_thread(health.unready, office())
        lines = [reason] if reason else ["ready", *await in_thread(health.worries, office())]
    except NotRunningError as error:
        reason = str(error)
        lines = [reason]
    return PlainTextResponse("".join(f"{line}\n" for line in lines), 503 if reason else 200, _NO_STORE)


async def metrics(_request: Request) -> Response:
    """``GET /metrics``: Prometheus text."""
    own = Figure("madoguchi_board_viewers", "Open board streams.", {}, hub().viewers)
    found = [own, *await in_thread(health.figures, office())]
    return PlainTextResponse(rendered(found), headers=_NO_STORE, media_type="text/plain; version=0.0.4")


async def openapi(_request: Request) -> Response:
    """``GET /api/openapi.json``."""
    return JSONResponse(description(), headers={"Cache-Control": "public, max-age=300"})


def rendered(figures: list[Figure]) -> str:
    """`figures` in the Prometheus text format, samples of one name together."""
    lines: list[str] = []
    for name in dict.fromkeys(map(_family, figures)):
        samples = [figure for figure in figures if _family(figure) == name]
        lines += [f"# HELP {name} {samples[0].help}", f"# TYPE {name} {samples[0].kind}"]
        lines += [f"{sample.name}{_labels(sample.labels)} {_number(sample.value)}" for sample in samples]
    return "\n".join(lines) + "\n"


def _family(figure: Figure) -> str:
    """The metric that a sample belongs to."""
    if figure.kind != "histogram":
        return figure.name
    return figure.name.removesuffix("_bucket").removesuffix("_sum").removesuffix("_count")


def _labels(labels: dict[str, str]) -> str:
    if not labels:
        return ""
    escaped = {
        name: value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
        for name, value in labels.items()
    }
    return "{" + ",".join(f'{name}="{value}"' for name, value in escaped.items()) + "}"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(round(value, 3))
