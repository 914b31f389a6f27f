"""Boards as JSON: what was called where, who is absent, how many wait; cheap when nothing changed."""

from office_kit import City, clock_of
from starlette.testclient import TestClient

from madoguchi.services import calling, claiming, counters, handling, issuing
from madoguchi.services.office import Office
from madoguchi.store.tables import Call, Counter, Desk, Ticket

BOARD = "/api/v1/boards/childcare"


def issue(office: Office, city: City, count: int, service: str = "nursery") -> list[int]:
    return [
        issuing.issue_at_terminal(
            office,
            terminal_id=city.terminal_id,
            desk_id=city.desk_id,
            service_code=service,
            language="vi",
            key=f"{service}-{number}",
        ).id
        for number in range(count)
    ]


def test_a_board_follows_the_queue(client: TestClient, office: Office, city: City) -> None:
    issue(office, city, 4)
    one, two = city.counter_ids[:2]
    counters.take_counter(office, city.clerk, one)
    counters.take_counter(office, city.second_clerk, two)
    first = calling.call_next(office, city.clerk, one, None)
    second = calling.call_next(office, city.second_clerk, two, None)
    assert first.ticket_id is not None
    board = client.get(BOARD).json()
    shown = [(call["number"], call["counter"], call["calls"], call["language"]) for call in board["calling"]]
    assert shown == [("A002", "2", 1, "vi"), ("A001", "1", 1, "vi")]
    assert (board["waiting"], board["counters"], board["recent"], board["missed"]) == (2, 2, [], [])

    calling.recall(office, city.clerk, one, first.ticket_id)
    again = client.get(BOARD).json()["calling"]
    assert [(call["number"], call["calls"]) for call in again] == [("A001", 2), ("A002", 1)]
    assert again[0]["call_id"] > max(call["call_id"] for call in board["calling"])

    handling.miss(office, city.clerk, one, first.ticket_id)
    assert second.ticket_id is not None
    handling.finish(office, city.second_clerk, two, second.ticket_id)
    board = client.get(BOARD).json()
    assert (board["calling"], board["missed"]) == ([], ["A001"])
    assert [(call["number"], call["counter"]) for call in board["recent"]] == [("A002", "2")]


