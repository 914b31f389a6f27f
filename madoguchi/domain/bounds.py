"""Numbers that staff set, each within what makes sense."""

from __future__ import annotations

from collections.abc import Mapping

from .errors import Refusal


def refuse_outside(rules: object, bounds: Mapping[str, tuple[int, int]], labels: Mapping[str, str]) -> None:
    """Raises `Refusal("rule_number", field, least, most)` for the first of the `rules` out of its bounds.

    `labels` names them as staff read them.
    """
    for name, (least, most) in bounds.items():
        if not least <= getattr(rules, name) <= most:
            raise Refusal("rule_number", field={"ja": labels[name]}, least=least, most=most)
