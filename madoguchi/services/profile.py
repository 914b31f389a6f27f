"""The LINE display name: asked for when somebody opens the booking form, never for a number, never kept."""

from __future__ import annotations

import logging
import ssl
from functools import lru_cache
from typing import Final

import httpx

from ..store.tables import LineUser
from .office import Office
from .running import in_thread

_TIMEOUT: Final = 2.0
LONGEST_NAME: Final = 40
_log = logging.getLogger(__name__)


async def display_name(office: Office, line_user_id: int) -> str:
    """What the user is called in LINE; empty when LINE does not tell within two seconds.

    Waits without a thread: while LINE is slow, hundreds may open the form at once.
    """
    user_id = await in_thread(_user_id, office, line_user_id)
    if not user_id:
        return ""
    url = f"{office.settings.line_api_host}/v2/bot/profile/{user_id}"
    bearer = office.settings.line_channel_token.get_secret_value()
    try:
        async with httpx.AsyncClient(timeout=_TIMEOUT, verify=trust()) as client:
            answer = await client.get(url, headers={"Authorization": f"Bearer {bearer}"})
        answer.raise_for_status()
        name = answer.json().get("displayName", "")
    except (httpx.HTTPError, ValueError, AttributeError) as error:
        # The exception's text holds the address, and that the user's id: only its kind is logged.
        _log.info("LINE gave no profile: %s", type(error).__name__)
        return ""
    return name[:LONGEST_NAME] if isinstance(name, str) else ""


def _user_id(office: Office, line_user_id: int) -> str:
    with office.look() as unit:
        user = unit.session.get(LineUser, line_user_id)
    return "" if user is None else user.user_id


@lru_cache(maxsize=1)
def trust() -> ssl.SSLContext:
    """Whose certificates count when the server calls LINE; read once, which takes a while."""
    return ssl.create_default_context()
