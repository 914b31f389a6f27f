"""Keys that work anywhere on a page, without the mouse."""

from collections.abc import Mapping

import reflex as rx
from reflex.event import EventType, no_args_event_spec


class Hotkey(rx.Component):
    """Calls ``on_press`` when ``key_name`` is pressed outside of fields and dialogs,
    or inside of dialogs too where ``in_dialog`` holds.

    ``key_name`` is a capital letter, a digit, ``Space``, ``Enter`` or ``Escape``: the key's place on
    the board, so that capital lock and the Japanese input method make no difference.
    """

    library = rx.asset("hotkeys.js", shared=True).importable_path
    tag = "Hotkey"

    key_name: rx.Var[str]
    enabled: rx.Var[bool]
    in_dialog: rx.Var[bool]
    on_press: rx.EventHandler[no_args_event_spec]  # type: ignore[type-arg, valid-type]


def hotkeys(
    bindings: Mapping[str, EventType[()]], *, enabled: bool | rx.Var[bool] = True, in_dialog: bool = False
) -> rx.Component:
    """Bind each key to its event. Renders nothing."""
    return rx.fragment(
        *(
            Hotkey.create(key_name=name, on_press=event, enabled=enabled, in_dialog=in_dialog)
            for name, event in bindings.items()
        )
    )
