"""The LINE display name: asked for when somebody opens the booking form, never for a number, never kept."""

from __future__ import annotations

import logging
from typing import Final

import httpx

from ..store.tables import LineUser
from .office import Office

_TIMEOUT: Final = 2.0
_log = logging.getLogger(__name__)


def display_name(office: Office, line_user_id: int) -> str:
    """What the user is called in LINE; empty when LINE does not tell within two seconds."""
    with office.look() as unit:
        user = unit.session.get(LineUser, line_user_id)
    if user is None:
        return ""
    try:
        answer = httpx.get(
            f"{office.settings.line_api_host}/v2/bot/profile/{user.user_id}",
            headers={"Authorization": f"Bearer {office.settings.line_channel_token.get_secret_value()}"},
            timeout=_TIMEOUT,
        )
        answer.raise_for_status()
        name = answer.json().get("displayName", "")
    except (httpx.HTTPError, ValueError, AttributeError) as error:
        # The exception's text holds the address, and that the user's id: only its kind is logged.
        _log.info("LINE gave no profile: %s", type(error).__name__)
        return ""
    return name[:40] if isinstance(name, str) else ""
