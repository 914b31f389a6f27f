"""Where things are."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
WEB = ROOT / ".web"
VAR = ROOT / (os.environ.get("MADOGUCHI_VAR_DIR") or "var")
LOGS = VAR / "log"


def python(*arguments: str) -> list[str]:
    """Give the command that runs the virtual environment's Python."""
    return [str(PYTHON), *arguments]


def with_venv(environ: dict[str, str]) -> dict[str, str]:
    """Give ``environ`` with the virtual environment's programs found first: Python, Node.js, npm."""
    path = f"{BIN}{os.pathsep}{environ.get('PATH', os.defpath)}"
    return {**environ, "PATH": path, "VIRTUAL_ENV": str(VENV), "PYTHONUNBUFFERED": "1"}
