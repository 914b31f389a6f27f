"""本人からの求め: what the office holds of a reservation's citizen, shown or erased with a reason."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.reservations.shown import OWN, PAGE, WHO

_ONE: Any = PAGE.chosen
REASONS = {
    "own_request": "本人の求め",
    "agent": "代理人の求め",
    "wrong_entry": "誤って登録した",
}


def own_data() -> rx.Component:
    """Closed until somebody opens it: it is seldom needed."""
    return rx.cond(
        WHO.may_see_contact,
        rx.el.details(
            rx.el.summary("本人からの求め（記録の開示・消去）"),
            _form("show", "本人の記録を表示", OWN.show, rx.fragment()),
            rx.cond(OWN.reservation_id == _ONE.id, _answer()),
            rx.cond(PAGE.may_exceed, _form("erase", "本人の記録を消去", OWN.erase, _sure())),
            class_name="rv-own",
            # Another reservation's is another one, closed.
            key=_ONE.code,
            custom_attrs=theme.testid("own-data"),
        ),
    )


def _form(name: str, label: str, event: Any, more: rx.Component) -> rx.Component:
    field = f"own-{name}-reason"
    return rx.el.form(
        rx.el.input(type="hidden", name="reservation", value=_ONE.id.to_string(), read_only=True),
        rx.el.label(f"理由（{label}）", html_for=field),
        rx.el.select(
            *(rx.el.option(words, value=value) for value, words in REASONS.items()),
            name="reason",
            class_name="mg-input",
            custom_attrs={"id": field},
        ),
        more,
        theme.button(
            f"{label}（記録されます）",
            kind="danger" if name == "erase" else "secondary",
            type="submit",
            custom_attrs=theme.testid(f"own-{name}"),
        ),
        on_submit=event,
        reset_on_submit=False,
    )


def _sure() -> rx.Component:
    return rx.el.label(
        rx.el.input(type="checkbox", name="sure", custom_attrs=theme.testid("own-sure")),
        "元に戻せないことを確かめました",
        class_name="rv-radio",
    )


def _answer() -> rx.Component:
    return rx.el.div(
        rx.cond(
            OWN.refusal != "",
            rx.el.p(
                OWN.refusal, class_name="mg-error", role="alert", custom_attrs=theme.testid("own-refusal")
            ),
        ),
        rx.cond(OWN.said != "", rx.el.p(OWN.said, role="status", custom_attrs=theme.testid("own-said"))),
        rx.cond(
            OWN.lines.length() > 0,
            rx.el.div(
                rx.el.p("2分で消えます。", class_name="mg-help"),
                rx.el.dl(
                    rx.foreach(
                        OWN.lines,
                        lambda line, at: rx.el.div(rx.el.dt(line.label), rx.el.dd(line.value), key=at),
                    ),
                    class_name="rv-facts",
                    custom_attrs=theme.testid("own-lines"),
                ),
                theme.button("隠す", kind="text", on_click=OWN.hide),
                role="status",
            ),
        ),
    )
