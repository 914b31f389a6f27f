"""Every package that is installed anywhere is known by the hash of each of its files."""

import json
import re
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tools import hashes
from tools.talk import Stop


@pytest.mark.parametrize("name", ["requirements.txt", *hashes.FILES])
def test_every_pin_has_its_hashes(name: str) -> None:
    path = hashes.ROOT / name
    text = hashes.hashed(path)
    assert text.count("==") == len(hashes.pins(path))
    assert text.count("--hash=sha256:") >= text.count("==")


def test_nothing_is_kept_that_nobody_pins() -> None:
    pins = (pin for file in hashes.FILES for pin in hashes.pins(hashes.ROOT / file))
    assert set(hashes._known()) == {f"{hashes.normal(pin.name)}=={pin.version}" for pin in pins}


def test_a_pin_without_hash_is_said_in_one_line(tmp_path: Path) -> None:
    wanted = tmp_path / "wanted.txt"
    wanted.write_text("reflex==0.0.1\n")
    with pytest.raises(Stop, match=r"does not know reflex==0\.0\.1: run `make lock`"):
        hashes.hashed(wanted)


def test_included_files_come_first_and_extras_stay(tmp_path: Path) -> None:
    (tmp_path / "base.txt").write_text("# why\nreflex[db]==1\n")
    (tmp_path / "more.txt").write_text("-r base.txt\nPyYAML==2 ; sys_platform == 'linux'\n")
    assert hashes.pins(tmp_path / "more.txt") == [
        ("reflex", "[db]", "1", ""),
        ("PyYAML", "", "2", " ; sys_platform == 'linux'"),
    ]


def test_every_package_of_the_pages_is_known_by_its_hash_too() -> None:
    lock = json.loads((hashes.ROOT / "reflex.lock" / "package-lock.json").read_text("utf-8"))
    packages = {name: found for name, found in lock["packages"].items() if name}
    assert packages
    assert [
        name for name, found in packages.items() if not found.get("integrity", "").startswith("sha512-")
    ] == []


@pytest.mark.parametrize("python", ["3.11.0", "3.11.2", "3.12.0", "3.13.0", "3.14.0"])
def test_the_list_is_whole_for_every_python_that_a_server_may_have(python: str) -> None:
    """With hashes pip takes nothing that is not in the list, and Debian 12 has an older Python."""
    pins = hashes.pins(hashes.ROOT / "requirements.txt")
    known = {hashes.normal(pin.name) for pin in pins}
    extras = {hashes.normal(pin.name): re.findall(r"\w+", pin.extras) for pin in pins}
    version = ".".join(python.split(".")[:2])
    missing = []
    for name in known:
        with suppress(PackageNotFoundError):  # what only another Python needs is not installed here
            for line in requires(name) or []:
                need = Requirement(line)
                asked = [
                    {"extra": one, "python_full_version": python, "python_version": version}
                    for one in ("", *extras[name])
                ]
                wanted = need.marker is None or any(need.marker.evaluate(one) for one in asked)
                if wanted and hashes.normal(need.name) not in known:
                    missing.append(f"{name} needs {need}")
    assert missing == []
