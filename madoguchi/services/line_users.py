"""LINE users: made on first sight, with the desk and language they chose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from ..domain.errors import Refusal
from ..domain.languages import LANGUAGES
from ..store import reaching
from ..store.tables import Desk, LineUser
from .office import Office


@dataclass(frozen=True, slots=True)
class LineUserView:
    """What the conversation needs to know of somebody. The LINE user id stays behind."""

    id: int
    desk_id: int | None
    language: str
    following: bool


def line_user(office: Office, user_id: str) -> LineUserView:
    """The user behind LINE's `user_id`, made on first sight. No profile is asked for."""
    with office.look() as unit:
        if (found := _by_user_id(unit.session, user_id)) is not None:
            return _view(found)
    try:
        with office.change() as unit:
            new = LineUser(user_id=user_id, created_at=unit.now)
            unit.session.add(new)
            unit.session.flush()
            return _view(new)
    except IntegrityError:
        # Another thread saw the same person first.
        with office.look() as unit:
            if (found := _by_user_id(unit.session, user_id)) is None:
                raise
            return _view(found)


def _by_user_id(session: Session, user_id: str) -> LineUser | None:
    query = select(LineUser).where(col(LineUser.user_id) == user_id)
    row: LineUser | None = session.execute(query).scalar_one_or_none()
    return row


def _view(row: LineUser) -> LineUserView:
    return LineUserView(row.id or 0, row.desk_id, row.language, row.following)


def choose_desk(office: Office, line_user_id: int, desk_id: int) -> None:
    """Remember the desk that the user chose. Raises `Refusal("unknown_desk")`."""
    with office.change() as unit:
        if unit.session.get(Desk, desk_id) is None:
            raise Refusal("unknown_desk")
        unit.session.execute(update(LineUser).where(col(LineUser.id) == line_user_id).values(desk_id=desk_id))


def choose_language(office: Office, line_user_id: int, language: str) -> None:
    """Remember the language that the user chose. Raises `Refusal("unknown_language")`."""
    if language not in LANGUAGES:
        raise Refusal("unknown_language")
    with office.change() as unit:
        unit.session.execute(
            update(LineUser).where(col(LineUser.id) == line_user_id).values(language=language)
        )


def set_following(office: Office, user_id: str, following: bool, occurred_at: datetime) -> None:
    """Note that the account was added or blocked at `occurred_at`; older news than known changes nothing."""
    line_user(office, user_id)
    with office.change() as unit:
        row = _by_user_id(unit.session, user_id)
        if row is None or (row.followed_event_at is not None and occurred_at < row.followed_event_at):
            return
        if row.following != following:
            # Clerks call by voice whom LINE does not reach.
            for desk_id in reaching.desks_awaiting(unit.session, row.id or 0, unit.today):
                unit.desk_changed(desk_id)
        row.following = following
        row.followed_event_at = occurred_at
