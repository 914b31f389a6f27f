"""Which papers a printer may already have put out: what survives a power cut in the middle of one."""

import sqlite3
from pathlib import Path

_SCHEMA = "CREATE TABLE IF NOT EXISTS begun (key TEXT PRIMARY KEY, times INTEGER NOT NULL)"
_KEPT = 10_000


class PaperLog:
    """SQLite under ``KIOSK_VAR_DIR``, by touch; each method is one durable transaction."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute(_SCHEMA)
        self._db.execute("DELETE FROM begun WHERE rowid <= (SELECT max(rowid) FROM begun) - ?", (_KEPT,))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def begin(self, key: str) -> bool:
        """Write down that a paper is about to be sent; whether an earlier one may be out already."""
        rows = self._db.execute(
            "INSERT INTO begun (key, times) VALUES (?, 1)"
            " ON CONFLICT (key) DO UPDATE SET times = times + 1 RETURNING times",
            (key,),
        ).fetchall()
        return int(rows[0][0]) > 1

    def take_back(self, key: str) -> None:
        """The printer certainly got nothing of the paper that was begun last."""
        self._db.execute("UPDATE begun SET times = times - 1 WHERE key = ?", (key,))
