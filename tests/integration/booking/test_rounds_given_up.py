"""When PostgreSQL ends a round to undo a deadlock, everybody in it still gets an answer of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from sqlalchemy.exc import OperationalError

from madoguchi.domain.citizens import Citizen
from madoguchi.services.office import Unit
from madoguchi.services.rounds import in_rounds
from tests.integration.booking.booking_city import City


class _Ended(Exception):
    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@dataclass(frozen=True)
class _Wish:
    citizen: Citizen


def _work(sqlstate: str) -> object:
    def work(_unit: Unit, wishes: Sequence[_Wish]) -> list[int | None]:
        if len(wishes) > 1:
            raise OperationalError("UPDATE", None, _Ended(sqlstate))
        return [one.citizen.line_user_id for one in wishes]

    return work


WISHES = [_Wish(Citizen.in_line(number)) for number in (1, 2, 3)]


@pytest.mark.parametrize("sqlstate", ["40P01", "40001"])
def test_each_is_worked_alone_after_a_deadlock(city: City, sqlstate: str) -> None:
    assert in_rounds(city.office, WISHES, _work(sqlstate)) == [1, 2, 3]  # type: ignore[arg-type]


def test_a_database_that_is_gone_is_not_asked_again_for_each(city: City) -> None:
    with pytest.raises(OperationalError):
        in_rounds(city.office, WISHES, _work("08006"))  # type: ignore[arg-type]
