"""The time for which a place is still held, counted down in the browser."""

import reflex as rx


class HoldClock(rx.Component):
    """Shows ``label`` and minutes:seconds, after that ``over``. A new ``serial`` starts it anew."""

    library = rx.asset("hold_clock.jsx", shared=True).importable_path
    tag = "HoldClock"

    seconds: rx.Var[int]
    serial: rx.Var[int]
    label: rx.Var[str]
    over: rx.Var[str]
