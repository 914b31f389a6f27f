"""The staff side's menu, the same over live pages and plain ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .domain.roles import Permission

ACCOUNT: Final = "/staff/account"
LOCK: Final = "/staff/lock"
ROLE_NAMES: Final = {"admin": "管理者", "clerk": "窓口担当", "viewer": "閲覧のみ", "auditor": "監査担当"}


@dataclass(frozen=True)
class NavItem:
    """One entry; with a permission, for those only who have it. A `plain` page is loaded by the browser
    itself: the live pages' own router does not know it."""

    label: str
    href: str
    permission: Permission | None = None
    plain: bool = False


STAFF_NAV: Final = (
    NavItem("今日の窓口", "/staff"),
    NavItem("予約", "/staff/reservations"),
    NavItem("予約枠", "/staff/slots"),
    NavItem("LINE送信", "/staff/messages"),
    NavItem("統計", "/staff/stats"),
    NavItem("設定", "/staff/settings"),
    NavItem("職員", "/staff/users", Permission.ADMINISTER, plain=True),
    NavItem("監査記録", "/staff/audit", Permission.SEE_AUDIT, plain=True),
)
