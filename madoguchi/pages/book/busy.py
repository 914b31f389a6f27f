"""Says that a tap waits for its answer, before anybody wonders whether it was felt."""

import reflex as rx


class Busy(rx.Component):
    """Shows ``label`` when a button's answer takes a moment, ``slow`` when it takes long.

    An answer is a new number of ``answered``.
    """

    library = rx.asset("busy.jsx", shared=True).importable_path
    tag = "Busy"

    answered: rx.Var[int]
    label: rx.Var[str]
    slow: rx.Var[str]
