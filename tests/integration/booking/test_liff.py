"""Whom the booking page takes somebody for when LIFF opened it: whom LINE vouches for, nobody else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from madoguchi.domain.citizens import Citizen
from madoguchi.domain.errors import Refusal
from madoguchi.services import booking, holds, liff, links, running
from madoguchi.services.liff import booking_asked, desk_asked
from madoguchi.texts import refusal_text
from sandbox.line import idtokens
from tests.integration.booking.book_tab import GOOD, key, run
from tests.integration.booking.booking_city import TUESDAY, City, furnished, opened
from tests.integration.booking.liff_kit import CHANNEL, LIFF, Line, page_at, row_of, turn_to
from tests.integration.booking.test_book_page import JUNK


@pytest.fixture
def city(database_url: str, tmp_path: Path) -> Iterator[City]:
    office = opened(database_url, tmp_path, **LIFF)
    running.start(office)
    yield furnished(office)
    running.stop()
    office.database.close()


@pytest.fixture
def line(city: City, monkeypatch: pytest.MonkeyPatch) -> Line:
    line, client = Line(city.office), httpx.AsyncClient
    monkeypatch.setattr(httpx, "AsyncClient", lambda **_: client(transport=line))
    return line


def prove(city: City, token: str) -> liff.Proven:
    return asyncio.run(liff.prove(city.office, token))


def refused(city: City, token: str) -> str:
    with pytest.raises(Refusal) as refusal:
        prove(city, token)
    return refusal.value.code


def test_somebody_new_is_taken_in_once(city: City, line: Line) -> None:
    first, again = prove(city, line.token("hanako")), prove(city, line.token("hanako"))
    assert first == again
    row = row_of(city.office, line.citizen("hanako").user_id)
    assert row is not None
    assert (row.id, first.name) == (first.line_user_id, "山田 花子")
    assert "花子" not in repr(first)
    assert prove(city, line.token("ken")).line_user_id != first.line_user_id


def test_who_blocked_the_account_is_known_and_stays_so(city: City, line: Line) -> None:
    hanako = line.citizen("hanako")
    hanako.blocked = True
    user = prove(city, line.token("hanako")).line_user_id
    with city.office.change() as unit:
        unit.session.get_one(type(row_of(city.office, hanako.user_id)), user).following = False
    assert prove(city, line.token("hanako")).line_user_id == user
    row = row_of(city.office, hanako.user_id)
    assert row is not None
    assert not row.following


def test_a_token_of_yesterday_or_of_another_channel_is_nobodys(city: City, line: Line) -> None:
    token, foreign = line.token("hanako"), line.token("hanako", "9999999999")
    assert refused(city, foreign) == "liff_refused"
    city.clock.advance(seconds=3600)
    assert refused(city, token) == "liff_refused"
    assert row_of(city.office, line.citizen("hanako").user_id) is None


@pytest.mark.parametrize("token", ["", "x", "a.b", "a.b.c.d", "a.b.c\n", "a.b.ü", "a.b." + "c" * 4096])
def test_what_is_no_token_is_not_even_asked_about(city: City, line: Line, token: str) -> None:
    assert refused(city, token) == "liff_refused"
    assert line.asked == []


def test_a_forged_token_is_refused(city: City, line: Line) -> None:
    forged = idtokens.issue(line.citizen("hanako"), CHANNEL, "another secret", line.now())
    for token in (forged, line.token("hanako")[:-3] + "AAA", "a.b.c"):
        assert refused(city, token) == "liff_refused"
    assert len(line.asked) == 3


CLAIMS = {
    "iss": "https://access.line.me",
    "sub": "U" + "0" * 32,
    "aud": CHANNEL,
    "exp": 2_000_000_000,
    "name": "x",
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "9999999999"},
        {"aud": [CHANNEL]},
        {"aud": None},
        {"exp": 1},
        {"exp": "2000000000"},
        {"exp": None},
        {"exp": True},
        {"sub": "Uhanako"},
        {"sub": "U" + "0" * 33},
        {"sub": 7},
        {"sub": None},
    ],
)
def test_an_answer_that_does_not_fit_proves_nobody(city: City, line: Line, wrong: dict[str, Any]) -> None:
    line.instead = httpx.Response(200, json=CLAIMS | wrong)
    assert refused(city, "a.b.c") == "liff_refused"
    line.instead = httpx.Response(200, json=CLAIMS)
    assert prove(city, "a.b.c").name == "x"


@pytest.mark.parametrize(
    "instead",
    [
        httpx.ConnectError("away"),
        httpx.ReadTimeout("slow"),
        httpx.Response(500, json={"message": "Internal Server Error"}),
        httpx.Response(429, json={"message": "rate"}),
        httpx.Response(302, headers={"location": "https://elsewhere.example"}),
        httpx.Response(200, content=b"<html>"),
        httpx.Response(200, json=["?"]),
    ],
    ids=lambda one: type(one).__name__ + str(getattr(one, "status_code", "")),
)
def test_without_an_answer_of_line_nobody_is_proven_and_nothing_is_told(
    city: City, line: Line, instead: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = line.token("hanako")
    line.instead = instead
    assert refused(city, token) == "liff_unreachable"
    assert token not in caplog.text
    assert "花子" not in caplog.text


def test_a_line_that_does_not_answer_is_given_up(
    city: City, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(liff, "_PATIENCE", 0.05)
    line.instead = 60.0
    assert refused(city, line.token("hanako")) == "liff_unreachable"


@pytest.mark.parametrize("name", ["", None, 7, "x" * 99])
def test_a_name_is_a_short_text_or_none(city: City, line: Line, name: Any) -> None:
    line.instead = httpx.Response(200, json=CLAIMS | {"name": name})
    assert prove(city, "a.b.c").name == (name[:40] if isinstance(name, str) else "")


@pytest.mark.parametrize(
    ("query", "desk"),
    [
        ({}, None),
        ({"k": "signed"}, None),
        ({"d": "7"}, 7),
        ({"d": "7", "code": "x", "liffClientId": CHANNEL}, 7),
        ({"liff.state": "?d=7"}, 7),
        ({"liff.state": "/?d=7&x=1#y"}, 7),
        ({"liff.state": "?d=7", "d": "8"}, 7),
        ({"liff.state": ""}, 0),
        ({"liff.state": "/somewhere"}, 0),
        ({"liff.state": "http://[?d=7"}, 7),
        ({"liff.state": "?d=" + "7" * 10}, 0),
        ({"d": "-7"}, 0),
        ({"d": "٧"}, 0),
        ({"d": "7\n"}, 0),
        ({"d": ""}, 0),
    ],
)
def test_the_address_tells_the_desk(query: dict[str, str], desk: int | None) -> None:
    assert desk_asked(query) == desk


def test_the_address_tells_the_booking_to_change() -> None:
    assert [booking_asked(query) for query in ({"d": "7", "r": "9"}, {"liff.state": "?d=7&r=9"}, {})] == [
        9,
        9,
        0,
    ]


def test_the_account_sends_the_liff_url_which_names_nobody(city: City) -> None:
    address = f"http://127.0.0.1:3929/liff/{CHANNEL}-MadoDemo?d=3"
    assert links.booking_link(city.office, 7, 3) == address
    assert links.booking_link(city.office, 7, 3, 9) == f"{address}&r=9"


def awaiting(city: City, address: str = "") -> Any:
    """A page just opened by LIFF."""
    page = page_at(address or f"/book?d={city.desk}")
    run(page.open_page())
    return page


def test_the_page_of_a_liff_url_opens_for_whom_line_vouches_for(city: City, line: Line) -> None:
    page = awaiting(city, f"/book?liff.state={quote(f'?d={city.desk}')}")
    assert (page.phase, page.liff_id, page.liff_desk) == ("loading", LIFF["liff_id"], city.desk)
    assert page.liff_sdk.startswith("http://127.0.0.1:3929/")
    turn_to(page.parent_state, f"/book?d={city.desk}")
    run(page.open_page())
    assert page.phase == "loading"
    letters = run(page.open_by_liff(line.token("hanako")))
    assert [(one["value"], one["request"]) for one in letters] == [("山田 花子", True)]
    assert (page.phase, page.liff_id) == ("open", "")
    slot = city.slot()
    run(page.choose_service("nursery"), page.choose_day(TUESDAY.isoformat()), page.choose_place(slot))
    run(page.submit(GOOD))
    row = row_of(city.office, line.citizen("hanako").user_id)
    assert row is not None
    assert len(booking.bookings_of(city.office, Citizen.in_line(row.id or 0))) == 1


def test_neither_token_nor_name_nor_user_id_is_kept(city: City, line: Line) -> None:
    page, token = awaiting(city), line.token("hanako")
    run(page.open_by_liff(token))
    assert page.phase == "open"
    kept = repr(page.dict()) + repr(page._backend_vars) + page._serialize().decode("utf-8", "replace")
    for secret in (token, "花子", line.citizen("hanako").user_id):
        assert secret not in kept


def test_what_an_earlier_booking_told_is_offered(city: City, line: Line) -> None:
    user = prove(city, line.token("hanako")).line_user_id
    held = holds.hold(city.office, Citizen.in_line(user), service_id=city.nursery, slot_id=city.slot())
    booking.book(
        city.office,
        Citizen.in_line(user),
        reservation_id=held.reservation_id,
        kana="ヤマダ ハナコ",
        phone="080-9876-5432",
        language="ja",
    )
    letters = run(awaiting(city).open_by_liff(line.token("hanako")))
    assert [one["value"] for one in letters] == ["ヤマダ ハナコ", "080-9876-5432"]


def test_a_reload_goes_on_without_a_token_but_not_at_another_desk(city: City, line: Line) -> None:
    page = awaiting(city)
    run(page.open_by_liff(line.token("hanako")))
    city.clock.advance(hours=2)
    run(page.open_page())
    assert page.phase == "open"
    turn_to(page.parent_state, f"/book?d={city.other_desk}")
    run(page.open_page())
    assert (page.phase, page._who, page.liff_desk) == ("loading", None, city.other_desk)


def test_a_liff_url_opened_anew_in_the_same_tab_asks_anew(city: City, line: Line) -> None:
    page = awaiting(city)
    run(page.open_by_liff(line.token("hanako")))
    turn_to(page.parent_state, f"/book?liff.state={quote(f'?d={city.desk}')}")
    run(page.open_page())
    assert (page.phase, page._who) == ("loading", None)
    run(page.open_by_liff(line.token("ken")))
    row = row_of(city.office, line.citizen("ken").user_id)
    assert row is not None
    assert page._citizen() == Citizen.in_line(row.id)


def test_whom_a_link_proved_is_not_whom_liff_proved(city: City, line: Line) -> None:
    page = awaiting(city)
    run(page.open_by_liff(line.token("hanako")))
    user = city.citizen()
    turn_to(page.parent_state, f"/book?k={key_without_liff(city, user)}")
    run(page.open_page())
    assert (page.phase, page._citizen().line_user_id) == ("open", user)
    turn_to(page.parent_state, f"/book?d={city.desk}")
    run(page.open_page())
    assert (page.phase, page._who) == ("loading", None)


def key_without_liff(city: City, user: int) -> str:
    """The signed part of a link that was sent before LIFF was set up."""
    settings = city.office.settings.model_copy(update={"liff_id": "", "line_login_channel_id": ""})
    before = type(city.office)(settings, city.office.database, city.office.clock)
    return links.booking_link(before, user, city.desk).partition("?k=")[2]


def test_a_token_no_longer_good_is_asked_for_once_more_and_then_refused(city: City, line: Line) -> None:
    page, token = awaiting(city), line.token("hanako")
    city.clock.advance(hours=2)
    serial = page.liff_serial
    run(page.open_by_liff(token))
    assert (page.phase, page.liff_renew, page.liff_serial) == ("loading", True, serial + 1)
    run(page.open_by_liff(line.token("hanako")))
    assert page.phase == "open"
    for second in (token, ""):
        page = awaiting(city)
        run(page.open_by_liff(token), page.open_by_liff(second))
        assert page.phase == "expired"
        assert page.link_problem == refusal_text("ja", Refusal("liff_refused"))


def test_a_page_that_got_no_token_says_so(city: City, line: Line) -> None:
    page = awaiting(city)
    run(page.open_by_liff(""))
    assert (page.phase, page.liff_id) == ("expired", "")
    assert page.link_problem == refusal_text("ja", Refusal("liff_unreachable"))
    assert "10分" not in page.text["expired.how"]
    assert line.asked == []


def test_a_desk_that_is_not_there_is_refused(city: City, line: Line) -> None:
    page = awaiting(city, "/book?d=999999")
    run(page.open_by_liff(line.token("hanako")))
    assert page.phase == "expired"
    assert page.link_problem == refusal_text("ja", Refusal("unknown_desk"))


def test_junk_instead_of_a_token_opens_nothing(city: City, line: Line) -> None:
    for junk in JUNK:
        page = awaiting(city)
        run(page.open_by_liff(junk))
        assert page.phase in {"loading", "expired"}
        assert page._who is None
    assert line.asked == []


def test_a_good_token_does_nothing_to_a_page_that_did_not_ask(city: City, line: Line) -> None:
    user = city.citizen()
    page = page_at(f"/book?k={key_without_liff(city, user)}")
    run(page.open_page())
    asked = len(line.asked)
    run(page.open_by_liff(line.token("hanako")))
    assert (page.phase, page._citizen().line_user_id, len(line.asked)) == ("open", user, asked)
    stranger = page_at("/book")
    run(stranger.open_by_liff(line.token("hanako")))
    assert (stranger.phase, len(line.asked)) == ("loading", asked)


def test_without_liff_its_addresses_are_links_that_are_not_valid(database_url: str, tmp_path: Path) -> None:
    office = opened(database_url, tmp_path)
    running.start(office)
    city = furnished(office)
    page = awaiting(city)
    assert (page.phase, page.liff_id) == ("expired", "")
    assert key(city, city.citizen())
    running.stop()
    office.database.close()
