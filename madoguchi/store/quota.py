"""The month's row of LINE's quota: read at each claim, counted up with each push that LINE accepted."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, case, func, select, update
from sqlmodel import Session, col

from .direct import execute
from .inserting import INSERTS
from .tables import LineQuota, OutboxMessage

_LEASED: Any = (
    select(func.count())
    .select_from(OutboxMessage)
    .where(
        col(OutboxMessage.state) == "pending",
        col(OutboxMessage.try_at).between(bindparam("now"), bindparam("leased")),
        col(OutboxMessage.first_tried_at).is_not(None),
    )
    .scalar_subquery()
)
_STANDING: Any = (
    select(
        col(LineQuota.month),
        col(LineQuota.limit),
        col(LineQuota.used),
        col(LineQuota.checked_at),
        col(LineQuota.refused_at),
        _LEASED,
    )
    .where(col(LineQuota.month) <= bindparam("month"))
    .order_by(col(LineQuota.month).desc())
    .limit(1)
)
_LIMIT_BEFORE: Any = (
    select(col(LineQuota.limit))
    .where(col(LineQuota.month) < bindparam("b_month"))
    .order_by(col(LineQuota.month).desc())
    .limit(1)
    .scalar_subquery()
)
_TABLE: Final = LineQuota.__table__  # type: ignore[attr-defined]
_COUNT_UP: Final = {
    dialect: insert_into(_TABLE)
    .values(month=bindparam("b_month"), limit=_LIMIT_BEFORE, used=1)
    .on_conflict_do_update(index_elements=["month"], set_={"used": _TABLE.c.used + 1, "refused_at": None})
    for dialect, insert_into in INSERTS.items()
}
_REFUSED: Final = {
    dialect: insert_into(_TABLE)
    .values(month=bindparam("b_month"), limit=_LIMIT_BEFORE, used=0, refused_at=bindparam("b_now"))
    .on_conflict_do_update(index_elements=["month"], set_={"refused_at": bindparam("b_now")})
    for dialect, insert_into in INSERTS.items()
}


def standing(
    session: Session, month: str, now: datetime, leased: datetime
) -> tuple[str, int | None, int, datetime | None, datetime | None, int] | None:
    """Of the newest month known up to `month`: its name, limit, used, checked_at, refused_at; and how many
    messages are on their way, leased up to `leased`. None when no month is known."""
    row = execute(session, _STANDING, month=month, now=now, leased=leased).first()
    return None if row is None else (row[0], row[1], row[2], row[3], row[4], row[5])


def count_up(session: Session, month: str) -> None:
    """One push more was accepted in `month`; the first one takes over the limit of the month before."""
    execute(session, _COUNT_UP[session.get_bind().dialect.name], b_month=month)


def mark_refused(session: Session, month: str, now: datetime) -> None:
    """LINE said that `month` is used up."""
    execute(session, _REFUSED[session.get_bind().dialect.name], b_month=month, b_now=now)


def used_in(session: Session, month: str) -> int:
    """What is counted for `month` so far."""
    query = select(col(LineQuota.used)).where(col(LineQuota.month) == month)
    return int(session.execute(query).scalar() or 0)


def set_to(
    session: Session, month: str, *, limit: int | None, used: int, counted_before: int, now: datetime
) -> None:
    """What LINE says of `month`. What was accepted while it was asked, beyond `counted_before`, comes on top:
    rather counted twice until the next time than not at all."""
    found = session.get(LineQuota, month)
    if found is None:
        session.add(LineQuota(month=month, limit=limit, used=used, checked_at=now))
        session.flush()
        return
    since = case((_TABLE.c.used > counted_before, _TABLE.c.used - counted_before), else_=0)
    change = update(_TABLE).where(_TABLE.c.month == month)
    session.execute(change.values(limit=limit, used=used + since, checked_at=now))
    session.expire(found)
