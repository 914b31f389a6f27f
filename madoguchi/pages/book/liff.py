"""The part of the page that asks LIFF who holds the phone."""

from typing import Any

import reflex as rx

from madoguchi.frontend import LIFF_SDK
from madoguchi.pages.book.form import FORM

rx.asset("liff_sdk.js", shared=True)


def _token(id_token: rx.Var[str]) -> tuple[rx.Var[str]]:
    return (id_token,)


class Liff(rx.NoSSRComponent):
    """Shows nothing. Calls ``on_token`` with a raw ID token for every new ``serial``, "" if it gets none.

    Outside of LINE it leaves the page for LINE's sign-in and comes back to ``desk`` (and to change
    ``booking``); with ``renew`` it does so although it has a token. ``sdk`` is the address of a module that
    plays the SDK; "" loads the real one.
    """

    library = rx.asset("liff.jsx", shared=True).importable_path
    tag = "Liff"
    lib_dependencies: list[str] = [LIFF_SDK]  # noqa: RUF012  Reflex's own field

    liff_id: rx.Var[str]
    sdk: rx.Var[str]
    desk: rx.Var[int]
    booking: rx.Var[int]
    serial: rx.Var[int]
    renew: rx.Var[bool]
    on_token: rx.EventHandler[_token]  # type: ignore[type-arg, valid-type]


def by_liff() -> Any:
    """There only while the server waits for LIFF: no other page loads anything of it."""
    return rx.cond(
        FORM.liff_id != "",
        Liff.create(
            liff_id=FORM.liff_id,
            sdk=FORM.liff_sdk,
            desk=FORM.liff_desk,
            booking=FORM.liff_booking,
            serial=FORM.liff_serial,
            renew=FORM.liff_renew,
            on_token=FORM.open_by_liff,
        ),
    )
