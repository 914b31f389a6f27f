"""A real server with a desk to book at, and phones 375 px wide before it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from bench.server import environment, office_of, serving
from madoguchi.cli.demo_city import names
from madoguchi.domain.citizens import Citizen
from madoguchi.domain.questions import Question, QuestionKind, questions_as_json
from madoguchi.services import booking, holds, links, slots
from madoguchi.services.booking_views import BookingView
from madoguchi.services.office import Office
from madoguchi.services.slots import make_slots
from madoguchi.store.tables import Desk, LineUser, Municipality, Service
from tools.ports import free_port

TIMES = tuple(time(hour, minute) for hour in range(9, 16) for minute in (0, 30))
LONG_NAMES = names(
    "保育所等利用申込（来年度4月入所）",
    "ほいくえんの もうしこみ（らいねん 4月から）",
    "Nursery applications for next April",
    "托儿所入园申请（明年四月）",
    "어린이집 이용 신청 (내년 4월)",
    "Đăng ký nhà trẻ cho tháng Tư năm sau",
    "Inscrição em creche para abril do próximo ano",
)
ITEMS = names(
    "本人確認書類、就労証明書、母子健康手帳",
    "みぶんしょうめいしょ、しごとの しょうめいしょ、ぼしてちょう",
    "ID, certificate of employment, mother and child handbook",
    "身份证件、就业证明、母子健康手册",
    "신분증, 재직 증명서, 모자 건강 수첩",
    "Giấy tờ tùy thân, giấy xác nhận việc làm, sổ tay mẹ và bé",
    "Documento de identidade, comprovante de trabalho, caderneta de saúde",
)
QUESTIONS = (
    Question(
        "children",
        QuestionKind.CHOICE,
        names(
            "何人分の申込ですか",
            "何人の もうしこみですか",
            "For how many children?",
            "为几名儿童申请？",
            "몇 명분의 신청인가요?",
            "Đăng ký cho mấy trẻ?",
            "Para quantas crianças?",
        ),
        required=True,
        options={
            "one": names("1人", "1人", "One", "一名", "1명", "Một", "Uma"),
            "more": names(
                "2人以上",
                "2人より 多い",
                "Two or more",
                "两名以上",
                "2명 이상",
                "Hai trở lên",
                "Duas ou mais",
            ),
        },
    ),
    Question(
        "wish",
        QuestionKind.TEXT,
        names(
            "希望する園の名前",
            "行きたい園の 名前",
            "Name of the nursery you wish for",
            "希望的托儿所名称",
            "희망하는 어린이집 이름",
            "Tên nhà trẻ mong muốn",
            "Nome da creche desejada",
        ),
    ),
)


@dataclass
class BookCity:
    """The running server and its city; `office` works on the same database from here."""

    url: str
    office: Office
    desk: int
    desk_code: str
    nursery: int
    permit: int
    full_day: date
    free_day: date
    scarce_day: date
    """One place at each time."""

    def citizen(self, language: str = "ja") -> int:
        """A LINE user."""
        with self.office.change() as unit:
            user = LineUser(user_id=f"U{uuid.uuid4().hex}", language=language, created_at=unit.now)
            unit.session.add(user)
            unit.session.flush()
            return user.id or 0

    def link(self, user: int, reservation_id: int = 0) -> str:
        """The user's signed link, on this server."""
        address = links.booking_link(self.office, user, self.desk, reservation_id)
        return f"{self.url}/book{address.partition('/book')[2]}"

    def places(self, day: date, service: int) -> list[int]:
        """The places of a day, by time."""
        return [one.slot_id for one in slots.places(self.office, service, day)]

    def book(self, user: int, slot_id: int, service: int) -> BookingView:
        """A booking of somebody's, made elsewhere."""
        citizen = Citizen.in_line(user)
        held = holds.hold(self.office, citizen, service_id=service, slot_id=slot_id)
        return booking.book(
            self.office,
            citizen,
            reservation_id=held.reservation_id,
            kana="ヤマダ ハナコ",
            phone="090-1234-5678",
            language="ja",
            answers={"children": "one"},
        )

    def set_service(self, service: int, **values: Any) -> None:
        """Change a service's rules."""
        with self.office.change() as unit:
            row = unit.session.get_one(Service, service)
            for name, value in values.items():
                setattr(row, name, value)


@contextmanager
def book_city(folder: Path) -> Iterator[BookCity]:
    """Found the city and run its server until the block ends."""
    environ = environment(folder, line_port=free_port())
    with office_of(environ) as office:
        founded = _found(office)
        with serving(environ) as server:
            city = BookCity(f"http://127.0.0.1:{server.port}", office, *founded)
            for service in (city.nursery, city.permit):
                city.book(city.citizen(), city.places(city.full_day, service)[0], service)
            yield city


def _found(office: Office) -> tuple[int, str, int, int, date, date, date]:
    with office.change() as unit:
        session = unit.session
        city = Municipality(code="midori", names=names(*["みどり市"] * 7))
        session.add(city)
        session.flush()
        desk = Desk(
            municipality_id=city.id or 0,
            code="kosodate",
            names=names(
                "子育て支援課",
                "こそだて しえんか",
                "Childcare Division",
                "育儿支援科",
                "육아지원과",
                "Phòng hỗ trợ nuôi dạy trẻ",
                "Divisão de apoio à infância",
            ),
            places=names(
                "本庁舎2階", "本庁舎2かい", "Main building 2F", "主楼2层", "본청 2층", "Tầng 2", "2º andar"
            ),
            phone="03-5550-1111",
            opens_at=time(8, 30),
            closes_at=time(17, 15),
            weekdays=list(range(7)),
            closed_on_holidays=False,
            closed_year_end=False,
            guest_booking=True,
        )
        session.add(desk)
        session.flush()
        common = {"desk_id": desk.id or 0, "opens_amount": 40}
        nursery = Service(
            code="nursery",
            letter="A",
            names=LONG_NAMES,
            items=ITEMS,
            max_party=4,
            questions=questions_as_json(QUESTIONS),
            late_policy="to_back",
            position=0,
            **common,
        )
        permit = Service(
            code="permit",
            letter="B",
            names=names(
                *["医療証", "いりょうしょう", "Medical card", "医疗证", "의료증", "Thẻ y tế", "Cartão médico"]
            ),
            items=names(*[""] * 7),
            position=1,
            **common,
        )
        session.add_all([nursery, permit])
        session.flush()
        days = [unit.today + timedelta(days=ahead) for ahead in range(1, 60)]
        full, scarce, *others = days[2:]
        for service in (nursery, permit):
            make_slots(unit, service, others, TIMES, 20)
            make_slots(unit, service, [full], TIMES[:1], 1)
            make_slots(unit, service, [scarce], TIMES, 1)
        return desk.id or 0, desk.code, nursery.id or 0, permit.id or 0, full, others[0], scarce
