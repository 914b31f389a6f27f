"""The sound of what a desk calls."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from ..domain.errors import Refusal
from ..services import announcements
from ..services.running import in_thread, office

PATIENCE_SECONDS: Final = 6.0
"""A display that asks before the sentence is ready waits so long; then its browser speaks."""


async def show(request: Request) -> Response:
    """``GET /api/v1/boards/{desk}/speech/{hash}.wav``: only what is called now, or what a trial made."""
    desk, name = request.path_params["desk"], request.path_params["hash"]
    asked = asyncio.wrap_future(await in_thread(announcements.sound, office(), desk, name))
    # Only looked at: others may wait for the same sentence.
    await asyncio.wait({asked}, timeout=PATIENCE_SECONDS)
    if not asked.done() or asked.cancelled() or asked.exception() is not None:
        raise Refusal("unknown_speech")
    try:
        body = await in_thread(asked.result().read_bytes)
    except OSError:
        raise Refusal("unknown_speech") from None
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(body, headers=headers, media_type="audio/wav")
