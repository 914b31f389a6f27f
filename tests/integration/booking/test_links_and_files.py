"""Signed links, the profile call and the calendar file."""

from __future__ import annotations

import asyncio
import base64
import io
import re
from collections.abc import Iterator
from datetime import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.testclient import TestClient

from madoguchi.api import booking_code, calendar_file
from madoguchi.domain.booking import CancelReason
from madoguchi.domain.citizens import Citizen
from madoguchi.domain.errors import Refusal
from madoguchi.services import booking, holds, links, moving, profile, running
from madoguchi.services.booking_views import BookingView
from madoguchi.store.tables import Desk, Reservation
from madoguchi.texts import refusal_text
from tests.integration.booking.booking_city import TUESDAY, City

TEN_MINUTES = 600


@pytest.fixture
def running_office(city: City) -> Iterator[City]:
    running.start(city.office)
    yield city
    running.stop()


def _key(address: str) -> str:
    return parse_qs(urlsplit(address).query)["k"][0]


def test_a_link_tells_who_and_where_for_ten_minutes(city: City) -> None:
    address = links.booking_link(city.office, 7, 3)
    assert address.startswith(f"{city.office.settings.public_url}/book?k=")
    city.clock.advance(seconds=TEN_MINUTES)
    assert links.read(city.office, _key(address)) == links.BookingLink(Citizen.in_line(7), 3)
    city.clock.advance(seconds=1)
    with pytest.raises(Refusal, match="link_expired"):
        links.read(city.office, _key(address))


def test_no_link_tells_a_guests_code(city: City) -> None:
    path = links.guest_path(city.office, city.desk)
    first, again = (links.read(city.office, _key(path)) for _ in range(2))
    assert first == again
    assert first.citizen == Citizen.with_code(first.code)
    assert links.read(city.office, _key(links.guest_path(city.office, city.desk))).code != first.code
    back = links.returning_path(city.office, first.citizen, city.desk)
    assert links.read(city.office, _key(back)) == links.BookingLink(first.citizen, city.desk)
    for one in (path, back):
        readable = base64.urlsafe_b64decode(_key(one).partition(".")[0] + "==")
        assert first.code.encode() not in readable


def test_a_changed_link_is_invalid(city: City) -> None:
    key = _key(links.booking_link(city.office, 7, 3))
    calendar = _key(links.calendar_path(city.office, 7))
    for wrong in ("", "x", key[:-1], key + "A", "a" + key, calendar, key * 20, "\udcff"):
        with pytest.raises(Refusal, match="link_invalid"):
            links.read(city.office, wrong)


def _made(city: City) -> BookingView:
    user = city.citizen("en")
    held = holds.hold(
        city.office, Citizen.in_line(user), service_id=city.nursery, slot_id=city.slot(TUESDAY, time(9, 30))
    )
    return booking.book(
        city.office,
        Citizen.in_line(user),
        reservation_id=held.reservation_id,
        kana="スズキ",
        phone="080-9876-5432",
        language="en",
    )


def test_the_calendar_file_holds_the_visit_and_nobody(running_office: City) -> None:
    made = _made(running_office)
    client = TestClient(Starlette(routes=calendar_file.routes()))
    answer = client.get(links.calendar_path(running_office.office, made.id))
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "DTSTART:20261201T003000Z\r\n" in answer.text
    assert f"SUMMARY:nursery (Booking number {made.code})\r\n" in answer.text
    assert "スズキ" not in answer.text
    assert "9876" not in answer.text


def test_a_calendar_takes_the_new_time_and_says_whom_to_call(running_office: City) -> None:
    city, made = running_office, _made(running_office)
    with city.office.change() as unit:
        unit.session.get_one(Desk, city.desk).phone = "03-1234-5678"
    client = TestClient(Starlette(routes=calendar_file.routes()))
    before = client.get(links.calendar_path(city.office, made.id)).text
    assert "SEQUENCE:0\r\n" in before
    city.clock.advance(minutes=5)
    with city.office.look() as unit:
        user = unit.session.get_one(Reservation, made.id).line_user_id
    assert user is not None
    moving.move_own(city.office, Citizen.in_line(user), made.id, city.slot(at=time(11)))
    after = client.get(links.calendar_path(city.office, made.id)).text
    assert "SEQUENCE:300\r\n" in after
    assert f"LAST-MODIFIED:{city.clock.now():%Y%m%dT%H%M%SZ}\r\n" in after
    assert "03-1234-5678" in after.replace("\r\n ", "")


