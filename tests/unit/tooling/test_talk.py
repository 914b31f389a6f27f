"""What a person reads when something failed is the reason, not the noise around it."""

from pathlib import Path

from tools.talk import last_lines


def test_the_reason_is_shown_below_whatever_npm_chatters(tmp_path: Path) -> None:
    log = tmp_path / "pages.log"
    noise = "npm silly unfinished npm timer reify\n" * 40
    log.write_text(f"npm error code ENOTFOUND\n{noise}npm verbose exit 1\n\nRun again\n")
    assert last_lines(log) == "    npm error code ENOTFOUND\n    Run again"


def test_only_the_end_of_a_log_is_shown(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text("".join(f"line {number}\n" for number in range(100)))
    assert last_lines(log, 2) == "    line 98\n    line 99"


def test_no_log_is_no_trouble(tmp_path: Path) -> None:
    assert last_lines(tmp_path / "missing.log") == ""
