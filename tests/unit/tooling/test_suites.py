"""`make test` runs each suite that is there."""

from pathlib import Path

from tools.checks import existing


def test_missing_folders_are_left_out_and_options_are_kept(tmp_path: Path) -> None:
    (tmp_path / "tests" / "unit").mkdir(parents=True)
    suites = [("tests/unit", "tests/integration", "-n", "2"), ("tests/e2e",)]
    assert existing(suites, tmp_path) == [("tests/unit", "-n", "2")]
