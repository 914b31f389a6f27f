"""The clerk's view holds what is needed to call, for the own municipality only, and no personal data."""

import dataclasses
import json

import pytest
from office_kit import City, clock_of

from madoguchi.domain.errors import Refusal
from madoguchi.domain.priorities import PriorityReason
from madoguchi.domain.roles import Role
from madoguchi.domain.terminal_health import Level
from madoguchi.services import issuing
from madoguchi.services.actors import Actor
from madoguchi.services.claiming import claim
from madoguchi.services.dashboard import MOST_WAITING, dashboard, desks_for
from madoguchi.services.office import Office


def test_rows_tell_number_service_channel_and_minutes(office: Office, city: City) -> None:
    ticket = issuing.issue_at_terminal(
        office,
        terminal_id=city.terminal_id,
        desk_id=city.desk_id,
        service_code="nursery",
        language="ja",
        key="paper-key",
    )
    claim(office, city.line_user_ids[0], ticket.claim_code or "")
    clock_of(office).advance(minutes=7)
    view = dashboard(office, city.viewer, city.desk_id)
    (row,) = view.waiting
    assert (row.number, row.service, row.channel, row.waited_minutes, row.bound) == (
        "A001",
        "保育所等利用申込",
        "paper",
        7,
        True,
    )
    assert (view.longest_wait, view.line_health) == (7, "ok")
    assert [one.health.level for one in view.terminals] == [Level.TROUBLE], "never heard"
    assert "U0000" not in json.dumps(dataclasses.asdict(view), default=str)


def test_another_citys_desk_is_unknown_and_auditors_see_no_queue(office: Office, city: City) -> None:
    stranger = Actor(999, "stranger", Role.CLERK, city.municipality_id + 1)
    with pytest.raises(Refusal, match="unknown_desk"):
        dashboard(office, stranger, city.desk_id)
    with pytest.raises(Refusal, match="not_allowed"):
        dashboard(office, city.auditor, city.desk_id)
    assert desks_for(office, stranger) == []
    assert [name for _, name in desks_for(office, city.clerk)] == ["保育課", "税務課"]


def test_a_long_queue_lists_the_next_hundred_and_counts_all(office: Office, city: City) -> None:
    for number in range(MOST_WAITING + 5):
        issuing.issue_at_desk(office, city.clerk, service_id=city.service_id, form=f"form-{number}")
    last = issuing.issue_at_desk(
        office, city.clerk, service_id=city.service_id, form="urgent", reason=PriorityReason.UNWELL
    )
    view = dashboard(office, city.clerk, city.desk_id)
    assert (len(view.waiting), view.waiting_count) == (MOST_WAITING, MOST_WAITING + 6)
    assert [row.number for row in view.waiting][:2] == [last.number, "A001"]
