"""The part of the page that puts a name or number from the server into the contact fields."""

import reflex as rx


class Letterbox(rx.Component):
    """Shows nothing. Its ``id`` is the address that `state/book_letters.py` writes to."""

    library = rx.asset("letterbox.jsx", shared=True).importable_path
    tag = "Letterbox"
