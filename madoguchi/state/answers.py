"""Asking a service for a staff page: what it answers, or the sentence to show instead."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from ..domain.errors import Refusal
from ..services.running import in_thread
from ..texts import refusal_text, say
from . import trouble


async def asked(
    log: logging.Logger, what: str, service: Callable[..., Any], *arguments: object, **more: object
) -> tuple[Any, str]:
    """The service's answer and ``""``; or None and, in Japanese, why it refused or that it failed.

    A failure is logged as `what`, without its text.
    """
    try:
        return await in_thread(service, *arguments, **more), ""
    except Refusal as refusal:
        return None, refusal_text("ja", refusal)
    except Exception as error:
        trouble.log(log, what, error)
        return None, say("ja", "staff.failed")
