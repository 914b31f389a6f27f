"""予約の確認・変更 on `/book`: what somebody has booked or waits for, and what can be done about it."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.book.form import FOLDED, FORM
from madoguchi.pages.book.reveal import Reveal
from madoguchi.state.book_view import BookingCard, WaitCard


def mine() -> rx.Component:
    """The lists; nothing for somebody who has neither, unless they came for them."""
    some = (FORM.bookings.length() > 0) | (FORM.waits.length() > 0)
    empty = FORM.asked_for_mine & FORM.guest
    return rx.cond(
        (some | empty) & (FORM.moving == 0),
        Reveal.create(
            rx.cond((FORM.bookings.length() > 0) | empty, _bookings()),
            rx.cond(FORM.waits.length() > 0, _waits()),
            # Empty while the confirmation stands: coming back from it leads here each time.
            token=rx.cond(FORM.asked_for_mine & (FORM.phase == "open"), "mine", ""),
            at_once=True,
            class_name="bk-mine",
            custom_attrs=theme.testid("book-mine"),
        ),
    )


def _bookings() -> rx.Component:
    return rx.fragment(
        rx.el.h2(FORM.text["mine.title"]),
        rx.cond(
            FORM.bookings.length() > 0,
            rx.el.ul(rx.foreach(FORM.bookings, _booking), class_name="bk-cards"),
            _none(),
        ),
    )


def _none() -> rx.Component:
    # Nothing is booked under a code that was perhaps mistyped: its owner could not come back to it.
    return rx.fragment(
        rx.el.p(FORM.text["mine.none"], custom_attrs=theme.testid("book-none")),
        rx.el.div(
            _to_front("mine.retry", "guest-code", "primary"),
            rx.el.p(FORM.text["mine.anew_help"], class_name="bk-quiet"),
            _to_front("mine.anew", "desks", "secondary"),
            class_name="bk-actions",
        ),
    )


def _to_front(label: str, part: str, kind: theme.ButtonKind) -> rx.Component:
    return rx.el.a(
        FORM.text[label],
        href="/?lang=" + FORM.language + f"#{part}",
        # The front page is no page of this application: the browser has to ask for it.
        reload_document=True,
        class_name=f"mg-button mg-button--{kind}",
        custom_attrs=theme.testid("book-" + label.partition(".")[2]),
    )


def more() -> rx.Component:
    """The way to another booking, below those there are; somebody who wants another time is past it."""
    some = (FORM.bookings.length() > 0) & (FORM.moving == 0) & FORM.may_book
    return rx.cond(
        FOLDED,
        rx.cond(
            FORM.may_book & ~(FORM.guest & (FORM.bookings.length() == 0)),
            rx.el.div(
                theme.button(
                    FORM.text["mine.more"],
                    kind="secondary",
                    on_click=FORM.book_more,
                    custom_attrs=theme.testid("book-more"),
                ),
                class_name="bk-more",
            ),
        ),
        rx.cond(
            some,
            rx.el.h2(FORM.text["mine.more"], class_name="bk-more"),
        ),
    )


def news() -> rx.Component:
    """What has just happened, spoken too: the place for it is always there."""
    return rx.el.div(
        rx.cond(
            FORM.news != "",
            Reveal.create(
                FORM.news,
                token=FORM.news,
                at_once=True,
                class_name="bk-news",
                custom_attrs=theme.testid("book-news"),
            ),
        ),
        role="status",
    )


def _booking(card: rx.Var[BookingCard]) -> rx.Component:
    one: Any = card
    return rx.el.li(
        rx.el.p(one.when, class_name="bk-card__when"),
        rx.el.p(one.service),
        rx.el.p(one.where, class_name="bk-quiet"),
        rx.el.p(
            rx.el.span(FORM.text["done.code"], class_name="bk-quiet"),
            rx.el.strong(one.code, class_name="mg-tabular bk-card__code"),
        ),
        rx.cond(one.picture != "", _at_the_machine(one)),
        rx.cond(
            one.changeable,
            rx.cond(FORM.cancelling == one.id, _question(), _can_do(one)),
            _too_late(one),
        ),
        key=one.id.to_string(),
        class_name="bk-card",
        custom_attrs=theme.testid("book-booking", code=one.code),
    )


def _at_the_machine(one: Any) -> rx.Component:
    return rx.fragment(
        rx.cond(
            one.bring != "",
            rx.el.p(
                rx.el.span(FORM.text["done.bring"], class_name="bk-quiet"),
                rx.el.span(one.bring, class_name="bk-card__bring"),
            ),
        ),
        scan(one.picture),
        rx.el.p(
            rx.el.a(
                FORM.text["done.calendar"],
                href=one.calendar,
                reload_document=True,
                aria_label=FORM.text["done.calendar"] + ": " + one.when,
                custom_attrs=theme.testid("book-card-calendar"),
            )
        ),
    )


def scan(picture: Any) -> rx.Component:
    """The booking's number as a code, and where it is read."""
    return rx.el.figure(
        rx.el.img(
            src=picture,
            alt=FORM.text["done.picture"],
            width="144",
            height="144",
            class_name="bk-picture",
            custom_attrs=theme.testid("book-scan"),
        ),
        rx.el.figcaption(FORM.text["done.scan"], class_name="bk-quiet"),
        class_name="bk-scan",
    )


