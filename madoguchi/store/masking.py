"""Rows of masking: which contacts may be due, and what runs did."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session, col

from ..domain.masking import MaskingKind, Policy
from .tables import Contact, MaskingRun, Reservation, Service


def candidates(session: Session, latest: date, policy: Policy, after_id: int, most: int) -> list[int]:
    """Ids of contacts whose visit was on `latest` or before and that `policy` has not masked yet."""
    # What was masked in part has more to lose once everything must go.
    partly = col(Contact.masked_as) == "partial" if policy == "full" else None
    open_ones: Any = col(Contact.masked_at).is_(None)
    query = (
        select(col(Contact.id))
        .where(
            open_ones if partly is None else or_(open_ones, partly),
            col(Contact.visit_day) <= latest,
            col(Contact.id) > after_id,
        )
        .order_by(col(Contact.id))
        .limit(most)
    )
    return list(session.execute(query).scalars())


def lock_with_contacts(session: Session, contact_ids: Collection[int]) -> list[tuple[Reservation, Service]]:
    """Those contacts' reservations, locked and as they stand now, by id; contacts are locked after them."""
    query = (
        select(Reservation, Service)
        .join(Service, col(Service.id) == col(Reservation.service_id))
        .where(col(Reservation.contact_id).in_(contact_ids))
        .order_by(col(Reservation.id))
        .with_for_update(key_share=True, of=Reservation)
        .execution_options(populate_existing=True)
    )
    return [(reservation, service) for reservation, service in session.execute(query)]


def lock_contacts(session: Session, contact_ids: Collection[int]) -> list[Contact]:
    """The contacts, locked and as they stand now, by id."""
    query = (
        select(Contact)
        .where(col(Contact.id).in_(contact_ids))
        .order_by(col(Contact.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(session.execute(query).scalars())


def unfinished(session: Session) -> MaskingRun | None:
    """The run that was interrupted, if one was."""
    query = select(MaskingRun).where(
        col(MaskingRun.finished_at).is_(None), col(MaskingRun.kind) == MaskingKind.DUE.value
    )
    return session.execute(query.order_by(col(MaskingRun.id)).limit(1)).scalar_one_or_none()


def unwiped(session: Session) -> Sequence[int]:
    """Ids of the runs whose old values may still lie about in the database's files."""
    query = select(col(MaskingRun.id)).where(col(MaskingRun.wiped_at).is_(None), col(MaskingRun.masked) > 0)
    return list(session.execute(query).scalars())


def runs(session: Session, most: int) -> list[MaskingRun]:
    """The latest runs that overwrote something, newest first."""
    query = select(MaskingRun).where(col(MaskingRun.masked) > 0).order_by(col(MaskingRun.id).desc())
    return list(session.execute(query.limit(most)).scalars())
