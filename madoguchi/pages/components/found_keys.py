"""Arrow keys between a search field and what it found."""

import reflex as rx


class FoundKeys(rx.Component):
    """Down from the field with the id ``field_id`` leads into the elements that the selector ``rows``
    names, arrows along them. Renders nothing."""

    library = rx.asset("found_keys.js", shared=True).importable_path
    tag = "FoundKeys"

    field_id: rx.Var[str]
    rows: rx.Var[str]
