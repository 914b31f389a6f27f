"""Asking a service for a staff page: what it answers, or the sentence to show instead."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import reflex as rx

from ..domain.errors import Refusal
from ..services.running import in_thread, office
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


class Answered(rx.State, mixin=True):
    """A page that says why a service refused, and keeps saying so until something else is asked for."""

    refusal: str = ""

    async def _run(self, service: Callable[..., Any], *arguments: object) -> Any:
        """What a service answers of the office; None when it refused, which is then said."""
        log, what = logging.getLogger(type(self).__module__), f"{service.__module__}.{service.__name__}"
        answer, refusal = await asked(log, what, service, office(), *arguments)
        self.refusal = refusal or self.refusal
        return answer
