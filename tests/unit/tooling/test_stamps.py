"""Work is skipped only when nothing it depends on has changed."""

from pathlib import Path

import pytest

from tools import stamps


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pages" / "parts").mkdir(parents=True)
    (tmp_path / "pages" / "home.py").write_text("home")
    (tmp_path / "pages" / "parts" / "card.py").write_text("card")
    (tmp_path / "config.py").write_text("config")
    return tmp_path


def fingerprint(project: Path, extra: str = "") -> str:
    return stamps.digest(project, ["config.py", "pages", "not-there"], extra)


def test_same_sources_give_the_same_fingerprint(project: Path) -> None:
    assert fingerprint(project) == fingerprint(project)


@pytest.mark.parametrize("name", ["config.py", "pages/home.py", "pages/parts/card.py"])
def test_a_changed_file_changes_it(project: Path, name: str) -> None:
    before = fingerprint(project)
    (project / name).write_text("other")
    assert fingerprint(project) != before


def test_a_new_a_removed_and_a_renamed_file_change_it(project: Path) -> None:
    seen = {fingerprint(project)}
    (project / "pages" / "new.py").write_text("")
    seen.add(fingerprint(project))
    (project / "pages" / "new.py").rename(project / "pages" / "newer.py")
    seen.add(fingerprint(project))
    (project / "pages" / "home.py").unlink()
    seen.add(fingerprint(project))
    assert len(seen) == 4


def test_what_the_build_leaves_behind_does_not_change_it(project: Path) -> None:
    before = fingerprint(project)
    for folder in ("__pycache__", "external"):
        (project / "pages" / folder).mkdir()
        (project / "pages" / folder / "left.pyc").write_text("x")
    assert fingerprint(project) == before


def test_what_else_counts_changes_it(project: Path) -> None:
    assert fingerprint(project, "3.11") != fingerprint(project, "3.12")


def test_a_checkout_below_a_folder_named_external_still_counts(tmp_path: Path) -> None:
    source = tmp_path / "external" / "project" / "pages"
    source.mkdir(parents=True)
    (source / "home.py").write_text("home")
    before = stamps.digest(source.parent, ["pages"])
    (source / "home.py").write_text("other")
    assert stamps.digest(source.parent, ["pages"]) != before


def test_a_stamp_is_believed_only_for_its_own_value(tmp_path: Path) -> None:
    stamp = tmp_path / "deep" / "stamp"
    assert not stamps.matches(stamp, "a")
    stamps.write(stamp, "a")
    assert stamps.matches(stamp, "a")
    assert not stamps.matches(stamp, "b")