def _can_do(one: Any) -> rx.Component:
    return rx.fragment(
        rx.el.p(FORM.text["done.until"], ": ", one.until, class_name="bk-quiet"),
        rx.el.div(
            _act(FORM.text["mine.move"], FORM.move(one.id), one, "move"),
            _act(FORM.text["mine.cancel"], FORM.ask_cancel(one.id), one, "cancel"),
            class_name="bk-pair",
        ),
    )


def _act(label: Any, event: Any, one: Any, name: str) -> rx.Component:
    return theme.button(
        label,
        kind="secondary",
        on_click=event,
        aria_label=label + ": " + one.when,
        custom_attrs=theme.testid(f"book-{name}"),
    )


def _question() -> rx.Component:
    return Reveal.create(
        rx.el.p(FORM.text["mine.ask"], class_name="bk-strong"),
        rx.el.p(FORM.text["mine.ask_help"]),
        rx.el.div(
            theme.button(
                FORM.text["mine.yes"],
                kind="danger",
                on_click=FORM.cancel,
                custom_attrs=theme.testid("book-cancel-yes"),
            ),
            theme.button(
                FORM.text["mine.no"],
                kind="secondary",
                on_click=FORM.keep_booking,
                custom_attrs=theme.testid("book-cancel-no"),
            ),
            class_name="bk-stack",
        ),
        token="ask",  # noqa: S106  no password
        at_once=True,
        role="group",
        aria_label=FORM.text["mine.ask"],
        class_name="bk-question",
    )


def _too_late(one: Any) -> rx.Component:
    return rx.fragment(
        rx.el.p(one.note, class_name="bk-note"),
        rx.cond(
            one.call != "",
            rx.el.a(FORM.text["mine.call"], href=one.call, class_name="mg-button mg-button--secondary"),
        ),
    )


def _waits() -> rx.Component:
    return rx.fragment(
        rx.el.h2(FORM.text["wait.title"]),
        rx.el.ul(rx.foreach(FORM.waits, _wait), class_name="bk-cards"),
    )


def _wait(card: rx.Var[WaitCard]) -> rx.Component:
    one: Any = card
    return rx.el.li(
        rx.el.p(one.label, class_name="bk-strong"),
        rx.el.p(one.note, class_name="bk-quiet"),
        theme.button(
            FORM.text["wait.leave"],
            kind="secondary",
            on_click=FORM.stop_waiting(one.service_id, one.day),
            aria_label=FORM.text["wait.leave"] + ": " + one.label,
            custom_attrs=theme.testid("book-wait-leave"),
        ),
        key=one.service_id.to_string() + one.day,
        class_name="bk-card",
        custom_attrs=theme.testid("book-wait"),
    )
