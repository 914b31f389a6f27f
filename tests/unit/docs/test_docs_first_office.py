"""The example by which a first office is entered works as it stands."""

import importlib
from datetime import time

import pytest
from sqlmodel import select

from docs import first_office
from madoguchi.cli.commands import main
from madoguchi.domain.roles import Role
from madoguchi.services import desks, slots
from madoguchi.services.office import open_office
from madoguchi.services.staff_accounts import create_staff
from madoguchi.settings import load_settings
from madoguchi.store.tables import Counter, Desk, Municipality

SET = {
    "VAR_DIR": "",
    "SECRET_KEY": "a-secret-key-for-tests-0123456789abcdef",
    "LINE_CHANNEL_SECRET": "secret",
    "LINE_CHANNEL_TOKEN": "token",
    "LINE_BASIC_ID": "@test",
    "STAFF_NETWORKS": "127.0.0.0/8",
    "TERMINAL_NETWORKS": "127.0.0.0/8",
}


@pytest.fixture(autouse=True)
def _settings(tmp_path, monkeypatch) -> None:
    for name, value in {**SET, "VAR_DIR": str(tmp_path)}.items():
        monkeypatch.setenv(f"MADOGUCHI_{name}", value)
    importlib.reload(first_office)


def test_it_makes_an_office_with_places_once(capsys) -> None:
    assert main(["migrate"]) == 0
    assert first_office.main() == 0
    made = int(capsys.readouterr().out.split()[1])
    times_a_day = sum(len(band.times()) for band in first_office.PLACES)
    assert made >= 20 * times_a_day

    importlib.reload(first_office)
    assert first_office.main() == 0
    assert capsys.readouterr().out.split()[1] == "0"

    office = open_office(load_settings())
    desk = desks.desk_by_code(office, first_office.DESK.code)
    service = desks.services_of(office, desk.id)[0]
    assert any(day.mark.value != "－" for day in slots.calendar(office, service.id))
    with office.look() as unit:
        assert len(unit.session.exec(select(Counter)).all()) == len(first_office.COUNTERS)
    assert create_staff(
        office,
        municipality_code=first_office.CITY.code,
        login="sato",
        display_name="佐藤",
        role=Role.CLERK,
        password="long-enough-1",
    )
    office.database.close()


def test_before_migrating_it_says_what_to_do(capsys) -> None:
    assert first_office.main() == 1
    assert "migrate" in capsys.readouterr().err


def test_a_desk_code_of_another_city_is_refused_in_one_line(capsys) -> None:
    assert main(["migrate"]) == 0
    office = open_office(load_settings())
    with office.change() as unit:
        other = Municipality(code="other", names={"ja": "よその町"})
        unit.session.add(other)
        unit.session.flush()
        hours = {"opens_at": time(9), "closes_at": time(17)}
        unit.session.add(
            Desk(municipality_id=other.id or 0, code=first_office.DESK.code, names={"ja": "別"}, **hours)
        )
    office.database.close()
    assert first_office.main() == 2
    said = capsys.readouterr().err
    assert first_office.DESK.code in said
    assert len(said.splitlines()) == 1
