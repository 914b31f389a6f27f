"""``/staff/slots``: 予約枠, planned as a week and by the day, previewed before anything is changed."""

from madoguchi.pages.slots.page import ON_LOAD, ROUTE, TITLE, page

__all__ = ["ON_LOAD", "ROUTE", "TITLE", "page"]
