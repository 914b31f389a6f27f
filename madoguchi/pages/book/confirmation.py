"""What stands after booking: the number, and all one needs on the day."""

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.book.form import FORM
from madoguchi.pages.book.mine import scan
from madoguchi.pages.book.reveal import Reveal


def confirmation() -> rx.Component:
    """予約番号 huge, then when, where, what to bring, until when it can be changed."""
    return Reveal.create(
        rx.el.h1(FORM.done.title),
        rx.el.section(
            rx.el.p(FORM.text["done.code"], class_name="bk-code__label"),
            theme.number(FORM.done.code, custom_attrs={"data-testid": "book-code"}),
            scan(FORM.done.picture),
            class_name="bk-code",
            role="status",
        ),
        rx.cond(FORM.done.guest_code != "", _guest_code()),
        _facts(),
        rx.el.p(FORM.done.arrive),
        rx.el.p(FORM.done.late),
        rx.cond(FORM.done.pushed != "", rx.el.p(FORM.done.pushed)),
        rx.el.div(_calendar(), _bookings(), _way_out(), class_name="bk-actions"),
        token=FORM.done.title + FORM.done.code,
        at_once=True,
        class_name="bk-done",
    )


def _guest_code() -> rx.Component:
    return rx.el.section(
        rx.el.p(FORM.text["guest.code"], class_name="bk-code__label"),
        rx.el.p(
            FORM.done.guest_code,
            class_name="bk-guest mg-tabular",
            translate="no",
            custom_attrs=theme.testid("book-guest-code"),
        ),
        rx.el.p(FORM.text["guest.keep"], class_name="bk-code__help"),
        class_name="bk-code bk-code--guest",
    )


def _facts() -> rx.Component:
    done = FORM.done
    return rx.el.dl(
        _line("done.when", done.when, strong=True),
        _line("done.what", done.service),
        _line("done.where", done.where, done.place),
        _line("done.bring", done.bring),
        _line("done.until", done.until),
        class_name="bk-facts",
    )


def _calendar() -> rx.Component:
    return rx.el.a(
        FORM.text["done.calendar"],
        href=FORM.done.calendar,
        # Neither this file nor the front page is a page of this application: the browser has to ask.
        reload_document=True,
        class_name="mg-button mg-button--secondary",
        custom_attrs={"data-testid": "book-calendar"},
    )


def _bookings() -> rx.Component:
    return theme.button(
        FORM.text["mine.title"],
        kind="secondary",
        on_click=FORM.show_bookings,
        custom_attrs=theme.testid("book-show-bookings"),
    )


def _way_out() -> rx.Component:
    return rx.cond(FORM.guest, to_front("primary"), back_to_line())


def _line(label: str, *values: rx.Var[str], strong: bool = False) -> rx.Component:
    return rx.cond(
        values[0] != "",
        rx.el.div(
            rx.el.dt(FORM.text[label]),
            *(rx.el.dd(value, class_name="bk-strong" if strong else "") for value in values),
        ),
    )


def expired() -> rx.Component:
    """The link is no good: what happened, and how to get a new one."""
    return rx.el.div(
        rx.el.h1(FORM.text["title"]),
        rx.el.p(FORM.link_problem, class_name="bk-lead mg-error"),
        rx.el.p(FORM.text["expired.how"], class_name="bk-lead"),
        rx.el.div(back_to_line(), class_name="bk-actions"),
        rx.el.p(FORM.text["expired.guest"], class_name="bk-lead bk-or"),
        rx.el.div(to_front("secondary"), class_name="bk-actions"),
        custom_attrs={"data-testid": "book-expired"},
    )


def back_to_line() -> rx.Component:
    """The way back into the chat."""
    return rx.el.a(FORM.text["done.line"], href=FORM.line_url, class_name="mg-button mg-button--primary")


def to_front(kind: theme.ButtonKind) -> rx.Component:
    """The way to the front page."""
    return rx.el.a(
        FORM.text["done.front"],
        href="/?lang=" + FORM.language,
        reload_document=True,
        class_name=f"mg-button mg-button--{kind}",
    )
