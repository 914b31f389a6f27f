"""The state that `/book` shows. Reflex turns its variables into Vars and its handlers into events at
class creation, which no type checker can see: hence Any."""

from typing import Any

from madoguchi.state.book import BookState

FORM: Any = BookState

FOLDED: Any = FORM.folded & (FORM.moving == 0)
"""The steps of a new booking are out of sight."""
