"""The staff side's menu: live pages and plain ones, each loaded in its own way."""

from __future__ import annotations

import pytest

from madoguchi.api import account_pages, audit_pages, user_pages
from madoguchi.pages import shell
from madoguchi.staff_menu import ACCOUNT, STAFF_NAV, NavItem

PLAIN = {
    getattr(route, "path", "") for door in (account_pages, audit_pages, user_pages) for route in door.routes()
}


@pytest.mark.parametrize("item", STAFF_NAV, ids=lambda item: item.href)
def test_a_page_that_the_router_does_not_know_is_loaded_by_the_browser(item: NavItem) -> None:
    assert item.plain == (item.href in PLAIN)
    assert ("reloadDocument:true" in str(shell._nav_link(item, "/staff").render())) == item.plain


def test_so_is_the_own_account_behind_the_name() -> None:
    assert ACCOUNT in PLAIN
    assert "reloadDocument:true" in str(shell.who_is_signed_in("name", "role").render())  # type: ignore[arg-type]
