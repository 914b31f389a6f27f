"""Parts that move by themselves in the browser: clocks, lists that hold still under the mouse."""

from typing import Any

import reflex as rx

_LIBRARY = rx.asset("live.jsx", shared=True).importable_path


class Elapsed(rx.Component):
    """Minutes and seconds since ``since``, ticking; both in milliseconds since 1970 by the server's clock."""

    library = _LIBRARY
    tag = "Elapsed"

    since: rx.Var[int]
    server_now: rx.Var[int]


class While(rx.Component):
    """Shows its children and a countdown for ``seconds`` after ``until`` took a new value (0: never)."""

    library = _LIBRARY
    tag = "While"

    until: rx.Var[int]
    seconds: rx.Var[int]


class Steady(rx.Component):
    """A list whose row under the mouse does not move when others come and go. Rows carry ``data-row``."""

    library = _LIBRARY
    tag = "Steady"


class Leave(rx.Component):
    """Leads to ``href``, answered by the server, as soon as ``when`` holds."""

    library = _LIBRARY
    tag = "Leave"

    when: rx.Var[bool]
    href: rx.Var[str]


def elapsed(since: rx.Var[int], server_now: rx.Var[int]) -> rx.Component:
    """Time since a moment, ticking in the browser."""
    return Elapsed.create(since=since, server_now=server_now)


def while_counting(until: rx.Var[int], seconds: int, *children: rx.Component) -> rx.Component:
    """Children that go away after some seconds."""
    return While.create(*children, until=until, seconds=seconds)


def steady(*children: rx.Component | rx.Var[Any], class_name: str = "") -> rx.Component:
    """A list that holds still under the mouse."""
    return Steady.create(*children, class_name=class_name)


def leave(*, when: rx.Var[bool] | bool, href: str) -> rx.Component:
    """Lead away from this page when something holds."""
    return Leave.create(when=when, href=href)
