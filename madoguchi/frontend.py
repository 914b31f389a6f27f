"""What the built front end carries along, where it finds its server, and who may talk to that server."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import reflex as rx
from reflex.utils.prerequisites import get_web_dir

FONT_PACKAGE = "@fontsource-variable/noto-sans-jp"
FONT_VERSION = "5.3.1"
FONT_CSS = "/fonts/noto-sans-jp.css"
LIFF_SDK = "@line/liff@2.31.0"
"""LINE's own SDK, without which no page gets its reader's ID token. `pages/book/liff.py` has it installed:
what a plugin asks for, Reflex puts into every page."""

_LOOPBACK = ("127.0.0.1", "localhost")
_CLIENT = (
    (
        "endpoint.hostname = frontend_hostname;",
        "endpoint.hostname = frontend_hostname; endpoint.port = window.location.port;",
    ),
    ('endpoint.port = ""; // Assume', "// Not 443 for everyone. Was: assume"),
    ("asPath: loc.pathname + search + hash,", "asPath: loc.pathname + search,"),
)


class FrontEndPlugin(rx.plugins.Plugin):
    """Puts Noto Sans JP beside the pages and lets one build serve at any host and port."""

    def get_frontend_dependencies(self, **_context: Any) -> list[str]:
        """Name the font's npm package, pinned."""
        return [f"{FONT_PACKAGE}@{FONT_VERSION}"]

    def pre_compile(self, **context: Any) -> None:
        """Ask for the changes in Reflex's client."""
        context["add_modify_task"]("utils/state.js", adapt_client)

    def post_build(self, **context: Any) -> None:
        """Copy the font out of ``node_modules``, for Reflex pages and plain ones alike."""
        copy_font(get_web_dir() / "node_modules" / FONT_PACKAGE, Path(context["static_dir"]) / "fonts")


def adapt_client(source: str) -> str:
    """Make Reflex's client connect to the page's own port, and keep what stands behind the # to itself.

    The port would be the one known at build. Behind the # LIFF puts access tokens, which are none of ours.

    Raises:
        ValueError: the client's source no longer has the lines this changes.
    """
    for before, after in _CLIENT:
        if after in source:
            continue
        if source.count(before) != 1:
            raise ValueError(f"Reflex's state.js has changed: {before!r} is not there exactly once")
        source = source.replace(before, after)
    return source


def copy_font(package: Path, target: Path) -> None:
    """Copy the variable font's stylesheet and its subsets from ``package`` into ``target``."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(package / "files", target / "files")
    shutil.copyfile(package / "index.css", target / Path(FONT_CSS).name)
    shutil.copyfile(package / "LICENSE", target / "LICENSE")


def allowed_origins(environ: Mapping[str, str]) -> Sequence[str]:
    """List the origins that may open the event socket: the public address, never everyone.

    On a loopback address both of its names count, since people type either.
    """
    port = environ.get("MADOGUCHI_PORT") or "3000"
    public = urlsplit(environ.get("MADOGUCHI_PUBLIC_URL") or f"http://{_LOOPBACK[0]}:{port}")
    if public.hostname not in _LOOPBACK:
        return [f"{public.scheme}://{public.netloc}"]
    suffix = f":{public.port}" if public.port else ""
    return [f"{public.scheme}://{host}{suffix}" for host in _LOOPBACK]
