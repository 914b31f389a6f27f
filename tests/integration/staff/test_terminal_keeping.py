"""Terminals kept from the staff side: who may, what is recorded, what a terminal's words do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from office_kit import City, clock_of
from sqlmodel import col, select

from madoguchi.domain.errors import Refusal
from madoguchi.domain.roles import Role
from madoguchi.domain.terminal_health import Level, Reason
from madoguchi.services import dashboard, leases, terminal_keeping, terminals
from madoguchi.services.actors import Actor
from madoguchi.services.changes import Change, DeskChanged
from madoguchi.services.office import Office
from madoguchi.store.tables import AuditEntry, PairingCode, Terminal


@pytest.fixture
def admin(city: City) -> Actor:
    """Who may keep terminals."""
    return Actor(city.clerk.staff_id, "admin", Role.ADMIN, city.municipality_id)


@contextmanager
def heard(office: Office) -> Iterator[list[Change]]:
    """What is published meanwhile."""
    changes: list[Change] = []
    stop = office.changes.listen(changes.append)
    yield changes
    stop()


def audited(office: Office) -> list[tuple[int | None, str, str, dict[str, object]]]:
    with office.look() as unit:
        rows = unit.session.exec(select(AuditEntry).order_by(col(AuditEntry.id))).all()
        return [(row.staff_id, row.action, row.subject, row.facts) for row in rows]


def reports(office: Office, city: City, **facts: object) -> None:
    fine = {"printer": "ok", "version": "0.1.0", "unsent": 0, "clock_ahead": 0.0}
    terminals.report(office, city.terminal_id, **{**fine, **facts})  # type: ignore[arg-type]


def reasons(office: Office, city: City) -> list[Reason]:
    """What the clerks' page of the desk knows."""
    (one,) = dashboard.dashboard(office, city.clerk, city.desk_id).terminals
    return [finding.reason for finding in one.health.findings]


def test_a_code_of_an_administrator_pairs_one_terminal_with_the_desk(
    office: Office, city: City, admin: Actor
) -> None:
    made = terminal_keeping.make_code(office, admin, city.desk_id, " 1階  ロビー ")
    assert made.expires_at - clock_of(office).now() == terminals.CODE_LIVES
    assert terminal_keeping.code_waits(office, admin, city.desk_id, made.code)
    assert not terminal_keeping.code_waits(office, admin, city.other_desk_id, made.code)
    with heard(office) as changes:
        paired = terminals.pair(office, made.code)
    assert DeskChanged(city.desk_id) in changes, "open pages list it by themselves"
    assert not terminal_keeping.code_waits(office, admin, city.desk_id, made.code)
    listed = terminal_keeping.terminals_of(office, admin, city.desk_id)
    assert [one.name for one in listed] == ["ロビー", "1階 ロビー"]
    assert audited(office) == [
        (admin.staff_id, "make_pairing_code", f"desk:{city.desk_id}", {}),
        (None, "pair_terminal", f"terminal:{paired.terminal.id}", {}),
    ]
    assert made.code.replace("-", "") not in str(audited(office))
    clock_of(office).advance(minutes=31)
    assert not terminal_keeping.code_waits(office, admin, city.desk_id, made.code)


@pytest.mark.parametrize("name", ["", "   ", "あ" * 65, "\u200b"])
def test_a_name_that_nobody_could_read_is_refused(
    office: Office, city: City, admin: Actor, name: str
) -> None:
    with pytest.raises(Refusal, match="terminal_name"):
        terminal_keeping.make_code(office, admin, city.desk_id, name)
    with pytest.raises(Refusal, match="terminal_name"):
        terminal_keeping.rename(office, admin, city.terminal_id, name)
    with office.look() as unit:
        assert unit.session.exec(select(PairingCode)).all() == []


def test_a_new_name_is_recorded_once(office: Office, city: City, admin: Actor) -> None:
    with heard(office) as changes:
        for _ in range(2):
            assert terminal_keeping.rename(office, admin, city.terminal_id, "2階 ") == "2階"
    assert changes == [DeskChanged(city.desk_id)]
    names = {"names": ["ロビー", "2階"]}
    assert audited(office) == [(admin.staff_id, "rename_terminal", f"terminal:{city.terminal_id}", names)]


def test_who_is_shut_out_is_listed_and_warned_of_no_more(office: Office, city: City, admin: Actor) -> None:
    token = terminals.pair(office, terminal_keeping.make_code(office, admin, city.desk_id, "2台目").code)
    assert terminals.terminal_of(office, token.token) is not None
    assert terminal_keeping.revoke(office, admin, token.terminal.id) == "2台目"
    clock_of(office).advance(seconds=6)
    assert terminals.terminal_of(office, token.token) is None
    assert [one.id for one in terminal_keeping.terminals_of(office, admin, city.desk_id)] == [
        city.terminal_id
    ]
    assert len(dashboard.dashboard(office, city.clerk, city.desk_id).terminals) == 1
    assert audited(office)[-1] == (admin.staff_id, "revoke_terminal", f"terminal:{token.terminal.id}", {})
    for again in (terminal_keeping.revoke, lambda *who: terminal_keeping.rename(*who, "x")):
        with pytest.raises(Refusal, match="unknown_terminal"):
            again(office, admin, token.terminal.id)