def test_a_board_that_reads_the_same_tells_that_something_happened_to_a_ticket(
    client: TestClient, office: Office, city: City
) -> None:
    paper, *_ = issue(office, city, 2)
    with office.look() as unit:
        code = unit.session.get_one(Ticket, paper).claim_code or ""
    before = client.get(BOARD)
    clock_of(office).advance(seconds=1)
    assert client.get(BOARD).json() == before.json(), "nothing happened"
    claiming.claim(office, city.line_user_ids[0], code)
    after = client.get(BOARD, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    differs = {name for name, value in after.json().items() if value != before.json()[name]}
    assert differs == {"revision", "generated_at"}


def test_services_tell_how_many_wait_and_for_how_long(client: TestClient, office: Office, city: City) -> None:
    issue(office, city, 2)
    issue(office, city, 1, "allowance")
    services = client.get(BOARD).json()["services"]
    assert [(one["code"], one["waiting"]) for one in services] == [("nursery", 2), ("allowance", 1)]
    assert all(0 <= one["estimated_wait_minutes"][0] <= one["estimated_wait_minutes"][1] for one in services)


def test_who_was_handed_over_to_another_desk_is_shown_there_alone(
    client: TestClient, office: Office, city: City
) -> None:
    issue(office, city, 1)
    counters.take_counter(office, city.clerk, city.counter_ids[0])
    called = calling.call_next(office, city.clerk, city.counter_ids[0], None)
    with office.change() as unit:
        there = Counter(desk_id=city.other_desk_id, label="7", staff_id=city.second_clerk.staff_id)
        unit.session.add(there)
        unit.session.flush()
        ticket = unit.session.get_one(Ticket, called.ticket_id)
        ticket.desk_id, ticket.service_id = city.other_desk_id, city.other_desk_service_id
        ticket.counter_id = there.id
        unit.session.add(Call(ticket_id=ticket.id or 0, counter_id=there.id or 0, called_at=unit.now))
        unit.desk_changed(city.desk_id)
        unit.desk_changed(city.other_desk_id)
    assert client.get(BOARD).json()["calling"] == []
    shown = client.get("/api/v1/boards/tax").json()["calling"]
    assert [(call["number"], call["counter"]) for call in shown] == [("A001", "7")]


def test_a_board_tells_that_no_more_numbers_are_given(client: TestClient, office: Office, city: City) -> None:
    with office.change() as unit:
        desk = unit.session.get_one(Desk, city.desk_id)
        desk.stopped_on, desk.notice = unit.today, {"ja": "お知らせです。"}
        unit.desk_changed(city.desk_id)
    board = client.get(BOARD).json()
    assert (board["stopped"], board["open"]) == (True, False)
    assert board["notices"] == [{"kind": "stopped"}, {"kind": "own", "texts": {"ja": "お知らせです。"}}]


def test_yesterdays_numbers_are_gone(lite_client: TestClient, lite_office: Office, lite_city: City) -> None:
    issue(lite_office, lite_city, 1)
    counters.take_counter(lite_office, lite_city.clerk, lite_city.counter_ids[0])
    calling.call_next(lite_office, lite_city.clerk, lite_city.counter_ids[0], None)
    clock_of(lite_office).advance(days=1)
    issue(lite_office, lite_city, 0)
    lite_office.changes.publish(_changed(lite_city))
    lite_client.get("/healthz")
    assert lite_client.get(BOARD).json()["calling"] == []


def _changed(city: City) -> object:
    from madoguchi.services.changes import DeskChanged  # noqa: PLC0415

    return DeskChanged(city.desk_id)


def test_an_unchanged_board_is_not_sent_again(
    lite_client: TestClient, lite_office: Office, lite_city: City
) -> None:
    first = lite_client.get(BOARD)
    again = lite_client.get(BOARD, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    issue(lite_office, lite_city, 1)
    changed = lite_client.get(BOARD, headers={"If-None-Match": first.headers["etag"]})
    assert (changed.status_code, changed.json()["waiting"]) == (200, 1)


def test_desks_are_listed_with_their_hours(client: TestClient) -> None:
    desks = {desk["code"]: desk for desk in client.get("/api/v1/desks").json()["desks"]}
    assert set(desks) == {"childcare", "tax"}
    childcare = desks["childcare"]
    assert (childcare["opens_at"], childcare["closes_at"], childcare["open"]) == ("08:30", "17:15", True)
    assert childcare["municipality"] == {"code": "mori", "names": {"ja": "森市", "en": "Mori City"}}


def test_an_unknown_desk_is_a_problem(lite_client: TestClient) -> None:
    for path in ("/api/v1/boards/nowhere", "/api/v1/boards/nowhere/events"):
        answer = lite_client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_desk")


def test_a_ticket_tells_its_holder_where_it_stands(client: TestClient, office: Office, city: City) -> None:
    ticket = issuing.issue_at_terminal(
        office,
        terminal_id=city.terminal_id,
        desk_id=city.desk_id,
        service_code="nursery",
        language="ja",
        key="my-own-key",
    )
    status = client.get(f"/api/v1/tickets/{ticket.token}").json()
    assert (status["number"], status["state"], status["waiting_ahead"]) == ("A001", "waiting", 0)
    assert status["line_url"] == (
        "https://line.me/R/oaMessage/%40test/?"
        f"%E7%95%AA%E5%8F%B7%E6%9C%AD%E7%99%BB%E9%8C%B2%20{ticket.claim_code}"
    )
    assert client.get("/api/v1/tickets/nonsense").status_code == 404
