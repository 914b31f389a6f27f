"""Reflex states: what the pages show, and the guard before every one of their events.

A public handler of `madoguchi.state.book` carries ``@anyone`` below ``@rx.event``, a staff handler
``@needs(...)``; see `madoguchi.state.access`.
"""

from .gate import guard
from .screens import keep_shown as running

__all__ = ["guard", "running"]
