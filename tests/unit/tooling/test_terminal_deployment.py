"""What deploy/terminal/ puts on a lobby machine fits together and fits the program."""

import json
import re
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from kiosk.settings import DEFAULTS
from kiosk.texts import LANGUAGES, load_texts
from tools.paths import ROOT

DEPLOY = ROOT / "deploy" / "terminal"
UNITS = sorted(DEPLOY.glob("systemd/*.service")) + sorted(DEPLOY.glob("systemd/*.timer"))
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
PROGRAM = "/opt/madoguchi-terminal"
TERMINAL, SCREEN = (DEPLOY / "systemd" / f"madoguchi-{name}.service" for name in ("terminal", "screen"))
POLICY = json.loads((DEPLOY / "chromium-policy.json").read_text("utf-8"))
WAITING = (DEPLOY / "waiting.html").read_text("utf-8")
_OF_THE_SYSTEM = ("/usr/bin/", "/dev/")


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the install script lays a machine out."""
    root = tmp_path_factory.mktemp("machine")
    subprocess.run([DEPLOY / "install.sh", "--root", root], check=True)
    return root


def lines(unit: Path, name: str) -> list[str]:
    """Every value of a directive; a unit file may name one several times."""
    return re.findall(rf"^{name}=(.*)$", unit.read_text("utf-8"), re.MULTILINE)


def variables(file: Path) -> set[str]:
    return set(re.findall(r"^#?([A-Z][A-Z_]+)=", file.read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_understands_every_unit(unit: Path) -> None:
    if not shutil.which("systemd-analyze"):
        RawConfigParser(strict=False).read_string(unit.read_text("utf-8"))
        return
    told = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    # The program itself is not installed here.
    wrong = [line for line in told.stderr.splitlines() if "is not executable" not in line]
    assert [line for line in wrong if "madoguchi" in line] == []


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_every_path_that_a_unit_names_is_laid_out(machine: Path, unit: Path) -> None:
    named = [
        word.lstrip("-")
        for d in ("ExecStart", "EnvironmentFile", "WorkingDirectory")
        for word in lines(unit, d)
    ]
    for path in (line.split()[0] for line in named):
        made = f"{PROGRAM}/venv/"  # by pip, which is not run here
        assert path.startswith((*_OF_THE_SYSTEM, made)) or (machine / path[1:]).exists(), path


def test_the_terminal_runs_as_the_module_that_there_is(machine: Path) -> None:
    assert lines(TERMINAL, "ExecStart") == [f"{PROGRAM}/venv/bin/python -m kiosk"]
    assert (machine / PROGRAM[1:] / "kiosk" / "__main__.py").exists()
    assert list((machine / PROGRAM[1:]).rglob("__pycache__")) == []
    there = {file.relative_to(ROOT) for file in (ROOT / "kiosk").rglob("*") if file.suffix != ".pyc"}
    laid = {file.relative_to(machine / PROGRAM[1:]) for file in (machine / PROGRAM[1:]).rglob("*")}
    assert {path for path in there if (ROOT / path).is_file()} <= laid


def test_every_variable_that_a_unit_or_its_settings_name_is_one_of_the_terminals() -> None:
    known = set(DEFAULTS)
    named = {name for line in lines(TERMINAL, "Environment") for name in re.findall(r"(KIOSK_\w+)=", line)}
    assert named == {"KIOSK_VAR_DIR"}
    assert named <= known
    assert variables(DEPLOY / "kiosk.env") <= known
    script = (DEPLOY / "screen").read_text("utf-8")
    assert variables(DEPLOY / "screen.env") == {"SCREEN_TURNS", "XKB_DEFAULT_LAYOUT"}
    assert "SCREEN_TURNS" in script


def test_the_terminals_memory_is_the_state_directory_and_its_partition_is_waited_for() -> None:
    (state,) = lines(TERMINAL, "StateDirectory")
    assert f"KIOSK_VAR_DIR=/var/lib/{state}" in lines(TERMINAL, "Environment")
    assert lines(TERMINAL, "RequiresMountsFor") == [f"/var/lib/{state}"]
    assert any(f"-/var/lib/{state}" in line for line in lines(SCREEN, "InaccessiblePaths"))


def test_users_of_the_units_are_made_and_the_pairing_is_nobody_elses(machine: Path) -> None:
    users = set(re.findall(r"^u (\S+)", (DEPLOY / "sysusers.conf").read_text("utf-8"), re.MULTILINE))
    assert {user for unit in (TERMINAL, SCREEN) for user in lines(unit, "User")} == users
    assert (machine / "etc/madoguchi-terminal/kiosk.env").stat().st_mode & 0o077 == 0
    assert lines(SCREEN, "PAMName") == ["madoguchi-screen"]
    assert (machine / "etc/pam.d/madoguchi-screen").exists()


def test_an_update_keeps_the_offices_settings(tmp_path: Path) -> None:
    kept = tmp_path / "etc" / "madoguchi-terminal" / "kiosk.env"
    kept.parent.mkdir(parents=True)
    kept.write_text("KIOSK_PRINTER=usb://04b8:0e15\n")
    subprocess.run([DEPLOY / "install.sh", "--root", tmp_path], check=True)
    assert kept.read_text() == "KIOSK_PRINTER=usb://04b8:0e15\n"


def test_the_browser_reaches_the_terminals_page_and_nothing_else() -> None:
    page = f"http://{DEFAULTS['KIOSK_HOST']}:{DEFAULTS['KIOSK_PORT']}"
    assert POLICY["URLAllowlist"] == [page, f"file://{PROGRAM}/waiting.html"]
    assert "*" in POLICY["URLBlocklist"]
    assert POLICY["DeveloperToolsAvailability"] == 2
    assert POLICY["DownloadRestrictions"] == 3
    assert POLICY["IncognitoModeAvailability"] == 2
    assert not any(
        POLICY[name] for name in ("PrintingEnabled", "TranslateEnabled", "AllowFileSelectionDialogs")
    )
    script = (DEPLOY / "screen").read_text("utf-8")
    assert script.rstrip().endswith(POLICY["URLAllowlist"][1])
    assert re.findall(r'"(http://[^"]+)"', WAITING) == [page + "/"]


def test_the_page_before_the_terminal_speaks_seven_languages_and_loads_nothing() -> None:
    for language in LANGUAGES:
        assert f">{load_texts().say(language, 'fault.away')}</" in WAITING
    assert re.findall(r"(?:src|href)=", WAITING) == []


def test_nothing_is_updated_or_started_anew_in_opening_hours() -> None:
    conf = (DEPLOY / "52madoguchi-terminal").read_text("utf-8")
    (reboot,) = re.findall(r'Automatic-Reboot-Time "(\d\d):\d\d"', conf)
    timers = sorted((DEPLOY / "systemd").glob("*timer*"))
    times = [time for timer in timers for time in lines(timer, "OnCalendar") if time]
    assert len(times) == 3
    for hour in [int(reboot), *(int(time.split()[1][:2]) for time in times)]:
        assert 2 <= hour < 5
    for timer in timers:
        # What was missed at night must not be made up for in the morning.
        assert lines(timer, "Persistent") in ([], ["false"])


def test_printers_by_class_and_by_maker_belong_to_the_terminals_group() -> None:
    rules = (DEPLOY / "70-madoguchi-printer.rules").read_text("utf-8")
    (groups,) = lines(TERMINAL, "SupplementaryGroups")
    assert set(re.findall(r'GROUP="(\w+)"', rules)) <= set(groups.split())
    assert 'ENV{ID_USB_INTERFACES}=="*:0701*:*"' in rules
    labels = set(re.findall(r'LABEL="(\w+)"', rules))
    assert set(re.findall(r'GOTO="(\w+)"', rules)) == labels
    for line in rules.splitlines():
        assert re.fullmatch(
            r'(#.*|[A-Z]+(\{[^}]+\})?(==|!=|=)"[^"]*"(, [A-Z]+(\{[^}]+\})?(==|!=|=)"[^"]*")*)?', line
        )


@pytest.mark.skipif(not shutil.which("systemd-hwdb"), reason="systemd-hwdb is not here")
@pytest.mark.parametrize("device", ["evdev:input:b0003v0C2Ep0B61e0110", "evdev:input:b0005v05ACp0255e0050"])
def test_keys_that_lead_out_of_the_page_are_dead_and_a_scanners_are_not(machine: Path, device: str) -> None:
    subprocess.run(["systemd-hwdb", "update", "--strict", "--root", machine], check=True)
    told = subprocess.run(
        ["systemd-hwdb", "query", "--root", machine, device], check=True, capture_output=True, text=True
    ).stdout
    dead = {line.split("=")[0].removeprefix("KEYBOARD_KEY_") for line in told.splitlines()}
    assert all(line.endswith("=reserved") for line in told.splitlines())
    ctrl_alt_logo = {"700e0", "700e2", "700e3", "700e4", "700e6", "700e7"}
    function_keys = {f"700{number:02x}" for number in range(0x3A, 0x46)}
    assert dead == ctrl_alt_logo | function_keys | {"70065", "70046"}
    enter_tab_shift = {"70028", "7002b", "700e1", "700e5"}
    assert not dead & enter_tab_shift


def test_addresses_are_of_this_machine_only() -> None:
    named = re.findall(r"https?://[^\s\"',;)]+", WAITING + json.dumps(POLICY))
    assert {urlsplit(one).hostname for one in named} == {"127.0.0.1"}
