"""Places held for everybody who taps at the same moment, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..domain.booking import Door
from ..domain.citizens import Citizen
from ..domain.errors import Refusal
from ..domain.languages import DEFAULT
from ..store import booking_rounds as rows
from ..store.booking import Visit
from ..store.booking_rounds import Kept
from . import reservation_rows
from .booking_limits import VISITS, refuse_more_than
from .booking_rules import refuse_closed
from .office import Office, Unit
from .rounds import Answer, Place, Places, answered, in_rounds
from .slots import sold_out


@dataclass(frozen=True, slots=True)
class Held:
    """A place kept for somebody until `until`."""

    reservation_id: int
    slot_id: int
    service_id: int
    starts_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class HoldWish:
    """One tap on a time."""

    citizen: Citizen
    service_id: int
    slot_id: int


def hold_together(office: Office, wishes: Sequence[HoldWish]) -> list[Answer[Held]]:
    """What `holds.hold` gives or raises, for each wish; the others do not feel it."""
    return in_rounds(office, wishes, lambda unit, some: _Round(unit, some).run())


@dataclass
class _Round:
    """One transaction; nobody appears twice in it. What holds for all of it is asked once."""

    unit: Unit
    wishes: Sequence[HoldWish]
    languages: dict[Citizen, str | None] = field(default_factory=dict)
    former: dict[tuple[Citizen, int], list[Kept]] = field(default_factory=dict)
    offers: set[int] = field(default_factory=set)
    """Those of the former holds that were offered to somebody who had waited for them."""
    visits: dict[tuple[Citizen, int], list[Visit]] = field(default_factory=dict)
    _full: dict[tuple[int, int], Refusal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.places = Places(self.unit)

    def run(self) -> list[Answer[Held]]:
        """An answer for each wish, in order."""
        self._read()
        looked = {wish: answered(lambda wish=wish: self._before(wish)) for wish in self.wishes}  # type: ignore[misc]
        self._lock([wish for wish, found in looked.items() if found is None])
        taking = [wish for wish, found in looked.items() if found is None and self._take(wish)]
        self.places.write()
        held = self._write(taking)
        self.places.offer_freed()
        return [looked[wish] or held.get(wish) or self._sold_out(wish) for wish in self.wishes]

    def _read(self) -> None:
        session, services = self.unit.session, {wish.service_id for wish in self.wishes}
        self.languages = rows.lock_citizens(session, {wish.citizen for wish in self.wishes})
        self.places.read((wish.slot_id, wish.service_id) for wish in self.wishes)
        for one in rows.lock_holds(session, self.languages, services):
            self.former.setdefault((one.citizen, one.service_id), []).append(one)
        self.offers = rows.offered(session, [one.id for held in self.former.values() for one in held])
        self.visits = rows.visits(session, self.languages, services, VISITS)

    def _before(self, wish: HoldWish) -> Held | None:
        """The place if it is held already, None if it is to be taken. Raises `Refusal` if it must not be."""
        if wish.citizen not in self.languages:
            raise Refusal("link_invalid")
        place = self._place(wish)
        if place is None or not place.service.bookable:
            raise Refusal("unknown_place")
        refuse_closed(self.unit, place.rules, place.slot.day, place.slot.starts_at)
        visits = self.visits.get((wish.citizen, wish.service_id), [])
        refuse_more_than(visits, place.service, place.slot.day, self.unit.today)
        for one in self._former(wish):
            if one.slot_id == wish.slot_id and one.hold_until is not None and one.hold_until > self.unit.now:
                return Held(one.id, one.slot_id, one.service_id, one.starts_at, one.hold_until)
        return None

    def _lock(self, taking: Sequence[HoldWish]) -> None:
        if not taking:
            return
        wanted = {wish.slot_id for wish in taking}
        lapsed = rows.lock_lapsed(self.unit.session, wanted, self.unit.now)
        self.places.lock(wanted.union(one.slot_id for wish in taking for one in self._former(wish)))
        self.places.lapsed(lapsed)

    def _take(self, wish: HoldWish) -> bool:
        if not self.places.take(wish.slot_id):
            return False
        # A tap on another time must not cost the place that somebody has waited for.
        self.places.give_back([one for one in self._former(wish) if one.id not in self.offers])
        return True

    def _write(self, taking: Sequence[HoldWish]) -> dict[HoldWish, Held]:
        new = {wish: self._row(wish, place) for wish in taking if (place := self._place(wish)) is not None}
        made = reservation_rows.add_all(self.unit, list(new.values()))
        return {
            wish: Held(number, wish.slot_id, wish.service_id, row["starts_at"], row["hold_until"])
            for (wish, row), number in zip(new.items(), made, strict=True)
        }

    def _row(self, wish: HoldWish, place: Place) -> dict[str, Any]:
        in_line = wish.citizen.line_user_id is not None
        return reservation_rows.new_row(
            self.unit,
            place.slot,
            place.service,
            line_user_id=wish.citizen.line_user_id,
            guest=wish.citizen.guest,
            channel=Door.LINE if in_line else Door.WEB,
            language=self.languages[wish.citizen] or DEFAULT,
        )

    def _sold_out(self, wish: HoldWish) -> Refusal:
        both, place = (wish.slot_id, wish.service_id), self._place(wish)
        assert place is not None
        if both not in self._full:
            self._full[both] = sold_out(self.unit, place.service, place.desk, place.slot.starts_at)
        return self._full[both]

    def _place(self, wish: HoldWish) -> Place | None:
        return self.places.get(wish.slot_id, wish.service_id)

    def _former(self, wish: HoldWish) -> list[Kept]:
        return self.former.get((wish.citizen, wish.service_id), [])
