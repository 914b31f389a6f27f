"""``requirements.hashes``: what every file of every pinned version must be, to the byte.

``python3 -m tools.hashes`` asks the package index for what the requirement files pin now; with a FILE it
prints that file with its hashes, for ``pip install --require-hashes -r``.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tools.talk import Stop

ROOT = Path(__file__).resolve().parents[1]
HASHES = ROOT / "requirements.hashes"
FILES = ("requirements-dev.txt", "deploy/terminal/requirements.txt")
"""Between them and what they include stands everything."""
_HEAD = "# Written by `make lock`. A file of another content is not installed, wherever it comes from.\n"
_PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)(\[.*?\])?==(\S+)( ; .+)?")


class Pin(NamedTuple):
    """One line: ``reflex``, ``[db]``, ``0.10.1``, `` ; python_full_version < '3.11.3'``."""

    name: str
    extras: str
    version: str
    marker: str


def pins(path: Path) -> list[Pin]:
    """Give every line, those of included files first."""
    found: list[Pin] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            found += pins(path.parent / line.removeprefix("-r ").strip())
        elif match := _PIN.fullmatch(line.strip()):
            found.append(Pin(match[1], match[2] or "", match[3], match[4] or ""))
    return found


def hashed(path: Path) -> str:
    """Give the file as pip installs it with ``--require-hashes``; raises `Stop` where a hash is missing."""
    known = _known()
    lines = []
    for name, extras, version, marker in pins(path):
        pin = f"{normal(name)}=={version}"
        if pin not in known:
            raise Stop(
                f"requirements.hashes does not know {pin}: run `make lock`, or python3 -m tools.hashes"
            )
        lines.append(f"{name}{extras}=={version}{marker}{known[pin]}\n")
    return "".join(lines)


@cache
def _known() -> Mapping[str, str]:
    """Each pin, its name in normal spelling, with what follows it in the file."""
    entries = re.findall(r"^(\S+)==(\S+)((?: \\\n    --hash=\S+)+)$", HASHES.read_text("utf-8"), re.MULTILINE)
    return {f"{normal(name)}=={version}": found for name, version, found in entries}


def normal(name: str) -> str:
    """Spell a package name the one way that compares: lower case, single hyphens."""
    return re.sub(r"[-_.]+", "-", name).lower()


def rewrite() -> int:
    """Ask for the hashes of every file of every pinned version, for whatever machine; uv's exit code."""
    wanted = {f"{normal(pin.name)}=={pin.version}" for file in FILES for pin in pins(ROOT / file)}
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        tools, listed, result = (Path(folder) / name for name in ("bin", "wanted.txt", "hashes.txt"))
        subprocess.run([tools / "python", "-m", "pip", "install", "-q", "uv"], check=True)
        listed.write_text("".join(f"{pin}\n" for pin in sorted(wanted)), encoding="utf-8")
        command = [str(tools / "uv"), "pip", "compile", "--no-deps", "--generate-hashes", "--universal"]
        options = ["--no-header", "--no-annotate", "--quiet", "--output-file", str(result), str(listed)]
        code = subprocess.run([*command, *options], env=_environ(tools), check=False).returncode
        if code == 0:
            HASHES.write_text(_HEAD + result.read_text(encoding="utf-8"), encoding="utf-8")
    _known.cache_clear()
    return code


def _environ(tools: Path) -> dict[str, str]:
    """uv knows nothing of what pip is set to on this machine."""
    environ = {**os.environ, "UV_SYSTEM_CERTS": "true"}
    asked = [str(tools / "python"), "-m", "pip", "config", "get", "global.index-url"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)
    index = os.environ.get("PIP_INDEX_URL") or told.stdout.strip()
    return {**environ, "UV_DEFAULT_INDEX": index} if index else environ


def main(arguments: Sequence[str]) -> int:
    """Print the named file with its hashes, or write all hashes anew."""
    if not arguments:
        return rewrite()
    try:
        sys.stdout.write(hashed(Path(arguments[0])))
    except Stop as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
