"""Middle: my counter. Whom I serve, the next one, and everything a key can do."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.components.hotkeys import hotkeys
from madoguchi.pages.components.live import elapsed, while_counting
from madoguchi.pages.today.shown import TODAY, WHO
from madoguchi.state.undo_time import UNDO_SECONDS

_HAS = TODAY.current_id != 0


def column() -> rx.Component:
    """Give the column; for those who may only look, the counters of the desk."""
    return rx.el.section(
        rx.cond(WHO.may_call, _mine()),
        _counters(),
        class_name="today-column today-column--counter",
    )


def _mine() -> rx.Component:
    return rx.fragment(
        _current(),
        _call_next(),
        _answer(),
        rx.cond(TODAY.handing_over, _hand_over(), _actions()),
    )


def _current() -> rx.Component:
    return rx.el.div(
        rx.el.h2(
            rx.cond(
                TODAY.counter_id != 0,
                rx.fragment(TODAY.counter_label, "番窓口"),
                "窓口番号を選んでください",
            ),
            class_name="today-mine",
        ),
        rx.cond(
            _HAS,
            rx.el.div(
                rx.el.span(
                    TODAY.current_number,
                    class_name="today-current",
                    custom_attrs=theme.testid("current-number"),
                ),
                rx.el.div(
                    rx.el.span(TODAY.current_service, class_name="today-service"),
                    rx.el.span(
                        rx.foreach(TODAY.current_flags, theme.flag),
                        class_name="today-flags",
                    ),
                    rx.el.span(
                        "呼出から ",
                        elapsed(TODAY.current_since, TODAY.server_now),
                        rx.cond(
                            TODAY.current_calls > 1,
                            rx.fragment("（呼出 ", TODAY.current_calls, "回）"),
                        ),
                        class_name="today-elapsed",
                    ),
                    class_name="today-about",
                ),
                class_name="today-serving",
            ),
            rx.cond(TODAY.counter_id != 0, _nobody(), _seats()),
        ),
        rx.cond(TODAY.seat_asked != 0, _take_over()),
        class_name="today-mine-box",
    )


def _nobody() -> rx.Component:
    return rx.el.div(
        rx.el.span("―", class_name="today-current today-current--none", aria_hidden="true"),
        rx.el.span("対応中の人はいません", class_name="today-about"),
        class_name="today-serving",
    )


def _seats() -> rx.Component:
    """The first thing of a clerk's day: where to sit."""

    def seat(counter: Any) -> rx.Component:
        return rx.el.button(
            rx.el.span(counter.label, "番"),
            rx.el.small(rx.cond(counter.staff != "", counter.staff, "空き")),
            type="button",
            class_name="mg-button mg-button--secondary",
            on_click=TODAY.choose_counter(counter.id.to_string()),
            key=counter.id,
            custom_attrs=theme.testid("seat", label=counter.label),
        )

    return rx.el.div(rx.foreach(TODAY.counters, seat), class_name="today-seats")


def _take_over() -> rx.Component:
    """A colleague sits there: one press must not end the visit they are in the middle of."""
    return rx.el.div(
        rx.el.p(
            TODAY.seat_asked_label,
            "番窓口は、",
            TODAY.seat_asked_staff,
            "さんが使っています。交代しますか？",
        ),
        theme.button(
            "交代する",
            kind="secondary",
            on_click=TODAY.take_over(True),
            custom_attrs=theme.testid("take-over"),
        ),
        theme.button("やめる", kind="text", on_click=TODAY.take_over(False)),
        class_name="today-take-over",
        role="alert",
    )


def _call_next() -> rx.Component:
    return rx.el.button(
        rx.el.span("次を呼ぶ", class_name="today-next__label"),
        rx.el.kbd("Space", class_name="mg-key", aria_hidden="true"),
        rx.el.span(
            rx.cond(
                TODAY.waiting_count > 0,
                rx.fragment("次は ", TODAY.waiting[0].number),
                rx.cond(_HAS, "待っている人なし・いまの対応を終了", "待っている人はいません"),
            ),
            class_name="today-next__hint",
        ),
        type="button",
        class_name="mg-button mg-button--primary today-next",
        on_click=TODAY.call_next(TODAY.current_id),
        disabled=TODAY.counter_id == 0,
        custom_attrs={"aria-keyshortcuts": "Space", **theme.testid("call-next")},
    )


