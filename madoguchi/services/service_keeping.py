"""What services a desk has, with which letters and numbers, read and changed by staff.

A service is never deleted: visits were counted for it. One that is closed gives no numbers and takes no
bookings; who holds a number or a booking is served. A letter or a range changes only while nobody waits with
a number of the service: then no two people can hold the same number, and no ticket changes what it says.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

from sqlalchemy import delete, func, select
from sqlmodel import col

from ..domain.errors import Refusal
from ..domain.languages import localized
from ..domain.leasing import main_numbers
from ..domain.numbers import NumberRange
from ..domain.office_settings import ServiceSettings, checked_service
from ..domain.roles import Permission
from ..domain.tickets import OPEN
from ..store import desks as rows
from ..store import queue
from ..store.slot_plans import lock_service
from ..store.tables import Desk, LeasedNumber, NumberSequence, Service, Ticket
from . import audit
from .actors import Actor
from .office import Office, Unit
from .office_keeping import locked_desk
from .pools import own_service
from .reservation_desk import own_desk
from .slots import pool_of

_LONGEST_CODE = 24


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A service of a desk."""

    id: int
    code: str
    settings: ServiceSettings


@dataclass(frozen=True, slots=True)
class ServiceSaved:
    """A service's settings before and after they were saved."""

    service_id: int
    before: ServiceSettings
    after: ServiceSettings


def services_for(office: Office, actor: Actor, desk_id: int) -> tuple[ServiceLine, ...]:
    """The desk's services, closed ones too, in the order citizens see them.

    Raises `Refusal`: not_allowed, unknown_desk.
    """
    actor.require(Permission.SEE_QUEUE)
    with office.look() as unit:
        own_desk(unit, actor, desk_id)
        return tuple(
            ServiceLine(one.id or 0, one.code, settings_of(one))
            for one in rows.services(unit.session, desk_id)
        )


def save_service(
    office: Office, actor: Actor, service_id: int, wanted: ServiceSettings, expected: ServiceSettings
) -> ServiceSaved:
    """Set them; they hold for the next number.

    `expected` are those that the page was filled with: what a colleague has saved since is not wiped unseen.
    Raises `Refusal`: not_allowed, unknown_service, changed_meanwhile, letter_taken(letter, service),
    numbers_open(count), and what `checked_service` refuses.
    """
    actor.require(Permission.ADMINISTER)
    wanted = checked_service(wanted)
    with office.change() as unit:
        _, found = own_service(unit, actor, service_id)
        desk = locked_desk(unit, actor, found.id or 0)
        lock_service(unit.session, service_id)
        service = unit.session.get_one(Service, service_id, populate_existing=True)
        before = settings_of(service)
        if before == wanted:
            return ServiceSaved(service_id, before, wanted)
        if before != expected:
            raise Refusal("changed_meanwhile")
        renumbered = before.numbering != wanted.numbering
        if renumbered:
            _refuse_letter(unit, desk, wanted.letter, service_id)
            _refuse_open(unit, service_id)
        _put(unit, service, wanted)
        if renumbered:
            _begin_numbers(unit, desk, wanted)
        changed = [
            one.name for one in fields(wanted) if getattr(before, one.name) != getattr(wanted, one.name)
        ]
        audit.record(unit, actor.staff_id, "change_service", f"service:{service_id}", fields=changed)
        unit.desk_changed(desk.id or 0)
        return ServiceSaved(service_id, before, wanted)


def add_service(office: Office, actor: Actor, desk_id: int, wanted: ServiceSettings) -> int:
    """Give the desk one more service, the last in its list; its id.

    Raises `Refusal`: not_allowed, unknown_desk, letter_taken(letter, service), and what `checked_service`
    refuses.
    """
    actor.require(Permission.ADMINISTER)
    wanted = checked_service(wanted)
    with office.change() as unit:
        desk = locked_desk(unit, actor, desk_id)
        _refuse_letter(unit, desk, wanted.letter, 0)
        there = rows.services(unit.session, desk_id)
        service = Service(
            desk_id=desk_id,
            code=_code(unit, desk, wanted.letter),
            names={},
            letter=wanted.letter,
            position=max((one.position for one in there), default=-1) + 1,
        )
        unit.session.add(service)
        _put(unit, service, wanted)
        _begin_numbers(unit, desk, wanted)
        audit.record(unit, actor.staff_id, "add_service", f"service:{service.id}", desk=desk_id)
        unit.desk_changed(desk_id)
        return service.id or 0


