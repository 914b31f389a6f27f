"""The public pages as the server writes them: in the reader's language, no inline script, kind when lost."""

import re

import pytest
from office_kit import City, clock_of
from starlette.testclient import TestClient

from madoguchi.domain.languages import LANGUAGES
from madoguchi.services import issuing, leases
from madoguchi.services.issuing import IssuedTicket
from madoguchi.services.office import Office
from madoguchi.texts import catalogues, say

PHONE = "Mozilla/5.0 (iPhone) Mobile Safari"


def paper(office: Office, city: City, language: str = "ja") -> IssuedTicket:
    return issuing.issue_at_terminal(
        office,
        terminal_id=city.terminal_id,
        desk_id=city.desk_id,
        service_code="nursery",
        language=language,
        key="a-paper-ticket",
    )


def test_the_front_page_leads_into_line_and_to_the_boards(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert 'href="https://line.me/R/ti/p/%40test" data-testid="friend-qr"' in page.text
    assert "<svg" in page.text
    assert 'href="/board/childcare"' in page.text
    assert say("ja", "public.desk_open") in page.text


def test_the_front_page_tells_who_is_closed(client: TestClient, lite_office: Office) -> None:
    clock_of(lite_office).advance(hours=9)
    assert say("ja", "public.desk_closed") in client.get("/").text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/", "/privacy", "/board/childcare", "/nowhere-at-all"])
def test_every_page_speaks_every_language(client: TestClient, path: str, language: str) -> None:
    address = "/board/nowhere" if path == "/nowhere-at-all" else path
    page = client.get(address, params={"lang": language})
    html_language = "ja" if language == "ja-easy" else language
    assert f'<html lang="{html_language}">' in page.text
    assert say(language, "public.skip") in page.text
    assert "{" not in re.sub(r"<script type=.application/json.*?</script>", "", page.text, flags=re.DOTALL)


def test_no_public_text_is_missing_in_any_language() -> None:
    every = catalogues()
    keys = {one: {key for key in every[one] if key.startswith("public.")} for one in LANGUAGES}
    assert keys["ja"]
    assert [one for one in LANGUAGES if keys[one] != keys["ja"]] == []
    places = {key: sorted(re.findall(r"{\w+}", every["ja"][key])) for key in keys["ja"]}
    wrong = [
        (one, key)
        for one in LANGUAGES
        for key in keys["ja"]
        if sorted(set(re.findall(r"{\w+}", every[one][key]))) != sorted(set(places[key]))
    ]
    assert wrong == []


def test_a_chosen_language_is_remembered(client: TestClient) -> None:
    client.get("/", params={"lang": "vi"})
    assert '<html lang="vi">' in client.get("/privacy").text


def test_a_phone_reads_the_board_in_its_language_a_wall_display_in_japanese(client: TestClient) -> None:
    english = {"Accept-Language": "en-US,en"}
    assert '<html lang="ja">' in client.get("/board/childcare", headers=english).text
    assert '<html lang="en">' in client.get("/board/childcare", headers={**english, "User-Agent": PHONE}).text


def test_a_ticket_page_starts_in_the_tickets_language(
    client: TestClient, lite_office: Office, lite_city: City
) -> None:
    ticket = paper(lite_office, lite_city, "pt")
    page = client.get(f"/t/{ticket.token}", headers={"Accept-Language": "ja"})
    assert '<html lang="pt">' in page.text
    assert ">A001</span>" in page.text
    assert f"%20{ticket.claim_code}" in page.text
    assert '<meta name="robots" content="noindex">' in page.text


@pytest.mark.parametrize("path", ["/t/unknown", "/board/unknown"])
def test_what_is_not_there_is_said_kindly(client: TestClient, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 404
    assert 'data-testid="sorry"' in page.text
    assert 'href="/"' in page.text


def test_a_paper_printed_without_the_network_is_said_to_come(
    client: TestClient, lite_office: Office, lite_city: City
) -> None:
    lease, _ = leases.renewed(lite_office, lite_city.terminal_id, lite_city.desk_id)
    page = client.get(f"/t/{lease.numbers[0].token}", headers={"Accept-Language": "vi"})
    assert page.status_code == 404
    assert say("vi", "public.ticket_to_come_title") in page.text
    assert say("vi", "public.ticket_to_come_text") in page.text


def test_privacy_tells_what_this_deployment_does(client: TestClient) -> None:
    page = client.get("/privacy").text
    assert say("ja", "public.privacy_long", months=3) in page
    assert say("ja", "public.privacy_mask_partial") in page
    assert say("ja", "public.privacy_mask_full") not in page


def test_below_the_notice_stands_the_record_for_the_council(client: TestClient) -> None:
    page = client.get("/privacy").text
    for words in ("個人情報の取扱いの記録", "contact.kana、contact.kana_key", "MADOGUCHI_RETENTION_MONTHS"):
        assert words in page


def test_no_page_holds_inline_script_or_foreign_hosts(
    client: TestClient, lite_office: Office, lite_city: City
) -> None:
    ticket = paper(lite_office, lite_city)
    for path in ("/", "/privacy", "/board/childcare", f"/t/{ticket.token}", "/t/unknown"):
        html = client.get(path).text
        for tag in re.findall(r"<script[^>]*>", html):
            assert 'src="/public/' in tag or 'type="application/json"' in tag
        assert not re.search(r'\son\w+="|\sstyle="', html)
        loaded = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="([^"]+)"', html)
        assert all(address.startswith("/") for address in loaded)


