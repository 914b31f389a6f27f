"""Queries on accounts of staff."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from .tables import Staff


def lock_staff(session: Session, staff_id: int) -> Staff | None:
    """The account, locked against everybody else who locks it.

    Not against the log: a row there that points to this person, just being written, must not wait for us
    while we wait for the log.
    """
    query = select(Staff).where(col(Staff.id) == staff_id).with_for_update(key_share=True)
    found: Staff | None = session.execute(query).scalar_one_or_none()
    return found
