"""What is logged when something of ours fails while somebody's name or number is in hand."""

from __future__ import annotations

import logging
import traceback


def log(logger: logging.Logger, what: str, error: BaseException) -> None:
    """Log `what` failed, the error's kind and the place.

    Never its text: a database's message may quote the row.
    """
    where = "".join(traceback.format_tb(error.__traceback__))
    logger.error("%s failed: %s\n%s", what, type(error).__name__, where)
