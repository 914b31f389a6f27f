"""Every package that is installed anywhere is known by the hash of each of its files."""

import json
from pathlib import Path

import pytest

from tools import hashes
from tools.talk import Stop


@pytest.mark.parametrize("name", ["requirements.txt", *hashes.FILES])
def test_every_pin_has_its_hashes(name: str) -> None:
    path = hashes.ROOT / name
    text = hashes.hashed(path)
    assert text.count("==") == len(hashes.pins(path))
    assert text.count("--hash=sha256:") >= text.count("==")


def test_nothing_is_kept_that_nobody_pins() -> None:
    pinned = {
        f"{hashes.normal(name)}=={version}"
        for file in hashes.FILES
        for name, _, version in hashes.pins(hashes.ROOT / file)
    }
    assert set(hashes._known()) == pinned


def test_a_pin_without_hash_is_said_in_one_line(tmp_path: Path) -> None:
    wanted = tmp_path / "wanted.txt"
    wanted.write_text("reflex==0.0.1\n")
    with pytest.raises(Stop, match=r"does not know reflex==0\.0\.1: run `make lock`"):
        hashes.hashed(wanted)


def test_included_files_come_first_and_extras_stay(tmp_path: Path) -> None:
    (tmp_path / "base.txt").write_text("# why\nreflex[db]==1\n")
    (tmp_path / "more.txt").write_text("-r base.txt\nPyYAML==2\n")
    assert hashes.pins(tmp_path / "more.txt") == [("reflex", "[db]", "1"), ("PyYAML", "", "2")]


def test_every_package_of_the_pages_is_known_by_its_hash_too() -> None:
    lock = json.loads((hashes.ROOT / "reflex.lock" / "package-lock.json").read_text("utf-8"))
    packages = {name: found for name, found in lock["packages"].items() if name}
    assert packages
    assert [
        name for name, found in packages.items() if not found.get("integrity", "").startswith("sha512-")
    ] == []
