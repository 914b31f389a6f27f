"""A file chosen on this machine, handed to the page without being stored anywhere."""

import reflex as rx
from reflex.event import passthrough_event_spec


class CsvFile(rx.Component):
    """A field for a small file. ``on_read`` gets its bytes as base64, ``most`` bytes at most."""

    library = rx.asset("csv_file.jsx", shared=True).importable_path
    tag = "CsvFile"

    most: rx.Var[int]
    label: rx.Var[str]
    on_read: rx.EventHandler[passthrough_event_spec(str)]  # type: ignore[type-arg, valid-type]
