"""The virtual environment and the pinned packages in it."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from tools import children, debian, hashes, stamps
from tools.paths import BIN, PYTHON, ROOT, VENV, python
from tools.talk import step

_BUILD = ("requirements.txt", "requirements-build.txt", "requirements.hashes")
_DEV = (*_BUILD, "requirements-dev.txt")


def ensure_runtime() -> None:
    """Install what the city runs on and what builds its pages, unless it is there."""
    _ensure(_BUILD, "requirements-build.txt")


def ensure_dev() -> None:
    """Install what tests and checks need as well, unless it is there."""
    _ensure(_DEV, "requirements-dev.txt")


def _ensure(files: tuple[str, ...], wanted: str) -> None:
    """Install `wanted` and what it includes, each file of a package only if it is the one that was locked."""
    _ensure_venv()
    if stamps.matches(_stamp(wanted), _fingerprint(files)):
        return
    step(f"Installing the packages of {wanted} (the first time takes a minute or two)")
    hashed = VENV / "wanted.txt"
    hashed.write_text(hashes.hashed(ROOT / wanted), encoding="utf-8")
    install = ("-m", "pip", "install", "--disable-pip-version-check", "--require-hashes", "-r", str(hashed))
    children.run("pip", python(*install), os.environ)
    stamps.write(_stamp(wanted), _fingerprint(files))
    if files == _DEV:
        stamps.write(_stamp("requirements-build.txt"), _fingerprint(_BUILD))


def _stamp(wanted: str) -> Path:
    return VENV / f".installed-{wanted}"


def _fingerprint(files: tuple[str, ...]) -> str:
    return stamps.digest(ROOT, files, extra=f"{sys.version_info[:2]}")


def _ensure_venv() -> None:
    """Make the virtual environment, anew when it belongs to another Python or was moved here."""
    if _usable():
        return
    _ensure_venv_module()
    step("Making the virtual environment .venv")
    if VENV.is_symlink():
        VENV.unlink()
    shutil.rmtree(VENV, ignore_errors=True)
    venv.create(VENV, with_pip=True, symlinks=True)


def _usable() -> bool:
    """Its Python is this version, and its programs name this folder in their first lines."""
    if not PYTHON.exists() or not (BIN / "pip").exists():
        return False
    command = python("-c", "import sys; print(sys.version_info[:2])")
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    same_python = result.stdout.strip() == str(sys.version_info[:2])
    return same_python and f"{BIN}{os.sep}" in (BIN / "pip").read_text(encoding="utf-8")


def _ensure_venv_module() -> None:
    """Debian ships Python without the part that makes environments."""
    command = [sys.executable, "-c", "import ensurepip"]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        name = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        debian.install("Python's venv module is missing", [name])