def test_the_number_stands_in_a_picture_that_a_scanner_reads(running_office: City) -> None:
    made = _made(running_office)
    client = TestClient(Starlette(routes=booking_code.routes()))
    path = links.code_path(running_office.office, made.id)
    answer = client.get(path)
    assert answer.headers["cache-control"] == "no-store"
    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(answer.content)))
    assert read.text == made.code
    running_office.clock.advance(hours=25)
    assert client.get(path).status_code == 410


def test_the_calendar_file_leads_to_that_picture_until_the_visit(running_office: City) -> None:
    city, made = running_office, _made(running_office)
    client = TestClient(Starlette(routes=[*calendar_file.routes(), *booking_code.routes()]))
    event = client.get(links.calendar_path(city.office, made.id)).text.replace("\r\n ", "")
    (address,) = re.findall(r"^URL:(\S+)\r$", event, re.MULTILINE)
    assert f"QR code for check-in: {address}" in event
    path = address.removeprefix(city.office.settings.public_url)
    city.clock.advance(days=300)
    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(client.get(path).content)))
    assert read.text == made.code
    # It opens this picture and nothing else, and ends with the booking.
    assert client.get(path.replace("code.png", "calendar.ics")).status_code == 404
    with pytest.raises(Refusal, match="link_invalid"):
        links.read(city.office, _key(path))
    booking.cancel_booking(city.office, city.clerk, made.id, reason=CancelReason.OTHER)
    assert client.get(path).status_code == 404


def test_what_is_wrong_with_a_calendar_link_is_said_in_the_readers_language(
    running_office: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = TestClient(Starlette(routes=calendar_file.routes()))
    reader = {"Accept-Language": "en"}
    wrong = client.get("/book/calendar.ics?k=x", headers=reader)
    assert (wrong.status_code, wrong.text) == (404, refusal_text("en", Refusal("link_invalid")) + "\n")

    def gone(*_arguments: object) -> None:
        raise OperationalError("SELECT", None, ConnectionError("gone"))

    monkeypatch.setattr(booking, "booking_for_calendar", gone)
    busy = client.get(links.calendar_path(running_office.office, 1), headers=reader)
    assert (busy.status_code, busy.text) == (503, refusal_text("en", Refusal("busy")) + "\n")


def test_a_calendar_link_ends_with_its_booking_and_after_a_day(running_office: City) -> None:
    city, made = running_office, _made(running_office)
    client = TestClient(Starlette(routes=calendar_file.routes()))
    path = links.calendar_path(city.office, made.id)
    assert client.get(path + "x").status_code == 404
    booking.cancel_booking(city.office, city.clerk, made.id, reason=CancelReason.OTHER)
    assert client.get(path).status_code == 404
    city.clock.advance(hours=25)
    assert client.get(path).status_code == 410


@given(some.text(max_size=300))
def test_every_line_is_short_and_unfolds_to_what_it_was(line: str) -> None:
    folded = calendar_file._folded(line)
    assert all(len(part.encode()) <= 75 for part in folded.split("\r\n "))
    if "\r\n " not in line:
        assert folded.replace("\r\n ", "") == line


class _Line(httpx.AsyncBaseTransport):
    """Answers as LINE would, or not at all."""

    def __init__(self, answer: httpx.Response | Exception) -> None:
        self.answer = answer
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (httpx.Response(200, json={"displayName": "はなこ", "pictureUrl": "x"}), "はなこ"),
        (httpx.Response(200, json={"displayName": "x" * 99}), "x" * 40),
        (httpx.Response(404, json={"message": "Not found"}), ""),
        (httpx.Response(200, content=b"<html>"), ""),
        (httpx.Response(200, json=["?"]), ""),
        (httpx.Response(200, json={"displayName": None}), ""),
        (httpx.ConnectError("away"), ""),
        (httpx.ReadTimeout("slow"), ""),
    ],
)
def test_the_display_name_is_empty_when_line_does_not_tell(
    running_office: City, monkeypatch: pytest.MonkeyPatch, answer: Any, name: str
) -> None:
    line = _Line(answer)
    client = httpx.AsyncClient
    monkeypatch.setattr(httpx, "AsyncClient", lambda **_: client(transport=line))
    user = running_office.citizen()
    assert asyncio.run(profile.display_name(running_office.office, user)) == name
    assert len(line.asked) == 1
    assert asyncio.run(profile.display_name(running_office.office, 10**6)) == ""
    assert len(line.asked) == 1
