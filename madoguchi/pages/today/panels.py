"""What opens in the place of my counter's buttons: where to hand over, what follows, what I take."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.today.shown import TODAY

_OPEN = (
    (TODAY.panel == "hand_over")
    | (TODAY.panel == "route")
    | (TODAY.panel == "counter")
    | (TODAY.panel == "finished")
)


def in_place_of(actions: rx.Component) -> rx.Component:
    """The buttons, and over them the open panel: nothing else moves when it opens or closes."""
    return rx.fragment(
        rx.el.div(actions, class_name=rx.cond(_OPEN, "today-lower today-lower--covered", "today-lower")),
        rx.match(
            TODAY.panel,
            ("hand_over", _hand_over()),
            ("route", _route()),
            ("counter", _services()),
            ("finished", _finished()),
            rx.fragment(),
        ),
    )


def _panel(title: Any, name: str, *children: Any) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.h3(title, class_name="today-sub"),
            theme.button("閉じる", kind="text", key="Escape", on_click=TODAY.open_panel("")),
            class_name="today-head",
        ),
        *children,
        class_name="today-panel",
        role="group",
        custom_attrs={"aria-label": title, **theme.testid("panel", panel=name)},
    )


def _where(target: Any, index: Any, event: Any, name: str, chosen: Any = None) -> rx.Component:
    """A service, with its desk where it is another one's, and the digit that chooses it."""
    pressed = {} if chosen is None else {"aria-pressed": rx.cond(chosen, "true", "false")}
    plain = "mg-button mg-button--secondary today-target"
    return rx.el.button(
        rx.cond(index < 9, rx.el.kbd(index + 1, class_name="mg-key", aria_hidden="true")),
        rx.el.span(
            rx.el.span(target.letter, " ", target.name),
            rx.cond(target.desk != "", rx.el.small(target.desk)),
            class_name="today-target__name",
        ),
        type="button",
        class_name=plain if chosen is None else rx.cond(chosen, f"{plain} today-chosen", plain),
        on_click=event,
        key=target.id,
        custom_attrs={**pressed, **theme.testid(name, code=target.code)},
    )


def _hand_over() -> rx.Component:
    def choice(target: Any, index: Any) -> rx.Component:
        return _where(target, index, TODAY.hand_over(TODAY.current_id, target.id), "hand-over-service")

    return _panel(
        rx.Var.create(f"{TODAY.current_number} をどこに引き継ぎますか"),
        "hand_over",
        rx.el.div(rx.foreach(TODAY.targets, choice), class_name="today-choices today-targets"),
    )


def _route() -> rx.Component:
    def choice(target: Any, index: Any) -> rx.Component:
        chosen = TODAY.route_chosen.contains(target.id)
        return _where(target, index, TODAY.pick(target.id), "route-service", chosen)

    return _panel(
        rx.Var.create(f"{TODAY.current_number} がこのあと続けて受ける業務"),
        "route",
        rx.el.div(rx.foreach(TODAY.targets, choice), class_name="today-choices today-targets"),
        rx.el.div(
            rx.el.p(
                rx.cond(TODAY.route_text != "", TODAY.route_text, "なし（終了で受付が終わります）"),
                role="status",
                custom_attrs=theme.testid("route-text"),
            ),
            theme.button(
                "決める",
                key="Enter",
                on_click=TODAY.follow_with(TODAY.current_id),
                custom_attrs=theme.testid("route-decide"),
            ),
            class_name="today-panel__end",
        ),
    )


def _services() -> rx.Component:
    def choice(service: Any) -> rx.Component:
        return rx.el.label(
            rx.el.input(
                type="checkbox",
                checked=service.taken,
                on_change=lambda _checked: TODAY.take_service(service.id),
                custom_attrs=theme.testid("take-service", id=service.id),
            ),
            service.name,
            key=service.id,
            class_name="today-check",
        )

    return _panel(
        rx.Var.create(f"{TODAY.counter_label}番窓口で受ける業務"),
        "counter",
        rx.el.div(
            theme.button(
                "すべて",
                kind="secondary",
                disabled=TODAY.counter_takes == "すべて",
                on_click=TODAY.take_service(0),
                custom_attrs=theme.testid("take-all"),
            ),
            rx.foreach(TODAY.counter_services, choice),
            class_name="today-checks",
        ),
    )


def _finished() -> rx.Component:
    def line(row: Any) -> rx.Component:
        return rx.el.li(
            rx.el.span(row.number, class_name="today-number"),
            rx.el.span(
                rx.el.span(row.service, class_name="today-service"),
                rx.el.span(row.ended, class_name="mg-help mg-tabular"),
                class_name="today-what",
            ),
            theme.button(
                "もう一度開く",
                kind="secondary",
                on_click=TODAY.reopen(row.ticket_id),
                custom_attrs={
                    "aria-label": rx.Var.create(f"{row.number} をもう一度開く"),
                    **theme.testid("reopen", number=row.number),
                },
            ),
            key=row.ticket_id,
            class_name="today-row",
            custom_attrs=theme.testid("finished-row", number=row.number, row=row.ticket_id),
        )

    return _panel(
        "最近終えた番号",
        "finished",
        rx.cond(
            TODAY.finished.length() > 0,
            rx.el.ol(rx.foreach(TODAY.finished, line), class_name="today-list today-finished"),
            rx.el.p("今日はまだありません。", class_name="today-empty"),
        ),
    )
