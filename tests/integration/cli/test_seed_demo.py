"""The demo city is there after the first start, stays the same at the next, and `make run` understands it."""

import argparse
from pathlib import Path

import pytest
from office_kit import test_settings
from sqlalchemy import func
from sqlmodel import SQLModel, select

from madoguchi.cli import commands, seed_demo
from madoguchi.domain.roles import Role
from madoguchi.domain.statistics.periods import Preset, preset_of
from madoguchi.services import terminals
from madoguchi.services.actors import Actor
from madoguchi.services.office import open_office
from madoguchi.services.statistics import Question, statistics
from madoguchi.settings import Settings
from madoguchi.store.migrate import upgrade
from madoguchi.store.tables import Desk, Municipality, Reservation, Service, Slot, Staff, Ticket
from tools.city import read_demo

_TABLES = (Municipality, Desk, Service, Staff, Slot, Ticket, Reservation)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return test_settings(tmp_path, database_url=f"sqlite:///{tmp_path / 'demo.db'}")


def _seed(settings: Settings, *, with_code: bool = True) -> int:
    return seed_demo.run(settings, argparse.Namespace(with_code=with_code))


def _counts(settings: Settings) -> dict[str, int]:
    office = open_office(settings)
    with office.look() as unit:
        return {table.__name__: _count(unit.session, table) for table in _TABLES}


def _count(session: object, table: type[SQLModel]) -> int:
    return int(session.exec(select(func.count()).select_from(table)).one())  # type: ignore[attr-defined]


def test_an_empty_file_becomes_the_city_and_a_second_start_adds_nothing(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _seed(settings) == 0
    demo = read_demo(capsys.readouterr().out)
    first = _counts(settings)
    assert _seed(settings) == 0
    assert _counts(settings) == first
    assert (first["Municipality"], first["Desk"], first["Service"]) == (2, 3, 6)
    assert len(demo.desks) == first["Desk"]
    assert len(demo.sign_ins) == first["Staff"]
    assert min(first["Slot"], first["Ticket"], first["Reservation"]) > 0
    paired = terminals.pair(open_office(settings), demo.code)
    assert terminals.terminal_of(open_office(settings), paired.token) is not None


def test_the_statistics_have_figures_and_no_code_is_made_unasked(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _seed(settings, with_code=False) == 0
    assert read_demo(capsys.readouterr().out).code == ""
    office = open_office(settings)
    with office.look() as unit:
        cities = dict(unit.session.exec(select(Desk.id, Desk.municipality_id)).all())
    for desk_id, city in cities.items():
        question = Question(preset_of(Preset.FOUR_WEEKS, office.today()), desk_id=desk_id)
        found = statistics(office, Actor(0, "viewer", Role.VIEWER, city), question).figures
        assert found.told.promises >= 100
        assert 0.7 <= found.told.kept / found.told.promises <= 0.9
        assert found.told.missed_by < found.told.plain_missed_by
        assert len(found.by_service) == len(found.told_by_service) == 2
    office.database.close()


def test_a_city_in_service_is_never_filled_with_made_up_visits(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _seed(settings.model_copy(update={"env": "production"})) == 2
    assert "MADOGUCHI_ENV" in capsys.readouterr().err
    assert not (tmp_path / "demo.db").exists()


def test_a_database_of_a_newer_version_is_told_in_one_line(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    office = open_office(settings)
    upgrade(office.database)
    with office.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    monkeypatch.setattr(commands, "load_settings", lambda: settings)
    assert commands.main(["seed-demo"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("madoguchi: database: ")
    assert "9999" in told
    assert len(told.splitlines()) == 1
