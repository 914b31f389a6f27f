"""Keys that work anywhere on a page, without the mouse: on the page itself, and on one of its rows."""

from collections.abc import Mapping
from typing import Any

import reflex as rx
from reflex.event import EventType, no_args_event_spec, passthrough_event_spec


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


class RowKeys(rx.Component):
    """A section with lists of rows, one of which arrow keys choose and other keys act upon.

    Rows have the role ``row``, ``data-row``, an id, and ``data-keys``: those of ``Enter`` (``on_call``),
    ``Y`` (``on_menu``), ``X`` (``on_cancel``) and ``B`` (``on_return``) that do something there; each event
    is told the id. ``menu`` is the id of the row whose menu is open; digits press the buttons with that
    ``data-digit`` in it, and ``on_menu(0)`` closes it.
    """

    library = rx.asset("row_keys.jsx", shared=True).importable_path
    tag = "RowKeys"

    enabled: rx.Var[bool]
    menu: rx.Var[int]
    on_call: rx.EventHandler[passthrough_event_spec(int)]  # type: ignore[type-arg, valid-type]
    on_menu: rx.EventHandler[passthrough_event_spec(int)]  # type: ignore[type-arg, valid-type]
    on_cancel: rx.EventHandler[passthrough_event_spec(int)]  # type: ignore[type-arg, valid-type]
    on_return: rx.EventHandler[passthrough_event_spec(int)]  # type: ignore[type-arg, valid-type]


def row_keys(*children: rx.Component | rx.Var[Any], **props: Any) -> rx.Component:
    """A section whose rows keys reach."""
    return RowKeys.create(*children, **props)
