"""Backups: one encrypted file each, read back before it counts, kept for a few days, masked when restored."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import delete, make_url
from sqlmodel import col

from ..domain.errors import Refusal
from ..sealing import SealBrokenError, seal, unseal
from ..settings import Settings
from ..store import copying
from ..store.engine import open_database
from ..store.tables import StaffSession
from . import audit, erased, masking, own_data
from .clock import Clock, SystemClock
from .office import Office

_NAME: Final = re.compile(r"madoguchi-(\d{8}T\d{6}Z)\.backup(?:\.part)?")
_STAMP: Final = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made: read back whole, with so many rows in it."""

    path: Path
    rows: int


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back: rows, and how many contacts were overwritten before anybody could see them."""

    rows: int
    masked: int
    erased: int


def folder(settings: Settings) -> Path:
    """Where backups are made and kept."""
    return settings.var_dir / "backups"


def make(office: Office, path: Path | None = None) -> Backup:
    """Write everything into one file and read it back. Without a `path` it goes to the folder of backups.

    Raises `Refusal`: backup_no_key. `OSError` when the file cannot be written.
    """
    settings = office.settings
    secret = _secret(settings)
    if path is None:
        folder(settings).mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder(settings) / f"madoguchi-{office.clock.now():{_STAMP}}.backup"
    part = path.with_name(path.name + ".part")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            seal(file, secret, copying.lines(office.database))
            file.flush()
            os.fsync(file.fileno())
        rows = check(settings, part)
        part.replace(path)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    return Backup(path, rows)


def check(settings: Settings, path: Path) -> int:
    """Read a backup to its end; how many rows. Raises `Refusal`: backup_no_key, backup_broken. `OSError`."""
    try:
        with path.open("rb") as file:
            return copying.check(unseal(file, _secret(settings)))
    except (SealBrokenError, copying.NotACopyError):
        raise Refusal("backup_broken") from None


def rotate(office: Office) -> list[Path]:
    """Delete the backups that are older than `backup_days`; which are left, oldest first."""
    settings = office.settings
    oldest = office.clock.now() - timedelta(days=settings.backup_days)
    kept = []
    for made_at, path in sorted(_made(folder(settings))):
        if made_at <= oldest:
            path.unlink(missing_ok=True)
        else:
            kept.append(path)
    erased.forget(settings, oldest)
    return kept


def restore(settings: Settings, path: Path, clock: Clock | None = None) -> Restored:
    """Check the file, put it into a new database, migrate, and mask what is due; then it can be served.

    What was erased on request after the backup was made is erased again; everybody has to sign in anew.
    Raises `Refusal`: backup_no_key, backup_broken, restore_not_empty. `OSError`.
    """
    check(settings, path)
    now = clock or SystemClock()
    with _new_database(settings) as url:
        office = Office(settings.model_copy(update={"database_url": url}), open_database(url), now)
        try:
            return _put_back(office, path)
        finally:
            office.database.close()


def _put_back(office: Office, path: Path) -> Restored:
    settings = office.settings
    try:
        with path.open("rb") as file:
            rows = copying.put_back(office.database, unseal(file, _secret(settings)))
    except copying.NotEmptyError:
        raise Refusal("restore_not_empty") from None
    except (SealBrokenError, copying.NotACopyError):
        # Whole when it was checked, and not any more.
        raise Refusal("backup_broken") from None
    with office.change() as unit:
        unit.session.execute(delete(StaffSession).where(col(StaffSession.token_hash) != ""))
        audit.record(unit, None, "restore", "database", rows=rows)
    with office.change() as unit:
        again = sum(
            own_data.erase_within(unit, office, ids, user) for ids, user in erased.found_again(unit, settings)
        )
    return Restored(rows, masking.mask_due(office).masked, again)


@contextmanager
def _new_database(settings: Settings) -> Iterator[str]:
    """The URL to restore into. A SQLite file gets its name only once it is whole and masked."""
    url = make_url(settings.database)
    if url.get_backend_name() != "sqlite" or url.database is None:
        yield settings.database
        return
    final = Path(url.database)
    if final.exists():
        raise Refusal("restore_not_empty")
    coming = final.with_name(final.name + ".restoring")
    coming.unlink(missing_ok=True)
    try:
        yield url.set(database=str(coming)).render_as_string(hide_password=False)
        coming.replace(final)
    finally:
        for suffix in ("", "-wal", "-shm"):
            coming.with_name(coming.name + suffix).unlink(missing_ok=True)


def _made(where: Path) -> Iterator[tuple[datetime, Path]]:
    """The files there that are backups by their name, with the time that it tells."""
    for path in where.glob("madoguchi-*"):
        if found := _NAME.fullmatch(path.name):
            with suppress(ValueError):
                yield datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC), path


def _secret(settings: Settings) -> str:
    secret = settings.backup_key.get_secret_value()
    if not secret:
        raise Refusal("backup_no_key")
    return secret
