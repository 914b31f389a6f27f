"""``make lock``: work out every transitive version once, in a throw-away environment, and write it down."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MARKER = "# --- needed by the above, written by `make lock` ---\n"
_BOOTSTRAP = {"pip"}


def main() -> int:
    """Rewrite the lower part of both requirement files; pip's own message tells what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        known: set[str] = set(_BOOTSTRAP)
        for name in ("requirements.txt", "requirements-dev.txt"):
            path = ROOT / name
            direct = direct_part(path.read_text(encoding="utf-8"))
            known |= names(direct)
            wanted = Path(folder) / name
            wanted.write_text(without_includes(direct), encoding="utf-8")
            subprocess.run([python, "-m", "pip", "install", "-q", "-U", "-r", wanted], check=True)
            frozen = _freeze(python)
            path.write_text(direct + MARKER + transitive_part(frozen, known), encoding="utf-8")
            known |= names(frozen)
        return subprocess.run([python, "-m", "pip", "check"], check=False).returncode


def _freeze(python: Path) -> str:
    command = [str(python), "-m", "pip", "list", "--format=freeze"]
    return str(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def direct_part(text: str) -> str:
    """Give what people write: all above the marker."""
    return text.partition(MARKER)[0]


def without_includes(text: str) -> str:
    """Drop ``-r`` lines, whose packages are installed already."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("-r"))


def names(text: str) -> set[str]:
    """Give the normalised package names of requirement lines."""
    found = (re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line) for line in text.splitlines())
    return {normal(match.group()) for match in found if match}


def normal(name: str) -> str:
    """Spell a package name the one way that compares: lower case, single hyphens."""
    return re.sub(r"[-_.]+", "-", name).lower()


def transitive_part(frozen: str, known: set[str]) -> str:
    """Give the frozen lines whose package is not in ``known``, sorted by name."""
    lines = [line for line in frozen.splitlines() if line and normal(line.split("==")[0]) not in known]
    return "".join(f"{line}\n" for line in sorted(lines, key=lambda line: normal(line.split("==")[0])))


if __name__ == "__main__":
    sys.exit(main())
