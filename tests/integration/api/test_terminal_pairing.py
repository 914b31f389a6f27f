"""A terminal is paired by a code that works once, for half an hour, and cannot be guessed."""

from datetime import timedelta

import pytest
from office_kit import City, clock_of
from sqlalchemy import select
from sqlmodel import col
from starlette.testclient import TestClient

from madoguchi.domain.errors import Refusal
from madoguchi.services import terminals
from madoguchi.services.office import Office
from madoguchi.store.tables import PairingCode, Terminal

PAIR = "/api/v1/terminal/pair"
CONFIG = "/api/v1/terminal/config"


def test_a_code_gives_a_token_that_opens_the_terminals_side(client: TestClient, office: Office) -> None:
    code = terminals.make_pairing_code(office, "childcare", "ロビー")
    answer = client.post(PAIR, json={"code": code})
    assert answer.status_code == 201
    body = answer.json()
    assert body["terminal"]["name"] == "ロビー"
    assert body["desk"] == {"code": "childcare", "names": {"ja": "保育課", "en": "Childcare"}}
    config = client.get(CONFIG, headers={"Authorization": f"Bearer {body['device_token']}"})
    assert config.json()["desk"]["code"] == "childcare"


def test_a_code_may_be_typed_without_hyphen_and_in_wide_digits(client: TestClient, office: Office) -> None:
    code = terminals.make_pairing_code(office, "childcare", "ロビー")
    wide = code.replace("-", "").translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert client.post(PAIR, json={"code": wide}).status_code == 201


def test_neither_code_nor_token_is_kept_in_the_database(client: TestClient, office: Office) -> None:
    code = terminals.make_pairing_code(office, "childcare", "ロビー")
    token = client.post(PAIR, json={"code": code}).json()["device_token"]
    with office.look() as unit:
        kept = [
            *unit.session.execute(select(col(PairingCode.code_hash))).scalars(),
            *unit.session.execute(select(col(Terminal.token_hash))).scalars(),
        ]
    assert kept
    assert not {code, code.replace("-", ""), token} & set(kept)


@pytest.mark.parametrize(("after", "status", "code"), [(0, 410, "pairing_used"), (31, 410, "pairing_used")])
def test_a_code_works_once(client: TestClient, office: Office, after: int, status: int, code: str) -> None:
    typed = terminals.make_pairing_code(office, "childcare", "ロビー")
    client.post(PAIR, json={"code": typed})
    clock_of(office).advance(minutes=after)
    again = client.post(PAIR, json={"code": typed})
    assert (again.status_code, again.json()["code"]) == (status, code)


def test_a_code_expires(client: TestClient, office: Office) -> None:
    typed = terminals.make_pairing_code(office, "childcare", "ロビー")
    clock_of(office).advance(seconds=terminals.CODE_LIVES / timedelta(seconds=1))
    late = client.post(PAIR, json={"code": typed})
    assert (late.status_code, late.json()["code"]) == (410, "pairing_expired")


def test_guessing_is_slowed_down_per_address(lite_client: TestClient, lite_office: Office) -> None:
    answers = [lite_client.post(PAIR, json={"code": f"{number:08d}"}) for number in range(40)]
    statuses = [answer.status_code for answer in answers]
    assert statuses[0] == 403
    assert statuses[-1] == 429
    assert answers[-1].json()["code"] == "too_many_attempts"
    clock_of(lite_office).advance(minutes=10)
    assert lite_client.post(PAIR, json={"code": "00000000"}).status_code == 403


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic abc"])
def test_without_a_valid_token_nothing_is_told(lite_client: TestClient, header: str) -> None:
    answer = lite_client.get(CONFIG, headers={"Authorization": header} if header else {})
    assert (answer.status_code, answer.json()["code"]) == (401, "terminal_unknown")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_revoked_token_is_refused_within_seconds(
    lite_client: TestClient, lite_office: Office, lite_terminal: dict[str, str]
) -> None:
    assert lite_client.get(CONFIG, headers=lite_terminal).status_code == 200
    terminal = terminals.terminal_of(lite_office, lite_terminal["Authorization"].removeprefix("Bearer "))
    assert terminal is not None
    terminals.revoke(lite_office, terminal.id)
    clock_of(lite_office).advance(seconds=6)
    assert lite_client.get(CONFIG, headers=lite_terminal).status_code == 401


def test_no_code_for_a_desk_that_is_not_there(lite_office: Office, lite_city: City) -> None:
    with pytest.raises(Refusal, match="unknown_desk"):
        terminals.make_pairing_code(lite_office, "nowhere", "x")
