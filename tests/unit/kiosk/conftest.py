"""Tickets and fonts for the terminal's unit tests."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.fonts import Fonts
from kiosk.messages import Ticket, TicketFace

NOTO = Path("/usr/share/fonts/opentype/noto")


@pytest.fixture(scope="session")
def fonts() -> Fonts:
    return Fonts(NOTO / "NotoSansCJK-Regular.ttc", NOTO / "NotoSansCJK-Bold.ttc")


@pytest.fixture(scope="session")
def face() -> Callable[..., TicketFace]:
    """A ticket's face; arguments change members of the ticket, ``language`` that of the face."""

    def make(language: str = "ja", **changes: object) -> TicketFace:
        ticket = {
            "id": 7,
            "number": "A001",
            "service": {
                "code": "nursery",
                "names": {"ja": "保育所等利用申込", "vi": "Đăng ký sử dụng nhà trẻ"},
            },
            "desk": {"code": "kodomo", "names": {"ja": "こども家庭課", "vi": "Phòng Trẻ em và Gia đình"}},
            "issued_at": datetime(2026, 11, 24, 1, 32, tzinfo=UTC),
            "waiting_ahead": 12,
            "estimated_wait_minutes": (25, 40),
            "status_url": "https://madoguchi.example.lg.jp/t/8fK2mQp0XyLr4vTzB1nW7s",
            "claim_code": "K7M2PQ9X",
        }
        return TicketFace(
            ticket=Ticket.model_validate(ticket | changes),
            language=language,
            municipality={"ja": "みどり市"},
        )

    return make
