"""Giving a booking another time on `/book`: what is being moved, and from where to where."""

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.book.form import FORM
from madoguchi.pages.book.reveal import Reveal
from madoguchi.pages.book.steps import step, trouble
from madoguchi.state.book_shown import CONTACT


def move_head() -> rx.Component:
    """Which booking is moved, and the way out."""
    return rx.cond(
        FORM.moving != 0,
        Reveal.create(
            rx.el.h2(FORM.move_title),
            rx.el.p(
                rx.el.span(FORM.text["move.now"], class_name="bk-quiet"),
                rx.el.strong(FORM.from_when),
                class_name="bk-now",
            ),
            rx.el.p(FORM.text["move.kept"]),
            theme.button(
                FORM.text["move.leave"],
                kind="secondary",
                on_click=FORM.leave_move,
                custom_attrs=theme.testid("book-move-leave"),
            ),
            token=FORM.move_title,
            at_once=True,
            class_name="bk-moving",
            custom_attrs=theme.testid("book-moving"),
        ),
    )


def confirm_step() -> rx.Component:
    """From and to, and one button."""
    return step(
        CONTACT,
        FORM.text["move.confirm"],
        rx.Var.create(""),
        trouble(CONTACT),
        rx.el.dl(
            rx.el.div(rx.el.dt(FORM.text["move.from"]), rx.el.dd(rx.el.s(FORM.from_when))),
            rx.el.div(
                rx.el.dt(FORM.text["move.to"]),
                rx.el.dd(FORM.to_when, class_name="bk-strong", custom_attrs=theme.testid("book-move-to")),
            ),
            class_name="bk-facts",
        ),
        theme.button(
            FORM.text["move.yes"],
            on_click=FORM.confirm_move,
            custom_attrs=theme.testid("book-move-yes"),
        ),
        badge="2",
        reached=FORM.to_when != "",
    )
