"""Serves the app without built pages, for clients that speak with its event socket. Run as a program."""

from __future__ import annotations

import asyncio
import os
import sys

from madoguchi.cli import logs, serve
from madoguchi.settings import settings


def main() -> int:
    """Serve as `serve` does; sessions are asked for anew every half second, not every five."""
    logs.to_stderr(settings())
    serve._prepare_reflex(settings())
    os.environ["__REFLEX_MOUNT_FRONTEND_COMPILED_APP"] = "false"
    from madoguchi.state import caller, notifier  # noqa: PLC0415  after Reflex's environment is set

    caller.REMEMBER_SECONDS = notifier.CHECK_SECONDS = 0.5  # type: ignore[misc]
    return asyncio.run(serve._serve(serve._load_app(), settings()))


if __name__ == "__main__":
    sys.exit(main())
