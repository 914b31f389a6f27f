"""What a citizen may ask for, on `/staff/reservations`: shown for a while, erased by an admin."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from office_kit import City
from reflex.state import State
from reservation_kit import NAME, Reservations, reservations_of

from madoguchi.domain.booking import CancelReason
from madoguchi.services import booking, running
from madoguchi.services.actors import Actor
from madoguchi.services.office import Office
from madoguchi.state import caller, own_data
from madoguchi.state.own_data import OwnDataState


@pytest.fixture
def lite_desk(lite_office: Office, lite_city: City) -> Reservations:
    """A desk's reservations, on SQLite."""
    return reservations_of(lite_office, lite_city)


@pytest.fixture
def page(lite_desk: Reservations, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The part of the page, worked by the desk's admin."""
    root: Any = State(_reflex_internal_init=True)  # type: ignore[call-arg]

    async def actor_of(_token: str) -> Actor:
        return lite_desk.admin

    monkeypatch.setattr(caller, "caller", lambda: caller.Caller("token", "socket", "tab", "127.0.0.1", ""))
    monkeypatch.setattr(caller, "actor_of", actor_of)
    running.start(lite_desk.office)
    yield root.get_substate(OwnDataState.get_full_name().split("."))
    running.stop()


def asked(reservation_id: int, **more: str) -> dict[str, str]:
    return {"reservation": str(reservation_id), "reason": "own_request", **more}


def test_an_admin_erases_once_the_box_is_ticked_and_the_visit_is_over(
    lite_desk: Reservations, page: Any
) -> None:
    made = lite_desk.in_line(lite_desk.slot())
    erase = OwnDataState.event_handlers["erase"].fn

    async def story() -> None:
        await erase(page, asked(made.id))
        assert "印を付けて" in page.refusal
        await erase(page, asked(made.id, sure="on"))
        assert "先に取り消すか" in page.refusal
        booking.cancel_booking(lite_desk.office, lite_desk.admin, made.id, reason=CancelReason.REQUESTED)
        for junk in ({}, [], None, asked(0), asked(made.id) | {"reason": "because"}):
            await erase(page, junk)
            assert page.said == page.refusal == ""
        await erase(page, asked(made.id, sure="on"))
        assert page.refusal == ""
        assert page.said.startswith("消去しました（連絡先 1 件）")

    asyncio.run(story())
    assert len(lite_desk.audited("erase_own_data")) == 1


def test_what_is_shown_goes_by_itself(
    lite_desk: Reservations, page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = lite_desk.in_line(lite_desk.slot())
    seen: list[str] = []

    async def sleep(_seconds: float) -> None:
        seen.append(str(page.lines))

    monkeypatch.setattr(own_data.asyncio, "sleep", sleep)
    monkeypatch.setattr(OwnDataState, "__aenter__", _itself, raising=False)
    monkeypatch.setattr(OwnDataState, "__aexit__", _nothing, raising=False)
    asyncio.run(OwnDataState.event_handlers["show"].fn(page, asked(made.id)))
    assert NAME in seen[0]
    assert page.lines == []
    assert len(lite_desk.audited("show_own_data")) == 1


async def _itself(state: Any) -> Any:
    return state


async def _nothing(*_error: object) -> None:
    return None
