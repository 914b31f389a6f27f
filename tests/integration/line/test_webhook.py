"""The webhook's door: signatures, sizes, odd bodies, repeats."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from typing import Any

import httpx
import pytest
from line_kit import Town, open_events, until
from sqlalchemy import func, select

from madoguchi.line import intake as intake_module
from madoguchi.line.events import read_events
from madoguchi.line.intake import Intake
from madoguchi.services import inbox
from madoguchi.store.tables import WebhookEvent

pytestmark = pytest.mark.anyio
SECRET = "test-channel-secret"
USER = "U" + "a" * 32


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return {"X-Line-Signature": base64.b64encode(digest).decode()}


def event(number: int, user: str = USER, **more: Any) -> dict[str, Any]:
    return {
        "type": "message",
        "message": {"type": "text", "id": str(number), "text": "今の順番"},
        "webhookEventId": f"01{number:024d}",
        "timestamp": 1_790_000_000_000 + number,
        "source": {"type": "user", "userId": user},
        "replyToken": f"token{number}",
        "mode": "active",
        **more,
    }


def body_of(*events: Any) -> bytes:
    return json.dumps({"destination": "U" + "0" * 32, "events": list(events)}).encode()


def stored(town: Town) -> int:
    with town.office.look() as unit:
        return int(unit.session.execute(select(func.count()).select_from(WebhookEvent)).scalar_one())


async def post(town: Town, body: bytes, headers: dict[str, str] | None = None) -> int:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(town.webhook_url, content=body, headers=headers or {})
        return answer.status_code


async def test_a_probe_without_events_gets_200(closed_town: Town) -> None:
    body = body_of()
    assert await post(closed_town, body, signed(body)) == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Line-Signature": ""},
        {"X-Line-Signature": "Zm9yZ2Vk"},
        {"X-Line-Signature": "\u00ff".encode("latin-1").decode("latin-1")},
    ],
)
async def test_without_lines_signature_nothing_is_done(closed_town: Town, headers: dict[str, str]) -> None:
    encoded = {name: value.encode("latin-1") for name, value in headers.items()}
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(closed_town.webhook_url, content=body_of(event(1)), headers=encoded)
    assert answer.status_code == 401
    assert stored(closed_town) == 0


async def test_a_signature_of_other_bytes_or_another_secret_is_forged(closed_town: Town) -> None:
    body = body_of(event(1))
    assert await post(closed_town, body + b" ", signed(body)) == 401
    assert await post(closed_town, body, signed(body, "other")) == 401
    assert stored(closed_town) == 0


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b"{}", b'{"events": {}}', b"[" * 5000])
async def test_what_is_no_webhook_body_gets_400(closed_town: Town, body: bytes) -> None:
    assert await post(closed_town, body, signed(body)) == 400


async def test_a_signed_body_that_is_no_utf8_is_refused(closed_town: Town) -> None:
    body = b'{"events": ["\xff"]}'
    assert await post(closed_town, body, signed(body)) == 401


async def test_a_huge_body_is_refused_before_it_is_read_to_the_end(closed_town: Town) -> None:
    body = b" " * 1_000_001
    assert await post(closed_town, body, signed(body)) == 413


async def test_an_event_delivered_again_is_stored_once(closed_town: Town) -> None:
    again = event(1, deliveryContext={"isRedelivery": True})
    for body in (body_of(event(1), event(1)), body_of(again), body_of(event(2), again)):
        assert await post(closed_town, body, signed(body)) == 200
    assert stored(closed_town) == 2


async def test_an_event_without_an_id_is_recognised_by_its_content(closed_town: Town) -> None:
    bare = event(1)
    del bare["webhookEventId"]
    for context in ({"isRedelivery": False}, {"isRedelivery": True}):
        body = body_of({**bare, "deliveryContext": context})
        assert await post(closed_town, body, signed(body)) == 200
    assert stored(closed_town) == 1


async def test_letters_that_no_database_takes_do_not_stop_a_batch(closed_town: Town) -> None:
    odd = event(1)
    odd["message"]["text"] = "a\x00b\ud800c"
    body = body_of(odd, event(2))
    assert await post(closed_town, body, signed(body)) == 200
    assert stored(closed_town) == 2


async def test_a_database_that_fails_gives_503_so_that_line_delivers_again(
    closed_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> int:
        raise OSError("database is locked")

    monkeypatch.setattr(inbox, "receive", fail)
    body = body_of(event(1))
    assert await post(closed_town, body, signed(body)) == 503


async def test_events_of_a_user_are_taken_in_order_of_time_whatever_the_order_of_arrival(
    closed_town: Town,
) -> None:
    body = body_of(event(3), event(1), event(2))
    assert await post(closed_town, body, signed(body)) == 200
    taken = []
    while (one := inbox.take_next(closed_town.office, USER)) is not None:
        taken.append(one.occurred_at)
        inbox.done(closed_town.office, one.event_id)
    assert taken == sorted(taken)
    assert len(taken) == 3


async def test_bodies_that_come_together_are_committed_together(closed_town: Town) -> None:
    commits: list[int] = []
    intake = Intake(closed_town.office)
    closed_town.office.changes.listen(lambda change: commits.append(1))
    events = [read_events(body_of(event(number, f"U{number:032x}"))) for number in range(300)]
    await asyncio.gather(*(intake.store(each) for each in events))
    intake.close()
    assert stored(closed_town) == 300
    assert len(commits) <= 3


async def test_in_a_burst_conversations_let_the_webhook_pass_but_not_for_ever(
    closed_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [100.0]
    monkeypatch.setattr(intake_module, "monotonic", lambda: seconds[0])
    monkeypatch.setattr(intake_module, "_AFTERMATH", 3600)
    intake = Intake(closed_town.office)
    await asyncio.wait_for(intake.let_pass(), 1)
    events = [read_events(body_of(event(number, f"U{number:032x}"))) for number in range(50)]
    storing = [asyncio.create_task(intake.store(each)) for each in events]
    await asyncio.sleep(0)
    passing = asyncio.create_task(intake.let_pass())
    await asyncio.gather(*storing)
    assert not passing.done()
    seconds[0] += intake_module.LONGEST_BURST
    await asyncio.wait_for(passing, 5)
    intake.close()


async def test_a_hundred_citizens_at_once_are_all_worked(town: Town) -> None:
    bodies = [body_of(event(number, f"U{number + 100:032x}")) for number in range(100)]
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        answers = await asyncio.gather(
            *(client.post(town.webhook_url, content=body, headers=signed(body)) for body in bodies)
        )
    assert {answer.status_code for answer in answers} == {200}
    assert stored(town) == 100
    await until(lambda: open_events(town.office) == 0, patience=60)


async def test_a_worked_event_leaves_nothing_of_what_was_written(town: Town) -> None:
    await town.write("hanako", "わたしのなまえは")
    with town.office.look() as unit:
        rows = unit.session.execute(select(WebhookEvent)).scalars().all()
    assert [row.body for row in rows] == [None]
    assert open_events(town.office) == 0
