"""A PostgreSQL server to measure and test with, and databases of one's own on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import psycopg

VARIABLE: Final = "MADOGUCHI_TEST_POSTGRES_URL"
_RUNNING: Final = (
    "postgresql://127.0.0.1:5432/postgres",
    "postgresql://postgres@127.0.0.1:5432/postgres",
)


def server_url() -> str | None:
    """A server, from the variable or the usual local address; None when none answers."""
    named = os.environ.get(VARIABLE)
    for url in [named] if named else _RUNNING:
        try:
            psycopg.connect(url, connect_timeout=3).close()
        except psycopg.OperationalError:
            continue
        return url
    return None


@contextmanager
def own_database(server: str, name: str) -> Iterator[str]:
    """The URL (for SQLAlchemy) of a new, empty database; dropped afterwards."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    parts = urlsplit(server)
    try:
        yield urlunsplit(("postgresql+psycopg", parts.netloc, f"/{name}", parts.query, ""))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
