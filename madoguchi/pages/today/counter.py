"""Middle: my counter. Whom I serve, the next one, and everything a key can do."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.components.hotkeys import hotkeys
from madoguchi.pages.components.live import elapsed, while_counting
from madoguchi.state.signed_in import SignedIn
from madoguchi.state.today import UNDO_SECONDS, TodayState
from madoguchi.state.today_view import Choice, CounterLine

_HAS = TodayState.current_id != 0


def column() -> rx.Component:
    """Give the column; for those who may only look, the counters of the desk."""
    return rx.el.section(
        rx.cond(SignedIn.may_call, _mine()),
        _counters(),
        class_name="today-column today-column--counter",
    )


def _mine() -> rx.Component:
    return rx.fragment(
        _current(),
        _call_next(),
        _answer(),
        rx.cond(TodayState.handing_over, _hand_over(), _actions()),
    )


def _current() -> rx.Component:
    return rx.el.div(
        rx.el.h2(
            rx.cond(
                TodayState.counter_id != 0,
                rx.fragment(TodayState.counter_label, "番窓口"),
                "窓口番号を選んでください",
            ),
            class_name="today-mine",
        ),
        rx.cond(
            _HAS,
            rx.el.div(
                rx.el.span(
                    TodayState.current_number,
                    class_name="today-current",
                    custom_attrs=theme.testid("current-number"),
                ),
                rx.el.div(
                    rx.el.span(TodayState.current_service, class_name="today-service"),
                    rx.el.span(
                        rx.foreach(TodayState.current_flags, theme.flag),
                        class_name="today-flags",
                    ),
                    rx.el.span(
                        "呼出から ",
                        elapsed(TodayState.current_since, TodayState.server_now),
                        rx.cond(
                            TodayState.current_calls > 1,
                            rx.fragment("（呼出 ", TodayState.current_calls, "回）"),
                        ),
                        class_name="today-elapsed",
                    ),
                    class_name="today-about",
                ),
                class_name="today-serving",
            ),
            rx.el.div(
                rx.el.span("―", class_name="today-current today-current--none", aria_hidden="true"),
                rx.el.span("対応中の人はいません", class_name="today-about"),
                class_name="today-serving",
            ),
        ),
        class_name="today-mine-box",
    )


def _call_next() -> rx.Component:
    return rx.el.button(
        rx.el.span("次を呼ぶ", class_name="today-next__label"),
        rx.el.kbd("Space", class_name="mg-key", aria_hidden="true"),
        rx.el.span(
            rx.cond(
                TodayState.waiting_count > 0,
                rx.fragment("次は ", TodayState.waiting[0].number),
                rx.cond(_HAS, "待っている人なし・いまの対応を終了", "待っている人はいません"),
            ),
            class_name="today-next__hint",
        ),
        type="button",
        class_name="mg-button mg-button--primary today-next",
        on_click=TodayState.call_next(TodayState.current_id),
        disabled=TodayState.counter_id == 0,
        custom_attrs={"aria-keyshortcuts": "Space", **theme.testid("call-next")},
    )


def _actions() -> rx.Component:
    current = TodayState.current_id
    return rx.el.div(
        _action("再呼出", "R", TodayState.recall(current), "recall"),
        _action("不在", "M", TodayState.miss(current), "miss"),
        _action("保留", "H", TodayState.hold(current), "hold"),
        _action("引き継ぎ", "T", TodayState.ask_hand_over, "hand-over"),
        _action("終了", "Enter", TodayState.finish(current), "finish"),
        _action("元に戻す", "Z", TodayState.undo, "undo", possible=TodayState.undo_batch != ""),
        class_name="today-actions",
    )


def _action(label: str, key: str, event: Any, name: str, possible: Any = _HAS) -> rx.Component:
    return theme.button(
        label, kind="secondary", key=key, on_click=event, disabled=~possible, custom_attrs=theme.testid(name)
    )


def _hand_over() -> rx.Component:
    def choice(service: rx.Var[Choice], index: rx.Var[int]) -> rx.Component:
        return rx.el.button(
            rx.el.span(service.letter, " ", service.name),
            rx.cond(index < 9, rx.el.kbd(index + 1, class_name="mg-key", aria_hidden="true")),
            type="button",
            class_name="mg-button mg-button--secondary",
            on_click=TodayState.hand_over(TodayState.current_id, service.id),
            key=service.id,
            custom_attrs=theme.testid("hand-over-service", code=service.code),
        )

    return rx.el.div(
        rx.el.h3(TodayState.current_number, " をどの業務に引き継ぎますか", class_name="today-sub"),
        rx.el.div(rx.foreach(TodayState.services, choice), class_name="today-choices"),
        theme.button("やめる", kind="text", key="Escape", on_click=TodayState.ask_hand_over),
        class_name="today-hand-over",
        role="group",
    )


def _answer() -> rx.Component:
    """What the last press did or why it did not, always in the same place, with the way back."""
    return rx.el.div(
        rx.cond(
            TodayState.refusal != "",
            rx.el.p(
                TodayState.refusal,
                class_name="today-refusal",
                role="alert",
                custom_attrs=theme.testid("refusal"),
            ),
            rx.el.p(
                TodayState.said, class_name="today-said", role="status", custom_attrs=theme.testid("said")
            ),
        ),
        rx.cond(
            TodayState.undo_batch != "",
            while_counting(
                TodayState.undo_until,
                UNDO_SECONDS,
                rx.el.span("元に戻せます", class_name="today-undo__text"),
            ),
        ),
        class_name="today-answer",
    )


def _counters() -> rx.Component:
    def line(counter: rx.Var[CounterLine]) -> rx.Component:
        return rx.el.li(
            rx.el.span(counter.label, "番", class_name="today-counter__label"),
            rx.el.span(
                rx.cond(counter.number != "", counter.number, "―"), class_name="today-counter__number"
            ),
            rx.el.span(
                rx.cond(counter.staff != "", counter.staff, "不在"), class_name="today-counter__staff"
            ),
            key=counter.id,
            class_name=rx.cond(counter.mine, "today-counter today-counter--mine", "today-counter"),
            custom_attrs=theme.testid("counter-line", label=counter.label),
        )

    return rx.el.div(
        rx.el.h3("各窓口", class_name="today-sub"),
        rx.el.ul(rx.foreach(TodayState.counters, line), class_name="today-counters"),
        class_name="today-all-counters",
    )


def keys() -> rx.Component:
    """Bind the keys that are printed on the buttons."""
    current = TodayState.current_id
    working = SignedIn.may_call & (TodayState.counter_id != 0)
    choosing = working & TodayState.handing_over
    numbers = {
        str(index + 1): TodayState.hand_over(current, TodayState.services[index].id) for index in range(9)
    }
    return rx.fragment(
        hotkeys({"Space": TodayState.call_next(current)}, enabled=working & ~TodayState.handing_over),
        hotkeys(
            {
                "R": TodayState.recall(current),
                "M": TodayState.miss(current),
                "H": TodayState.hold(current),
                "Enter": TodayState.finish(current),
            },
            enabled=working & _HAS & ~TodayState.handing_over,
        ),
        hotkeys({"T": TodayState.ask_hand_over}, enabled=working & _HAS),
        hotkeys({"Z": TodayState.undo}, enabled=SignedIn.may_call & (TodayState.undo_batch != "")),
        hotkeys({"Escape": TodayState.ask_hand_over}, enabled=choosing),
        rx.fragment(
            *(
                hotkeys({key: event}, enabled=choosing & (TodayState.services.length() >= int(key)))
                for key, event in numbers.items()
            )
        ),
    )
