"""``make lock``: work out every transitive version once, in a throw-away environment, and write it down."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import hashes
from tools.hashes import normal

ROOT = Path(__file__).resolve().parents[1]
MARKER = "# --- needed by the above, written by `make lock` ---\n"
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[.*?\])?==(\S+)", re.MULTILINE)
_BOOTSTRAP = {"pip"}
TERMINAL = Path("deploy") / "terminal" / "requirements.txt"
"""What the lobby terminal alone needs: names written by people, versions always those of the city."""


def main() -> int:
    """Rewrite the lower part of the requirement files; pip's own message tells what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        known: set[str] = set(_BOOTSTRAP)
        for name in ("requirements.txt", "requirements-build.txt", "requirements-dev.txt"):
            path = ROOT / name
            direct = direct_part(path.read_text(encoding="utf-8"))
            known |= names(direct)
            wanted = Path(folder) / name
            wanted.write_text(without_includes(direct), encoding="utf-8")
            subprocess.run([python, "-m", "pip", "install", "-q", "-U", "-r", wanted], check=True)
            frozen = _freeze(python)
            path.write_text(direct + MARKER + transitive_part(frozen, known), encoding="utf-8")
            known |= names(frozen)
        code = subprocess.run([python, "-m", "pip", "check"], check=False).returncode
    return code or lock_terminal() or hashes.rewrite()


def lock_terminal() -> int:
    """Rewrite the terminal's file: every version as in the city's, and what those packages need."""
    city, path = ROOT / "requirements.txt", ROOT / TERMINAL
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        direct = pinned_like(direct_part(path.read_text(encoding="utf-8")), city.read_text(encoding="utf-8"))
        wanted, bounds = Path(folder) / "wanted.txt", Path(folder) / "bounds.txt"
        wanted.write_text(direct, encoding="utf-8")
        # Constraints know no extras, and need none: only versions matter.
        bounds.write_text(re.sub(r"\[.*?\]", "", city.read_text(encoding="utf-8")), encoding="utf-8")
        subprocess.run([python, "-m", "pip", "install", "-q", "-U", "-r", wanted, "-c", bounds], check=True)
        rest = transitive_part(_freeze(python), names(direct) | _BOOTSTRAP)
        path.write_text(direct + MARKER + rest, encoding="utf-8")
        return subprocess.run([python, "-m", "pip", "check"], check=False).returncode


def _freeze(python: Path) -> str:
    command = [str(python), "-m", "pip", "list", "--format=freeze"]
    return str(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def direct_part(text: str) -> str:
    """Give what people write: all above the marker."""
    return text.partition(MARKER)[0]


def pinned_like(direct: str, city: str) -> str:
    """Give ``direct`` with each package at the version that ``city`` pins."""
    versions = {normal(name): version for name, version in _PIN.findall(city)}
    return _PIN.sub(lambda found: f"{found[1]}=={versions[normal(found[1])]}", direct)


def without_includes(text: str) -> str:
    """Drop ``-r`` lines, whose packages are installed already."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("-r"))


def names(text: str) -> set[str]:
    """Give the normalised package names of requirement lines."""
    found = (re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line) for line in text.splitlines())
    return {normal(match.group()) for match in found if match}


def transitive_part(frozen: str, known: set[str]) -> str:
    """Give the frozen lines whose package is not in ``known``, sorted by name."""
    lines = [line for line in frozen.splitlines() if line and normal(line.split("==")[0]) not in known]
    return "".join(f"{line}\n" for line in sorted(lines, key=lambda line: normal(line.split("==")[0])))


if __name__ == "__main__":
    sys.exit(main())
