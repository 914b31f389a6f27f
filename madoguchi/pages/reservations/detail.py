"""One reservation: what is known of it, its contact on demand, and what can be done with it."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.components.contact_shown import contact_shown
from madoguchi.pages.reservations.own_data import own_data
from madoguchi.pages.reservations.shown import CONTACT, FORM, PAGE, WHO
from madoguchi.state.reservation_letters import HEADING
from madoguchi.state.reservations_view import REASONS

_ONE: Any = PAGE.chosen


def shown() -> rx.Component:
    """Give the reservation."""
    return rx.el.div(
        head(),
        _contact(),
        rx.cond(PAGE.may_reserve | WHO.may_call, _actions()),
        rx.el.dl(rx.foreach(_ONE.facts, _fact), class_name="rv-facts"),
        own_data(),
        theme.button("閉じる", kind="text", key="Escape", on_click=PAGE.close_panel),
        class_name="rv-detail",
        custom_attrs=theme.testid("detail", code=_ONE.code),
    )


def head() -> rx.Component:
    """The number, the time, the service."""
    return rx.el.div(
        rx.el.p(
            rx.el.span("予約番号", class_name="mg-help"),
            rx.el.span(_ONE.code, class_name="rv-code mg-tabular", custom_attrs=theme.testid("code")),
            theme.flag(_ONE.state),
            class_name="rv-detail__number",
            id=HEADING,
            tab_index=-1,
            role="heading",
            aria_level=2,
        ),
        rx.el.p(_ONE.when, class_name="rv-detail__when mg-tabular", custom_attrs=theme.testid("when")),
        rx.el.p(_ONE.service, class_name="rv-detail__service"),
        class_name="rv-detail__head",
    )


def _fact(one: Any, at: Any) -> rx.Component:
    return rx.el.div(rx.el.dt(one.label), rx.el.dd(one.value), key=at)


def _contact() -> rx.Component:
    return rx.cond(
        WHO.may_see_contact,
        rx.cond(
            _ONE.masked,
            rx.el.p("連絡先は保存期間が過ぎたため、上書きしました。", class_name="mg-help"),
            rx.cond(
                CONTACT.reservation_id == _ONE.id,
                contact_shown(CONTACT),
                theme.button(
                    "連絡先を見る（記録されます）",
                    kind="text",
                    on_click=CONTACT.show(_ONE.id),
                    custom_attrs=theme.testid("contact"),
                ),
            ),
        ),
    )


def _actions() -> rx.Component:
    def action(
        label: str, key: str, event: Any, name: str, possible: Any, kind: Any = "secondary"
    ) -> rx.Component:
        return rx.cond(
            possible,
            theme.button(label, kind=kind, key=key, on_click=event, custom_attrs=theme.testid(name)),
        )

    may = PAGE.may_reserve
    return rx.el.div(
        action("受付", "U", PAGE.check_in(_ONE.id), "check-in", WHO.may_call & _ONE.may_check_in, "primary"),
        action("時間を変更", "C", FORM.open_move, "move", may & _ONE.may_change),
        action(
            "内容を直す",
            "E",
            FORM.open_edit,
            "edit",
            may & ~_ONE.masked & (_ONE.may_change | _ONE.may_check_in),
        ),
        action("来庁なし", "M", PAGE.miss(_ONE.id), "miss", may & _ONE.may_miss),
        action("予約に戻す", "", PAGE.take_back(_ONE.id), "take-back", may & _ONE.may_take_back),
        action("取り消す", "X", PAGE.ask_cancel, "cancel", may & _ONE.may_change, "danger"),
        class_name="rv-actions",
    )


def cancelling() -> rx.Component:
    """Why it is cancelled, and whether the citizen is told."""

    def reason(value: str, label: str, *, first: bool) -> rx.Component:
        return rx.el.label(
            rx.el.input(type="radio", name="reason", value=value, default_checked=first, auto_focus=first),
            label,
            class_name="rv-radio",
        )

    reasons = list(REASONS.items())
    return rx.el.div(
        head(),
        rx.el.form(
            rx.el.fieldset(
                rx.el.legend("取り消す理由"),
                *(reason(value, label, first=at == 0) for at, (value, label) in enumerate(reasons)),
                class_name="rv-reasons",
            ),
            tell(),
            rx.el.div(
                theme.button(
                    "取り消す", kind="danger", type="submit", custom_attrs=theme.testid("cancel-go")
                ),
                theme.button("やめる", kind="text", key="Escape", on_click=PAGE.close_panel),
                class_name="rv-form__end",
            ),
            on_submit=PAGE.cancel,
            reset_on_submit=False,
        ),
        class_name="rv-detail",
    )


def early() -> rx.Component:
    """Whether somebody who is much too early is given a number all the same."""
    return rx.el.div(
        head(),
        rx.el.p(
            rx.el.strong(_ONE.early_until),
            " から受付できる予約です。いま受け付けますか？ 番号札が出て、元に戻せません。",
            role="alert",
            custom_attrs=theme.testid("early"),
        ),
        rx.el.div(
            # The focus is on the way out: the key that asked must not also answer.
            theme.button(
                "いま受け付ける", on_click=PAGE.check_in(_ONE.id), custom_attrs=theme.testid("early-go")
            ),
            theme.button("やめる", kind="text", key="Escape", on_click=PAGE.close_panel, auto_focus=True),
            class_name="rv-form__end",
        ),
        class_name="rv-detail",
    )


def tell() -> rx.Component:
    """Whether a message goes out; who has no LINE is telephoned."""
    return rx.cond(
        _ONE.in_line,
        rx.el.label(
            rx.el.input(
                type="checkbox", name="push", default_checked=True, custom_attrs=theme.testid("push")
            ),
            "LINEで本人に知らせる",
            class_name="rv-radio",
        ),
        rx.el.p("LINEがないため、知らせは届きません。電話で伝えてください。", class_name="mg-help"),
    )
