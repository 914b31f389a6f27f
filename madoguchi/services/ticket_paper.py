"""What a desk's paper tickets (番号札) carry of its own, read by terminals, read and changed by staff."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..domain.errors import Refusal
from ..domain.paper import PaperTexts
from ..domain.roles import Permission
from ..store import desks as rows
from ..store.tables import Municipality, TicketPaper
from . import audit
from .actors import Actor
from .office import Office, Unit
from .paper_logo import logo_of
from .reservation_desk import own_desk


@dataclass(frozen=True, slots=True)
class Paper:
    """A desk's own texts, and its logo as a PNG of one bit a dot; None: no logo."""

    texts: PaperTexts = field(default_factory=PaperTexts)
    logo: bytes | None = None


@dataclass(frozen=True, slots=True)
class PaperSample:
    """A paper with what the desk's tickets say besides, for a preview. `letter` is its first service's."""

    paper: Paper
    municipality: Mapping[str, str]
    desk: Mapping[str, str]
    place: Mapping[str, str]
    service: Mapping[str, str]
    letter: str


@dataclass(frozen=True, slots=True)
class TextsSaved:
    """The texts before and after they were saved."""

    before: PaperTexts
    after: PaperTexts


@dataclass(frozen=True, slots=True)
class LogoSaved:
    """The logo before and after it was saved."""

    before: bytes | None
    after: bytes | None


def paper_of(office: Office, desk_id: int) -> Paper:
    """What the desk's terminals print."""
    with office.look() as unit:
        return _of(unit.session.get(TicketPaper, desk_id))


def sample_for(office: Office, actor: Actor, desk_id: int) -> PaperSample:
    """The desk's paper and its surroundings. Raises `Refusal`: not_allowed, unknown_desk."""
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        desk = own_desk(unit, actor, desk_id)
        city = unit.session.get_one(Municipality, desk.municipality_id)
        printed = [one for one in rows.services(unit.session, desk_id) if one.walk_in]
        return PaperSample(
            paper=_of(unit.session.get(TicketPaper, desk_id)),
            municipality=city.names,
            desk=desk.names,
            place=desk.places,
            service=printed[0].names if printed else {},
            letter=printed[0].letter if printed else "A",
        )


def save_texts(
    office: Office, actor: Actor, desk_id: int, texts: PaperTexts, expected: PaperTexts
) -> TextsSaved:
    """Print these texts from now on; they went through `domain.paper.checked_texts`.

    `expected` are those that the page was filled with: what a colleague has saved since is not wiped
    unseen. Raises `Refusal`: not_allowed, unknown_desk, changed_meanwhile.
    """
    actor.require(Permission.ADMINISTER)
    with office.change() as unit:
        row = _locked(unit, actor, desk_id)
        before = _of(row).texts
        if before == texts:
            return TextsSaved(before, before)
        if before != expected:
            raise Refusal("changed_meanwhile")
        row.lines, row.closing_words = list(texts.lines), dict(texts.closing_words)
        facts = {"lines": [list(before.lines), list(texts.lines)]} if before.lines != texts.lines else {}
        closing = {
            language: [before.closing_words.get(language, ""), texts.closing_words.get(language, "")]
            for language in sorted({*before.closing_words, *texts.closing_words})
            if before.closing_words.get(language) != texts.closing_words.get(language)
        }
        audit.record(
            unit,
            actor.staff_id,
            "change_paper",
            f"desk:{desk_id}",
            changes={**facts, **({"closing_words": closing} if closing else {})},
        )
        return TextsSaved(before, texts)


def save_logo(office: Office, actor: Actor, desk_id: int, png: bytes | None) -> LogoSaved:
    """Print this logo from now on, None: none any more.

    Raises `Refusal`: not_allowed, unknown_desk, and what `paper_logo.logo_of` refuses.
    """
    actor.require(Permission.ADMINISTER)
    logo = None if png is None else logo_of(png)
    with office.change() as unit:
        row = _locked(unit, actor, desk_id)
        saved = LogoSaved(row.logo, logo)
        _set_logo(unit, actor, row, logo)
        return saved


def put_logo_back(office: Office, actor: Actor, desk_id: int, saved: LogoSaved) -> LogoSaved:
    """Take a save back. Raises `Refusal`: not_allowed, unknown_desk, changed_meanwhile when somebody has
    saved another one since."""
    actor.require(Permission.ADMINISTER)
    with office.change() as unit:
        row = _locked(unit, actor, desk_id)
        if row.logo != saved.after:
            raise Refusal("changed_meanwhile")
        _set_logo(unit, actor, row, saved.before)
        return LogoSaved(saved.after, saved.before)


def _set_logo(unit: Unit, actor: Actor, row: TicketPaper, logo: bytes | None) -> None:
    if row.logo == logo:
        return
    prints = [_fingerprint(one) for one in (row.logo, logo)]
    audit.record(unit, actor.staff_id, "change_paper", f"desk:{row.desk_id}", changes={"logo": prints})
    row.logo = logo


def _locked(unit: Unit, actor: Actor, desk_id: int) -> TicketPaper:
    """The desk's row, made when there is none; with the desk locked nobody else makes it meanwhile."""
    own_desk(unit, actor, desk_id)
    rows.lock_desk(unit.session, desk_id)
    row = unit.session.get(TicketPaper, desk_id)
    if row is None:
        row = TicketPaper(desk_id=desk_id)
        unit.session.add(row)
    return row


def _of(row: TicketPaper | None) -> Paper:
    if row is None:
        return Paper()
    return Paper(PaperTexts(tuple(row.lines), dict(row.closing_words)), row.logo)


def _fingerprint(logo: bytes | None) -> str:
    return "" if logo is None else hashlib.sha256(logo).hexdigest()[:12]
