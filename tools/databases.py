"""PostgreSQL and Redis for the tests: those that run already, or throw-away ones of our own."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools import children, debian, ports
from tools.paths import python
from tools.talk import Stop, step

POSTGRES_VARIABLE = "MADOGUCHI_TEST_POSTGRES_URL"
REDIS_VARIABLE = "MADOGUCHI_TEST_REDIS_URL"
# Without a name libpq takes the user of the operating system. tests/office_kit.py tries the same.
_POSTGRES_RUNNING = (
    "postgresql://127.0.0.1:5432/postgres",
    "postgresql://postgres@127.0.0.1:5432/postgres",
)
_REDIS_RUNNING = ("redis://127.0.0.1:6379/0",)
_MAY_CREATE = "SELECT 1 FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolcreatedb)"
_TRY_POSTGRES = f"""
import sys, psycopg
with psycopg.connect(sys.argv[1], connect_timeout=3) as connection:
    sys.exit(connection.execute({_MAY_CREATE!r}).fetchone() is None)
"""
_TRY_REDIS = "import sys, redis; redis.Redis.from_url(sys.argv[1], socket_timeout=3).ping()"


@contextlib.contextmanager
def for_tests() -> Iterator[dict[str, str]]:
    """Give the variables that tell the tests where both servers are; one that is missing is left out."""
    with contextlib.ExitStack() as stack:
        postgres = _answering(POSTGRES_VARIABLE, _POSTGRES_RUNNING, _TRY_POSTGRES)
        redis = _answering(REDIS_VARIABLE, _REDIS_RUNNING, _TRY_REDIS)
        if not postgres:
            postgres = stack.enter_context(_own_postgres())
        if not redis:
            redis = stack.enter_context(_own_redis())
        _say_what_is_missing({"PostgreSQL": postgres, "Redis": redis})
        found = {POSTGRES_VARIABLE: postgres, REDIS_VARIABLE: redis}
        yield {name: url for name, url in found.items() if url}


def _answering(variable: str, running: Sequence[str], attempt: str) -> str:
    """Find the first server that answers as the tests need it; '' when none does."""
    named = os.environ.get(variable)
    for url in (named,) if named else running:
        if subprocess.run(python("-c", attempt, url), capture_output=True, check=False).returncode == 0:
            return url
    if named:
        raise Stop(f"{variable}: nothing answers there, or the user may not create databases")
    return ""


def _say_what_is_missing(found: dict[str, str]) -> None:
    missing = [name for name, url in found.items() if not url]
    if not missing:
        return
    names = " and ".join(missing)
    if os.environ.get("CI"):
        raise Stop(f"{names}: not running and not installed")
    step(f"Without {names}: those tests are skipped (sudo apt-get install postgresql redis-server)")


@contextlib.contextmanager
def _own_postgres() -> Iterator[str]:
    if _postgres_programs() is None and debian.may_install():
        debian.install("The tests need PostgreSQL", ["postgresql"])
    programs = _postgres_programs()
    if programs is None:
        yield ""
        return
    step("Starting a PostgreSQL for the tests")
    folder = Path(tempfile.mkdtemp(prefix="madoguchi-postgres-"))
    try:
        with _postgres_in(folder, programs) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _postgres_in(folder: Path, programs: Path) -> Iterator[str]:
    """Run a server whose data lie in ``folder``; PostgreSQL refuses to run as root, so not as root."""
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    data, port = str(folder / "data"), ports.free_port()
    initdb = [*as_user, str(programs / "initdb"), "-A", "trust", "-U", "postgres", "-D", data]
    control = [*as_user, str(programs / "pg_ctl"), "-w", "-D", data]
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    children.run("postgres-init", initdb, os.environ)
    try:
        start = [*control, "-l", str(folder / "server.log"), "-o", options, "start"]
        children.run("postgres-start", start, os.environ)
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], capture_output=True, check=False)


def _postgres_programs() -> Path | None:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    return versions[-1] if versions else None


@contextlib.contextmanager
def _own_redis() -> Iterator[str]:
    if shutil.which("redis-server") is None and debian.may_install():
        debian.install("The tests need Redis", ["redis-server"])
    program = shutil.which("redis-server")
    if program is None:
        yield ""
        return
    step("Starting a Redis for the tests")
    port = ports.free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = children.start("redis", command, os.environ)
    try:
        if not ports.wait_until(lambda: ports.listens(port), 10.0, server.alive):
            raise Stop(f"Redis did not start; see {server.log}")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        children.end([server])
