"""The true server in its own process, on a database of its own, with a city for load."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

from madoguchi.services.office import Office, open_office
from madoguchi.settings import load_settings
from madoguchi.store import migrate
from tools.ports import free_port

from . import city
from .city import City

ROOT: Final = Path(__file__).resolve().parents[1]
CHANNEL_SECRET: Final = "load-channel-secret"
START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 10.0
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Running:
    """A child process that answers on `port`."""

    port: int
    process: subprocess.Popen[bytes]
    started_in: float
    """Seconds from its start to its first answer."""

    @property
    def memory(self) -> int:
        """Resident bytes now."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * _PAGE

    @property
    def cpu_seconds(self) -> float:
        """Processor time used so far, all threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS


@dataclass(frozen=True)
class Place:
    """A server with its city, and the office to look into its database from outside."""

    server: Running
    city: City
    office: Office


def environment(var_dir: Path, *, line_port: int, database_url: str = "") -> dict[str, str]:
    """The settings of a server for load, as its environment."""
    return {
        "MADOGUCHI_ENV": "test",
        "MADOGUCHI_VAR_DIR": str(var_dir),
        "MADOGUCHI_DATABASE_URL": database_url,
        "MADOGUCHI_SECRET_KEY": "a-secret-key-for-load-0123456789abcdef",
        "MADOGUCHI_BACKUP_KEY": "a-backup-key-for-load-0123456789abcdef",
        "MADOGUCHI_LINE_CHANNEL_SECRET": CHANNEL_SECRET,
        "MADOGUCHI_LINE_CHANNEL_TOKEN": "load-channel-token",
        "MADOGUCHI_LINE_BASIC_ID": "@load",
        "MADOGUCHI_LINE_API_HOST": f"http://127.0.0.1:{line_port}",
        "MADOGUCHI_TIMEZONE": city.zone_at_noon(),
    }


@contextmanager
def office_of(environ: dict[str, str]) -> Iterator[Office]:
    """The same office as the server's, opened in this process and migrated."""
    names = {name.removeprefix("MADOGUCHI_").lower(): value for name, value in environ.items()}
    office = open_office(load_settings(**names))
    migrate.upgrade(office.database)
    try:
        yield office
    finally:
        office.database.close()


@contextmanager
def serving(environ: dict[str, str], *, log: Path | None = None) -> Iterator[Running]:
    """Run ``python -m madoguchi serve`` until the block ends; what it says goes to `log`, if given."""
    port = free_port()
    given = {"MADOGUCHI_PORT": str(port), "MADOGUCHI_PUBLIC_URL": f"http://127.0.0.1:{port}", **environ}
    with child(["-m", "madoguchi", "serve"], port, "/readyz", given, log=log) as running:
        yield running


@contextmanager
def child(
    arguments: Sequence[str], port: int, path: str, environ: dict[str, str], *, log: Path | None = None
) -> Iterator[Running]:
    """Run Python with `arguments` until the block ends. Raises `RuntimeError` if it does not answer."""
    begun = time.monotonic()
    with ExitStack() as opened:
        said = None
        if log is not None:
            log.parent.mkdir(parents=True, exist_ok=True)
            said = opened.enter_context(log.open("wb"))
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env={**os.environ, **environ}, stdout=said, stderr=said
        )
    try:
        _await(process, f"http://127.0.0.1:{port}{path}")
        yield Running(port, process, time.monotonic() - begun)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: subprocess.Popen[bytes], url: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode} before it answered")
        try:
            urlopen(url, timeout=1).close()
        except (URLError, OSError):
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"{url} does not answer within {START_SECONDS:.0f} s")
