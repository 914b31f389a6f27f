"""The frame around staff pages, and what is shown over any page when something is wrong."""

from typing import Any, ClassVar

import reflex as rx
from reflex_components_core.base.error_boundary import ErrorBoundary
from reflex_components_core.core.banner import has_connection_errors

from madoguchi.pages import theme
from madoguchi.staff_menu import ACCOUNT, LOCK, STAFF_NAV, NavItem
from madoguchi.state.signed_in import SignedIn

SYSTEM_NAME = "窓口予約システム"
_WHO: Any = SignedIn


def staff_page(
    *content: rx.Component | rx.Var[Any],
    current: str,
    header_end: rx.Component | None = None,
    wide: bool = False,
) -> rx.Component:
    """Frame a staff page.

    ``current`` is the page's own address, ``header_end`` stands at the header's right (who is signed
    in, sign-out), ``wide`` uses the whole width of the screen.
    """
    return rx.fragment(
        rx.script(src="/lock.js"),
        rx.el.a("本文へ移動", href="#main", class_name="mg-skip"),
        _header(current, header_end),
        rx.el.main(*content, id="main", class_name="mg-main mg-main--wide" if wide else "mg-main"),
    )


def _header(current: str, end: rx.Component | None) -> rx.Component:
    return rx.el.header(
        rx.el.a(SYSTEM_NAME, href="/staff", class_name="mg-header__name"),
        rx.el.nav(
            *(_nav_link(item, current) for item in STAFF_NAV), class_name="mg-nav", aria_label="職員メニュー"
        ),
        rx.el.div(*([end] if end is not None else []), class_name="mg-header__end"),
        class_name="mg-header",
    )


def _nav_link(item: NavItem, current: str) -> rx.Component:
    attributes: dict[str, Any] = {"aria-current": "page"} if item.href == current else {}
    if item.plain:
        attributes["reloadDocument"] = True
    link = rx.el.a(item.label, href=item.href, custom_attrs=attributes)
    if item.permission is None:
        return link
    return rx.cond(_WHO.menu.contains(item.permission.value), link)


class _PlainForm(rx.Component):
    """A form that the browser sends by itself; Reflex's own waits for a handler."""

    tag = "form"
    _is_tag_in_global_scope: ClassVar[bool] = True


def who_is_signed_in(name: rx.Var[str], role: rx.Var[str]) -> rx.Component:
    """Stand at the header's right: the name, and a plain form to sign out, which needs no script."""
    return rx.el.div(
        rx.el.a(
            name,
            href=ACCOUNT,
            class_name="shell-who",
            title="自分のアカウント（パスワード・認証アプリ・ログイン中の場所）",
            custom_attrs={"reloadDocument": True, **theme.testid("signed-in-as")},
        ),
        rx.el.span(role, class_name="mg-help"),
        _PlainForm.create(
            theme.button("ロック", kind="text", type="submit", key="L", custom_attrs=theme.testid("lock")),
            id="lock",
            custom_attrs={"action": LOCK, "method": "post"},
        ),
        _PlainForm.create(
            theme.button("ログアウト", kind="text", type="submit", custom_attrs=theme.testid("logout")),
            custom_attrs={"action": "/staff/logout", "method": "post"},
        ),
        class_name="mg-row shell-end",
    )


def stale_marker() -> rx.Component:
    """Say that the server cannot be reached and the page may be old; it goes away by itself."""
    return rx.cond(
        has_connection_errors,
        rx.el.div(
            "サーバーとつながりません。表示は最後に受け取った内容です。自動で再接続しています。",
            class_name="mg-stale",
            role="alert",
        ),
    )


def broken_page(*, stateful: bool) -> rx.Component:
    """Stand in for a page whose script failed, with a way to go on.

    ``stateful`` says whether there is an event socket to report the failure over.
    """
    report = {} if stateful else {"on_error": rx.noop()}
    return ErrorBoundary.create(
        fallback_render=rx.Var.create(
            rx.el.main(
                rx.el.h1("画面を表示できませんでした"),
                rx.el.p("もう一度読み込んでください。送信する前に入力した内容は残っていないことがあります。"),
                rx.el.a("読み込み直す", href="", class_name="mg-button mg-button--primary"),
                class_name="mg-main",
            )
        ),
        **report,
    )
