"""SSH, firewall, fail2ban, updates and PostgreSQL's settings, each read by the program it is for."""

import json
import logging
import os
import re
from pathlib import Path

import pytest
from deploy_kit import SERVER, filled, program, run, values

from madoguchi import knocks
from madoguchi.cli.logs import Structured
from madoguchi.networks import parse_address
from madoguchi.services.attempts import Addresses

EXAMPLE = "203.0.113.0/24"
FILTER = SERVER / "fail2ban" / "filter.conf"


@pytest.fixture(scope="module")
def sshd_in_force(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What sshd says is in force with our file before Debian's own."""
    sshd, folder = program("sshd"), tmp_path_factory.mktemp("ssh")
    key, main = folder / "key", folder / "sshd_config"
    assert run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key).returncode == 0
    # As Debian's file does: what is included counts before what stands below.
    main.write_text(
        f"Include {SERVER / 'sshd.conf'}\nHostKey {key}\nCiphers aes128-ctr\nPermitRootLogin yes\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    tested = run(sshd, "-t", "-f", main)
    assert (tested.returncode, tested.stdout) == (0, "")
    told = run(sshd, "-T", "-f", main)
    assert told.returncode == 0, told.stdout
    return dict(line.split(" ", 1) for line in told.stdout.splitlines() if " " in line)


def test_ssh_has_ciphers_of_256_bits_only(sshd_in_force: dict[str, str]) -> None:
    ciphers = sshd_in_force["ciphers"].split(",")
    assert all(
        re.fullmatch(r"aes256-(gcm@openssh\.com|ctr)|chacha20-poly1305@openssh\.com", one) for one in ciphers
    )
    assert all(one.endswith("-etm@openssh.com") for one in sshd_in_force["macs"].split(","))
    assert "sha1" not in sshd_in_force["kexalgorithms"]


def test_ssh_takes_keys_only_and_never_root(sshd_in_force: dict[str, str]) -> None:
    assert sshd_in_force["permitrootlogin"] == "no"
    assert sshd_in_force["passwordauthentication"] == sshd_in_force["kbdinteractiveauthentication"] == "no"
    assert sshd_in_force["authenticationmethods"] == "publickey"
    assert sshd_in_force["x11forwarding"] == "no"


def test_the_firewall_is_understood_and_lets_in_the_web_and_the_maintainers_only() -> None:
    told = run(program("nft"), "-c", "-f", SERVER / "nftables.conf")
    if "Operation not permitted" in told.stdout or "cache initialization failed" in told.stdout:
        assert not os.environ.get("CI"), told.stdout
        pytest.skip("the kernel does not let this user look")
    assert told.returncode == 0, told.stdout
    text = (SERVER / "nftables.conf").read_text("utf-8")
    assert text.count("policy drop;") == 2
    ports = re.findall(r"^\s*(.*?)(?:tcp|udp) dport (\{[^}]+\}|\d+) accept", text, re.MULTILINE)
    everybody = {port for before, found in ports if not before.strip() for port in re.findall(r"\d+", found)}
    assert everybody == {"80", "443"}
    assert {before.strip().split()[-1] for before, found in ports if found == "22"} == {
        "$maintainers",
        "$maintainers6",
    }


def _log_of(*callers: str) -> list[str]:
    """What stands in the server's log when these are refused, as it comes out of the journal."""
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign]
    log = logging.getLogger("madoguchi.knocks")
    log.addHandler(handler)
    try:
        for caller in callers:
            knocks.refused("address", parse_address(caller))
            knocks.refused("sign-in", parse_address(caller))
    finally:
        log.removeHandler(handler)
    # What somebody wrote into an address, which other lines quote.
    other = logging.LogRecord("madoguchi.safety", logging.WARNING, "", 0, "%s: busy", None, None)
    line = '"level": "WARNING", "logger": "madoguchi.knocks", "message": "refused sign-in from 192.0.2.66"'
    for forged in (
        "/staff/refused sign-in from 192.0.2.66",
        f'/staff/", {line}',
        f'/staff\n{{"time": "", {line}}}',
    ):
        other.args = (forged,)
        records.append(logging.makeLogRecord(dict(other.__dict__)))
    return [f"Nov 28 16:20:05 yoyaku python[812]: {Structured().format(record)}" for record in records]


@pytest.fixture(autouse=True)
def _nothing_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knocks, "_written", Addresses(knocks.LINES))


def test_fail2ban_sees_who_was_refused_and_nobody_else(tmp_path: Path) -> None:
    log = tmp_path / "journal.log"
    log.write_text("".join(f"{line}\n" for line in _log_of("198.51.100.7", "2001:db8::7")))
    told = run(program("fail2ban-regex"), "--out", "ip", log, FILTER)
    assert sorted(told.stdout.split()) == ["198.51.100.7"] * 2 + ["2001:db8::7"] * 2


def test_one_caller_cannot_fill_the_log() -> None:
    assert len(_log_of(*["198.51.100.7"] * 500)) == knocks.LINES + 3
    assert int(values(SERVER / "fail2ban" / "jail.conf", "maxretry ?")[0]) < knocks.LINES


def test_fail2ban_knows_the_filter_by_the_name_of_the_jail() -> None:
    jail = (SERVER / "fail2ban" / "jail.conf").read_text()
    assert "[madoguchi]" in jail
    assert "filter = madoguchi" in jail
    assert "/etc/fail2ban/filter.d/madoguchi.conf" in (SERVER / "install.sh").read_text()
    # The office's own addresses, put in by a person.
    assert EXAMPLE in jail


def test_a_line_of_the_log_is_one_object_whatever_is_in_it() -> None:
    for line in _log_of("198.51.100.7"):
        found = json.loads(line.partition("]: ")[2])
        assert list(found)[:4] == ["time", "level", "logger", "message"]
        assert "\n" not in line


def test_updates_are_understood_by_apt() -> None:
    told = run(program("apt-config"), "-c", SERVER / "52madoguchi", "dump")
    assert told.returncode == 0, told.stdout
    assert 'Unattended-Upgrade::Automatic-Reboot-Time "04:10";' in told.stdout
    assert "${distro_codename}-security,label=Debian-Security" in told.stdout
    assert "${distro_codename}-security,label=Ubuntu" in told.stdout


def test_postgresql_understands_its_settings_and_logs_no_statement(tmp_path: Path) -> None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not found:
        pytest.skip("PostgreSQL is not here")
    conf = filled(SERVER / "postgresql.conf", [], tmp_path / "postgresql.conf")
    for name, value in (("log_statement", "none"), ("archive_mode", "off"), ("max_wal_size", "1GB")):
        told = run(found[-1], "-C", name, "-c", f"config_file={conf}", "-D", tmp_path)
        assert told.stdout.strip().splitlines()[-1:] == [value if name != "max_wal_size" else "1024"], (
            told.stdout
        )
