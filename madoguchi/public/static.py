"""Files that pages load: always asked for again, and answered 304 while they are the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles

ASSETS: Final = Path(__file__).resolve().parents[2] / "assets"


class FreshFiles(StaticFiles):
    """Static files that no display keeps in an old version after an update."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """The file, to be checked again each time."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response
