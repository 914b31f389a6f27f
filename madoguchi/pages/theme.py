"""The Digital Agency look for Reflex components. Values live once, in ``assets/tokens.css``."""

from typing import Any, Literal

import reflex as rx

from madoguchi.frontend import FONT_CSS

TOKENS_CSS = "/tokens.css"
ICON = "/icon.svg"

ButtonKind = Literal["primary", "secondary", "text", "danger"]
FlagKind = Literal["plain", "success", "warning", "error"]


def head() -> list[rx.Component]:
    """Give the stylesheets and the icon every page loads, all from this server."""
    return [
        rx.el.link(rel="stylesheet", href=FONT_CSS),
        rx.el.link(rel="stylesheet", href=TOKENS_CSS),
        rx.el.link(rel="icon", type="image/svg+xml", href=ICON),
    ]


def button(
    label: str | rx.Var[str],
    *,
    kind: ButtonKind = "primary",
    large: bool = False,
    key: str = "",
    **props: Any,
) -> rx.Component:
    """Give a button; ``key`` is the keyboard shortcut printed on it and told to screen readers."""
    hint = [rx.el.kbd(key, class_name="mg-key", aria_hidden=True)] if key else []
    named = f"mg-button mg-button--{kind}" + (" mg-button--large" if large else "")
    if key:
        props["custom_attrs"] = {"aria-keyshortcuts": key, **props.get("custom_attrs", {})}
    props.setdefault("type", "button")
    return rx.el.button(rx.el.span(label), *hint, class_name=named, **props)


def card(*children: rx.Component | rx.Var[Any] | str, title: str = "", **props: Any) -> rx.Component:
    """Give a bordered section, with its heading when it has a title."""
    heading = [rx.el.h2(title)] if title else []
    return rx.el.section(*heading, *children, class_name="mg-card", **props)


def testid(name: str | rx.Var[str], **more: Any) -> dict[str, Any]:
    """Give the attributes by which tests find an element, to be passed as ``custom_attrs``.

    Further data attributes by name: ``testid("queue-row", number=row.number)``.
    """
    return {"data-testid": name, **{f"data-{key.replace('_', '-')}": value for key, value in more.items()}}


def flag(label: str | rx.Var[str], *, kind: FlagKind = "plain") -> rx.Component:
    """Give a small framed word such as 予約 10:30 or 優先; the word tells it, never the colour alone."""
    return rx.el.span(label, class_name=f"mg-flag mg-flag--{kind}")


def number(value: str | rx.Var[str], **props: Any) -> rx.Component:
    """Give a ticket number: heavy, large, figures of equal width."""
    return rx.el.span(value, class_name="mg-number", **props)


def for_screen_readers(text: str | rx.Var[str]) -> rx.Component:
    """Give text that is spoken and not shown."""
    return rx.el.span(text, class_name="mg-hidden")
