"""Logs of a server, in which nothing stands that a browser sent.

Reflex quotes whole events where something fails: the session's cookie, and what was typed into a form.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Final

from ..settings import Settings
from ..tracing import current

_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_QUOTES: Final = re.compile(r"( for Event\(| Event data:| with value ').*", re.DOTALL)
_TAB: Final = re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_QUERY: Final = re.compile(r"([?&](?:token|k|code|next|liff\.state)=)[^&\s\"']+")
"""What stands in an address and opens something: the tab's token in the event socket's, signed links."""
_FRAME: Final = re.compile(r'\s+File "[^"]+", line \d+, in \w+')
_KIND: Final = re.compile(r"[A-Za-z_][\w.]*(?:Error|Exception)(?=:|$)")
_LONGEST_LINE: Final = 300


class Discreet(logging.Formatter):
    """Shortens what Reflex says to what happened and where; everybody else's words stay as they are, but
    for what opens something in an address."""

    def __init__(self, form: str = _FORMAT) -> None:
        super().__init__(form)

    def format(self, record: logging.LogRecord) -> str:
        """One record as text."""
        text = _QUERY.sub(r"\1(left out)", super().format(record))
        return _shortened(text) if record.name.partition(".")[0] in {"reflex", "reflex_base"} else text


class Structured(logging.Formatter):
    """One JSON object a line: ``time``, ``level``, ``logger``, ``message``, and ``request``, ``trace``.

    The order is part of it: what others may have written stands in ``message``, behind who says it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._words = Discreet("%(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """One record as JSON."""
        message, _, trace = self._words.format(record).partition("\n")
        found = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message,
            "request": current(),
            "trace": trace,
        }
        return json.dumps({name: value for name, value in found.items() if value}, ensure_ascii=False)


def to_stderr(settings: Settings) -> None:
    """Let this process log there, its own parts from INFO on, all others their warnings."""
    handler = logging.StreamHandler()
    structured = settings.log_format == "json" or (
        settings.log_format == "auto" and settings.env == "production"
    )
    handler.setFormatter(Structured() if structured else Discreet())
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.getLogger("madoguchi").setLevel(logging.INFO)


def _shortened(text: str) -> str:
    first, *rest = text.splitlines()
    lines = [_TAB.sub("(tab)", _QUOTES.sub("", first))[:_LONGEST_LINE]]
    for line in rest:
        # An error's own words may quote what was sent, so only its kind and the places are kept.
        if found := _FRAME.match(line) or _KIND.match(line):
            lines.append(found.group())
    return "\n".join(lines)
