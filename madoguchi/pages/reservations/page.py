"""The whole page: the bar, the calendar or what was found, and the panel."""

import reflex as rx

from madoguchi.pages import shell
from madoguchi.pages.book.letterbox import Letterbox
from madoguchi.pages.components.hotkeys import hotkeys
from madoguchi.pages.components.queue_page import queue_page
from madoguchi.pages.reservations import bar, day, panel, results, week
from madoguchi.pages.reservations.shown import FORM, PAGE, WHO
from madoguchi.state import reservation_letters
from madoguchi.state.reservations_shown import DAY, DETAIL, WEEK

ROUTE = "/staff/reservations"
TITLE = f"予約｜{shell.SYSTEM_NAME}"
ON_LOAD = [WHO.arrive, PAGE.opened]


def page() -> rx.Component:
    """Give the page, or what stands in its place for those who may not see it."""
    return queue_page(_desk, "reservations", current=ROUTE, wide=True)


def _desk() -> rx.Component:
    return rx.el.div(
        rx.el.h1("予約", class_name="mg-hidden"),
        Letterbox.create(id=reservation_letters.BOX),
        bar.bar(),
        rx.el.div(
            rx.el.section(
                results.trouble(),
                rx.cond(PAGE.searched, results.listed(), rx.cond(PAGE.view == DAY, day.lines(), week.grid())),
                class_name="rv-main",
                aria_label="予約の一覧",
            ),
            panel.panel(),
            class_name="rv-columns",
        ),
        _keys(),
        class_name="rv",
    )


def _keys() -> rx.Component:
    chosen, at_detail = PAGE.chosen, PAGE.panel == DETAIL
    return rx.fragment(
        hotkeys(
            {
                "W": PAGE.show(WEEK),
                "D": PAGE.show(DAY),
                "T": PAGE.go(0),
                "ArrowLeft": PAGE.go(-1),
                "ArrowRight": PAGE.go(1),
            }
        ),
        hotkeys({"Slash": rx.set_focus(bar.SEARCH)}, enabled=WHO.may_see_contact),
        hotkeys({"N": FORM.open_new}, enabled=PAGE.may_reserve),
        hotkeys({"Z": PAGE.undo}, enabled=PAGE.undo_kind != ""),
        hotkeys({"E": FORM.open_edit}, enabled=PAGE.may_reserve & at_detail & ~chosen.masked),
        hotkeys({"U": PAGE.check_in(chosen.id)}, enabled=WHO.may_call & at_detail & chosen.may_check_in),
        hotkeys({"C": FORM.open_move}, enabled=PAGE.may_reserve & at_detail & chosen.may_change),
        hotkeys({"X": PAGE.ask_cancel}, enabled=PAGE.may_reserve & at_detail & chosen.may_change),
        hotkeys({"M": PAGE.miss(chosen.id)}, enabled=PAGE.may_reserve & at_detail & chosen.may_miss),
        hotkeys({"Escape": PAGE.close_panel}, enabled=PAGE.panel != ""),
    )