def _actions() -> rx.Component:
    current = TODAY.current_id
    return rx.el.div(
        _action("再呼出", "R", TODAY.recall(current), "recall"),
        _action("不在", "M", TODAY.miss(current), "miss"),
        _action("保留", "H", TODAY.hold(current), "hold"),
        _action("引き継ぎ", "T", TODAY.ask_hand_over, "hand-over"),
        _action("終了", "Enter", TODAY.finish(current), "finish"),
        _action("元に戻す", "Z", TODAY.undo, "undo", possible=TODAY.undo_batch != ""),
        class_name="today-actions",
    )


def _action(label: str, key: str, event: Any, name: str, possible: Any = _HAS) -> rx.Component:
    return theme.button(
        label, kind="secondary", key=key, on_click=event, disabled=~possible, custom_attrs=theme.testid(name)
    )


def _hand_over() -> rx.Component:
    def choice(service: Any, index: Any) -> rx.Component:
        return rx.el.button(
            rx.el.span(service.letter, " ", service.name),
            rx.cond(index < 9, rx.el.kbd(index + 1, class_name="mg-key", aria_hidden="true")),
            type="button",
            class_name="mg-button mg-button--secondary",
            on_click=TODAY.hand_over(TODAY.current_id, service.id),
            key=service.id,
            custom_attrs=theme.testid("hand-over-service", code=service.code),
        )

    return rx.el.div(
        rx.el.div(
            rx.el.h3(TODAY.current_number, " をどの業務に引き継ぎますか", class_name="today-sub"),
            theme.button("やめる", kind="text", key="Escape", on_click=TODAY.ask_hand_over),
            class_name="today-head",
        ),
        rx.el.div(rx.foreach(TODAY.services, choice), class_name="today-choices"),
        class_name="today-hand-over",
        role="group",
    )


def _answer() -> rx.Component:
    """What the last press did or why it did not, always in the same place, with the way back."""
    return rx.el.div(
        rx.cond(
            TODAY.refusal != "",
            rx.el.p(
                TODAY.refusal,
                class_name="today-refusal",
                role="alert",
                custom_attrs=theme.testid("refusal"),
            ),
            rx.el.p(TODAY.said, class_name="today-said", role="status", custom_attrs=theme.testid("said")),
        ),
        rx.cond(
            TODAY.undo_batch != "",
            while_counting(
                TODAY.undo_until,
                UNDO_SECONDS,
                rx.cond(
                    TODAY.said == TODAY.undo_text,
                    rx.el.span("元に戻せます"),
                    rx.el.span("「", TODAY.undo_text, "」を元に戻せます"),
                ),
            ),
        ),
        class_name="today-answer",
    )


def _counters() -> rx.Component:
    def line(counter: Any) -> rx.Component:
        return rx.el.li(
            rx.el.span(counter.label, "番", class_name="today-counter__label"),
            rx.el.span(
                rx.cond(counter.number != "", counter.number, "―"), class_name="today-counter__number"
            ),
            rx.el.span(
                rx.cond(counter.staff != "", counter.staff, "空き"), class_name="today-counter__staff"
            ),
            key=counter.id,
            class_name=rx.cond(counter.mine, "today-counter today-counter--mine", "today-counter"),
            custom_attrs=theme.testid("counter-line", label=counter.label),
        )

    return rx.el.div(
        rx.el.h3("各窓口", class_name="today-sub"),
        rx.el.ul(rx.foreach(TODAY.counters, line), class_name="today-counters"),
        class_name="today-all-counters",
    )


def keys() -> rx.Component:
    """Bind the keys that are printed on the buttons."""
    current = TODAY.current_id
    working = WHO.may_call & (TODAY.counter_id != 0)
    choosing = working & TODAY.handing_over
    numbers = {str(index + 1): TODAY.hand_over(current, TODAY.services[index].id) for index in range(9)}
    return rx.fragment(
        hotkeys({"Space": TODAY.call_next(current)}, enabled=working & ~TODAY.handing_over),
        hotkeys(
            {
                "R": TODAY.recall(current),
                "M": TODAY.miss(current),
                "H": TODAY.hold(current),
                "Enter": TODAY.finish(current),
            },
            enabled=working & _HAS & ~TODAY.handing_over,
        ),
        hotkeys({"T": TODAY.ask_hand_over}, enabled=working & _HAS),
        hotkeys({"Z": TODAY.undo}, enabled=WHO.may_call & (TODAY.undo_batch != "")),
        hotkeys({"Escape": TODAY.ask_hand_over}, enabled=choosing),
        rx.fragment(
            *(
                hotkeys({key: event}, enabled=choosing & (TODAY.services.length() >= int(key)))
                for key, event in numbers.items()
            )
        ),
    )