def test_text_from_outside_cannot_break_out_of_the_page(
    client: TestClient, lite_office: Office, lite_city: City
) -> None:
    from sqlalchemy import update  # noqa: PLC0415

    from madoguchi.store.tables import Service  # noqa: PLC0415

    with lite_office.change() as unit:
        unit.session.execute(update(Service).values(names={"ja": "</script><script>alert(1)</script>"}))
    for path in ("/board/childcare", f"/t/{paper(lite_office, lite_city).token}"):
        assert "<script>alert" not in client.get(path).text


def test_files_are_asked_for_again_and_kept_while_the_same(client: TestClient) -> None:
    first = client.get("/public/board.js")
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/public/board.js", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert client.get("/tokens.css").headers["content-type"].startswith("text/css")


def test_guests_are_led_to_the_form_only_where_the_desk_lets_them(
    client: TestClient, lite_office: Office, lite_city: City
) -> None:
    from madoguchi.store.tables import Desk  # noqa: PLC0415

    assert "/book/guest/" not in client.get("/").text
    assert client.get("/book/guest/childcare", follow_redirects=False).status_code == 404
    with lite_office.change() as unit:
        unit.session.get_one(Desk, lite_city.desk_id).guest_booking = True
    clock_of(lite_office).advance(seconds=10)
    page = client.get("/").text
    assert 'href="/book/guest/childcare?lang=ja"' in page
    assert 'action="/book/guest?lang=ja"' in page
    answers = [client.get("/book/guest/childcare", follow_redirects=False) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    paths = {answer.headers["location"] for answer in answers}
    assert len(paths) == 2, "each gets a code of their own"
    assert all(path.startswith("/book?k=") for path in paths)
    assert client.get("/book/guest/nowhere").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_confirmation_code_is_explained_beside_its_field(
    client: TestClient, lite_office: Office, lite_city: City, language: str
) -> None:
    from madoguchi.store.tables import Desk  # noqa: PLC0415

    with lite_office.change() as unit:
        unit.session.get_one(Desk, lite_city.desk_id).guest_booking = True
    clock_of(lite_office).advance(seconds=10)
    client.cookies.set("mg_lang", language)
    wrong = client.post("/book/guest", data={"code": "<b>"}, follow_redirects=False)
    assert wrong.status_code == 422
    assert say(language, "refusal.guest_code_wrong") in wrong.text
    assert 'aria-invalid="true"' in wrong.text
    right = client.post("/book/guest", data={"code": "2222-3333-4444"}, follow_redirects=False)
    assert right.status_code == 303
    assert right.headers["location"].startswith("/book?k=")
    assert f"&lang={language}&" in right.headers["location"]
    assert client.post("/book/guest", content=b"\xff" * 5000, follow_redirects=False).status_code == 422
    assert client.get("/book/guest", follow_redirects=False).headers["location"] == f"/?lang={language}"


def test_a_ticket_of_yesterday_says_its_day_and_leads_to_the_front_page(
    client: TestClient, lite_office: Office, lite_city: City
) -> None:
    token = paper(lite_office, lite_city).token
    clock_of(lite_office).advance(days=1)
    page = client.get(f"/t/{token}?lang=ja")
    assert page.status_code == 410
    assert "この番号札は10月1日(木)のものです" in page.text
    assert 'href="/"' in page.text
