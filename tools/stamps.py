"""Fingerprints of files, so that work whose input has not changed is skipped."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

_NOT_SOURCES = {"__pycache__", "external"}


def digest(root: Path, names: Iterable[str], extra: str = "") -> str:
    """Give one fingerprint of the named files and folders below ``root``; a missing one counts as empty."""
    total = hashlib.sha256(extra.encode())
    for name in names:
        for path in _files(root / name):
            total.update(f"\0{path.relative_to(root)}\0".encode())
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    found = (entry for entry in path.rglob("*") if entry.is_file())
    return sorted(entry for entry in found if not _NOT_SOURCES & set(entry.relative_to(path).parts))


def matches(stamp: Path, value: str) -> bool:
    """Say whether ``stamp`` holds ``value``."""
    try:
        return stamp.read_text(encoding="utf-8").strip() == value
    except OSError:
        return False


def write(stamp: Path, value: str) -> None:
    """Note that the work for ``value`` is done."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(f"{value}\n", encoding="utf-8")
