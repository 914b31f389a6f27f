"""A part of the page that scrolls into view and takes the focus when it becomes the one to read."""

import reflex as rx


class Reveal(rx.Component):
    """Moves whenever ``token`` becomes another text, not empty; with ``at_once`` also when it appears."""

    library = rx.asset("reveal.jsx", shared=True).importable_path
    tag = "Reveal"

    token: rx.Var[str]
    at_once: rx.Var[bool]
