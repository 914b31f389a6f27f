"""A file chosen on this machine, handed to the page without being stored anywhere."""

import reflex as rx
from reflex.event import passthrough_event_spec


class SmallFile(rx.Component):
    """A field for a small file. ``on_read`` gets its bytes as base64, ``most`` bytes at most.

    ``accept`` as HTML has it; ``name`` is what tests find it by.
    """

    library = rx.asset("small_file.jsx", shared=True).importable_path
    tag = "SmallFile"

    most: rx.Var[int]
    label: rx.Var[str]
    accept: rx.Var[str]
    name: rx.Var[str]
    on_read: rx.EventHandler[passthrough_event_spec(str)]  # type: ignore[type-arg, valid-type]
