"""The time until more days can be booked, counted down in the browser by the server's clock."""

from typing import Any

import reflex as rx


class OpeningClock(rx.Component):
    """Shows ``label`` and minutes:seconds in the last minutes, then ``soon``, and asks by ``on_due``.

    ``seconds`` is what the server says, 0 for nothing to wait for; a new ``serial`` starts it anew. It
    asks a random moment after the time is over, so that thousands do not ask in the same instant, and
    whenever the page is looked at again after a while.
    """

    library = rx.asset("opening_clock.jsx", shared=True).importable_path
    tag = "OpeningClock"

    seconds: rx.Var[int]
    serial: rx.Var[int]
    label: rx.Var[str]
    soon: rx.Var[str]
    on_due: rx.EventHandler[rx.event.no_args_event_spec]  # type: ignore[type-arg, valid-type]


def opening_clock(form: Any) -> rx.Component:
    """The clock of the calendar."""
    return OpeningClock.create(
        seconds=form.opens_in,
        serial=form.opens_serial,
        label=form.text["opens.left"],
        soon=form.text["opens.soon"],
        on_due=form.look_again,
    )
