"""Secrets in files instead of the environment, as systemd credentials and containers bring them."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

SECRETS: Final = (
    *("secret_key", "backup_key", "line_channel_secret", "line_channel_token"),
    *("database_url", "redis_url"),
)
"""Settings that may be given as a file: its path in ``MADOGUCHI_<NAME>_FILE``."""
_OTHERS: Final = stat.S_IRWXO | stat.S_IWGRP
_LONGEST: Final = 4_096


class SecretFileError(Exception):
    """The file cannot be used; the message is one line that names the setting, never what stands in it."""


def secrets_from_files(environ: Mapping[str, str], prefix: str) -> dict[str, str]:
    """The secrets whose files `environ` names, by setting."""
    found = {}
    for name in SECRETS:
        variable = f"{prefix}{name.upper()}_FILE"
        if not (path := environ.get(variable)):
            continue
        if environ.get(f"{prefix}{name.upper()}"):
            raise SecretFileError(f"{variable}: {prefix}{name.upper()} is set, too; set one of them")
        found[name] = _read(variable, Path(path))
    return found


def _read(variable: str, path: Path) -> str:
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise SecretFileError(f"{variable}: is no file")
        if mode & _OTHERS:
            raise SecretFileError(f"{variable}: others may read or write the file; try: chmod 640 {path}")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is no text"
        raise SecretFileError(f"{variable}: cannot be read: {reason}") from None
    value = text.rstrip("\r\n")
    if not value or len(value) > _LONGEST or "\n" in value:
        raise SecretFileError(f"{variable}: must hold one line")
    return value
