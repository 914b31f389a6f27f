"""``make run``: the whole demo city, from a fresh checkout to a table of addresses."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from tools import children, debian, packages, pages, ports, table
from tools.children import Child
from tools.paths import ROOT, VAR, python, with_venv
from tools.signals import Signals
from tools.talk import Stop, last_lines, step

_READY_SECONDS = 60.0
_REAL_LINE = "https://api.line.me"
_WATCH_SECONDS = 0.3


@dataclass(frozen=True)
class Addresses:
    """Where the city's parts listen."""

    app: ports.Port
    terminal: ports.Port
    line: ports.Port
    printer: ports.Port

    def url(self, port: ports.Port) -> str:
        """Give the address a person opens."""
        return f"http://{port.host}:{port.number}"


@dataclass(frozen=True)
class Part:
    """One process of the city, and the address that answers when it is ready."""

    name: str
    module: Sequence[str]
    ready_url: str


@dataclass(frozen=True)
class Demo:
    """What ``seed-demo`` tells: desks as (code, name), sign-ins as (role, login, password).

    The terminal spends ``code`` only when the server does not know its token. Its token file cannot
    tell beforehand: the database that knew it may have been deleted since.
    """

    desks: list[list[str]]
    sign_ins: list[list[str]]
    code: str


def run(signals: Signals) -> int:
    """Set everything up, start it, show where it is, and wait until somebody ends it."""
    began = time.monotonic()
    where = read_addresses(dict(os.environ))
    for port in (where.app, where.terminal, where.line, where.printer):
        ports.ensure_free(port)
    packages.ensure_runtime()
    debian.ensure_ticket_font()
    pages.ensure_built()
    return _keep_running(signals, where, began)


def read_addresses(environ: dict[str, str]) -> Addresses:
    """Read the ports, each of which a variable can move."""
    return Addresses(
        app=ports.from_environ("MADOGUCHI_PORT", 3000, environ),
        terminal=ports.from_environ("KIOSK_PORT", 3100, environ),
        line=ports.from_environ("SANDBOX_PORT", 3900, environ),
        printer=ports.from_environ("SANDBOX_PRINTER_PORT", 9100, environ),
    )


def city_environ(environ: dict[str, str], where: Addresses) -> dict[str, str]:
    """Give the parts the settings by which they find each other; what the user set stays."""
    app, line = where.url(where.app), where.url(where.line)
    # Whoever brings a token of the real LINE wants the real LINE.
    line_api = _REAL_LINE if environ.get("MADOGUCHI_LINE_CHANNEL_TOKEN") else line
    defaults = {
        "MADOGUCHI_ENV": "demo",
        "MADOGUCHI_PORT": str(where.app.number),
        "MADOGUCHI_PUBLIC_URL": app,
        "MADOGUCHI_LINE_API_HOST": line_api,
        "KIOSK_PORT": str(where.terminal.number),
        "KIOSK_SERVER_URL": app,
        "KIOSK_PRINTER": f"network://{where.printer.host}:{where.printer.number}",
        "KIOSK_VAR_DIR": str(VAR / "kiosk"),
        "SANDBOX_PORT": str(where.line.number),
        "SANDBOX_PRINTER_PORT": str(where.printer.number),
        "SANDBOX_WEBHOOK_URL": f"{app}/line/webhook",
    }
    if not environ.get("KIOSK_PRINTER"):
        defaults["KIOSK_PRINTER_PROFILE"] = "TM-T20II"
    return {**environ, **{name: environ.get(name) or value for name, value in defaults.items()}}


def _prepare_data(environ: dict[str, str]) -> Demo:
    step("Preparing the database and the demo city")
    return read_demo(_output(python("-m", "madoguchi", "seed-demo", "--with-code"), environ))


def read_demo(text: str) -> Demo:
    """Read rows of ``desk, code, name``, ``staff, role, login, password``, ``code, code``; tabs between."""
    rows = [line.split("\t") for line in text.splitlines()]
    return Demo(
        desks=[row[1:3] for row in rows if row[0] == "desk" and len(row) >= 3],
        sign_ins=[row[1:4] for row in rows if row[0] == "staff" and len(row) >= 4],
        code=next((row[1] for row in rows if row[0] == "code" and len(row) >= 2), ""),
    )


def _output(command: Sequence[str], environ: dict[str, str]) -> str:
    result = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise Stop(f"{' '.join(command[1:])} failed:\n{result.stderr.strip()}")
    return result.stdout


def _keep_running(signals: Signals, where: Addresses, began: float) -> int:
    environ = city_environ(with_venv(dict(os.environ)), where)
    started: list[Child] = []
    try:
        demo = _start_all(signals, where, environ, started)
        sys.stdout.write(f"\n{_table(where, demo)}\n\nReady after {time.monotonic() - began:.0f} s. ")
        sys.stdout.write("Logs are in var/log/. Ctrl-C ends everything (終了は Ctrl-C).\n")
        sys.stdout.flush()
        _watch(started)
    except KeyboardInterrupt:
        step("Ending")
        return 0
    finally:
        signals.ignore()
        children.end(started)


def _start_all(signals: Signals, where: Addresses, environ: dict[str, str], started: list[Child]) -> Demo:
    """Start every part, noting each in ``started`` at once, and wait until all answer."""
    sandbox = Part("sandbox", ["sandbox"], f"{where.url(where.line)}/")
    app = Part("app", ["madoguchi", "serve"], f"{where.url(where.app)}/readyz")
    terminal = Part("terminal", ["kiosk"], f"{where.url(where.terminal)}/")

    def start(part: Part) -> None:
        step(f"Starting {part.name}")
        with signals.held():
            started.append(children.start(part.name, python("-m", *part.module), environ))

    # The stand-ins know nothing of the data, and so need not wait for them.
    start(sandbox)
    demo = _prepare_data(environ)
    environ["KIOSK_PAIRING_CODE"] = demo.code
    start(app)
    start(terminal)
    for part, child in zip((sandbox, app, terminal), started, strict=True):
        _wait_until_ready(part, child)
    return demo


def _wait_until_ready(part: Part, child: Child) -> None:
    if ports.wait_until_answers(part.ready_url, _READY_SECONDS, child.alive):
        return
    reason = "does not answer" if child.alive() else f"ended with exit code {child.process.returncode}"
    raise Stop(f"{part.name} {reason}; {child.log} says:\n{last_lines(child.log)}")


def _watch(started: list[Child]) -> NoReturn:
    """Watch on until interrupted; raises `Stop` when a part ends by itself."""
    while True:
        for child in started:
            if not child.alive():
                code = child.process.returncode
                raise Stop(
                    f"{child.name} ended (exit code {code}); {child.log} says:\n{last_lines(child.log)}"
                )
        time.sleep(_WATCH_SECONDS)


def _table(where: Addresses, demo: Demo) -> str:
    app, line = where.url(where.app), where.url(where.line)
    rows = [
        ["Front page", "入口", f"{app}/"],
        *(["Lobby board", f"待合表示 {name}", f"{app}/board/{code}"] for code, name in demo.desks),
        ["Staff", "職員", f"{app}/staff"],
        ["Terminal", "発券機", f"{where.url(where.terminal)}/"],
        ["Citizens' phones", "市民のLINE", f"{line}/"],
        ["Printer", "プリンター", f"{line}/printer"],
        *(["Sign-in", role, f"{login} / {password}"] for role, login, password in demo.sign_ins),
    ]
    return table.render(["What", "なに", "Where"], rows)
