"""``/staff/reservations``: calendar, search, and everything that is done with a reservation."""

from madoguchi.pages.reservations.page import ON_LOAD, ROUTE, TITLE, page

__all__ = ["ON_LOAD", "ROUTE", "TITLE", "page"]
