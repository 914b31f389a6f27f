"""Rules of a service: what makes no sense is refused, what changes is recorded, and can be put back."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from plan_kit import Planned
from sqlmodel import select

from madoguchi.domain.booking_rules import ClosesUnit, OpensUnit
from madoguchi.domain.errors import Refusal
from madoguchi.domain.service_rules import ServiceRules
from madoguchi.services import service_rules
from madoguchi.store.tables import AuditEntry


def rules(plan: Planned) -> ServiceRules:
    return service_rules.rules_for(plan.office, plan.admin, plan.city.service_id)


def save(plan: Planned, **values: Any) -> ServiceRules:
    wanted = replace(rules(plan), **values)
    return service_rules.save_rules(plan.office, plan.admin, plan.city.service_id, wanted)


def test_saving_gives_back_what_was_before_and_records_the_fields(plan: Planned) -> None:
    before = rules(plan)
    assert save(plan, max_party=4, remind_same_day_at=None) == before
    assert (rules(plan).max_party, rules(plan).remind_same_day_at) == (4, None)
    with plan.office.look() as unit:
        row = unit.session.exec(select(AuditEntry)).all()[-1]
    assert (row.action, row.subject) == ("change_rules", f"service:{plan.city.service_id}")
    assert row.facts == {"fields": ["max_party", "remind_same_day_at"]}
    service_rules.save_rules(plan.office, plan.admin, plan.city.service_id, before)
    assert rules(plan) == before


def test_saving_the_same_records_nothing(plan: Planned) -> None:
    save(plan)
    with plan.office.look() as unit:
        assert unit.session.exec(select(AuditEntry)).all() == []


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"max_party": 0}, "rule_number"),
        ({"opens_amount": 366}, "rule_number"),
        ({"opens_amount": 13, "opens_unit": OpensUnit.MONTHS}, "rule_number"),
        ({"closes_amount": 61, "closes_unit": ClosesUnit.DAYS}, "rule_number"),
        ({"offer_minutes": 1}, "rule_number"),
        ({"max_in_period": 1}, "rule_period"),
        ({"period_days": 7}, "rule_period"),
        ({"opens_amount": 3, "closes_amount": 5, "closes_unit": ClosesUnit.DAYS}, "rule_never_open"),
        ({"opens_amount": 0, "closes_amount": 1_440}, "rule_never_open"),
        (
            {
                "opens_amount": 3,
                "closes_amount": 3,
                "closes_unit": ClosesUnit.DAYS,
                "opens_at": time(9),
                "closes_at": time(9),
            },
            "rule_never_open",
        ),
        ({"remind_at": time(20, 31)}, "rule_night"),
        ({"remind_same_day_at": time(7, 59)}, "rule_night"),
    ],
)
def test_rules_that_make_no_sense_are_refused(lite_plan: Planned, values: dict[str, Any], code: str) -> None:
    before = rules(lite_plan)
    with pytest.raises(Refusal, match=code):
        save(lite_plan, **values)
    assert rules(lite_plan) == before


def test_opening_on_the_day_itself_may_close_minutes_before(lite_plan: Planned) -> None:
    save(lite_plan, opens_amount=0, closes_amount=30)
    assert rules(lite_plan).opens_amount == 0
