"""``make dist``: one archive that runs on a server without Node.js, with what was locked and nothing else."""

import gzip
import hashlib
import io
import json
import os
import tarfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tools import hashes, sbom
from tools.paths import ROOT
from tools.talk import Stop, step

DIST = ROOT / "dist"
SOURCES = (
    "madoguchi",
    "kiosk",
    "assets",
    "deploy",
    "docs",
    "rxconfig.py",
    "README.md",
    "README.ja.md",
    "CHANGELOG.md",
)
REQUIREMENTS = ("requirements.txt", "deploy/terminal/requirements.txt")
"""Put in with the hash of every file."""
PARTS = "sbom.cdx.json"
PAGES = ".web/build/client"
MARKER = ".web/backend/stateful_pages.json"
"""What the build found out about the pages; without it the server would find it out, and write it down."""
_LEFT_OUT = {"__pycache__", "external", ".DS_Store"}
_EXECUTABLE = 0o755
_PLAIN = 0o644


def version() -> str:
    """Give the version in ``pyproject.toml``."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def pack(target: Path = DIST) -> Path:
    """Write ``madoguchi-VERSION.tar.gz`` and its SHA-256 beside it; the same input gives the same bytes.

    Raises `Stop` when the pages are not built.
    """
    for needed in (ROOT / PAGES / "index.html", ROOT / MARKER):
        if not needed.exists():
            raise Stop(f"The pages are not built ({needed.relative_to(ROOT)} is missing): run `make dist`")
    name = f"madoguchi-{version()}"
    target.mkdir(parents=True, exist_ok=True)
    archive = target / f"{name}.tar.gz"
    half = archive.with_suffix(".part")
    with (
        half.open("wb") as raw,
        gzip.GzipFile("", "wb", mtime=0, fileobj=raw) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for path, content in _contents():
            tar.addfile(_entry(f"{name}/{path}", content, _mode(path)), io.BytesIO(content))
    half.replace(archive)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    (target / f"{archive.name}.sha256").write_text(f"{digest}  {archive.name}\n", encoding="utf-8")
    step(f"{os.path.relpath(archive)} ({archive.stat().st_size / 1e6:.1f} MB, SHA-256 {digest})")
    return archive


def _contents() -> Iterator[tuple[str, bytes]]:
    """Every file by its path in the archive, in a fixed order."""
    made = {one: hashes.hashed(ROOT / one).encode() for one in REQUIREMENTS}
    made[PARTS] = sbom.bill(version()).encode()
    files = {str(path.relative_to(ROOT)): path for one in (*SOURCES, PAGES) for path in _files(ROOT / one)}
    for path in sorted({*files, *made, MARKER}):
        if path == MARKER:
            # In one order, however the build came upon them.
            yield path, json.dumps(sorted(json.loads((ROOT / MARKER).read_bytes()))).encode()
        else:
            yield path, made[path] if path in made else files[path].read_bytes()


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for entry in path.rglob("*"):
        if entry.is_file() and not _LEFT_OUT & set(entry.relative_to(ROOT).parts):
            yield entry


def _mode(path: str) -> int:
    file = ROOT / path
    return _EXECUTABLE if file.exists() and os.access(file, os.X_OK) else _PLAIN


def _entry(name: str, content: bytes, mode: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = len(content), mode, 0
    return entry
