"""The operator's commands: accounts, terminals, jobs, the doctor; whatever goes wrong is one line."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest

from madoguchi.cli.commands import main
from madoguchi.services import sessions, staff_accounts, terminals
from madoguchi.services.office import Office, open_office
from madoguchi.settings import load_settings


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command that fills a demo office leaves behind; to copy, as filling takes seconds."""
    folder = tmp_path_factory.mktemp("filled")
    with pytest.MonkeyPatch.context() as environ:
        environ.setenv("MADOGUCHI_ENV", "demo")
        environ.setenv("MADOGUCHI_VAR_DIR", str(folder))
        assert main(["seed-demo"]) == 0
    return folder


@pytest.fixture
def office(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A demo office in a folder of its own, filled by the command itself."""
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("MADOGUCHI_ENV", "demo")
    monkeypatch.setenv("MADOGUCHI_VAR_DIR", str(tmp_path))
    return open_office(load_settings())


def test_an_account_made_on_the_command_line_signs_in(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a-long-password\n"))
    made = [
        "create-staff",
        "--municipality",
        "midori",
        "--login",
        "tanaka",
        "--name",
        "田中",
        "--role",
        "clerk",
    ]
    assert main(made) == 0
    token = staff_accounts.sign_in(office, "tanaka", "a-long-password", "127.0.0.1")
    actor = sessions.actor_of(office, token)
    assert actor is not None
    assert (actor.display_name, actor.role) == ("田中", "clerk")
    monkeypatch.setattr("sys.stdin", io.StringIO("a-long-password\n"))
    capsys.readouterr()
    assert main(made) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_stolen_terminal_is_shut_out(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["pair-terminal", "--desk", "childcare", "--quiet"]) == 0
    paired = terminals.pair(office, capsys.readouterr().out.strip())
    assert main(["terminals", "list"]) == 0
    assert capsys.readouterr().out.split("\t")[1:3] == ["childcare", "発券機"]
    assert main(["terminals", "revoke", str(paired.terminal.id)]) == 0
    assert terminals.terminal_of(open_office(load_settings()), paired.token) is None
    assert main(["terminals", "list"]) == 0
    assert capsys.readouterr().out.strip().endswith("revoked")


@pytest.mark.parametrize(
    "arguments",
    [
        ["pair-terminal", "--desk", "nowhere"],
        ["terminals", "revoke", "999"],
        ["jobs", "run", "nonsense"],
    ],
)
def test_what_does_not_exist_is_one_line(
    office: Office, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    capsys.readouterr()
    assert main(arguments) != 0
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_every_job_runs_by_hand_at_any_time(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["jobs", "list"]) == 0
    names = [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()]
    assert {"lapse-holds", "reminders", "close-day", "mask-contacts", "outbox"} <= set(names)
    for name in (one for one in names if one not in ("outbox", "inbox")):
        assert main(["jobs", "run", name, "--now", "2027-01-05T17:30"]) == 0
    assert main(["doctor"]) == 0


def test_production_does_not_start_on_the_demos_database(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    production = {
        "ENV": "production",
        "SECRET_KEY": "0123456789abcdef0123456789abcdef",
        "LINE_CHANNEL_SECRET": "secret",
        "LINE_CHANNEL_TOKEN": "token",
        "LINE_BASIC_ID": "@city",
        "STAFF_NETWORKS": "127.0.0.0/8",
        "TERMINAL_NETWORKS": "127.0.0.0/8",
    }
    for name, value in production.items():
        monkeypatch.setenv(f"MADOGUCHI_{name}", value)
    capsys.readouterr()
    assert main(["serve"]) == 2
    said = capsys.readouterr().err
    assert "clerk2" in said
    assert len(said.splitlines()) == 1


def test_without_a_database_the_command_says_to_migrate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MADOGUCHI_ENV", "demo")
    monkeypatch.setenv("MADOGUCHI_VAR_DIR", str(tmp_path))
    assert main(["pair-terminal", "--desk", "childcare"]) == 1
    assert "migrate" in capsys.readouterr().err
