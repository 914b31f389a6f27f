"""Why somebody may go before others: the list that staff choose from."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class PriorityReason(StrEnum):
    """The reason for a priority; shown to staff only."""

    UNWELL = "unwell"
    """Does not feel well."""
    INFANT = "infant"
    """Pregnant, or with a baby."""
    DISABILITY = "disability"
    """Old, or with a disability that makes waiting hard."""
    INTERPRETER = "interpreter"
    """Somebody who interprets is here only now."""
    OUR_MISTAKE = "our_mistake"
    """The office made a mistake."""
    OTHER = "other"


PRIORITY: Final = 1
"""The priority that every reason gives; among equals the time of the place counts."""