def checked_new(office: Office, actor: Actor, desk_id: int, wanted: ServiceSettings) -> ServiceSettings:
    """What `add_service` would add, before it is asked to: the settings as they would be kept.

    Raises `Refusal` as that does.
    """
    actor.require(Permission.ADMINISTER)
    wanted = checked_service(wanted)
    with office.look() as unit:
        _refuse_letter(unit, own_desk(unit, actor, desk_id), wanted.letter, 0)
    return wanted


def settings_of(service: Service) -> ServiceSettings:
    """The service's columns that are set here."""
    values = {one.name: getattr(service, one.name) for one in fields(ServiceSettings)}
    return ServiceSettings(**{**values, "names": dict(service.names), "items": dict(service.items)})


def _put(unit: Unit, service: Service, wanted: ServiceSettings) -> None:
    for name, value in asdict(wanted).items():
        setattr(service, name, value)
    unit.session.flush()
    if service.bookable and service.pool_id is None:
        pool_of(unit, service)


def _refuse_letter(unit: Unit, desk: Desk, letter: str, but: int) -> None:
    for one in rows.services(unit.session, desk.id or 0):
        if one.letter == letter and one.id != but:
            raise Refusal("letter_taken", letter=letter, service=localized(one.names, "ja"))


def _refuse_open(unit: Unit, service_id: int) -> None:
    query = select(func.count()).where(
        col(Ticket.service_id) == service_id,
        col(Ticket.service_day) == unit.today,
        col(Ticket.state).in_([state.value for state in OPEN]),
    )
    if count := int(unit.session.execute(query).scalar_one()):
        raise Refusal("numbers_open", count=count)


def _begin_numbers(unit: Unit, desk: Desk, wanted: ServiceSettings) -> None:
    """Go on with today's numbers of the letter, or begin anew where the new range leaves them no room.

    Begun anew it is another lap, so a number that was given today is told apart from the same one again.
    """
    desk_id, letter, session = desk.id or 0, wanted.letter, unit.session
    numbers = main_numbers(NumberRange(wanted.number_first, wanted.number_last))
    queue.hold_sequence(session, desk_id, unit.today, letter, visitor=False)
    # What terminals hold of the new main numbers would be given twice; they fetch others by themselves.
    session.execute(
        delete(LeasedNumber).where(
            col(LeasedNumber.desk_id) == desk_id,
            col(LeasedNumber.letter) == letter,
            col(LeasedNumber.service_day) >= unit.today,
            col(LeasedNumber.number).between(numbers.first, numbers.last),
            col(LeasedNumber.key).is_(None),
        )
    )
    sequence = session.get_one(NumberSequence, (desk_id, unit.today, letter), populate_existing=True)
    ahead = select(func.count()).where(
        col(Ticket.home_desk_id) == desk_id,
        col(Ticket.service_day) == unit.today,
        col(Ticket.letter) == letter,
        col(Ticket.number) > sequence.last_number,
        col(Ticket.number) <= numbers.last,
    )
    within = numbers.first - 1 <= sequence.last_number <= numbers.last
    if not within or session.execute(ahead).scalar_one():
        sequence.last_number, sequence.lap = numbers.first - 1, sequence.lap + 1
        session.flush()


def _code(unit: Unit, desk: Desk, letter: str) -> str:
    """A code that no service has: the desk's with the letter."""
    stem = f"{desk.code[:_LONGEST_CODE]}-{letter.lower()}"
    taken = set(
        unit.session.execute(select(col(Service.code)).where(col(Service.code).startswith(stem))).scalars()
    )
    place = 1
    while (code := stem if place == 1 else f"{stem}{place}") in taken:
        place += 1
    return code
