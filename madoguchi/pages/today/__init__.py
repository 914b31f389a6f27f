"""``/staff``: 今日の窓口, the screen that is open all day."""

from madoguchi.pages.today.page import ON_LOAD, TITLE, page

__all__ = ["ON_LOAD", "TITLE", "page"]
