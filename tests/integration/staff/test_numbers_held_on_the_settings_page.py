"""設定: which numbers the desk's terminals hold, and which papers need a hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from office_kit import City, clock_of
from settings_tab import SettingsTab

from madoguchi.cli.terminals import show
from madoguchi.domain.errors import Refusal
from madoguchi.domain.roles import Role
from madoguchi.services import handling, leases, running, terminals
from madoguchi.services.actors import Actor
from madoguchi.services.dashboard import dashboard
from madoguchi.services.delivering import Spooled, deliver
from madoguchi.services.office import Office
from madoguchi.services.terminals import TerminalView
from madoguchi.state import terminal_words
from madoguchi.state.settings_leases import SettingsLeases


@pytest.fixture
def terminal(office: Office, city: City) -> TerminalView:
    return terminals.pair(office, terminals.make_pairing_code(office, "childcare", "1階ロビー")).terminal


@pytest.fixture
def tab(office: Office, city: City, monkeypatch: pytest.MonkeyPatch) -> Iterator[SettingsTab]:
    running.start(office)
    yield SettingsTab(monkeypatch, city.viewer)
    running.stop()


def given(office: Office, key: str, lease: leases.Lease) -> Spooled:
    held = lease.numbers[0]
    return Spooled(
        key=key,
        service=lease.service_code,
        day=lease.service_day,
        number=held.number,
        token=held.token,
        claim_code=held.claim_code,
        issued_at=office.clock.now(),
        language="ja",
    )


def read(tab: SettingsTab) -> tuple[list[tuple[str, str, str]], list[str]]:
    page = tab.root.get_substate(SettingsLeases.get_full_name().split("."))
    tab.does(page.opened())
    return [(one.terminal, one.numbers, one.used) for one in page.lines], list(page.troubles)


def test_the_page_tells_who_holds_what(office: Office, terminal: TerminalView, tab: SettingsTab) -> None:
    assert read(tab) == ([], [])
    lease, _ = leases.renewed(office, terminal.id, terminal.desk_id)
    both = [given(office, "first-finger", lease), given(office, "second-finger", lease)]
    deliver(office, terminal, both, office.clock.now())
    lines, troubles = read(tab)
    assert lines == [("1階ロビー", "A901–A920", "1件使用"), ("1階ロビー", "B901–B920", "0件使用")]
    assert troubles == [
        "A901の番号札を2人の方がお持ちです。あとから届いた方はA001で並んでいます。声をかけてください。"
    ]


def test_clerks_are_told_until_the_second_holder_was_served(
    office: Office, city: City, terminal: TerminalView
) -> None:
    lease, _ = leases.renewed(office, terminal.id, terminal.desk_id)
    both = [given(office, "first-finger", lease), given(office, "second-finger", lease)]
    _, renumbered = deliver(office, terminal, both, office.clock.now())
    assert [one.instead for one in dashboard(office, city.clerk, city.desk_id).papers] == ["A001"]
    (warning,) = terminal_words.papers_of(dashboard(office, city.clerk, city.desk_id).papers)
    assert (warning.what, warning.trouble) == ("A901の番号札を2人の方がお持ちです", True)
    assert renumbered.ticket_id is not None
    handling.cancel_ticket(office, city.clerk, renumbered.ticket_id)
    assert dashboard(office, city.clerk, city.desk_id).papers == ()


def test_of_a_paper_without_any_number_clerks_are_told_for_a_while(
    office: Office, city: City, terminal: TerminalView
) -> None:
    lease, _ = leases.renewed(office, terminal.id, terminal.desk_id)
    lost = replace(given(office, "first-finger", lease), service="gone", token="f" * 22)
    deliver(office, terminal, [lost], office.clock.now())
    (warning,) = terminal_words.papers_of(dashboard(office, city.clerk, city.desk_id).papers)
    assert warning.to_do == "お持ちの方に声をかけ、番号を取り直してください。"
    clock_of(office).advance(hours=1)
    assert dashboard(office, city.clerk, city.desk_id).papers == ()


def test_numbers_of_another_day_say_so(office: Office, terminal: TerminalView, tab: SettingsTab) -> None:
    clock_of(office).advance(hours=8)
    leases.renewed(office, terminal.id, terminal.desk_id)
    assert read(tab)[0][0] == ("1階ロビー", "A901–A920（10月2日用）", "0件使用")


def test_the_command_line_tells_it_too(
    office: Office,
    terminal: TerminalView,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    leases.renewed(office, terminal.id, terminal.desk_id)
    monkeypatch.setattr("madoguchi.cli.terminals.open_office", lambda _settings: office)
    show(office.settings, None)  # type: ignore[arg-type]
    assert capsys.readouterr().out.splitlines()[-1].endswith("paired\tA901–A920 (0 used), B901–B920 (0 used)")


def test_a_terminal_shut_out_holds_nothing_and_strangers_are_told_nothing(
    office: Office, city: City, terminal: TerminalView
) -> None:
    leases.renewed(office, terminal.id, terminal.desk_id)
    terminals.revoke(office, terminal.id)
    assert leases.leases_of(office, city.viewer, city.desk_id) == []
    stranger = Actor(1, "stranger", Role.ADMIN, city.municipality_id + 1)
    for ask in (leases.leases_of, leases.troubles_of):
        with pytest.raises(Refusal, match="unknown_desk"):
            ask(office, stranger, city.desk_id)
