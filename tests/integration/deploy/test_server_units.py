"""What deploy/server/ puts on a server fits together, fits the program, and is understood by systemd."""

import re
from pathlib import Path

import pytest
from deploy_kit import SERVER, program, run, values

from madoguchi.cli.commands import _parser
from madoguchi.settings import PREFIX, Settings
from tools.paths import ROOT

UNITS = sorted(SERVER.glob("systemd/madoguchi*"))
MAIN, BACKUP = (SERVER / "systemd" / f"madoguchi{name}.service" for name in ("", "-backup"))
TIMER = SERVER / "systemd" / "madoguchi-backup.timer"
PROGRAM = "/opt/madoguchi"
_SAFE_ENOUGH = 2.0
"""Of ten, as `systemd-analyze security` counts exposure; what is left is that it may use the network."""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the install script lays a machine out."""
    root = tmp_path_factory.mktemp("machine")
    told = run(SERVER / "install.sh", "--root", root)
    assert told.returncode == 0, told.stdout
    return root


def test_systemd_understands_every_unit() -> None:
    told = run(program("systemd-analyze"), "verify", *UNITS)
    # The program itself is not installed here.
    assert [
        line for line in told.stdout.splitlines() if "madoguchi" in line and "not executable" not in line
    ] == []


@pytest.mark.parametrize("unit", [MAIN, BACKUP], ids=lambda unit: unit.name)
def test_systemd_finds_little_that_the_service_could_harm(unit: Path) -> None:
    told = run(
        program("systemd-analyze"), "security", "--offline=true", f"--threshold={_SAFE_ENOUGH * 10:.0f}", unit
    )
    assert told.returncode == 0, told.stdout.splitlines()[-1:]


def test_every_path_that_a_unit_names_is_laid_out(machine: Path) -> None:
    for unit in (MAIN, BACKUP):
        for directive in ("ExecStart", "ExecStartPre", "EnvironmentFile", "WorkingDirectory"):
            for line in values(unit, directive):
                path = line.split()[0]
                made_by_pip = path.startswith(f"{PROGRAM}/venv/")
                assert made_by_pip or (machine / path[1:]).exists(), path
    for part in ("madoguchi/__main__.py", ".web/build/client/index.html", "assets/tokens.css", "rxconfig.py"):
        assert (machine / PROGRAM[1:] / part).exists(), part
    assert "--hash=sha256:" in (machine / PROGRAM[1:] / "requirements.txt").read_text()


def test_every_command_that_a_unit_or_staff_run_is_one() -> None:
    known = set(_parser()._subparsers._group_actions[0].choices)  # type: ignore[union-attr,index,arg-type]
    lines = [
        line for unit in (MAIN, BACKUP) for d in ("ExecStart", "ExecStartPre") for line in values(unit, d)
    ]
    called = [re.fullmatch(rf"{PROGRAM}/venv/bin/python -m madoguchi (\w+)", line) for line in lines]
    assert {found[1] for found in called if found} <= known
    assert all(called)
    assert "/opt/madoguchi/venv/bin/python -m madoguchi" in (SERVER / "staff-command").read_text()


def test_every_setting_that_is_named_is_one_and_secrets_are_root_s_alone(machine: Path) -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    written = (SERVER / "madoguchi.env").read_text("utf-8")
    assert set(re.findall(r"^#?([A-Z][A-Z_]+)=", written, re.MULTILINE)) <= known
    for name in ("SECRET_KEY", "BACKUP_KEY", "LINE_CHANNEL_SECRET", "LINE_CHANNEL_TOKEN"):
        # No value that somebody could leave as it is.
        assert re.search(rf"^{PREFIX}{name}=$", written, re.MULTILINE)
    assert (machine / "etc/madoguchi/madoguchi.env").stat().st_mode & 0o077 == 0


def test_the_server_writes_to_its_state_directory_and_backups_run_in_the_same_box() -> None:
    (state,) = values(MAIN, "StateDirectory")
    assert f"{PREFIX}VAR_DIR=/var/lib/{state}" in values(MAIN, "Environment")
    assert values(MAIN, "RequiresMountsFor") == [f"/var/lib/{state}"]
    main, backup = (unit.read_text("utf-8").partition("\nStateDirectory=")[2] for unit in (MAIN, BACKUP))
    assert main.partition("\n[Install]")[0].strip() == backup.strip()
    assert values(MAIN, "User") == values(BACKUP, "User") == ["madoguchi"]
    assert "u madoguchi " in (SERVER / "sysusers.conf").read_text()


def test_an_update_keeps_the_offices_files_and_puts_the_systems_own_aside(tmp_path: Path) -> None:
    env, caddy, firewall = (
        tmp_path / "etc" / name for name in ("madoguchi/madoguchi.env", "caddy/Caddyfile", "nftables.conf")
    )
    for file, text in (
        (env, "MADOGUCHI_PORT=3001\n"),
        (caddy, "# TLS before the server\nmachi.lg.jp\n"),
        (firewall, "flush ruleset\n"),
    ):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    assert run(SERVER / "install.sh", "--root", tmp_path).returncode == 0
    assert env.read_text() == "MADOGUCHI_PORT=3001\n"
    assert "machi.lg.jp" in caddy.read_text()
    assert firewall.read_text() == (SERVER / "nftables.conf").read_text()
    assert firewall.with_name("nftables.conf.before-madoguchi").read_text() == "flush ruleset\n"


def test_the_night_goes_masking_backup_updates_restart_and_is_over_by_five() -> None:
    (backup,) = values(TIMER, "OnCalendar")
    lists, updates = (
        [time for time in values(SERVER / "systemd" / f"apt-daily{name}.timer.conf", "OnCalendar") if time]
        for name in ("", "-upgrade")
    )
    (reboot,) = re.findall(r'Automatic-Reboot-Time "(\d\d:\d\d)"', (SERVER / "52madoguchi").read_text())
    hours = ["02:20", *(time.split()[-1] for time in (backup, *updates)), reboot]
    assert hours == sorted(hours)
    assert "02:00" <= lists[0].split()[-1] < "05:00"
    assert reboot < "05:00"
    mask = (ROOT / "madoguchi/jobs/registry.py").read_text("utf-8").partition('"mask-contacts"')[2]
    assert "hour=2, minute=20" in mask.partition("Job(")[0]


def test_logs_end_after_a_month() -> None:
    journal = SERVER / "journald.conf"
    assert values(journal, "MaxRetentionSec") == ["1month"]
    # Whole files are deleted: one that holds half a year would keep it.
    assert values(journal, "MaxFileSec") == ["1day"]


def test_scripts_are_sound() -> None:
    told = run(program("sh"), "-n", SERVER / "install.sh")
    assert told.returncode == 0, told.stdout
    for script in ("install.sh", "staff-command"):
        assert (SERVER / script).stat().st_mode & 0o111
