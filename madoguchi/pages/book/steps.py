"""The first two steps of `/book`: service, then day and time. Each folds up when it is done."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.book.form import FOLDED, FORM
from madoguchi.pages.book.opening_clock import opening_clock
from madoguchi.pages.book.reveal import Reveal
from madoguchi.state.book_shown import SERVICE, WHEN
from madoguchi.state.book_view import LATER, DayCell, PlaceChoice, ServiceChoice


def step(
    number: int,
    title: rx.Var[str],
    summary: Any,
    *body: rx.Component,
    reached: Any,
    badge: Any = "",
    after: Any = None,
) -> rx.Component:
    """A numbered section. Folded it shows ``summary`` and a way back, once it was ``reached``.

    ``badge`` is the number to show where it is another, ``after`` stands below whether folded or not.
    """
    here = FORM.step == number
    back = theme.button(
        FORM.text["change"],
        kind="text",
        on_click=FORM.open_step(number),
        custom_attrs={"data-testid": f"book-change-{number}"},
        aria_label=FORM.text["change"] + ": " + title,
    )
    return Reveal.create(
        rx.el.div(
            rx.el.h2(rx.el.span(_badge(number, badge), class_name="bk-badge"), title),
            rx.cond(~here & reached, back),
            class_name="bk-step__head",
        ),
        rx.cond(~here & (summary != ""), rx.el.p(summary, class_name="bk-chosen")),
        # Folded, not taken away: what stands in the fields stays there.
        rx.el.div(*body, hidden=~here, class_name="bk-step__body"),
        *([] if after is None else [after]),
        token=rx.cond(here & ~FOLDED, str(number), ""),
        ready=FORM.phase == "open",
        class_name="bk-step",
        custom_attrs={"data-here": here},
    )


def _badge(number: int, badge: Any) -> Any:
    return badge if isinstance(badge, rx.Var) or badge else str(number)


def trouble(number: int) -> rx.Component:
    """Why the last tap did not work, in the step where one goes on."""
    return rx.cond(
        (FORM.error != "") & (FORM.step == number),
        Reveal.create(
            rx.el.p(FORM.error, role="alert", custom_attrs={"data-testid": "book-error"}),
            rx.cond(
                FORM.near != "",
                theme.button(
                    FORM.near,
                    on_click=FORM.choose_near,
                    custom_attrs={"data-testid": "book-near"},
                ),
            ),
            token=FORM.error,
            at_once=True,
            class_name="bk-error",
        ),
    )


def service_step() -> rx.Component:
    """業務."""
    return step(
        SERVICE,
        FORM.text["step.service"],
        FORM.service_name,
        rx.cond(
            FORM.services.length() > 0,
            rx.el.div(rx.foreach(FORM.services, _service), class_name="bk-choices"),
            rx.el.p(FORM.text["no_services"]),
        ),
        # Told before anybody types: some have to ask for a paper first.
        after=rx.cond(
            (FORM.step != SERVICE) & (FORM.bring != ""),
            rx.el.p(
                rx.el.span(FORM.text["done.bring"], class_name="bk-quiet"),
                rx.el.span(FORM.bring, custom_attrs={"data-testid": "book-bring"}),
                class_name="bk-bring",
            ),
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
        rx.cond(FORM.moving != 0, FORM.text["move.when"], FORM.text["step.when"]),
        rx.cond(FORM.moving != 0, FORM.to_when, FORM.held_when),
        opening_clock(FORM),
        _month(),
        trouble(WHEN),
        Reveal.create(rx.cond(FORM.day != "", _times()), token=FORM.day),
        badge=rx.cond(FORM.moving != 0, "1", str(WHEN)),
        reached=(FORM.service_code != "") | (FORM.moving != 0),
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
        rx.cond(
            FORM.opens_note != "",
            rx.el.p(FORM.opens_note, class_name="bk-opens", custom_attrs={"data-testid": "book-opens-next"}),
        ),
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
            disabled=~one.tells,
            aria_label=one.spoken,
            aria_pressed=FORM.day == one.iso,
            on_click=FORM.choose_day(one.iso),
            custom_attrs={"data-testid": "book-day-" + one.iso, "data-mark": one.mark, "data-open": one.open},
        ),
    )


def _legend() -> rx.Component:
    signs = (("○", "mark.free"), ("△", "mark.few"), ("×", "mark.full"), ("－", "mark.closed"))
    later = rx.cond(FORM.opens_note != "", rx.el.span(f"{LATER} ", FORM.text["mark.later"]))
    return rx.el.p(
        *(rx.el.span(f"{sign} ", FORM.text[key]) for sign, key in signs), later, class_name="bk-legend"
    )


def _times() -> rx.Component:
    return rx.el.div(
        rx.el.h3(FORM.day_name),
        rx.cond(
            FORM.day_note != "",
            rx.el.p(FORM.day_note, custom_attrs={"data-testid": "book-day-note"}),
            rx.cond(
                FORM.places.length() > 0,
                rx.fragment(
                    rx.cond(FORM.day_full, _full(), rx.el.p(FORM.text["times"], class_name="bk-lead")),
                    rx.el.div(rx.foreach(FORM.places, _place), class_name="bk-times"),
                ),
                rx.el.p(FORM.text["no_places"]),
            ),
        ),
        class_name="bk-day-times",
    )


def _full() -> rx.Component:
    return rx.el.div(
        rx.el.p(FORM.text["full"], class_name="bk-strong"),
        rx.cond(FORM.guest | (FORM.moving != 0), rx.fragment(), _waiting()),
        class_name="bk-full",
    )


def _waiting() -> rx.Component:
    return rx.cond(
        FORM.day_waiting,
        rx.el.p(FORM.text["wait.on"], role="status", custom_attrs={"data-testid": "book-waiting"}),
        rx.fragment(
            rx.el.p(FORM.text["wait.help"]),
            theme.button(
                FORM.text["wait.ask"],
                kind="secondary",
                on_click=FORM.wait_for_day,
                custom_attrs={"data-testid": "book-wait-ask"},
            ),
        ),
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
