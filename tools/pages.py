"""Builds the front end, when its sources changed."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tools import children, stamps
from tools.paths import BIN, LOGS, ROOT, VAR, WEB, python, with_venv
from tools.talk import Stop, step

SOURCES = (
    "rxconfig.py",
    "requirements.txt",
    "requirements-build.txt",
    "assets",
    "madoguchi/madoguchi.py",
    "madoguchi/dates.py",
    "madoguchi/staff_menu.py",
    "madoguchi/frontend.py",
    "madoguchi/staff_menu.py",
    "madoguchi/domain",
    "madoguchi/pages",
    "madoguchi/state",
    "madoguchi/texts.py",
    "madoguchi/locales",
)
LOCK = "reflex.lock"
_BUILT = WEB / "build" / "client"
_STAMP = WEB / "build" / "sources"


def ensure_built() -> None:
    """Build the pages unless the ones there were made from the same sources."""
    sources = stamps.digest(ROOT, SOURCES)
    if (_BUILT / "index.html").exists() and stamps.matches(_STAMP, _with_lock(sources)):
        return
    step("Building the pages (the first time takes half a minute)")
    # A build that is cut short leaves half of the new pages, and the old sources may come back.
    _STAMP.unlink(missing_ok=True)
    with kept_unless_done(ROOT / LOCK):
        children.run("pages", python("-m", "reflex", "export", "--frontend-only", "--no-zip"), _environ())
        if not (_BUILT / "index.html").exists():
            raise Stop(f"The pages were not built, though nothing failed; see {LOGS / 'pages.log'}")
    stamps.write(_STAMP, _with_lock(sources))


@contextlib.contextmanager
def kept_unless_done(folder: Path) -> Iterator[None]:
    """Put the files of ``folder`` back when the block fails: Reflex rewrites its lock before it builds."""
    before = {path: path.read_bytes() for path in folder.glob("*") if path.is_file()}
    try:
        yield
    except BaseException:
        for path, content in before.items():
            path.write_bytes(content)
        raise


def _with_lock(sources: str) -> str:
    """The lock counts as the build left it; the sources as they were before."""
    return stamps.digest(ROOT, [LOCK], extra=sources)


def _environ() -> dict[str, str]:
    environ = with_venv(dict(os.environ))
    return {
        **environ,
        "REFLEX_USE_NPM": "1",
        "REFLEX_DIR": str(VAR / "reflex"),
        "REFLEX_TELEMETRY_ENABLED": "false",
        # Node.js brings its own list of authorities, in which an office's own proxy is missing.
        "NODE_USE_SYSTEM_CA": "1",
        # Else what npm says is cut into lines of 80.
        "COLUMNS": "400",
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "NPM_CONFIG_REGISTRY": _npm_registry(environ),
        # The lock in the repository is the same wherever the packages came from.
        "npm_config_omit_lockfile_registry_resolved": "true",
        "npm_config_save_exact": "true",
        "npm_config_fetch_retries": "3",
        "npm_config_update_notifier": "false",
    }


def _npm_registry(environ: dict[str, str]) -> str:
    """The registry this machine's npm is set to; Reflex would try public ones out for speed."""
    command = [str(BIN / "npm"), "config", "get", "registry"]
    result = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise Stop(f"npm does not run: {result.stderr.strip().splitlines()[-1:]}")
    return str(result.stdout).strip().splitlines()[-1]
