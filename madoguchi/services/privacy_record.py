"""個人情報の取扱いの記録, as the privacy council asks for it: from the tables' own marks and the settings in
force, so that it cannot say anything else than what runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Table, text

from ..domain.languages import DEFAULT
from ..domain.personal import FACTS, MARK, Item
from ..domain.roles import GRANTS, Permission
from ..store.tables import METADATA, MaskingRun
from ..texts import say
from .inbox import KEPT_FOR
from .masking import latest_runs
from .office import Office

_AUDITED: Final = {Permission.SEE_CONTACT}
_RECENT: Final = 12
_COLUMNS: Final = ("name", "from", "why", "where", "seen", "kept", "destroyed", "sent")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the record: paragraphs, then a table, then the list."""

    title: str
    paragraphs: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """The whole document, Japanese."""

    title: str
    made: str
    sections: tuple[Section, ...]


def record(office: Office) -> Record:
    """The record as things stand now."""
    when = _when(office, office.clock.now())
    return Record(
        _("title"),
        _("made", when=when),
        (
            _items(office),
            Section(
                _("unstored"), points=tuple(_(f"unstored.{one}") for one in ("display_name", "icon", "sheet"))
            ),
            _services(office),
            _settings(office),
            _beyond(office),
            _runs(office),
            Section(_("rights"), points=tuple(_(f"rights.{one}") for one in ("show", "erase", "block"))),
        ),
    )


def columns_of(item: Item) -> list[str]:
    """Where the item is stored: ``table.column``, in order of tables and columns."""
    tables: list[Table] = sorted(METADATA.tables.values(), key=lambda table: table.name)
    return [
        f"{table.name}.{column.name}"
        for table in tables
        for column in table.columns
        if column.info.get(MARK) is item
    ]


def _(key: str, **values: object) -> str:
    return say(DEFAULT, f"staff.record.{key}", **values)


def _head(*columns: str) -> tuple[str, ...]:
    return tuple(_(f"head.{column}") for column in columns)


def _items(office: Office) -> Section:
    settings = office.settings
    values = {
        "months": settings.retention_months,
        "days": KEPT_FOR.days,
        "kana_rule": _(f"kana_rule.{settings.mask_policy}"),
        "phone_rule": _(f"phone_rule.{settings.mask_policy}"),
    }
    where: dict[str, Callable[[Item], str]] = {
        "where": lambda item: _("where", database=_database(office), columns="、".join(columns_of(item))),
        "seen": lambda item: _seen(FACTS[item].seen_with),
        "sent": lambda item: _("sent.line" if FACTS[item].to_line else "sent.none"),
    }
    rows = tuple(
        tuple(
            where[part](item) if part in where else _(f"{item.value}.{part}", **values) for part in _COLUMNS
        )
        for item in Item
    )
    return Section(_("items"), (_("items_intro"),), _head(*_COLUMNS), rows)


def _seen(permission: Permission | None) -> str:
    if permission is None:
        return _("seen.nobody")
    roles = "、".join(_(f"role.{role.value}") for role, granted in GRANTS.items() if permission in granted)
    return _("seen.audited" if permission in _AUDITED else "seen.roles", roles=roles)


def _database(office: Office) -> str:
    return "SQLite" if office.database.is_sqlite else "PostgreSQL"


def _services(office: Office) -> Section:
    rows = [(_("service.line", host=office.settings.line_api_host), *_given("line"))]
    if office.settings.liff_id:
        rows.append((_("service.liff"), *_given("liff")))
    return Section(
        _("services"),
        head=_head("service", "given", "not_given"),
        rows=tuple(rows),
        points=(_("service.none"),),
    )


def _given(service: str) -> tuple[str, str]:
    return _(f"service.{service}.given"), _(f"service.{service}.not_given")


def _settings(office: Office) -> Section:
    settings = office.settings
    rows = tuple(
        (name, str(getattr(settings, name.removeprefix("MADOGUCHI_").lower())), _(f"setting.{name}"))
        for name in ("MADOGUCHI_RETENTION_MONTHS", "MADOGUCHI_MASK_POLICY", "MADOGUCHI_BACKUP_DAYS")
    )
    backup = _("backup.on" if settings.backup_key.get_secret_value() else "backup.off")
    return Section(
        _("settings"),
        head=_head("setting", "value", "meaning"),
        rows=(*rows, ("MADOGUCHI_BACKUP_KEY", backup, _("setting.backup"))),
    )


def _beyond(office: Office) -> Section:
    return Section(_("beyond"), (_("beyond_intro"),), _head("place", "bound"), tuple(_places(office)))


def _places(office: Office) -> Iterator[tuple[str, str]]:
    if office.settings.backup_key.get_secret_value():
        yield _("beyond.backup"), _("beyond.backup.bound", days=office.settings.backup_days)
    if not office.database.is_sqlite:
        found = _of_postgresql(office)
        for place in ("wal", "archive"):
            yield _(f"beyond.{place}"), _(f"beyond.{place}.bound", **found)
    for place in ("disk", "memory", "chat"):
        yield _(f"beyond.{place}"), _(f"beyond.{place}.bound")


def _of_postgresql(office: Office) -> dict[str, Any]:
    names = ("wal_recycle", "min_wal_size", "archive_mode")
    with office.look() as unit:
        return {name: unit.session.execute(text(f"SHOW {name}")).scalar_one() for name in names}


def _runs(office: Office) -> Section:
    rows = tuple(_run(office, run) for run in latest_runs(office, _RECENT))
    head = _head("at", "kind", "count", "days", "rule", "wiped")
    return Section(
        _("runs"),
        (_("runs_intro"), *(() if rows else (_("runs_none"),))),
        head if rows else (),
        rows,
    )


def _run(office: Office, run: MaskingRun) -> tuple[str, ...]:
    wiped = _("wiped.no") if run.wiped_at is None else _("wiped.yes", when=_when(office, run.wiped_at))
    return (
        _when(office, run.started_at),
        _(f"kind.{run.kind}"),
        str(run.masked),
        f"{run.first_day} – {run.last_day}",
        _("rule", months=run.retention_months, policy=run.policy),
        wiped,
    )


def _when(office: Office, moment: datetime) -> str:
    return f"{moment.astimezone(office.settings.zone):%Y-%m-%d %H:%M}"
