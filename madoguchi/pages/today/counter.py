"""Middle: my counter. Whom I serve, the next one, and everything a key can do."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.components.hotkeys import hotkeys
from madoguchi.pages.components.live import elapsed, while_counting
from madoguchi.pages.today import panels
from madoguchi.pages.today.shown import TODAY, WHO
from madoguchi.state.undo_time import UNDO_SECONDS

_HAS = TODAY.current_id != 0
_CALLED = _HAS & ~TODAY.current_served


def column() -> rx.Component:
    """Give the column; for those who may only look, the counters of the desk."""
    return rx.el.section(
        rx.cond(WHO.may_call, _mine(), _counters()),
        class_name="today-column today-column--counter",
    )


def _mine() -> rx.Component:
    return rx.fragment(
        _current(),
        _call_next(),
        _answer(),
        panels.in_place_of(rx.fragment(_actions(), _reopening(), _counters())),
    )


def _current() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.h2(
                rx.cond(
                    TODAY.counter_id != 0,
                    rx.fragment(TODAY.counter_label, "番窓口"),
                    "窓口番号を選んでください",
                ),
                class_name="today-mine",
            ),
            rx.cond(TODAY.counter_id != 0, _own()),
            class_name="today-mine-head",
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
                        rx.el.span(
                            rx.cond(TODAY.current_served, "対応中", "呼出中"),
                            class_name=rx.cond(
                                TODAY.current_served, "today-state today-state--served", "today-state"
                            ),
                            custom_attrs=theme.testid("current-state"),
                        ),
                        " ",
                        elapsed(TODAY.current_since, TODAY.server_now),
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
        theme.button("やめる", kind="text", key="Escape", on_click=TODAY.take_over(False)),
        class_name="today-take-over",
        role="alert",
    )


def _own() -> rx.Component:
    """What my counter takes, and its pause."""
    return rx.el.div(
        rx.el.button(
            rx.el.span("受ける業務：", TODAY.counter_takes, class_name="today-takes"),
            rx.el.span("▾", aria_hidden="true"),
            type="button",
            class_name="mg-button mg-button--text",
            on_click=TODAY.open_panel("counter"),
            custom_attrs={
                "aria-expanded": rx.cond(TODAY.panel == "counter", "true", "false"),
                **theme.testid("counter-services"),
            },
        ),
        rx.cond(
            ~TODAY.counter_paused,
            theme.button(
                "休止", kind="text", key="P", on_click=TODAY.pause, custom_attrs=theme.testid("pause")
            ),
        ),
        class_name="today-own",
    )


def _call_next() -> rx.Component:
    return rx.el.div(
        rx.cond(TODAY.counter_paused, _paused(), _next()),
        rx.cond(
            TODAY.counter_uncovered > 0,
            rx.el.p(
                "この窓口で受けられない業務の人が ",
                rx.el.strong(TODAY.counter_uncovered),
                " 人待っています",
                class_name="today-uncovered",
                role="status",
                custom_attrs=theme.testid("uncovered"),
            ),
        ),
        class_name="today-next-box",
    )


def _next() -> rx.Component:
    return rx.el.button(
        rx.el.span("次を呼ぶ", class_name="today-next__label"),
        rx.el.kbd("Space", class_name="mg-key", aria_hidden="true"),
        rx.el.span(
            rx.cond(
                TODAY.next_sentence != "",
                TODAY.next_sentence,
                rx.cond(
                    _HAS,
                    "待っている人なし・いまの対応を終了",
                    rx.cond(TODAY.waiting_count > 0, "", "待っている人はいません"),
                ),
            ),
            class_name="today-next__hint",
            custom_attrs=theme.testid("next-sentence"),
        ),
        type="button",
        class_name="mg-button mg-button--primary today-next",
        on_click=TODAY.call_next(TODAY.current_id),
        disabled=TODAY.counter_id == 0,
        custom_attrs={"aria-keyshortcuts": "Space", **theme.testid("call-next")},
    )


def _paused() -> rx.Component:
    """In the place of the big button: nobody is called here, and one press goes on."""
    return rx.el.div(
        rx.el.span("休止中", class_name="today-next__label"),
        rx.el.span("この窓口には誰も呼びません", class_name="mg-help"),
        theme.button(
            "再開する", kind="secondary", key="P", on_click=TODAY.pause, custom_attrs=theme.testid("resume")
        ),
        class_name="today-next today-paused",
        custom_attrs=theme.testid("paused"),
    )


def _actions() -> rx.Component:
    current = TODAY.current_id
    return rx.el.div(
        _action("再呼出", "R", TODAY.recall(current), "recall"),
        _action("対応開始", "S", TODAY.serve(current), "serve", possible=_CALLED),
        _action("不在", "M", TODAY.miss(current), "miss", possible=_CALLED),
        _action("保留", "H", TODAY.hold(current), "hold"),
        _action("引き継ぎ", "T", TODAY.ask_hand_over, "hand-over"),
        _action("つづけて", "N", TODAY.ask_route, "route"),
        _action("終了", "Enter", TODAY.finish(current), "finish"),
        _action("元に戻す", "Z", TODAY.undo, "undo", possible=TODAY.undo_batch != ""),
        class_name="today-actions",
    )


def _action(label: str, key: str, event: Any, name: str, possible: Any = _HAS) -> rx.Component:
    return theme.button(
        label, kind="secondary", key=key, on_click=event, disabled=~possible, custom_attrs=theme.testid(name)
    )


def _reopening() -> rx.Component:
    """What ended by mistake, opened once more."""
    return rx.el.div(
        theme.button(
            "最近終えた番号",
            kind="text",
            on_click=TODAY.open_panel("finished"),
            custom_attrs={"aria-expanded": "false", **theme.testid("finished")},
        ),
        rx.cond(
            TODAY.newest_id != 0,
            theme.button(
                rx.Var.create(f"{TODAY.newest_number} をもう一度開く"),
                kind="text",
                key="O",
                on_click=TODAY.reopen(TODAY.newest_id),
                custom_attrs=theme.testid("reopen-newest"),
            ),
        ),
        class_name="today-reopening",
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
                rx.cond(counter.staff != "", counter.staff, "空き"),
                rx.cond(counter.note != "", rx.fragment("・", counter.note)),
                class_name="today-counter__staff",
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
    """Bind the keys that are printed on the buttons; an open panel has the digits, Enter and Escape."""
    current = TODAY.current_id
    working = WHO.may_call & (TODAY.counter_id != 0)
    free = working & (TODAY.panel == "")
    return rx.fragment(
        hotkeys({"Space": TODAY.call_next(current)}, enabled=free & ~TODAY.counter_paused),
        hotkeys({"P": TODAY.pause}, enabled=free),
        hotkeys({"O": TODAY.reopen(TODAY.newest_id)}, enabled=free & (TODAY.newest_id != 0)),
        hotkeys(
            {"R": TODAY.recall(current), "H": TODAY.hold(current), "Enter": TODAY.finish(current)},
            enabled=free & _HAS,
        ),
        hotkeys({"S": TODAY.serve(current), "M": TODAY.miss(current)}, enabled=free & _CALLED),
        hotkeys({"T": TODAY.ask_hand_over, "N": TODAY.ask_route}, enabled=working & _HAS),
        hotkeys({"Z": TODAY.undo}, enabled=WHO.may_call & (TODAY.undo_batch != "")),
        hotkeys({"Escape": TODAY.open_panel("")}, enabled=WHO.may_call & (TODAY.panel != ""), in_dialog=True),
        hotkeys(
            {"Escape": TODAY.open_menu(TODAY.menu_id)}, enabled=(TODAY.panel == "") & (TODAY.menu_id != 0)
        ),
        hotkeys({"Escape": TODAY.take_over(False)}, enabled=(TODAY.panel == "") & (TODAY.seat_asked != 0)),
        hotkeys({"Enter": TODAY.follow_with(current)}, enabled=working & (TODAY.panel == "route")),
        *(_digits(index, current) for index in range(9)),
    )


def _digits(index: int, current: Any) -> rx.Component:
    there, key = TODAY.targets.length() > index, str(index + 1)
    target = TODAY.targets[index].id
    return rx.fragment(
        hotkeys({key: TODAY.hand_over(current, target)}, enabled=(TODAY.panel == "hand_over") & there),
        hotkeys({key: TODAY.pick(target)}, enabled=(TODAY.panel == "route") & there),
    )
