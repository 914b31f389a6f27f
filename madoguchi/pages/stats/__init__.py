"""統計."""

from .page import ON_LOAD, ROUTE, TITLE, page

__all__ = ["ON_LOAD", "ROUTE", "TITLE", "page"]
