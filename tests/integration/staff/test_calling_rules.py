"""How a desk calls: nonsense is refused; what changes is recorded, holds at once and can go back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from office_kit import City
from sqlmodel import select

from madoguchi.domain.calling_rules import CallingRules
from madoguchi.domain.errors import Refusal
from madoguchi.domain.order import OrderKind
from madoguchi.domain.returning import ReturnRule
from madoguchi.domain.roles import Role
from madoguchi.services import calling, counters, desk_rules, issuing
from madoguchi.services.actors import Actor
from madoguchi.services.office import Office
from madoguchi.state.settings_calling import rules_from, values_of
from madoguchi.store.tables import AuditEntry, Ticket


@pytest.fixture
def admin(city: City) -> Actor:
    """Who may set rules; who did is only a number here."""
    return Actor(city.clerk.staff_id, "admin", Role.ADMIN, city.municipality_id)


def rules(office: Office, admin: Actor, city: City) -> CallingRules:
    return desk_rules.rules_for(office, admin, city.desk_id)


def save(office: Office, admin: Actor, city: City, **values: Any) -> desk_rules.Saved:
    found = rules(office, admin, city)
    return desk_rules.save_rules(office, admin, city.desk_id, replace(found, **values), found)


def test_saving_gives_back_what_was_and_is_and_records_both(office: Office, city: City, admin: Actor) -> None:
    before = rules(office, admin, city)
    saved = save(office, admin, city, order_kind=OrderKind.RATIO, near_minutes=0)
    assert saved == desk_rules.Saved(before, rules(office, admin, city))
    assert saved.after.order_kind is OrderKind.RATIO
    with office.look() as unit:
        row = unit.session.exec(select(AuditEntry)).all()[-1]
    assert (row.action, row.subject) == ("change_calling", f"desk:{city.desk_id}")
    assert row.facts == {"changes": {"order_kind": ["appointments_first", "ratio"], "near_minutes": [10, 0]}}
    desk_rules.save_rules(office, admin, city.desk_id, before, saved.after)
    assert rules(office, admin, city) == before


def test_saving_the_same_records_nothing(office: Office, city: City, admin: Actor) -> None:
    save(office, admin, city)
    with office.look() as unit:
        assert unit.session.exec(select(AuditEntry)).all() == []


def test_what_a_colleague_has_saved_since_is_not_wiped_unseen(
    office: Office, city: City, admin: Actor
) -> None:
    opened = rules(office, admin, city)
    theirs = save(office, admin, city, near_threshold=5).after
    with pytest.raises(Refusal, match="changed_meanwhile"):
        desk_rules.save_rules(office, admin, city.desk_id, replace(opened, near_minutes=20), opened)
    assert rules(office, admin, city) == theirs
    assert desk_rules.save_rules(office, admin, city.desk_id, theirs, opened).before == theirs, "the same"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"patience": 481}, "rule_number"),
        ({"patience": 0}, "rule_number"),
        ({"ratio_others": 0}, "rule_number"),
        ({"near_threshold": -1}, "rule_number"),
        ({"notice": {"ja": "あ" * 61}}, "notice_long"),
        ({"notice": {"ja": "改\0行"}}, "notice_long"),
        ({"notice": {"en": "Long wait today"}}, "notice_japanese"),
    ],
)
def test_what_makes_no_sense_is_refused(
    office: Office, city: City, admin: Actor, values: dict[str, Any], code: str
) -> None:
    before = rules(office, admin, city)
    with pytest.raises(Refusal, match=code):
        save(office, admin, city, **values)
    assert rules(office, admin, city) == before


def test_a_notice_keeps_the_languages_that_were_written(office: Office, city: City, admin: Actor) -> None:
    save(office, admin, city, notice={"ja": " 本日は  混みあっています ", "en": "", "fr": "non"})
    assert rules(office, admin, city).notice == {"ja": "本日は 混みあっています"}


def test_only_who_administers_may_change_and_only_the_own_city(
    office: Office, city: City, admin: Actor
) -> None:
    wanted = rules(office, admin, city)
    with pytest.raises(Refusal, match="not_allowed"):
        desk_rules.save_rules(office, city.clerk, city.desk_id, wanted, wanted)
    stranger = Actor(city.clerk.staff_id, "admin", Role.ADMIN, city.municipality_id + 1)
    for desk_id in (city.desk_id, 999):
        with pytest.raises(Refusal, match="unknown_desk"):
            desk_rules.save_rules(office, stranger, desk_id, wanted, wanted)
        with pytest.raises(Refusal, match="unknown_desk"):
            desk_rules.rules_for(office, stranger, desk_id)


def test_the_next_call_goes_by_the_new_order_and_nobody_waiting_is_touched(
    office: Office, city: City, admin: Actor
) -> None:
    first, second = (
        issuing.issue_at_desk(office, city.clerk, service_id=city.service_id, form=form) for form in "ab"
    )
    with office.change() as unit:
        unit.session.get_one(Ticket, second.id).appointment_at = unit.now
    counters.take_counter(office, city.clerk, city.counter_ids[0])
    with office.look() as unit:
        versions = [unit.session.get_one(Ticket, one.id).version for one in (first, second)]
    save(office, admin, city, order_kind=OrderKind.ARRIVAL)
    with office.look() as unit:
        assert [unit.session.get_one(Ticket, one.id).version for one in (first, second)] == versions
    called = calling.call_next(office, city.clerk, city.counter_ids[0], None)
    assert called.ticket_id == first.id


def test_a_form_says_the_rules_that_were_shown_in_it(office: Office, city: City, admin: Actor) -> None:
    before = rules(office, admin, city)
    shown = values_of(before)
    sent = {name: value for name, value in shown.items() if value or name.startswith("notice_")}
    assert rules_from(sent, shown) == replace(before, notice=dict.fromkeys(_languages(shown), ""))
    assert rules_from({**sent, "near_threshold": ""}, shown) is None
    assert rules_from({**sent, "return_rule": "never"}, shown) is None
    assert rules_from(None, shown) is None
    hidden = {name: value for name, value in sent.items() if name not in {"patience", "remote"}}
    found = rules_from(hidden, shown)
    assert found is not None
    assert (found.patience, found.remote, found.return_rule) == (60, False, ReturnRule.AFTER_THREE)


def _languages(shown: dict[str, str]) -> list[str]:
    return [name.removeprefix("notice_") for name in shown if name.startswith("notice_")]
