"""Parts of forms that are filled in without the mouse, as fast as one can type."""

from typing import Any

import reflex as rx
from reflex.event import no_args_event_spec, passthrough_event_spec


class FormKeys(rx.Component):
    """Around a form: Enter goes on to the next field and sends from the last one; with ``straight``,
    from a select too. Escape calls ``on_escape``. Its ``id`` is the address that focus is sent to."""

    library = rx.asset("form_keys.jsx", shared=True).importable_path
    tag = "FormKeys"

    straight: rx.Var[bool]
    on_escape: rx.EventHandler[no_args_event_spec]  # type: ignore[type-arg, valid-type]


class Choice(rx.Component):
    """A select that follows the keyboard at once and the server's answer when it comes.

    Bound to the server alone, it would fall back between a key and the answer, and a second key would
    count from there.
    """

    library = rx.asset("choice.jsx", shared=True).importable_path
    tag = "Choice"

    value: rx.Var[str]
    on_choose: rx.EventHandler[passthrough_event_spec(str)]  # type: ignore[type-arg, valid-type]


def choice(*options: rx.Component | rx.Var[Any], **props: Any) -> rx.Component:
    """A select; ``value`` and ``on_choose`` are its own, all else goes to the element."""
    return Choice.create(*options, **props)
