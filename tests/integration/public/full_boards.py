"""Desks as full as a board can be: long names, many services, calls and absent numbers, every notice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time, timedelta

from sqlmodel import col, select

from madoguchi.domain.tickets import TicketState
from madoguchi.services.changes import DeskChanged
from madoguchi.services.office import Office
from madoguchi.store.tables import Call, Counter, Desk, Municipality, Service, Staff, Ticket

LONG_DESKS = (
    {"ja": "こども未来部保育・幼児教育課", "en": "Early Childhood Care and Education Division"},
    {"ja": "市民課マイナンバーカード担当", "en": "Residents' Affairs, My Number Card Section"},
    {"ja": "税務部市民税・資産税課", "en": "Municipal and Property Tax Division"},
    {"ja": "健康福祉部国民健康保険課", "en": "National Health Insurance Division"},
)
LONG_SERVICES = (
    {
        "ja": "保育所等利用申込・変更・取下げ",
        "en": "Nursery applications, changes and withdrawals",
        "pt": "Inscrição, alteração e cancelamento de vaga em creche",
        "vi": "Đăng ký, thay đổi và rút hồ sơ xin vào nhà trẻ",
    },
    {"ja": "児童手当・児童扶養手当の認定請求", "en": "Child allowance and child rearing allowance claims"},
    {"ja": "放課後児童クラブ（学童保育）", "en": "After-school children's clubs"},
    {"ja": "ひとり親家庭等医療費助成", "en": "Medical subsidy for single-parent families"},
    {"ja": "証明書の発行", "en": "Certificates"},
    {"ja": "転入・転出・転居の届出", "en": "Moving in, out and within the city"},
    {"ja": "口座振替の申込・変更", "en": "Direct debit"},
    {"ja": "その他のご相談", "en": "Other questions"},
)
NOTICE = {
    "ja": "12月29日から1月3日まで休みます。郵送での手続きもご利用ください。",
    "en": "We are closed from 29 December to 3 January. You can also apply by post.",
}


@dataclass
class FullDesk:
    """One desk with its counters; `called` are the tickets called now, in the order of their calls."""

    id: int
    code: str
    counter_ids: list[int] = field(default_factory=list)
    called: list[int] = field(default_factory=list)


def open_desks(office: Office, desks: int, *, services: int = 8, counters: int = 12) -> list[FullDesk]:
    """Found a city with so many desks ``full0``, ``full1`` ..., somebody sitting at every counter."""
    with office.change() as unit:
        session = unit.session
        city = Municipality(code="full", names={"ja": "みどりの丘市", "en": "Midorinooka City"})
        session.add(city)
        session.flush()
        found = []
        for index in range(desks):
            desk = Desk(
                municipality_id=city.id or 0,
                code=f"full{index}",
                names=LONG_DESKS[index],
                places={"ja": "本庁舎2階", "en": "Main building 2F"},
                opens_at=time(8, 30),
                closes_at=time(17, 15),
            )
            session.add(desk)
            session.flush()
            full = FullDesk(desk.id or 0, desk.code)
            for place in range(services):
                letter = "ABCDEFGHJKLMNPQRSTUVWXYZ"[(index * 8 + place) % 24]
                names = LONG_SERVICES[place % len(LONG_SERVICES)]
                session.add(
                    Service(
                        desk_id=full.id,
                        code=f"s{index}{place}",
                        names=names,
                        letter=letter,
                        position=place,
                    )
                )
            for label in range(counters):
                sitting = Staff(
                    municipality_id=city.id or 0,
                    login=f"sits-{index}-{label}",
                    display_name="sits",
                    role="clerk",
                    password_hash="!",
                )
                session.add(sitting)
                session.flush()
                counter = Counter(desk_id=full.id, label=str(label + 1), staff_id=sitting.id)
                session.add(counter)
                session.flush()
                full.counter_ids.append(counter.id or 0)
            found.append(full)
    return found


def fill(
    office: Office, desk: FullDesk, *, calls: int, missed: int, waiting: int = 3, served: int = 6
) -> None:
    """Let so many be called now, absent, waiting for each service, and served a moment ago."""
    counters = iter(desk.counter_ids)
    for number in range(served):
        _ticket(office, desk, 100 + number, TicketState.DONE, desk.counter_ids[number], number)
    for number in range(missed):
        _ticket(office, desk, 200 + number, TicketState.MISSED, None, number)
    for number in range(calls):
        desk.called.append(_ticket(office, desk, 300 + number, TicketState.CALLED, next(counters), number))
    for place in range(8):
        for number in range(waiting):
            _ticket(office, desk, 400 + place * 20 + number, TicketState.WAITING, None, place)
    office.changes.publish(DeskChanged(desk.id))


def call_one_more(office: Office, desk: FullDesk, number: int, *, language: str = "ja") -> int:
    """Call a ticket at the desk's first counter that is free; its id."""
    counter_id = desk.counter_ids[len(desk.called)]
    ticket_id = _ticket(office, desk, number, TicketState.CALLED, counter_id, 0, language=language)
    desk.called.append(ticket_id)
    office.changes.publish(DeskChanged(desk.id))
    return ticket_id


def finish(office: Office, desk: FullDesk, ticket_id: int) -> None:
    """End the visit."""
    with office.change() as unit:
        unit.session.get_one(Ticket, ticket_id).state = TicketState.DONE.value
        unit.desk_changed(desk.id)


def tell_everything(office: Office, desk: FullDesk) -> None:
    """Stop numbers, pause a counter, and let the desk say something of its own."""
    with office.change() as unit:
        row = unit.session.get_one(Desk, desk.id)
        row.stopped_on = unit.today
        row.notice = NOTICE
        unit.session.get_one(Counter, desk.counter_ids[-1]).paused = True
        unit.desk_changed(desk.id)


def _ticket(
    office: Office,
    desk: FullDesk,
    number: int,
    state: TicketState,
    counter_id: int | None,
    service: int,
    *,
    language: str = "ja",
) -> int:
    with office.change() as unit:
        session = unit.session
        services = session.exec(select(Service).where(col(Service.desk_id) == desk.id)).all()
        chosen = services[service % len(services)]
        ticket = Ticket(
            token=f"{desk.code}-{number}",
            desk_id=desk.id,
            home_desk_id=desk.id,
            service_id=chosen.id or 0,
            service_day=unit.today,
            letter=chosen.letter,
            number=number,
            state=state.value,
            channel="paper",
            language=language,
            issued_at=unit.now - timedelta(minutes=20),
            queued_at=unit.now - timedelta(minutes=20),
            called_at=unit.now if state is not TicketState.WAITING else None,
            counter_id=counter_id,
            calls=1 if counter_id else 0,
        )
        session.add(ticket)
        session.flush()
        if counter_id:
            moment = unit.now - timedelta(seconds=30)
            session.add(Call(ticket_id=ticket.id or 0, counter_id=counter_id, called_at=moment))
        return ticket.id or 0
