"""The printed sheet over HTTP: behind the sign-in, without names unless a form of ours asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from office_kit import City
from reservation_kit import NAME, Reservations, reservations_of
from staff_kit import OFFICE_ADDRESS, PASSWORD, STREET_ADDRESS
from starlette.applications import Starlette
from starlette.testclient import TestClient

from madoguchi.api import day_sheet, sign_in
from madoguchi.safety import protect
from madoguchi.services.office import Office

PATH = day_sheet.PATH


def browser(office: Office, address: str = OFFICE_ADDRESS) -> TestClient:
    app = Starlette(routes=[*sign_in.routes(), *day_sheet.routes()])
    one = TestClient(
        protect(app, lambda: office.settings),
        base_url=office.settings.public_url,
        client=(address, 50000),
        follow_redirects=False,
    )
    one.headers["Sec-Fetch-Site"] = "same-origin"
    return one


def signed_in(office: Office, login: str) -> TestClient:
    one = browser(office)
    assert one.post("/staff/login", data={"login": login, "password": PASSWORD}).status_code == 303
    return one


@pytest.fixture
def desk(open_office: Office, mori: City) -> Iterator[Reservations]:
    return reservations_of(open_office, mori)


def get(one: httpx.Client, desk: Reservations, **more: str) -> httpx.Response:
    return one.get(PATH, params={"desk": str(desk.city.desk_id), "day": desk.today.isoformat(), **more})


def post(one: httpx.Client, desk: Reservations, **more: str) -> httpx.Response:
    fields = {"desk": str(desk.city.desk_id), "day": desk.today.isoformat(), **more}
    return one.post(PATH, data=fields)


def test_strangers_are_sent_to_the_sign_in_or_away(desk: Reservations) -> None:
    answer = get(browser(desk.office), desk)
    assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/staff/login")
    assert get(browser(desk.office, STREET_ADDRESS), desk).status_code == 403


def test_the_sheet_shows_numbers_and_times_and_no_names(desk: Reservations) -> None:
    made = desk.caller(desk.slot())
    for login in ("hanako", "mieko"):
        answer = get(signed_in(desk.office, login), desk, names="1")
        assert answer.status_code == 200
        assert "no-store" in answer.headers["cache-control"]
        for text in (made.code, "11:00", "保育所等利用申込", "<strong>1</strong>件"):
            assert text in answer.text
        assert "ヌルマエ" not in answer.text
    assert desk.audited("print_names") == []


def test_names_come_by_the_form_and_are_audited_once(desk: Reservations) -> None:
    desk.caller(desk.slot())
    one = signed_in(desk.office, "hanako")
    assert NAME not in post(one, desk).text
    assert NAME in post(one, desk, names="1").text
    assert [entry.facts["count"] for entry in desk.audited("print_names")] == [1]


def test_another_sites_form_prints_nothing(desk: Reservations) -> None:
    desk.caller(desk.slot())
    one = signed_in(desk.office, "hanako")
    one.headers["Sec-Fetch-Site"] = "cross-site"
    assert post(one, desk, names="1").status_code == 403
    assert desk.audited("print_names") == []


def test_who_may_not_see_names_gets_none(desk: Reservations) -> None:
    desk.caller(desk.slot())
    viewer = signed_in(desk.office, "mieko")
    assert "sheet-names" not in get(viewer, desk).text
    answer = post(viewer, desk, names="1")
    assert answer.status_code == 403
    assert NAME not in answer.text
    assert get(signed_in(desk.office, "kansa"), desk).status_code == 403


@pytest.mark.parametrize("desk_id", ["0", "999999", "-1", "x", "９", "1" * 400])
def test_a_desk_that_is_none_of_ours_has_no_sheet(desk: Reservations, desk_id: str) -> None:
    one = signed_in(desk.office, "hanako")
    assert one.get(PATH, params={"desk": desk_id}).status_code == 404


@pytest.mark.parametrize("day", ["", "today", "2026-02-31", "99999-01-01"])
def test_what_is_no_day_counts_as_today(desk: Reservations, day: str) -> None:
    made = desk.caller(desk.slot())
    desk.caller(desk.slot(day=desk.today + timedelta(days=1)))
    assert made.code in get(signed_in(desk.office, "hanako"), desk, day=day).text
