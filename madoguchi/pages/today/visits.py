"""Right: today's reservations, and a number for whoever has neither LINE nor paper."""

from typing import Any

import reflex as rx

from madoguchi.pages import theme
from madoguchi.pages.components.contact_shown import contact_shown
from madoguchi.pages.today.shown import CONTACT, TODAY, WHO
from madoguchi.state.today_words import PRIORITIES

_PHONE = (
    "M6.6 10.8a15 15 0 0 0 6.6 6.6l2.2-2.2a1 1 0 0 1 1-.25 11.4 11.4 0 0 0 3.6.57 1 1 0 0 1 1 1V20a1 1 0 "
    "0 1-1 1A17 17 0 0 1 3 4a1 1 0 0 1 1-1h3.5a1 1 0 0 1 1 1c0 1.25.2 2.45.57 3.57a1 1 0 0 1-.25 1z"
)


def column() -> rx.Component:
    """Give the column."""
    return rx.el.section(
        rx.el.div(
            rx.el.h2("今日の予約"),
            rx.el.span(
                rx.el.strong(TODAY.reservations.length(), class_name="mg-tabular"),
                "件",
                class_name="today-count",
            ),
            class_name="today-head",
        ),
        _contact(),
        rx.el.div(
            rx.cond(
                TODAY.reservations.length() > 0,
                rx.el.ul(rx.foreach(TODAY.reservations, _reservation), class_name="today-list"),
                rx.el.p("今日の予約はありません。", class_name="today-empty"),
            ),
            class_name="today-scroll",
        ),
        rx.cond(WHO.may_call, _walk_in()),
        class_name="today-column today-column--visits",
    )


def _reservation(row: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(row.time, class_name="today-time mg-tabular"),
        rx.el.span(
            rx.el.span(row.service, class_name="today-service"),
            rx.el.span(
                rx.el.span(row.code, class_name="mg-help mg-tabular"),
                rx.cond(
                    row.late,
                    theme.flag("時間を過ぎています", kind="warning"),
                    rx.cond(row.waits, rx.fragment(), theme.flag(row.state)),
                ),
                rx.cond(row.telephone, theme.flag("LINE不達・要電話", kind="warning")),
                rx.cond(row.number != "", theme.flag(row.number, kind="success")),
                class_name="today-flags",
            ),
            class_name="today-what",
        ),
        rx.cond(WHO.may_see_contact, _phone(row)),
        rx.cond(
            WHO.may_call & row.waits,
            theme.button(
                "受付",
                kind="secondary",
                on_click=TODAY.check_in(row.id),
                custom_attrs={
                    "aria-label": rx.Var.create(f"{row.time} {row.code} を受け付ける"),
                    "data-testid": rx.Var.create(f"checkin-{row.id}"),
                },
            ),
        ),
        key=row.id,
        class_name=rx.cond(CONTACT.reservation_id == row.id, "today-row today-row--shown", "today-row"),
        custom_attrs=theme.testid("reservation-row", code=row.code, row=row.id),
    )


def _phone(row: Any) -> rx.Component:
    return rx.el.button(
        rx.el.svg(rx.el.path(d=_PHONE), view_box="0 0 24 24", class_name="today-icon", aria_hidden="true"),
        type="button",
        class_name="mg-button mg-button--text today-icon-button",
        title="連絡先を見る（記録されます）",
        on_click=CONTACT.show(row.id),
        custom_attrs={
            "aria-label": rx.Var.create(f"{row.time} {row.code} の連絡先を見る"),
            "data-testid": rx.Var.create(f"contact-{row.id}"),
        },
    )


def _contact() -> rx.Component:
    return rx.cond(
        CONTACT.reservation_id != 0,
        contact_shown(CONTACT),
        rx.cond(
            CONTACT.refusal != "",
            rx.el.p(CONTACT.refusal, class_name="today-refusal", role="alert"),
        ),
    )


def _walk_in() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.h3("職員が番号を発行する", class_name="today-sub", title="LINEも紙も使わない人に"),
            theme.button(
                rx.cond(TODAY.walk_in_open, "やめる", "複数・優先"),
                kind="text",
                on_click=TODAY.open_walk_in,
                custom_attrs={
                    "aria-expanded": rx.cond(TODAY.walk_in_open, "true", "false"),
                    **theme.testid("walkin-more"),
                },
            ),
            class_name="today-head today-walk-in__head",
        ),
        rx.cond(TODAY.walk_in_number != "", _issued()),
        rx.cond(
            TODAY.walk_in_open,
            _several(),
            rx.el.div(rx.foreach(TODAY.services, _one), class_name="today-choices"),
        ),
        class_name="today-walk-in",
    )


def _issued() -> rx.Component:
    return rx.el.div(
        rx.el.span(
            TODAY.walk_in_number,
            class_name="today-number today-number--issued",
            custom_attrs=theme.testid("walkin-number"),
        ),
        rx.el.span(
            rx.el.span(TODAY.walk_in_service, class_name="today-service"),
            rx.el.span("この番号を本人に伝えてください", class_name="mg-help"),
            class_name="today-what",
        ),
        theme.button(
            "取り消す",
            kind="text",
            on_click=TODAY.cancel_ticket(TODAY.walk_in_id),
            custom_attrs=theme.testid("walkin-cancel"),
        ),
        theme.button("閉じる", kind="text", on_click=TODAY.walk_in_told),
        class_name="today-issued",
        role="status",
    )


def _one(service: Any) -> rx.Component:
    return theme.button(
        rx.Var.create(f"{service.letter} {service.name}"),
        kind="secondary",
        on_click=TODAY.walk_in(service.id, TODAY.form),
        custom_attrs={"data-testid": rx.Var.create(f"walkin-service-{service.code}")},
    )


def _several() -> rx.Component:
    """One number for several services in the order of the presses, or before others for a reason."""

    def choice(service: Any) -> rx.Component:
        chosen = TODAY.walk_in_chosen.contains(service.id)
        return rx.el.button(
            rx.el.span(rx.cond(chosen, "✓ ", ""), aria_hidden="true"),
            rx.el.span(service.letter, " ", service.name),
            type="button",
            class_name=rx.cond(
                chosen,
                "mg-button mg-button--secondary today-chosen",
                "mg-button mg-button--secondary",
            ),
            on_click=TODAY.choose_walk_in(service.id),
            key=service.id,
            custom_attrs={
                "aria-pressed": rx.cond(chosen, "true", "false"),
                **theme.testid("walkin-choice", code=service.code),
            },
        )

    return rx.fragment(
        rx.el.div(rx.foreach(TODAY.services, choice), class_name="today-choices"),
        rx.el.div(
            rx.el.label(
                theme.for_screen_readers("優先の理由"),
                rx.el.select(
                    rx.el.option("優先しない", value=""),
                    *(rx.el.option(f"優先：{words}", value=key) for key, words in PRIORITIES.items()),
                    value=TODAY.walk_in_reason,
                    on_change=TODAY.choose_walk_in_reason,
                    class_name="mg-input today-picker",
                    custom_attrs=theme.testid("walkin-reason"),
                ),
            ),
            theme.button(
                "発行する",
                on_click=TODAY.walk_in_several(TODAY.form),
                disabled=TODAY.walk_in_chosen.length() == 0,
                custom_attrs=theme.testid("walkin-issue"),
            ),
            class_name="today-walk-in__several",
        ),
    )
