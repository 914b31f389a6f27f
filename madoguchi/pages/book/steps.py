"""The first two steps of `/book`: service, then day and time. Each folds up when it is done."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.book.form import FORM
from madoguchi.pages.book.reveal import Reveal
from madoguchi.state.book_shown import SERVICE, WHEN
from madoguchi.state.book_view import DayCell, PlaceChoice, ServiceChoice


def step(number: int, title: str, summary: Any, *body: rx.Component, reached: Any) -> rx.Component:
    """A numbered section. Folded it shows ``summary`` and a way back, once it was ``reached``."""
    here = FORM.step == number
    back = theme.button(
        FORM.text["change"],
        kind="text",
        on_click=FORM.open_step(number),
        custom_attrs={"data-testid": f"book-change-{number}"},
        aria_label=FORM.text["change"] + ": " + FORM.text[title],
    )
    return Reveal.create(
        rx.el.div(
            rx.el.h2(rx.el.span(str(number), class_name="bk-badge"), FORM.text[title]),
            rx.cond(~here & reached, back),
            class_name="bk-step__head",
        ),
        rx.cond(~here & (summary != ""), rx.el.p(summary, class_name="bk-chosen")),
        # Folded, not taken away: what stands in the fields stays there.
        rx.el.div(*body, hidden=~here, class_name="bk-step__body"),
        token=rx.cond(here, str(number), ""),
        ready=FORM.phase == "open",
        class_name="bk-step",
        custom_attrs={"data-here": here},
    )


def trouble(number: int) -> rx.Component:
    """Why the last tap did not work, in the step where one goes on."""
    return rx.cond(
        (FORM.error != "") & (FORM.step == number),
        Reveal.create(
            FORM.error,
            token=FORM.error,
            at_once=True,
            role="alert",
            class_name="bk-error",
            custom_attrs={"data-testid": "book-error"},
        ),
    )


def service_step() -> rx.Component:
    """業務."""
    return step(
        SERVICE,
        "step.service",
        FORM.service_name,
        rx.cond(
            FORM.services.length() > 0,
            rx.el.div(rx.foreach(FORM.services, _service), class_name="bk-choices"),
            rx.el.p(FORM.text["no_services"]),
        ),
        reached=True,
    )


def _service(choice: rx.Var[ServiceChoice]) -> rx.Component:
    one: Any = choice
    return rx.el.button(
        rx.el.span(one.name, class_name="bk-choice__name"),
        key=one.code,
        type="button",
        class_name="bk-choice",
        on_click=FORM.choose_service(one.code),
        aria_pressed=FORM.service_code == one.code,
        custom_attrs={"data-testid": "book-service-" + one.code},
    )


def when_step() -> rx.Component:
    """日時: the month, then the day's times."""
    return step(
        WHEN,
        "step.when",
        FORM.held_when,
        _month(),
        trouble(WHEN),
        Reveal.create(rx.cond(FORM.day != "", _times()), token=FORM.day),
        reached=FORM.service_code != "",
    )


def _month() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            _turn(-1, "‹", "month.previous", FORM.has_earlier),
            rx.el.h3(FORM.month_name, aria_live="polite"),
            _turn(1, "›", "month.next", FORM.has_later),
            class_name="bk-month__head",
        ),
        rx.el.div(
            rx.foreach(FORM.weekdays, lambda name: rx.el.span(name, key=name)),
            class_name="bk-week",
            aria_hidden=True,
        ),
        rx.el.div(rx.foreach(FORM.cells, _day), class_name="bk-days"),
        _legend(),
        class_name="bk-month",
    )


def _turn(by: int, sign: str, label: str, possible: rx.Var[bool]) -> rx.Component:
    return rx.el.button(
        sign,
        type="button",
        class_name="bk-turn",
        aria_label=FORM.text[label],
        disabled=~possible,
        on_click=FORM.show_month(by),
        custom_attrs={"data-testid": "book-month-next" if by > 0 else "book-month-previous"},
    )


def _day(cell: rx.Var[DayCell], index: rx.Var[int]) -> rx.Component:
    one: Any = cell
    return rx.cond(
        one.iso == "",
        rx.el.span(key="blank-" + index.to_string()),
        rx.el.button(
            rx.el.span(one.number, class_name="bk-day__number", aria_hidden=True),
            rx.el.span(one.mark, class_name="bk-day__mark", aria_hidden=True),
            key=one.iso,
            type="button",
            class_name="bk-day",
            disabled=~one.open,
            aria_label=one.spoken,
            aria_pressed=FORM.day == one.iso,
            on_click=FORM.choose_day(one.iso),
            custom_attrs={"data-testid": "book-day-" + one.iso, "data-mark": one.mark},
        ),
    )


def _legend() -> rx.Component:
    signs = (("○", "mark.free"), ("△", "mark.few"), ("×", "mark.full"), ("－", "mark.closed"))
    return rx.el.p(*(rx.el.span(f"{sign} ", FORM.text[key]) for sign, key in signs), class_name="bk-legend")


def _times() -> rx.Component:
    return rx.el.div(
        rx.el.h3(FORM.day_name),
        rx.cond(
            FORM.places.length() > 0,
            rx.fragment(
                rx.el.p(FORM.text["times"], class_name="bk-lead"),
                rx.el.div(rx.foreach(FORM.places, _place), class_name="bk-times"),
            ),
            rx.el.p(FORM.text["no_places"]),
        ),
        class_name="bk-day-times",
    )


def _place(choice: rx.Var[PlaceChoice]) -> rx.Component:
    one: Any = choice
    mine = FORM.held_slot == one.slot_id
    return rx.el.button(
        rx.el.span(one.time, class_name="mg-tabular"),
        rx.el.span(one.mark, class_name="bk-time__mark", aria_hidden=True),
        key=one.slot_id.to_string(),
        type="button",
        class_name="bk-time",
        disabled=~(one.open | mine),
        aria_label=one.spoken,
        aria_pressed=mine,
        on_click=FORM.choose_place(one.slot_id),
        custom_attrs={"data-testid": "book-place", "data-time": one.time},
    )
