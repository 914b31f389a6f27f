"""A part of the page that scrolls into view and takes the focus when it becomes the one to read."""

import reflex as rx


class Reveal(rx.Component):
    """Moves whenever ``token`` becomes another text, not empty; with ``at_once`` also when it appears.

    Whatever ``token`` is when ``ready`` becomes true counts as seen: a page that opens does not jump.
    """

    library = rx.asset("reveal.jsx", shared=True).importable_path
    tag = "Reveal"

    token: rx.Var[str]
    at_once: rx.Var[bool]
    ready: rx.Var[bool]
