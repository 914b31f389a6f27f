"""How the terminal became the server's: a code once, then a token in a file that only its user reads."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from kiosk.server_client import Refused, ServerClient
from kiosk.settings import SettingsError

_NEEDS_CODE = "this terminal is not paired yet and needs a pairing code"


@dataclass(frozen=True)
class TokenFile:
    """The device token under ``KIOSK_VAR_DIR``, bound to the server that gave it."""

    path: Path
    server_url: str

    def read(self) -> str:
        """The token, empty when there is none for this server: another server must not see it."""
        try:
            stored = json.loads(self.path.read_text("utf-8"))
            return str(stored["device_token"]) if stored["server_url"] == self.server_url else ""
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def write(self, token: str) -> None:
        """Store ``token``, whole or not at all, readable by the owner only."""
        fresh = self.path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"server_url": self.server_url, "device_token": token}, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)
        # The code is spent: the new name must outlive a power cut, too.
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def check_paired(file: TokenFile, code: str) -> None:
    """Before anything is started; raises :class:`SettingsError` for a terminal that nothing can pair."""
    if not code and not file.read():
        raise SettingsError("KIOSK_PAIRING_CODE", _NEEDS_CODE)


async def pair(client: ServerClient, code: str, file: TokenFile) -> None:
    """Exchange ``code`` for a token and keep it.

    Raises :class:`SettingsError` when the server refuses the code, :class:`ServerAway` when it is not there.
    """
    if not code:
        raise SettingsError("KIOSK_PAIRING_CODE", _NEEDS_CODE)
    try:
        client.token = await client.pair(code)
    except Refused as refused:
        reason = refused.problem.detail or refused.problem.title or "no reason given"
        raise SettingsError("KIOSK_PAIRING_CODE", f"the server refused this code: {reason}") from refused
    file.write(client.token)