def test_only_administrators_keep_terminals_and_only_their_own_citys(
    office: Office, city: City, admin: Actor
) -> None:
    stranger = Actor(city.clerk.staff_id, "admin", Role.ADMIN, city.municipality_id + 1)
    for who, desk, terminal in (
        (city.clerk, "not_allowed", "not_allowed"),
        (city.viewer, "not_allowed", "not_allowed"),
        (city.auditor, "not_allowed", "not_allowed"),
        (stranger, "unknown_desk", "unknown_terminal"),
    ):
        with pytest.raises(Refusal, match=desk):
            terminal_keeping.make_code(office, who, city.desk_id, "x")
        with pytest.raises(Refusal, match=terminal):
            terminal_keeping.rename(office, who, city.terminal_id, "x")
        with pytest.raises(Refusal, match=terminal):
            terminal_keeping.revoke(office, who, city.terminal_id)
    with pytest.raises(Refusal, match="not_allowed"):
        terminal_keeping.code_waits(office, city.clerk, city.desk_id, "1234-5678")
    with pytest.raises(Refusal, match="not_allowed"):
        terminal_keeping.terminals_of(office, city.auditor, city.desk_id)
    with pytest.raises(Refusal, match="unknown_desk"):
        terminal_keeping.terminals_of(office, stranger, city.desk_id)
    assert terminal_keeping.terminals_of(office, city.viewer, city.desk_id), "looking on is allowed"
    with office.look() as unit:
        assert unit.session.get_one(Terminal, city.terminal_id).revoked_at is None
    assert audited(office) == []


def test_pages_are_told_only_when_something_else_is_the_matter(office: Office, city: City) -> None:
    reports(office, city)
    for facts, told in (
        ({}, False),
        ({"clock_ahead": 30.0}, False),
        ({"printer": "paper_near_end"}, True),
        ({"printer": "paper_near_end"}, False),
        ({"printer": "paper_out", "unsent": 2}, True),
        ({"unsent": 2}, True),
        ({"unsent": 1}, True),
        ({}, True),
        ({"clock_ahead": 95.0}, True),
        ({"clock_ahead": 97.0}, False),
        ({"clock_ahead": -10.0}, True),
    ):
        clock_of(office).advance(seconds=15)
        with heard(office) as changes:
            reports(office, city, **facts)
        assert (changes == [DeskChanged(city.desk_id)]) is told, facts
    assert reasons(office, city) == []


def test_silence_is_noticed_by_the_clock_alone_and_over_with_the_next_word(
    office: Office, city: City
) -> None:
    reports(office, city)
    clock_of(office).advance(minutes=2, seconds=59)
    assert reasons(office, city) == []
    clock_of(office).advance(seconds=1)
    assert reasons(office, city) == [Reason.SILENT]
    with heard(office) as changes:
        reports(office, city)
    assert changes == [DeskChanged(city.desk_id)], "the warning goes at once"
    assert reasons(office, city) == []


def test_of_a_silent_terminal_clerks_see_which_numbers_it_gives_meanwhile(office: Office, city: City) -> None:
    leases.renewed(office, city.terminal_id, city.desk_id)
    reports(office, city)
    (heard_of,) = dashboard.dashboard(office, city.clerk, city.desk_id).terminals
    assert heard_of.holds == ()
    clock_of(office).advance(minutes=4)
    (silent,) = dashboard.dashboard(office, city.clerk, city.desk_id).terminals
    assert [one[0] for one in silent.holds] == ["A", "B"]


def test_a_server_that_was_down_waits_before_it_calls_a_terminal_silent(office: Office, city: City) -> None:
    reports(office, city)
    clock_of(office).advance(hours=1)
    for seconds in (0, 30, 60, 89):
        office.browsers.look(clock_of(office).now())
        assert reasons(office, city) == [], seconds
        clock_of(office).advance(seconds=59)
    office.browsers.look(clock_of(office).now())
    assert reasons(office, city) == [Reason.SILENT]


def test_an_absurd_clock_is_kept_as_far_as_it_matters(office: Office, city: City) -> None:
    for ahead in (-56 * 365 * 86_400.0, 1e12):
        reports(office, city, clock_ahead=ahead)
        (one,) = dashboard.dashboard(office, city.clerk, city.desk_id).terminals
        assert one.health.level is Level.ATTENTION
