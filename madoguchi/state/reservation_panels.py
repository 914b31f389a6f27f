"""`/staff/reservations`: what can stand at its left and in its panel."""

from __future__ import annotations

WEEK, DAY = "week", "day"
DETAIL, CREATE, EDIT, MOVE, CANCEL, EARLY = "detail", "create", "edit", "move", "cancel", "early"
"""What stands in the panel; empty: nothing."""
