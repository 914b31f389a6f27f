"""The container files fit the program and the archive, as far as that can be seen without an engine."""

import re
import shutil
from pathlib import Path

import pytest
import yaml
from deploy_kit import run

from madoguchi.settings import Settings
from tools import dist
from tools.paths import ROOT

COMPOSE = ROOT / "deploy" / "compose"
FILE = yaml.safe_load((COMPOSE / "compose.yaml").read_text("utf-8"))
CONTAINER = (COMPOSE / "Containerfile").read_text("utf-8")
SERVICES = FILE["services"]


def test_what_is_copied_is_in_the_archive() -> None:
    packed = {*dist.SOURCES, *dist.REQUIREMENTS}
    for source in re.findall(r"^COPY (\S+) ", CONTAINER, re.MULTILINE):
        assert source.split("/")[0] in packed | {".web"}, source


def test_it_installs_by_hash_and_runs_as_nobody() -> None:
    assert "--require-hashes" in CONTAINER
    assert CONTAINER.index("\nUSER madoguchi") < CONTAINER.index("\nCMD ")
    assert "node" not in CONTAINER


def test_settings_are_the_programs() -> None:
    known = {f"MADOGUCHI_{name.upper()}" for name in Settings.model_fields}
    named = set(re.findall(r"\bMADOGUCHI_[A-Z_]+", CONTAINER)) | set(SERVICES["app"]["environment"])
    assert named <= known


def test_only_the_web_is_open_and_the_server_is_behind_the_proxy_only() -> None:
    assert {port.split(":")[0] for port in SERVICES["app"]["ports"]} == {"80", "443"}
    assert "ports" not in SERVICES["db"]
    assert SERVICES["proxy"]["network_mode"] == "service:app"
    mounted = SERVICES["proxy"]["volumes"][0].split(":")[0]
    assert (COMPOSE / mounted).resolve() == ROOT / "deploy" / "server" / "Caddyfile"


def test_no_secret_stands_in_the_files_and_rights_are_dropped() -> None:
    assert "PASSWORD:" not in (COMPOSE / "compose.yaml").read_text("utf-8")
    for name in ("app", "proxy"):
        assert SERVICES[name]["cap_drop"] == ["ALL"]
        assert SERVICES[name]["read_only"]


@pytest.mark.skipif(not shutil.which("docker-compose"), reason="docker-compose is not here")
def test_compose_understands_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "deploy" / "compose"
    shutil.copytree(COMPOSE, folder)
    for name in ("madoguchi.env", "db.password", "pgpass"):
        (folder / name).write_text("")
    told = run("docker-compose", "-f", folder / "compose.yaml", "config", "--quiet")
    assert told.returncode == 0, told.stdout
