"""A PostgreSQL server of one's own, whose whole data directory can be read."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tools.ports import free_port

_INSTALLED: Final = Path("/usr/lib/postgresql")
_USER: Final = "postgres"
SETTINGS: Final = {
    # What docs/privacy.md asks of the server: log files that are no longer needed go away.
    "wal_recycle": "off",
    "min_wal_size": "32MB",
    "max_wal_size": "64MB",
    "fsync": "off",
    "unix_socket_directories": "''",
    "listen_addresses": "127.0.0.1",
}


def programs() -> Path | None:
    """Where the newest installed server's programs are; None when there are none that may be run."""
    found = sorted(_INSTALLED.glob("*/bin/initdb"), key=lambda path: int(path.parent.parent.name))
    at_hand = shutil.which("initdb")
    program = found[-1] if found else Path(at_hand) if at_hand else None
    return program.parent if program and (os.getuid() or _known_user()) else None


@contextmanager
def own_server() -> Iterator[tuple[str, Path]]:
    """The URL (for SQLAlchemy) of an empty database on a new server, and the folder with all its files.

    The server refuses to be root; then it runs as Debian's ``postgres``.
    """
    # In the open part of /tmp, where that user can come in.
    with tempfile.TemporaryDirectory(prefix="madoguchi-postgresql-") as folder:
        yield from _served(Path(folder))


def _served(folder: Path) -> Iterator[tuple[str, Path]]:
    found, port = programs(), free_port()
    assert found is not None
    who: dict[str, Any] = {}
    if os.getuid() == 0:
        who = {"user": _USER, "group": _USER, "extra_groups": []}
        shutil.chown(folder, _USER, _USER)

    def do(program: str, *arguments: object) -> None:
        command = [str(found / program), *map(str, arguments)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **who)

    data, log = folder / "data", folder / "log"
    do("initdb", "-D", data, "-U", _USER, "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
    options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
    do("pg_ctl", "-D", data, "-w", "-l", log, "-o", f"-p {port} {options}", "start")
    try:
        yield f"postgresql+psycopg://{_USER}@127.0.0.1:{port}/postgres", folder
    finally:
        do("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


def _known_user() -> bool:
    return subprocess.run(["id", _USER], capture_output=True, check=False).returncode == 0
