"""What was erased on request, by id, beside the backups: an older backup must not bring it back.

One line of JSON for each request. It lives as long as a backup that is older than it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from ..settings import Settings
from ..store.tables import Contact, LineUser
from .office import Office, Unit

NAME: Final = "erased.jsonl"


def path(settings: Settings) -> Path:
    """Where it is."""
    return settings.var_dir / "backups" / NAME


def remember(office: Office, unit: Unit, contact_ids: Sequence[int], user: LineUser | None) -> None:
    """Add a request: ids, and since when each row is there, so that no later row is taken for it."""
    contacts = [unit.session.get_one(Contact, one) for one in contact_ids]
    line = {
        "at": unit.now.isoformat(),
        "contacts": [[one.id, one.created_at.isoformat()] for one in contacts],
        "line_users": [] if user is None else [[user.id, user.created_at.isoformat()]],
    }
    file = path(office.settings)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as opened:
        opened.write(json.dumps(line) + "\n")
        opened.flush()
        os.fsync(opened.fileno())


def lines(settings: Settings) -> Iterator[dict[str, Any]]:
    """Every request, oldest first. A line that a power cut left half written is none."""
    if not path(settings).exists():
        return
    for line in path(settings).read_text(encoding="utf-8").splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            continue


def forget(settings: Settings, before: datetime) -> None:
    """Drop requests from before that time: no backup is as old as they are."""
    every = list(lines(settings))
    kept = [one for one in every if datetime.fromisoformat(one["at"]) > before]
    if len(kept) < len(every):
        new = path(settings).with_suffix(".part")
        new.write_text("".join(json.dumps(one) + "\n" for one in kept), encoding="utf-8")
        new.chmod(0o600)
        new.replace(path(settings))


def found_again(unit: Unit, settings: Settings) -> Iterator[tuple[list[int], LineUser | None]]:
    """Of each request the rows that are there (again) in this database."""
    for one in lines(settings):
        contacts = [
            number for number, since in one["contacts"] if _is_same(unit.session.get(Contact, number), since)
        ]
        user = next(
            (
                found
                for number, since in one["line_users"]
                if (found := unit.session.get(LineUser, number)) is not None and _is_same(found, since)
            ),
            None,
        )
        if contacts or user is not None:
            yield contacts, user


def _is_same(row: Contact | LineUser | None, since: str) -> bool:
    return row is not None and row.created_at.isoformat() == since
