"""Asking LINE how many messages the plan has in a month, and how many are used."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from linebot.v3.messaging import AsyncMessagingApi, QuotaType

from ..services import quota
from ..services.office import Office
from ..services.running import in_thread
from .client import TIMEOUT_SECONDS, attempt

_log = logging.getLogger(__name__)

EVERY_SECONDS: Final = 3600.0
AGAIN_SECONDS: Final = 300.0
"""Until the next question when LINE did not answer. Until then what was accepted is counted on."""
REST_SECONDS: Final = 60.0
"""A rush of refused pushes asks once."""


class QuotaWatch:
    """Asks at the start, every hour, and when woken: the sender does so when the month seems used up."""

    def __init__(self, office: Office, api: AsyncMessagingApi) -> None:
        self._office = office
        self._api = api
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Ask soon; on the loop."""
        self._woken.set()

    async def run(self) -> None:
        """Ask until cancelled."""
        while True:
            answered = await self._kept_going()
            self._woken.clear()
            try:
                async with asyncio.timeout(EVERY_SECONDS if answered else AGAIN_SECONDS):
                    await asyncio.sleep(REST_SECONDS)
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def _kept_going(self) -> bool:
        try:
            return await ask(self._office, self._api)
        except Exception:
            _log.exception("the month's quota could not be noted")
            return False


async def ask(office: Office, api: AsyncMessagingApi) -> bool:
    """Ask LINE and note the answer; False when there was none that tells."""
    before = await in_thread(quota.counted, office)
    found: list[tuple[int | None, int]] = []

    async def both() -> None:
        plan = await api.get_message_quota(_request_timeout=TIMEOUT_SECONDS)
        consumed = await api.get_message_quota_consumption(_request_timeout=TIMEOUT_SECONDS)
        if plan.type != QuotaType.LIMITED:
            found.append((None, consumed.total_usage))
        elif plan.value is not None:
            found.append((plan.value, consumed.total_usage))

    made = await attempt(both())
    if not found:
        _log.warning("LINE does not tell the month's quota: %s", made.why or made.verdict.value)
        return False
    await in_thread(quota.told, office, before, *found[0])
    return True
